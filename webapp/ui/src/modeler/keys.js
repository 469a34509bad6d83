// What the keyboard does on the chart; bpmn-js tells nobody.

import { h } from '../lib/dom.js';

const KEYS = [
  ['Ctrl+S', '保存草稿'], ['Ctrl+Z　Ctrl+Y', '撤销、重做'], ['Ctrl+C　Ctrl+X　Ctrl+V', '复制、剪切、粘贴'],
  ['Ctrl+A', '全选'], ['Ctrl+F', '在图中查找'], ['E', '改选中元素的名称'], ['R', '更换选中元素的类型'],
  ['Delete', '删除'], ['方向键', '移动选中的元素（加 Shift 移得更远）'], ['Ctrl+方向键', '移动画布'],
  ['Ctrl+加号　Ctrl+减号　Ctrl+0', '放大、缩小、原大小'], ['Ctrl+滚轮', '缩放'],
  ['H　L　S　C', '拖动画布、框选、腾出空间、连线'], ['Shift+单击', '选中多个；然后可对齐、等距排列'],
];

/** A button, and the table it opens. */
export function keysHelp() {
  const dialog = h('dialog', { class: 'jb-keys', 'aria-label': '快捷键' },
    h('h2', {}, '快捷键'),
    h('dl', {}, KEYS.map(([keys, what]) => h('div', {}, h('dt', {}, keys), h('dd', {}, what)))),
    h('form', { method: 'dialog' }, h('button', { id: 'jb-keys-close' }, '关闭')));
  const button = h('button', { type: 'button', id: 'jb-keys', title: '键盘和鼠标的用法', onclick: () => dialog.showModal() }, '快捷键');
  return [button, dialog];
}
