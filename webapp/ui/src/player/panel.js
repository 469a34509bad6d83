// Who, what, when, why at the current event; the form as submitted; the limits then.

import { h } from '../lib/dom.js';
import { inWords } from './frames.js';

const LEDGER_STATES = {
  running: '计时中', suspended: '暂停', met: '按期', breached: '逾期', pending: '未开始',
  cancelled: '已取消', expired: '已届满', ended: '已结束',
};

export class FramePanel {
  constructor() {
    this.heading = h('h2', { id: 'jb-frame-title' });
    this.body = h('div', {});
    this.element = h('section', { class: 'jb-card jb-frame', 'aria-labelledby': 'jb-frame-title', 'aria-live': 'polite' }, this.heading, this.body);
  }

  /** @param {(id: string) => string} nameOf name of a node on the chart */
  show(frame, index, total, nameOf) {
    this.heading.textContent = frame.title || frame.kind || '';
    this.body.replaceChildren(...[
      facts(frame, nameOf), decisions(frame), submitted(frame.form), ledger(frame.ledger),
    ].filter(Boolean));
  }
}

function facts(frame, nameOf) {
  const rows = [
    ['何人', frame.actor],
    ['何时', inWords(frame.at)],
    // Said only where it differs: an entry made later than it took effect is what an auditor looks for.
    ['登记于', sameMinute(frame.at, frame.recorded_at) ? '' : inWords(frame.recorded_at)],
    ['何处', frame.node ? nameOf(frame.node) || frame.node : ''],
    ['依据', frame.why],
  ];
  return definitions('jb-facts', rows);
}

function sameMinute(a, b) {
  return !b || Math.abs(new Date(a) - new Date(b)) < 60_000;
}

function definitions(className, rows) {
  return h('dl', { class: className }, rows.filter(([, value]) => value)
    .map(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
}

function decisions(frame) {
  if (!frame.decisions.length) return null;
  return part('随之发生', h('ul', { class: 'jb-decisions' }, frame.decisions.map((text) => h('li', {}, text))));
}

function submitted(fields) {
  if (!fields.length) return null;
  const rows = fields.map(({ label, value, mark }) => h('tr', {},
    h('th', { scope: 'row' }, label),
    h('td', {}, shown(value), mark === 'personal' ? h('span', { class: 'jb-mark', title: '个人信息：仅供办理和稽核使用' }, '个人信息') : null)));
  return part('提交的内容', h('table', { class: 'jb-form' }, h('tbody', {}, rows)));
}

function shown(value) {
  if (value === null || value === undefined || value === '') return '（未填）';
  if (value === true) return '是';
  if (value === false) return '否';
  if (Array.isArray(value)) return value.map(shown).join('、') || '（无）';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function ledger(entries) {
  if (!entries.length) return null;
  return part('当时的时限', h('ul', { class: 'jb-ledger' }, entries.map((entry) => h('li', { class: `jb-limit jb-limit-${entry.state}` },
    h('strong', {}, entry.title ?? entry.key),
    h('span', { class: 'jb-limit-state' }, LEDGER_STATES[entry.state] ?? entry.state),
    entry.due ? h('span', {}, `到期 ${inWords(entry.due)}`) : null,
    entry.remaining ? h('span', {}, /\d$/.test(entry.remaining) ? `剩余 ${entry.remaining}` : entry.remaining) : null,
    entry.explanation ? h('p', {}, entry.explanation) : null))));
}

const part = (title, content) => h('div', { class: 'jb-part' }, h('h3', {}, title), content);
