// <div id="player" data-xml-url="…" data-frames-url="…" data-verify-url="…"></div>
//
// The auditor's player: one frame an event, on the case's own version of the chart.
// Frames come whole from the server (see player/frames.js); nothing is computed here
// that could differ from the record. #seq=5 in the address opens that event.

import './css/player.css';

import { Diagram } from './lib/diagram.js';
import { h, whenPresent } from './lib/dom.js';
import { legend, zoomButtons } from './lib/furniture.js';
import { getJson, getText } from './lib/server.js';
import { readFrames } from './player/frames.js';
import { Controls } from './player/controls.js';
import { EventList } from './player/events.js';
import { FramePanel } from './player/panel.js';
import { Token } from './player/token.js';
import { verifyPart } from './player/verify.js';

whenPresent('#player', (place) => {
  const note = h('p', { class: 'jb-note', role: 'status' }, '正在载入办件历程…');
  place.classList.add('jb-player');
  place.append(note);
  start(place, note).catch((error) => {
    note.textContent = `历程未能显示：${error.message}`;
    note.classList.add('jb-failed');
    place.dataset.ready = 'failed';
  });
});

async function start(place, note) {
  const { xmlUrl, framesUrl, verifyUrl } = place.dataset;
  const [xml, answer] = await Promise.all([getText(xmlUrl), getJson(framesUrl)]);
  const { frames, states } = readFrames(answer);
  if (!frames.length) throw new Error('这个办件还没有任何事件。');

  const box = h('div', { class: 'jb-canvas' });
  const legendPlace = h('div', { class: 'jb-below' });
  const panel = new FramePanel();
  const list = new EventList(frames, (index) => go(index));
  const controls = new Controls(frames, (index) => go(index));
  note.replaceWith(h('div', { class: 'jb-stage' }, box, controls.element, legendPlace), panel.element,
    h('div', { class: 'jb-side' }, verifyUrl ? verifyPart(verifyUrl) : null, list.element));

  const diagram = new Diagram(box);
  diagram.arrowsStep = true; // ← and → step through the events here, also with the chart focused
  await diagram.open(xml);
  const token = new Token(diagram);
  let current = -1;

  function go(wanted, { quiet = false } = {}) {
    const index = Math.max(0, Math.min(frames.length - 1, wanted));
    if (index === current) return;
    const forward = index === current + 1;
    current = index;
    const frame = frames[index];
    const state = states[index];
    diagram.show(frame.elements, state.taken, frame.flows);
    if (frame.node) diagram.reveal(frame.node);
    if (forward && !quiet) token.run(frame.flows);
    legendPlace.replaceChildren(...[legend(diagram.elements), zoomButtons(diagram)].filter(Boolean));
    panel.show(frame, index, frames.length, (id) => diagram.nameOf(id));
    list.highlight(index);
    controls.at(index);
    history.replaceState(history.state, '', `#seq=${frame.seq}`);
    place.dataset.seq = String(frame.seq);
  }

  const fromAddress = () => {
    const seq = /[#&]seq=(\d+)/.exec(location.hash)?.[1];
    return seq ? frames.findIndex((frame) => String(frame.seq) === seq) : -1;
  };
  window.addEventListener('hashchange', () => { if (fromAddress() >= 0) go(fromAddress()); });
  diagram.show(frames[0].elements);
  diagram.fit();
  go(Math.max(0, fromAddress()), { quiet: true });
  controls.listen(() => current);
  place.dataset.ready = 'yes';
}
