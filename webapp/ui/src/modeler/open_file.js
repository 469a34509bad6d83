// A diagram from a file in place of the one that is drawn: one that was downloaded here, or drawn
// in another tool. It is text of a stranger until the server has read it; what was drawn before
// stays at hand until the next file is opened or the page is left.

import Viewer from 'bpmn-js/lib/Viewer';

import jingban from '../jingban.json';
import { h } from '../lib/dom.js';
import { fit } from './fit.js';

const MOST = 2 * 1024 * 1024; // bytes, as the server takes them

export function openFile(modeler, draft) {
  const place = h('div', { class: 'jb-told', role: 'status', hidden: true });
  const input = h('input', { type: 'file', id: 'jb-file', accept: '.bpmn,.xml', hidden: true, onchange: () => take() });
  const button = h('button', { type: 'button', id: 'jb-open', title: '打开 BPMN 文件，代替现在的图', onclick: () => input.click() }, '打开文件');

  async function take() {
    const [file] = input.files;
    input.value = ''; // the same file may be chosen again
    if (!file) return;
    if (file.size > MOST) return say(`没有打开“${file.name}”：文件超过 2 MB。图没有变。`);
    try {
      const text = await file.text();
      const warnings = await warningsOf(text);
      const before = await draft.xml();
      await draft.replace(text);
      const left = warnings.length ? `有 ${warnings.length} 处内容没有读入，请核对。` : '';
      say(`已打开“${file.name}”，代替了原来的图。${left}`, ['恢复原来的图', () => restore(before)]);
    } catch (error) {
      say(`没有打开“${file.name}”：不是可以显示的 BPMN 流程图（${error.message}）。图没有变。`);
    }
    return null;
  }

  /** A diagram that cannot be drawn would leave nothing on the canvas: it is tried out of sight first. */
  async function warningsOf(text) {
    const scratch = new Viewer({ moddleExtensions: { jingban } });
    try {
      const { warnings } = await scratch.importXML(text);
      return warnings;
    } finally {
      scratch.destroy();
    }
  }

  async function restore(xml) {
    await draft.replace(xml);
    say('已恢复原来的图。');
  }

  function say(text, action) {
    place.replaceChildren(h('p', {}, text),
      action ? h('button', { type: 'button', onclick: action[1] }, action[0]) : '',
      h('button', { type: 'button', onclick: () => { place.hidden = true; } }, '知道了'));
    place.hidden = false;
  }

  modeler.on('import.done', ({ error }) => { if (!error) fit(modeler); });
  return { controls: [button, input], place };
}
