// Fingers on the chart. bpmn-js no longer handles touch: on a phone the chart would be a
// still picture. One finger moves it sideways (up and down stays the page's scrolling,
// so nobody is trapped on the chart), two fingers move and zoom it.

/** @param {import('./diagram.js').Diagram} diagram */
export function followFingers(diagram) {
  const fingers = new Map(); // pointer id → {x, y}
  const { box } = diagram;

  box.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const name of ['pointerup', 'pointercancel', 'pointerleave']) {
    box.addEventListener(name, (event) => fingers.delete(event.pointerId));
  }
  box.addEventListener('pointermove', (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    if (fingers.size === 1) {
      diagram.moveBy(now.x - last.x, 0);
    } else if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      pinch(diagram, other, last, now);
    }
    fingers.set(event.pointerId, now);
  });
}

function pinch(diagram, other, last, now) {
  const rect = diagram.box.getBoundingClientRect();
  const before = Math.hypot(last.x - other.x, last.y - other.y);
  const after = Math.hypot(now.x - other.x, now.y - other.y);
  const middle = { x: (now.x + other.x) / 2 - rect.left, y: (now.y + other.y) / 2 - rect.top };
  if (before > 10 && after > 10) diagram.zoomBy(after / before, middle);
  diagram.moveBy((now.x - last.x) / 2, (now.y - last.y) / 2);
}
