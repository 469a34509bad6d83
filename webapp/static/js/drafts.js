// Nothing typed is lost: input is kept on the server a moment after it was typed, unchecked.
import { changed } from './early.js';
import { post } from './server.js';

const PAUSE = 1200; // ms without typing

document.querySelectorAll('form[data-draft-place]').forEach((form) => {
  const place = form.dataset.draftPlace;
  const state = form.querySelector('[data-draft-state]');
  if (!place || !state) return;
  let timer = 0;
  let running = null;
  let sent = false;
  let dirty = false;

  const say = (words) => { state.textContent = words; };

  async function keep(options = {}) {
    if (sent || !dirty) return;
    dirty = false;
    const body = new FormData(form);
    body.set('place', place);
    running?.abort();
    running = new AbortController();
    try {
      const response = await post('/drafts', body, { signal: running.signal, ...options });
      const time = new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit' });
      if (response.ok) say(`已自动保存 ${time}`);
      else if (response.status === 401) say('登录已过期：提交时会请您重新登录，填写的内容不会丢失');
      else say('未能自动保存，请尽快提交');
    } catch (error) {
      if (error.name !== 'AbortError') { dirty = true; say('网络不通，恢复后自动保存'); }
    }
  }

  function soon() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  form.addEventListener('input', soon);
  if (changed(form).length) soon();
  form.addEventListener('submit', () => {
    sent = true;
    clearTimeout(timer);
    running?.abort();
  });
  window.addEventListener('pagehide', () => keep({ keepalive: true, signal: undefined }));
});

document.querySelectorAll('[data-drop-draft]').forEach((button) => {
  button.addEventListener('click', async () => {
    const body = new FormData();
    body.set('place', button.dataset.dropDraft);
    const response = await post('/drafts/drop', body);
    if (response.ok) window.location.replace(window.location.pathname + window.location.search);
  });
});
