// Slider, step buttons, play; and the keys ← → Home End and space.

import { h, icon, isTyping } from '../lib/dom.js';
import { inWords } from './frames.js';

const ICONS = {
  first: 'M2 3h2v10H2z M14 3v10L5 8z', back: 'M10.5 2 4.5 8l6 6 1.5-1.5L7.5 8 12 3.5z', play: 'M4 2v12l10-6z', pause: 'M3 3h4v10H3z M9 3h4v10H9z',
  next: 'M5.5 2l6 6-6 6L4 12.5 8.5 8 4 3.5z', last: 'M12 3h2v10h-2z M2 3v10l9-5z',
};
const STEP_MS = 1400; // time to read one title

export class Controls {
  /** @param {object[]} frames  @param {(index: number) => void} go */
  constructor(frames, go) {
    this.frames = frames;
    this.go = go;
    this.timer = null;
    this.slider = h('input', {
      type: 'range', id: 'jb-slider', min: 0, max: frames.length - 1, step: 1, value: 0,
      'aria-label': '事件位置', oninput: () => { this.stop(); go(Number(this.slider.value)); },
    });
    const button = (id, label, shape, act) => h('button', { type: 'button', id, title: label, 'aria-label': label, onclick: act }, icon(ICONS[shape]));
    this.playButton = button('jb-play', '播放（空格）', 'play', () => this.toggle());
    this.count = h('output', { for: 'jb-slider', class: 'jb-count' });
    this.element = h('div', { class: 'jb-controls', role: 'group', 'aria-label': '回放' },
      button('jb-first', '第一个事件（Home）', 'first', () => this.jump(0)),
      button('jb-back', '上一个事件（←）', 'back', () => this.jump(this.index() - 1)),
      this.playButton,
      button('jb-next', '下一个事件（→）', 'next', () => this.jump(this.index() + 1)),
      button('jb-last', '最后一个事件（End）', 'last', () => this.jump(frames.length - 1)),
      this.slider, this.count);
  }

  index() { return Number(this.slider.value); }

  at(index) {
    const frame = this.frames[index];
    this.slider.value = String(index);
    this.slider.setAttribute('aria-valuetext', `第 ${frame.seq} 个事件，${frame.title}，${inWords(frame.at)}`);
    this.count.textContent = `${index + 1} / ${this.frames.length}`;
    if (index === this.frames.length - 1) this.stop();
  }

  jump(index) { this.stop(); this.go(index); }

  toggle() {
    if (this.timer) return this.stop();
    if (this.index() === this.frames.length - 1) this.go(0); // play again from the start
    this.timer = setInterval(() => this.go(this.index() + 1), STEP_MS);
    this.#face('暂停（空格）', 'pause');
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.#face('播放（空格）', 'play');
  }

  #face(label, shape) {
    this.playButton.replaceChildren(icon(ICONS[shape]));
    this.playButton.title = label;
    this.playButton.setAttribute('aria-label', label);
  }

  /** Keys work anywhere on the page except where they already mean something. */
  listen() {
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || event.defaultPrevented) return;
      const onButton = event.target instanceof Element && event.target.closest('button, a, summary');
      const act = {
        ArrowLeft: () => this.jump(this.index() - 1), ArrowRight: () => this.jump(this.index() + 1),
        Home: () => this.jump(0), End: () => this.jump(this.frames.length - 1),
        ...(onButton ? {} : { ' ': () => this.toggle() }),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }
}
