// 保存草稿 / 检查 / 试运行示例 / 下载 BPMN / 打开文件 / 撤销 / 重做 / 查找 / 适应窗口 / 全屏 / 快捷键, and whether all is saved.

import { h } from '../lib/dom.js';
import { fit } from './fit.js';
import { keysHelp } from './keys.js';

function wholeScreen(event) {
  if (document.fullscreenElement) document.exitFullscreen();
  else event.target.closest('.jb-modeler').requestFullscreen();
}

/** @param {HTMLElement[]} opening the controls that open a file */
export function toolbar(modeler, draft, checks, trial, opening) {
  const button = (id, label, title, act) => h('button', { type: 'button', id: `jb-${id}`, title, onclick: act }, label);
  const undo = button('undo', '撤销', '撤销（Ctrl+Z）', () => modeler.get('commandStack').undo());
  const redo = button('redo', '重做', '重做（Ctrl+Y）', () => modeler.get('commandStack').redo());
  const zoomBy = (factor) => {
    const canvas = modeler.get('canvas');
    canvas.zoom(Math.min(3, Math.max(0.2, canvas.zoom() * factor)));
  };
  document.addEventListener('fullscreenchange', () => fit(modeler));
  const status = h('span', { class: 'jb-status', role: 'status' });

  const sync = () => {
    undo.disabled = !modeler.get('commandStack').canUndo();
    redo.disabled = !modeler.get('commandStack').canRedo();
  };
  modeler.on(['commandStack.changed', 'import.done'], sync);
  sync();
  draft.onStatus((text, kind) => {
    status.textContent = text;
    status.dataset.kind = kind;
  });

  return h('div', { class: 'jb-toolbar', role: 'toolbar', 'aria-label': '设计器' },
    button('save', '保存草稿', '保存草稿（Ctrl+S）', () => draft.save()),
    button('check', '检查', '按发布的要求检查', () => checks.run()),
    trial?.button,
    button('download', '下载 BPMN', '下载为文件', () => draft.download()),
    opening,
    undo, redo,
    button('find', '查找', '在图中查找（Ctrl+F）', () => setTimeout(() => modeler.get('searchPad').open())), // after this click, which would close it
    button('smaller', '缩小', '缩小（Ctrl+减号）', () => zoomBy(1 / 1.25)),
    button('larger', '放大', '放大（Ctrl+加号）', () => zoomBy(1.25)),
    button('fit', '适应窗口', '显示全图', () => fit(modeler)),
    document.fullscreenEnabled ? button('screen', '全屏', '全屏画图，按 Esc 退出', wholeScreen) : null,
    keysHelp(),
    status);
}
