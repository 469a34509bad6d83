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
    partButton(diagram, button),
    wholeScreen(diagram, button));
}

/** Where something is open, or where the whole chart is too small to read. */
function partButton(diagram, button) {
  if (diagram.hasOpen()) return button('放大到当前环节', '当前环节', () => diagram.fit());
  return diagram.isLegible() ? null : button('放大到看得清文字', '看清文字', () => diagram.fit());
}

/** Nothing where the browser cannot: a phone's fills the screen by itself. */
function wholeScreen(diagram, button) {
  if (!document.fullscreenEnabled) return null;
  return button('全屏看图，按 Esc 退出', '全屏', () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else diagram.box.parentElement.requestFullscreen();
  });
}
