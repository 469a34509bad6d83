// 保存草稿 / 检查 / 下载 BPMN / 打开文件 / 撤销 / 重做 / 查找 / 适应窗口 / 快捷键, and whether all is saved.

import { h } from '../lib/dom.js';
import { fit } from './fit.js';
import { keysHelp } from './keys.js';

/** @param {HTMLElement[]} opening the controls that open a file */
export function toolbar(modeler, draft, checks, opening) {
  const button = (id, label, title, act) => h('button', { type: 'button', id: `jb-${id}`, title, onclick: act }, label);
  const undo = button('undo', '撤销', '撤销（Ctrl+Z）', () => modeler.get('commandStack').undo());
  const redo = button('redo', '重做', '重做（Ctrl+Y）', () => modeler.get('commandStack').redo());
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
    button('download', '下载 BPMN', '下载为文件', () => draft.download()),
    opening,
    undo, redo,
    button('find', '查找', '在图中查找（Ctrl+F）', () => setTimeout(() => modeler.get('searchPad').open())), // after this click, which would close it
    button('fit', '适应窗口', '显示全图', () => fit(modeler)),
    keysHelp(),
    status);
}
