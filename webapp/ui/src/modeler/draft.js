// The draft on the server: loaded, saved two seconds after the last edit, never lost.
//
//   GET  draft-url  → {xml, revision}
//   PUT  save-url   {xml, revision} → {revision}, or 409 {message} when somebody saved meanwhile
//   POST copy-url   {xml} → {url} of a new draft with this diagram: nobody's work is written over

import { h } from '../lib/dom.js';
import { getJson, sendJson } from '../lib/server.js';

const IDLE_MS = 2000;

export class Draft {
  /** @param {DOMStringMap} urls data-draft-url, data-save-url  @param {HTMLElement} banner */
  constructor(modeler, urls, banner) {
    Object.assign(this, { modeler, urls, banner });
    this.revision = null;
    this.edits = 0; // counts edits since loading
    this.savedEdits = 0; // value of `edits` that the server has
    this.listeners = [];
    this.conflict = false;
    this.paused = false; // true while automatic saving makes no sense
    modeler.on('commandStack.changed', ({ trigger }) => {
      if (trigger !== 'clear') this.#edited();
    });
  }

  get unsaved() { return this.edits !== this.savedEdits; }

  /** Tells `listener(text, kind)` of every change of state. */
  onStatus(listener) { this.listeners.push(listener); }

  async load() {
    const { xml, revision } = await getJson(this.urls.draftUrl);
    await this.modeler.importXML(xml);
    this.revision = revision;
    this.edits = this.savedEdits = 0;
    this.#calm();
    this.#tell('草稿已载入', 'saved');
  }

  /** Another diagram in place of this one: an edit like others, which is saved and checked, but a new start for 撤销. */
  async replace(xml) {
    await this.modeler.importXML(xml);
    this.#edited();
  }

  async xml() { return (await this.modeler.saveXML({ format: true })).xml; }

  /** Saves now; waits for a save under way and follows it with what was edited meanwhile. */
  async save() {
    clearTimeout(this.timer);
    if (this.saving) {
      await this.saving;
      if (!this.unsaved || this.conflict) return;
    }
    this.saving = this.#send().finally(() => { this.saving = null; });
    await this.saving;
  }

  async #send() {
    const edits = this.edits;
    this.#tell('正在保存…', 'saving');
    try {
      const { revision } = await sendJson('PUT', this.urls.saveUrl, { xml: await this.xml(), revision: this.revision });
      this.revision = revision;
      this.savedEdits = edits;
      this.#calm();
      this.#tell(this.unsaved ? '有未保存的修改' : `已保存 ${clockNow()}`, this.unsaved ? 'dirty' : 'saved');
      document.dispatchEvent(new CustomEvent('jingban:draft-saved', { detail: { revision } }));
    } catch (error) {
      this.paused = true; // no hammering; 保存草稿 tries again
      this.#tell('没有保存', 'failed');
      if (error.status === 409) this.#showConflict(error.message);
      else this.#show(`没有保存：${error.message}`, [['再试一次', () => this.save()], ['下载我的图', () => this.download()]]);
    }
  }

  /** Both versions stay: theirs on the server, mine on this page, until the designer chooses. */
  #showConflict(message) {
    this.conflict = true;
    this.#show(`${message} 您的修改还在本页，没有丢失。`, [
      ['下载我的图', () => this.download()],
      ['放弃我的修改，打开较新的草稿', () => this.load()],
      ['把我的图另存为新草稿', async () => {
        const { url } = await sendJson('POST', this.urls.copyUrl, { xml: await this.xml() });
        this.savedEdits = this.edits; // it is kept: the page may be left
        location.assign(url);
      }],
    ]);
  }

  async download() {
    const root = this.modeler.get('canvas').getRootElement().businessObject; // a process, or a collaboration of one
    const name = root.participants?.[0]?.processRef?.id ?? root.id;
    const url = URL.createObjectURL(new Blob([await this.xml()], { type: 'application/bpmn+xml' }));
    h('a', { href: url, download: `${name}.bpmn` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  #edited() {
    this.edits += 1;
    document.dispatchEvent(new CustomEvent('jingban:draft-changed', { detail: {} }));
    this.#tell('有未保存的修改', 'dirty');
    clearTimeout(this.timer);
    if (!this.paused) this.timer = setTimeout(() => this.save(), IDLE_MS);
  }

  #calm() {
    this.conflict = this.paused = false;
    this.banner.hidden = true;
  }

  #show(text, actions) {
    const run = (act) => async () => {
      try { await act(); } catch (error) { this.#show(error.message, actions); }
    };
    this.banner.replaceChildren(h('p', {}, text), ...actions.map(([label, act]) => h('button', { type: 'button', onclick: run(act) }, label)));
    this.banner.hidden = false;
  }

  #tell(text, kind) { this.listeners.forEach((listener) => listener(text, kind)); }
}

const clockNow = () => new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
