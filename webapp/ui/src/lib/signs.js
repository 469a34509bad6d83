// Small signs on the chart: never by colour alone. They are drawn inside the SVG, not as
// HTML overlays, so that they scale with the chart and come out on paper.

import { svg } from './dom.js';

const SIGNS = {
  active: { text: '在这里', width: 48 },
  waiting: { text: '等待申请人', width: 72 },
  done: { text: '✓', width: 18 },
  cancelled: { text: '✕', width: 18 },
};

/** @param {import('./diagram.js').Diagram} diagram  @param {Object<string, string>} elements */
export function drawSigns(diagram, elements) {
  const layer = diagram.canvas.getLayer('jb-signs', 1000);
  layer.replaceChildren();
  for (const [id, state] of Object.entries(elements)) {
    const shape = diagram.registry.get(id);
    const sign = SIGNS[state];
    // A sub-process or lane is marked by its frame; a sign on it would sit on its contents.
    if (!sign || !shape?.width || shape.children?.length) continue;
    layer.append(drawOne(shape, state, sign));
  }
}

function drawOne(shape, state, { text, width }) {
  const small = width < 20;
  const x = small ? shape.x + shape.width - width / 2 - 2 : shape.x + (shape.width - width) / 2;
  const y = small ? shape.y - 8 : shape.y - 22;
  const group = svg('g', { class: `jb-sign jb-sign-${state}`, transform: `translate(${x} ${y})` });
  group.append(svg('rect', { width, height: 18, rx: 9 }));
  const label = svg('text', { x: width / 2, y: 13, 'text-anchor': 'middle' });
  label.textContent = text;
  group.append(label);
  if (state === 'active') group.append(svg('path', { d: `M${width / 2 - 4} 18 l4 4 l4 -4 z` }));
  return group;
}
