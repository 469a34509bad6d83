// <div id="modeler" data-draft-url="…" data-save-url="…" data-check-url="…"
//      data-copy-url="…" data-trial-url="…" data-presence-url="…" data-forms='[{"key","name"}]' data-deadlines='[{"key","name"}]'></div>
//
// The designer's editor: only what our engine runs can be drawn, every property is ours,
// the draft is kept on the server, and findings of the check stand at the elements.
// Publishing is the page's own form; it listens to these events on document:
//   jingban:draft-changed  {}                            something was edited
//   jingban:draft-saved    {revision}                    the server has it
//   jingban:checked        {errors, warnings}            the check has answered
//   jingban:publishable    {publishable, revision}       whenever this changes: true when the
//                          latest edit is saved and the check of that very edit found no error

import './css/modeler.css';

import { h, whenPresent } from './lib/dom.js';
import { Checks } from './modeler/checks.js';
import { company } from './modeler/company.js';
import { createModeler } from './modeler/create.js';
import { Draft } from './modeler/draft.js';
import { readLists } from './modeler/lists.js';
import { openFile } from './modeler/open_file.js';
import { toolbar } from './modeler/toolbar.js';
import { Trial } from './modeler/trial.js';

whenPresent('#modeler', (place) => {
  start(place).catch((error) => {
    place.dataset.ready = 'failed';
    place.append(h('p', { class: 'jb-banner jb-banner-error', role: 'alert' }, `设计器未能打开：${error.message}`));
  });
});

async function start(place) {
  place.classList.add('jb-modeler');
  const canvas = h('div', { class: 'jb-draw' });
  const panel = h('div', { class: 'jb-panel', 'aria-label': '属性' });
  const banner = h('div', { class: 'jb-banner', role: 'alert', hidden: true });
  const findings = h('section', { class: 'jb-findings', 'aria-label': '检查结果' });

  const work = h('div', { class: 'jb-work' }, canvas, panel);
  place.append(work); // before the modeler is made: it reads its font from the page
  const modeler = createModeler(canvas, panel, readLists(place));
  const draft = new Draft(modeler, place.dataset, banner);
  const checks = new Checks(modeler, place.dataset.checkUrl, findings, draft);
  const { trialUrl, presenceUrl } = place.dataset;
  const tried = h('section', { class: 'jb-trial', 'aria-label': '试运行' });
  const trial = trialUrl ? new Trial(modeler, trialUrl, tried, draft) : null;
  const opening = openFile(modeler, draft);
  work.before(toolbar(modeler, draft, checks, trial, opening.controls), banner, opening.place, ...(presenceUrl ? [company(presenceUrl)] : []));
  work.after(findings, ...(trial ? [tried] : []));

  announce(draft, checks);

  await draft.load();
  checks.run();
  trial?.ask();
  window.addEventListener('beforeunload', (event) => { if (draft.unsaved) event.preventDefault(); });
  document.addEventListener('click', (event) => saveBefore(event, draft));
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      draft.save();
    }
  });
  place.dataset.ready = 'yes';
}

/** A link that shows the draft elsewhere (data-after-save) shows it as it is here. */
async function saveBefore(event, draft) {
  const link = event.target.closest('a[data-after-save]');
  if (!link || !draft.unsaved || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await draft.save();
  if (!draft.unsaved) location.assign(link.href);
}

/** Saving and checking end in either order; the page should not have to put them together. */
function announce(draft, checks) {
  let before = null;
  const tell = () => {
    const publishable = !draft.unsaved && draft.revision !== null && checks.clean && checks.checkedEdits === draft.edits;
    const now = `${publishable} ${draft.revision}`;
    if (now === before) return;
    before = now;
    document.dispatchEvent(new CustomEvent('jingban:publishable', { detail: { publishable, revision: draft.revision } }));
  };
  for (const name of ['draft-changed', 'draft-saved', 'checked']) document.addEventListener(`jingban:${name}`, tell);
}
