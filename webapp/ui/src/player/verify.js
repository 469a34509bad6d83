// The verify button: the server executes the case again and compares; we show its verdict.
// Answer: {"result": 'intact'|'altered'|'differs'|'unverifiable', "text": …, "details": […]}.

import { h } from '../lib/dom.js';
import { sendJson } from '../lib/server.js';

const HEADINGS = {
  intact: '一致：记录未被改动', altered: '不一致：记录被改动过',
  differs: '不一致：以当前引擎重新执行，结果不同', unverifiable: '记录未被改动：部分内容已依法删除',
};

export function verifyPart(url) {
  const answer = h('div', { class: 'jb-verdict', role: 'status' });
  const button = h('button', { type: 'button', id: 'jb-verify', class: 'jb-primary' }, '核验这份历程');
  button.addEventListener('click', async () => {
    button.disabled = true;
    answer.className = 'jb-verdict';
    answer.textContent = '正在从头重新执行并逐条比对…';
    try {
      show(answer, await sendJson('POST', url, {}));
    } catch (error) {
      answer.classList.add('jb-verdict-failed');
      answer.textContent = `没有完成核验：${error.message}`;
    }
    button.disabled = false;
  });
  return h('section', { class: 'jb-card jb-verify', 'aria-label': '核验' }, button, answer);
}

function show(place, { result, text, details = [] }) {
  place.classList.add(`jb-verdict-${result}`);
  place.dataset.result = result;
  place.replaceChildren(h('strong', {}, HEADINGS[result] ?? result), text ? h('p', {}, text) : '',
    details.length ? h('ul', {}, details.map((line) => h('li', {}, typeof line === 'string' ? line : JSON.stringify(line)))) : '');
}
