// The server's check, shown as a list and at the elements. It runs after edits too: a
// designer learns of a fault while the reason for the edit is still in mind.
//
//   POST check-url {xml} → {"findings": [{line, severity, rule, element_id, message, hint}]}

import { h } from '../lib/dom.js';
import { sendJson } from '../lib/server.js';
import { goTo } from './go_to.js';

const IDLE_MS = 1200;

/** The check speaks of attributes of the file; on this page they are entries of the panel. */
const ENTRIES = {
  form: '表单', candidateGroup: '候选组', starts: '到达时开始计算', ends: '离开时结束', suspends: '办理期间暂停',
  outcome: '办件结果', letter: '文书', purpose: '用途', actAs: '可代办的组', separateFrom: '须与这些任务由不同的人办',
  participants: '按名单多人同时办',
};
const inPanelWords = (text) => text?.replace(/，如 jingban:\w+="[^"]*"/g, '').replace(/ ?jingban:(\w+)(?![\w=])/g, (whole, key) => (ENTRIES[key] ? `“${ENTRIES[key]}”` : whole));

export class Checks {
  /** @param {import('./draft.js').Draft} draft */
  constructor(modeler, url, place, draft) {
    Object.assign(this, { modeler, url, place, draft });
    this.asked = 0; // number of the latest question; answers to earlier ones are dropped
    this.clean = false; // the latest answer held no error
    this.checkedEdits = -1; // which edit that answer was about
    this.marked = [];
    this.heading = h('h2', { 'aria-live': 'polite' }, '检查结果');
    this.list = h('ul', { class: 'jb-finding-list' });
    place.append(this.heading, this.list);
    document.addEventListener('jingban:draft-changed', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.run(), IDLE_MS);
    });
    modeler.on('jingban.hint', ({ text }) => { this.heading.textContent = text; });
  }

  async run() {
    clearTimeout(this.timer);
    const question = ++this.asked;
    const edits = this.draft.edits;
    this.heading.textContent = '正在检查…';
    try {
      const { findings } = await sendJson('POST', this.url, { xml: await this.draft.xml() });
      if (question === this.asked) this.#show(findings, edits);
    } catch (error) {
      if (question === this.asked) this.heading.textContent = `没有完成检查：${error.message}`;
    }
  }

  #show(findings, edits) {
    const errors = findings.filter((finding) => finding.severity === 'error').length;
    const warnings = findings.length - errors;
    this.heading.textContent = findings.length
      ? `检查结果：${errors} 个错误，${warnings} 个提醒${errors ? '。有错误时不能发布。' : '。'}`
      : '检查通过，没有发现问题。';
    this.place.dataset.errors = String(errors);
    const first = [...findings].sort((a, b) => (a.severity > b.severity) - (a.severity < b.severity)); // errors, then warnings
    this.list.replaceChildren(...first.map((finding) => this.#row(finding)));
    this.#mark(findings);
    this.clean = errors === 0;
    this.checkedEdits = edits;
    document.dispatchEvent(new CustomEvent('jingban:checked', { detail: { errors, warnings } }));
  }

  #row(finding) {
    const { severity, rule, element_id: id, line } = finding;
    const [message, hint] = [finding.message, finding.hint].map(inPanelWords);
    const element = this.#element(id);
    const name = element ? element.businessObject.name || id : id === '-' ? '' : id; // '-': no id in the file
    const text = [
      h('span', { class: `jb-severity jb-severity-${severity}` }, severity === 'error' ? '错误' : '提醒'),
      h('span', { class: 'jb-rule', title: line ? `第 ${line} 行` : null }, rule),
      h('span', {}, name ? h('strong', {}, `${name}：`) : null, message, hint ? h('span', { class: 'jb-hint' }, ` ${hint}`) : null),
    ];
    return h('li', {}, element
      ? h('button', { type: 'button', 'data-element': id, onclick: () => goTo(this.modeler, element) }, text)
      : h('div', {}, text));
  }

  #element(id) {
    return id ? this.modeler.get('elementRegistry').get(id) : null;
  }

  #mark(findings) {
    const canvas = this.modeler.get('canvas');
    const overlays = this.modeler.get('overlays');
    overlays.remove({ type: 'jingban-finding' });
    for (const [id, name] of this.marked) if (this.#element(id)) canvas.removeMarker(id, name);
    this.marked = [];
    for (const [id, list] of Object.entries(byElement(findings))) {
      const element = this.#element(id);
      if (!element || element === canvas.getRootElement()) continue;
      const severity = list.some((finding) => finding.severity === 'error') ? 'error' : 'warning';
      canvas.addMarker(id, `jb-${severity}`);
      this.marked.push([id, `jb-${severity}`]);
      overlays.add(id, 'jingban-finding', {
        position: element.waypoints ? { top: -10, left: 0 } : { top: -10, right: 10 },
        html: h('div', { class: `jb-badge jb-badge-${severity}`, title: list.map((f) => `${f.rule} ${inPanelWords(f.message)}`).join('\n') }, String(list.length)),
      });
    }
  }
}

function byElement(findings) {
  const groups = {};
  for (const finding of findings) (groups[finding.element_id ?? ''] ??= []).push(finding);
  return groups;
}
