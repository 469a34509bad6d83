// The list of all events; the current one is marked, a click goes there.

import { h } from '../lib/dom.js';
import { inWords } from './frames.js';

export class EventList {
  constructor(frames, go) {
    this.buttons = frames.map((frame, index) => h('button', { type: 'button', id: `jb-event-${frame.seq}`, onclick: () => go(index) },
      h('span', { class: 'jb-seq' }, String(frame.seq)),
      h('span', { class: 'jb-what' }, frame.title ?? frame.kind ?? ''),
      h('span', { class: 'jb-when' }, [inWords(frame.at), frame.actor].filter(Boolean).join(' · '))));
    this.list = h('ol', { class: 'jb-events' }, this.buttons.map((button) => h('li', {}, button)));
    this.element = h('section', { class: 'jb-card', 'aria-label': '全部事件' }, h('h2', {}, `全部事件（${frames.length}）`), this.list);
  }

  highlight(index) {
    this.current?.removeAttribute('aria-current');
    this.current = this.buttons[index];
    this.current.setAttribute('aria-current', 'step');
    // Scrolls the list only: scrollIntoView would move the page under the reader.
    const { offsetTop, offsetHeight } = this.current.parentElement;
    const { scrollTop, clientHeight } = this.list;
    if (offsetTop < scrollTop) this.list.scrollTop = offsetTop - 8;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight) this.list.scrollTop = offsetTop + offsetHeight - clientHeight + 8;
  }
}
