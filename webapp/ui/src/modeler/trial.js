// 试运行示例: the matter's examples on the saved draft, run by the server in a process apart. Here: starting it,
// how far it is, what it found (at the elements where a case stood), and the sequence flows that no example took.
//
//   GET    trial-url → {status: never|running|done|stopped|failed, same, mine, finished, total, why, revision, by,
//                       summary: {passed, total, taken, flows, missing, failures} | null}
//   POST   trial-url {revision} → 202        DELETE trial-url → 204

import { h } from '../lib/dom.js';
import { getJson, leaveJson, sendJson } from '../lib/server.js';
import { goTo } from './go_to.js';

const ASK_MS = 1000;
const MARK = 'jb-untaken';

export class Trial {
  /** @param {import('./draft.js').Draft} draft */
  constructor(modeler, url, place, draft) {
    Object.assign(this, { modeler, url, place, draft });
    this.marked = [];
    this.running = this.mine = false;
    this.heading = h('h2', {}, '试运行示例');
    this.note = h('p', { class: 'jb-trial-note', role: 'status' });
    this.progress = h('progress', { hidden: true, 'aria-label': '试运行进度' });
    this.stopper = h('button', { type: 'button', id: 'jb-try-stop', hidden: true, onclick: () => this.stop() }, '停止');
    this.list = h('ul', { class: 'jb-trial-list' });
    place.append(this.heading, h('div', { class: 'jb-trial-head' }, this.note, this.progress, this.stopper), this.list);
    this.button = h('button', { type: 'button', id: 'jb-try', title: '在临时数据库里按本事项的示例走一遍草稿，不影响办件', onclick: () => this.start() }, '试运行示例');
    document.addEventListener('jingban:draft-changed', () => this.#outdate());
    window.addEventListener('pagehide', () => { if (this.running && this.mine) leaveJson('DELETE', this.url); });
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.ask(); });
  }

  /** Shows how the latest run stands, and goes on asking while it runs. */
  async ask() {
    clearTimeout(this.timer);
    try {
      this.#show(await getJson(this.url));
    } catch (error) {
      this.note.textContent = `没有取得试运行的情况：${error.message}`;
    }
    if (this.running) this.timer = setTimeout(() => this.ask(), ASK_MS);
  }

  async start() {
    this.button.disabled = true;
    this.place.scrollIntoView({ block: 'nearest' });
    try {
      if (this.draft.unsaved) await this.draft.save();
      if (this.draft.unsaved) {
        this.note.textContent = '草稿没有保存，不能试运行。';
        return;
      }
      this.note.textContent = '正在准备试运行…';
      await sendJson('POST', this.url, { revision: this.draft.revision });
      this.place.dataset.status = 'running';
      await this.ask();
    } catch (error) {
      this.note.textContent = `没有试运行：${error.message}`;
    } finally {
      this.button.disabled = this.running;
    }
  }

  async stop() {
    try {
      await sendJson('DELETE', this.url);
    } catch (error) {
      this.note.textContent = `没有停止：${error.message}`;
      return;
    }
    await this.ask();
  }

  #show(told) {
    const began = this.running;
    this.running = told.status === 'running';
    this.mine = Boolean(told.mine);
    this.button.disabled = this.running;
    this.progress.hidden = !this.running;
    this.stopper.hidden = !(this.running && this.mine);
    if (told.total) Object.assign(this.progress, { max: told.total, value: told.finished });
    else this.progress.removeAttribute('value');
    this.list.replaceChildren(...(told.summary ? this.#rows(told.summary) : []));
    this.#mark(told.summary?.missing ?? []);
    this.note.textContent = words(told);
    this.outdated = false;
    this.place.dataset.status = told.status;
    if (told.status !== 'never' && !told.same) this.#outdate();
    if (began && !this.running) this.place.scrollIntoView({ block: 'nearest' });
  }

  #rows({ failures, missing }) {
    return [...failures.map((failure) => this.#failure(failure)), ...missing.map((id) => this.#flow(id))].filter(Boolean);
  }

  #failure({ sentence, where, step, at, act, differences, elements }) {
    const element = elements.map((id) => this.#element(id)).find(Boolean);
    const place = step ? `第 ${step} 步（${at}　${act}）` : '结束时';
    const text = [
      h('span', { class: 'jb-severity jb-severity-error' }, '不符'),
      h('span', { class: 'jb-rule' }),
      h('span', {}, h('strong', {}, sentence), h('span', { class: 'jb-hint' }, `　${where}`),
        differences.map((d) => h('span', { class: 'jb-difference' }, `${place}：${d.what}应为“${d.expected}”，实为“${d.happened}”`))),
    ];
    return h('li', {}, element
      ? h('button', { type: 'button', 'data-element': element.id, onclick: () => goTo(this.modeler, this.#element(element.id) ?? element) }, text)
      : h('div', {}, text));
  }

  #flow(id) {
    const flow = this.#element(id);
    if (!flow) return null;
    const name = ({ businessObject: of }) => of.name || of.id;
    const text = [
      h('span', { class: 'jb-severity jb-severity-warning' }, '未走过'),
      h('span', { class: 'jb-rule' }),
      h('span', {}, `${name(flow.source)} → ${name(flow.target)}${flow.businessObject.name ? `（${flow.businessObject.name}）` : ''}`),
    ];
    return h('li', {}, h('button', { type: 'button', 'data-flow': id, onclick: () => goTo(this.modeler, flow) }, text));
  }

  #element(id) { return this.modeler.get('elementRegistry').get(id); }

  #mark(flows) {
    const canvas = this.modeler.get('canvas');
    for (const id of this.marked) if (this.#element(id)) canvas.removeMarker(id, MARK);
    this.marked = flows.filter((id) => this.#element(id));
    for (const id of this.marked) canvas.addMarker(id, MARK);
  }

  #outdate() {
    if (this.outdated || this.running || this.place.dataset.status === 'never') return;
    this.outdated = true;
    this.note.textContent = `图已有修改，以下是修改以前的结果，请重新试运行。${this.note.textContent}`;
  }
}

function words({ status, why, finished, total, by, mine, summary }) {
  const whose = mine ? '' : `（${by}开始的）`;
  if (status === 'never') return '还没有试运行。试运行按本事项的示例走一遍草稿，指出哪一步与示例不同、哪些流向没有走过；不影响办件。';
  if (status === 'running') return `正在试运行${whose}${total ? `：${finished}／${total}` : '，正在准备'}。离开本页即停止。`;
  if (status === 'stopped') return `试运行已停止${whose}，没有结果。`;
  if (!summary) return `试运行没有完成：${why}。`;
  const { passed, total: all, taken, flows, missing } = summary;
  const untaken = missing.length ? '没有走过的在图上以虚线标出（只算通过的示例）。' : '';
  return `${all} 个示例中 ${passed} 个通过；走过 ${taken}／${flows} 条流向。${untaken}`;
}
