// Small signs on the chart: never by colour alone. They are drawn inside the SVG, not as
// HTML overlays, so that they scale with the chart and come out on paper.

import { svg } from './dom.js';

const SIGNS = {
  active: { text: '在这里', width: 48 },
  waiting: { text: '等待申请人', width: 72 },
  done: { text: '✓', width: 18 },
  cancelled: { text: '✕', width: 18 },
  added: { text: '新增', width: 36 },
  changed: { text: '改动', width: 36 },
  removed: { text: '删除', width: 36 },
};
const COMPARED = ['added', 'changed', 'removed'];

/** @param {import('./diagram.js').Diagram} diagram  @param {Object<string, string>} elements */
export function drawSigns(diagram, elements) {
  const layer = diagram.canvas.getLayer('jb-signs', 1000);
  layer.replaceChildren();
  for (const [id, state] of Object.entries(elements)) {
    const shape = diagram.registry.get(id);
    const sign = SIGNS[state];
    if (!sign || !shape) continue;
    if (COMPARED.includes(state)) layer.append(pill(state, sign, ...placeOf(shape, sign)));
    // A sub-process or lane is marked by its frame; a sign on it would sit on its contents.
    else if (shape.width && !shape.children?.length) layer.append(drawOne(shape, state, sign));
  }
}

function drawOne(shape, state, sign) {
  const small = sign.width < 20;
  const x = small ? shape.x + shape.width - sign.width / 2 - 2 : shape.x + (shape.width - sign.width) / 2;
  return pill(state, sign, x, small ? shape.y - 8 : shape.y - 22);
}

/** Where a comparison's sign stands: the middle of a flow, the upper edge of a shape. */
function placeOf(shape, { width }) {
  if (!shape.waypoints) {
    const framed = shape.children?.length; // on its frame, so that what is inside stays readable
    return [framed ? shape.x + shape.width - width - 6 : shape.x + (shape.width - width) / 2,
      shape.height < 60 ? shape.y - 20 : shape.y - 9]; // an event is too small to carry it
  }
  const at = Math.floor((shape.waypoints.length - 1) / 2);
  const [a, b] = [shape.waypoints[at], shape.waypoints[at + 1]];
  return [(a.x + b.x - width) / 2, (a.y + b.y) / 2 - 9];
}

function pill(state, { text, width }, x, y) {
  const group = svg('g', { class: `jb-sign jb-sign-${state}`, transform: `translate(${x} ${y})` });
  group.append(svg('rect', { width, height: 18, rx: 9 }));
  const label = svg('text', { x: width / 2, y: 13, 'text-anchor': 'middle' });
  label.textContent = text;
  group.append(label);
  if (state === 'active') group.append(svg('path', { d: `M${width / 2 - 4} 18 l4 4 l4 -4 z` }));
  return group;
}
