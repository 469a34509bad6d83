// A read-only BPMN diagram with 'you are here': the common part of viewer and player.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import jingban from '../jingban.json';
import { textOf } from './dom.js';
import { drawSigns } from './signs.js';
import { followFingers } from './touch.js';
import { translation } from './zh.js';

/** Smallest scale at which 12 px Chinese labels can still be read. */
const LEGIBLE = 0.65;
/** Below this scale the whole chart does not even tell where a case is. */
const OVERVIEW = 0.4;
const STATES = ['active', 'waiting', 'done', 'cancelled', 'added', 'changed', 'removed'];

export class Diagram {
  /** @param {HTMLElement} box an empty block with a height */
  constructor(box) {
    this.box = box;
    this.viewer = new NavigatedViewer({
      container: box,
      zoomScroll: { enabled: false }, // a wheel over the chart scrolls the page, as everywhere
      moddleExtensions: { jingban },
      additionalModules: [translation],
      textRenderer: textOf(box),
    });
    this.canvas = this.viewer.get('canvas');
    this.registry = this.viewer.get('elementRegistry');
    this.marked = []; // [id, class] pairs now set
    this.refit = () => this.fit(); // what a new size of the box calls for; null once the reader has zoomed or moved
    this.subject = null; // id of what the page talks about; stays in view when the box changes its size
  }

  async open(xml) {
    await this.viewer.importXML(xml);
    this.svg = this.box.querySelector('svg');
    this.svg.setAttribute('role', 'img');
    this.#listen();
  }

  /**
   * Shows a state. Unknown ids are ignored: an older case may be shown on a newer chart.
   * @param {Object<string, string>} elements id → 'active' | 'waiting' | 'done' | 'cancelled'
   *   or, where two versions are compared, 'added' | 'changed' | 'removed' (flows too)
   * @param {string[]} taken ids of flows that were taken so far
   * @param {string[]} now ids of flows taken by the event being looked at
   */
  show(elements, taken = [], now = []) {
    for (const [id, name] of this.marked) this.canvas.removeMarker(id, name);
    this.marked = [];
    const mark = (id, name) => {
      if (!this.registry.get(id)) return;
      this.canvas.addMarker(id, name);
      this.marked.push([id, name]);
    };
    for (const [id, state] of Object.entries(elements)) {
      if (!STATES.includes(state)) continue;
      mark(id, `jb-${state}`);
      if (this.registry.get(id)?.children?.length) mark(id, 'jb-whole'); // framed, not filled: its contents tell the rest
    }
    for (const id of taken) mark(id, 'jb-taken');
    for (const id of now) mark(id, 'jb-now');
    this.elements = Object.fromEntries(Object.entries(elements).filter(([id]) => this.registry.get(id)));
    drawSigns(this, this.elements);
    this.svg.setAttribute('aria-label', this.describe());
  }

  /** One sentence in words, for those who do not see the colours. */
  describe() {
    const names = (state) => Object.entries(this.elements ?? {})
      .filter(([, value]) => value === state).map(([id]) => this.nameOf(id)).filter(Boolean);
    const parts = [['当前', 'active'], ['等待申请人', 'waiting'], ['已完成', 'done'], ['已取消', 'cancelled'],
      ['新增', 'added'], ['改动', 'changed'], ['删除', 'removed']]
      .map(([label, state]) => [label, names(state)]).filter(([, list]) => list.length)
      .map(([label, list]) => `${label}：${list.join('、')}`);
    return parts.length ? `流程图。${parts.join('；')}` : '流程图';
  }

  nameOf(id) {
    return this.registry.get(id)?.businessObject?.name ?? '';
  }

  /** How a page begins: the whole chart; in a box too small for that, the part around what is open now. */
  begin() {
    this.fitWhole();
    if (this.canvas.zoom() < OVERVIEW && this.hasOpen()) this.fit();
    this.refit = () => this.begin();
  }

  /** The whole chart where that is legible, else the part around what is open now. */
  fit() {
    this.fitWhole();
    this.refit = () => this.fit();
    if (this.canvas.zoom() >= LEGIBLE) return;
    const subject = this.registry.get(this.subject);
    const open = subject?.width ? [subject] : this.#openElements();
    this.canvas.zoom(LEGIBLE);
    this.centre(open.length ? open : [this.#first()]);
  }

  fitWhole() {
    this.canvas.resized();
    this.canvas.zoom('fit-viewport', 'auto');
    this.canvas.zoom(Math.min(1, this.canvas.zoom() * 0.97), 'auto'); // room for the signs at its edges
    this.refit = () => this.fitWhole();
  }

  /** Height in px at which the whole chart fills the width of its box, and no more than it has at full scale. */
  wantedHeight() {
    const { inner } = this.canvas.viewbox();
    return Math.ceil(inner.height * Math.min(1, this.box.clientWidth / inner.width)) + 16;
  }

  isLegible() {
    return this.canvas.zoom() >= LEGIBLE;
  }

  hasOpen() {
    return this.#openElements().length > 0;
  }

  zoomBy(factor, at) {
    const scale = Math.min(3, Math.max(0.15, this.canvas.zoom() * factor));
    this.canvas.zoom(scale, at);
    this.refit = null;
  }

  moveBy(dx, dy) {
    this.canvas.scroll({ dx, dy });
    this.refit = null;
  }

  /** Brings elements to the middle of the view without changing the scale. */
  centre(elements) {
    const shapes = elements.filter((element) => element && element.width);
    if (!shapes.length) return;
    const left = Math.min(...shapes.map((s) => s.x));
    const right = Math.max(...shapes.map((s) => s.x + s.width));
    const top = Math.min(...shapes.map((s) => s.y));
    const bottom = Math.max(...shapes.map((s) => s.y + s.height));
    const view = this.canvas.viewbox();
    const { inner } = view;
    this.canvas.viewbox({
      x: within((left + right - view.width) / 2, inner.x, inner.width, view.width),
      y: within((top + bottom - view.height) / 2, inner.y, inner.height, view.height),
      width: view.width, height: view.height,
    });
  }

  /** Moves only if the element is not wholly in view: a player must not swing about. */
  reveal(id) {
    this.subject = id;
    const shape = this.registry.get(id);
    if (!shape?.width) return;
    const { x, y, width, height } = this.canvas.viewbox();
    const inside = shape.x >= x && shape.y >= y
      && shape.x + shape.width <= x + width && shape.y + shape.height <= y + height;
    if (!inside) this.centre([shape]);
  }

  #openElements() {
    return Object.entries(this.elements ?? {})
      .filter(([, state]) => state !== 'done' && state !== 'cancelled')
      .map(([id]) => this.registry.get(id))
      .filter((shape) => shape?.width && !shape.children?.length);
  }

  #first() {
    return this.registry.filter((e) => e.type === 'bpmn:StartEvent')
      .sort((a, b) => a.x - b.x)[0];
  }

  #listen() {
    new ResizeObserver(() => {
      if (this.box.clientWidth) this.refit?.();
    }).observe(this.box);
    this.box.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const rect = this.box.getBoundingClientRect();
      this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, { x: event.clientX - rect.left, y: event.clientY - rect.top });
    }, { passive: false });
    this.box.addEventListener('pointerdown', () => { this.refit = null; });
    this.svg.addEventListener('keydown', (event) => this.#key(event));
    followFingers(this);
    this.#print();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      '+': () => this.zoomBy(1.2), '=': () => this.zoomBy(1.2), '-': () => this.zoomBy(1 / 1.2),
      0: () => this.fit(),
      ArrowUp: () => this.moveBy(0, 60), ArrowDown: () => this.moveBy(0, -60),
      ...(this.arrowsStep ? {} : { ArrowLeft: () => this.moveBy(60, 0), ArrowRight: () => this.moveBy(-60, 0) }),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** On paper the chart is scaled as a picture: pixels of the screen mean nothing there. */
  #print() {
    let before = null;
    window.addEventListener('beforeprint', () => {
      if (!this.box.clientWidth) return;
      this.canvas.resized();
      before = this.canvas.viewbox();
      this.canvas.zoom('fit-viewport', 'auto');
      const { x, y, scale, inner } = this.canvas.viewbox(); // the chart alone, without the box's empty margins
      const part = [(inner.x - x) * scale - 8, (inner.y - y) * scale - 14, inner.width * scale + 16, inner.height * scale + 22];
      this.svg.setAttribute('viewBox', part.join(' '));
    });
    window.addEventListener('afterprint', () => {
      if (!before) return;
      this.svg.removeAttribute('viewBox');
      this.canvas.viewbox(before);
      before = null;
    });
  }
}

/** Keeps the view on the chart: no blank margin beside a chart that goes on elsewhere. */
function within(wanted, start, size, room) {
  if (size <= room) return start - (room - size) / 2;
  return Math.min(Math.max(wanted, start - 8), start + size - room + 8);
}
