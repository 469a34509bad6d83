// <div data-bpmn-viewer data-xml-url="…" data-state-url="…" data-label="…"></div>
//
// Shows a diagram and, with a state address, where a case stands on it. The address
// answers {"elements": {id: 'active'|'waiting'|'done'|'cancelled'}, "flows": [id, …]};
// comparing two versions, states are 'added'|'changed'|'removed', of flows too.
// Loads when first visible; found again after htmx has swapped a fragment in.

import './css/viewer.css';

import { Diagram } from './lib/diagram.js';
import { h, whenPresent, whenVisible } from './lib/dom.js';
import { legend, zoomButtons } from './lib/furniture.js';
import { getJson, getText } from './lib/server.js';

whenPresent('[data-bpmn-viewer]', (place) => {
  const box = h('div', { class: 'jb-canvas' });
  const note = h('p', { class: 'jb-note', role: 'status' }, '正在载入流程图…');
  place.classList.add('jb-viewer');
  place.setAttribute('role', 'group');
  if (!place.hasAttribute('aria-label')) place.setAttribute('aria-label', place.dataset.label ?? '流程图');
  place.append(box, note);
  whenVisible(box, () => load(place, box, note));
});

async function load(place, box, note) {
  try {
    const { xmlUrl, stateUrl } = place.dataset;
    const [xml, state] = await Promise.all([getText(xmlUrl), stateUrl ? getJson(stateUrl) : {}]);
    const diagram = new Diagram(box);
    await diagram.open(xml);
    diagram.show(state.elements ?? {}, state.flows ?? []);
    box.style.setProperty('--jb-wanted', `${diagram.wantedHeight()}px`);
    diagram.begin();
    place.append(h('div', { class: 'jb-below' }, legend(diagram.elements), zoomButtons(diagram)));
    note.remove();
    place.dataset.ready = 'yes'; // for tests and for style
  } catch (error) {
    note.textContent = `流程图未能显示：${error.message}`;
    note.classList.add('jb-failed');
    place.dataset.ready = 'failed';
  }
}
