// What stands below every chart: what the colours mean, and buttons to zoom.

import { h } from './dom.js';

const WORDS = [['active', '正在办理'], ['waiting', '等待申请人'], ['done', '已完成'], ['cancelled', '已取消'],
  ['added', '新增'], ['changed', '改动'], ['removed', '删除']];

/** Only the states that occur: a legend of absent colours is noise. */
export function legend(elements) {
  const present = new Set(Object.values(elements));
  const items = WORDS.filter(([state]) => present.has(state))
    .map(([state, word]) => h('li', { class: `jb-key jb-key-${state}` }, word));
  return items.length ? h('ul', { class: 'jb-legend', 'aria-label': '图例' }, items) : null;
}

export function zoomButtons(diagram) {
  const button = (label, text, act) => h('button', { type: 'button', title: label, 'aria-label': label, onclick: act }, text);
  return h('div', { class: 'jb-zoom', role: 'group', 'aria-label': '缩放' },
    button('缩小', '−', () => diagram.zoomBy(1 / 1.25)),
    button('放大', '＋', () => diagram.zoomBy(1.25)),
    button('显示全图', '全图', () => diagram.fitWhole()),
    button('回到当前环节', '当前', () => diagram.fit()));
}
