// A dot that runs along the flows just taken. Decoration: it carries no information that
// the thick flow does not, and stays away where the reader asked for less motion.

import { svg } from '../lib/dom.js';

const RUN_MS = 650;

export class Token {
  constructor(diagram) {
    this.diagram = diagram;
    this.frame = 0;
  }

  run(flows) {
    cancelAnimationFrame(this.frame);
    const layer = this.diagram.canvas.getLayer('jb-token', 1001);
    layer.replaceChildren();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const paths = flows.map((id) => this.diagram.registry.get(id)?.waypoints).filter(Boolean).map(pathOf);
    if (!paths.length) return;
    const dot = svg('circle', { r: 8, class: 'jb-token' });
    layer.append(dot);
    const begin = performance.now();
    const length = paths.reduce((sum, path) => sum + path.total, 0);
    const tick = (now) => {
      const part = Math.min(1, (now - begin) / RUN_MS);
      const { x, y } = pointAt(paths, part * length);
      dot.setAttribute('cx', x);
      dot.setAttribute('cy', y);
      if (part < 1) this.frame = requestAnimationFrame(tick);
      else dot.remove();
    };
    this.frame = requestAnimationFrame(tick);
  }
}

function pathOf(points) {
  const legs = points.slice(1).map((to, i) => ({ from: points[i], to, length: Math.hypot(to.x - points[i].x, to.y - points[i].y) }));
  return { legs, total: legs.reduce((sum, leg) => sum + leg.length, 0) };
}

function pointAt(paths, distance) {
  const legs = paths.flatMap((path) => path.legs);
  for (const { from, to, length } of legs) {
    if (distance <= length && length > 0) {
      const t = distance / length;
      return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
    }
    distance -= length;
  }
  return legs[legs.length - 1].to;
}
