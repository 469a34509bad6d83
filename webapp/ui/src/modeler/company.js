// Who else is at it: people who have this draft open, and other drafts of the same matter. A hint, told anew every
// twenty seconds; the server asks who is there in the same breath.
//
//   POST presence-url → {here: [text], drafts: [{url, text}]}

import { h } from '../lib/dom.js';
import { sendJson } from '../lib/server.js';

const ASK_MS = 20_000;

export function company(url) {
  const place = h('div', { class: 'jb-company', role: 'status', hidden: true });
  let shown = '';

  async function ask() {
    try {
      show(await sendJson('POST', url));
    } catch {
      // a hint that does not arrive is none; saving tells what is wrong with the connection
    }
    setTimeout(ask, ASK_MS);
  }

  function show(told) {
    const now = JSON.stringify(told);
    if (now === shown) return; // said once, not every twenty seconds
    shown = now;
    const { here, drafts } = told;
    place.hidden = !here.length && !drafts.length;
    place.replaceChildren(
      ...(here.length ? [h('p', {}, h('strong', {}, '别人也打开着这份草稿：'), `${here.join('；')}。后保存的一方会被拦下，双方画的都不会丢。`)] : []),
      ...(drafts.length ? [h('p', {}, h('strong', {}, '本事项还有进行中的草稿：'), ...drafts.flatMap(({ url: at, text }, number) => [number ? '；' : '', h('a', { href: at, target: '_blank' }, text)]), '。先发布的一份会使依据同一版本的其他草稿不能再提交。')] : []),
    );
  }

  ask();
  return place;
}
