// Elements without HTML strings: what the server sends is text, never markup, and the
// content security policy would refuse style attributes that a parser meets anyway.

/**
 * h('button', {type: 'button', class: 'x', onclick: f, hidden: true}, 'text', childNode, null)
 * Attributes of value null/undefined/false are left out; functions become listeners.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Calls `start(element)` once for each match, now and after htmx has swapped a fragment in. */
export function whenPresent(selector, start) {
  const started = new WeakSet();
  const scan = () => document.querySelectorAll(selector).forEach((element) => {
    if (started.has(element)) return;
    started.add(element);
    start(element);
  });
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', scan);
  else scan();
  for (const name of ['htmx:after:swap', 'htmx:afterSwap']) document.addEventListener(name, scan); // htmx 4, 2
}

/** Calls `start()` once, when the element first has a size: a closed <details> costs nothing. */
export function whenVisible(element, start) {
  const observer = new ResizeObserver(() => {
    if (!element.clientWidth || !element.clientHeight) return;
    observer.disconnect();
    start();
  });
  observer.observe(element);
}

/** True where a key press belongs to a field that is being typed in. */
export function isTyping(event) {
  const target = event.target;
  return target instanceof Element
    && (target.matches('textarea, select, input:not([type=range])') || target.isContentEditable);
}

/** A small picture for a button, of one path in a 16 × 16 field; fonts lack the player's symbols. */
export function icon(path) {
  return svg('svg', { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: path, fill: 'currentColor' }));
}

/**
 * Options of bpmn-js's text renderer: the page's own font, by name. It breaks lines by
 * measuring on a canvas, and a canvas does not know 'inherit' (it measured 10 px instead).
 */
export function textOf(place) {
  const fontFamily = getComputedStyle(place).fontFamily || 'sans-serif';
  // 12 px within shapes, 11 px beside them: bpmn-js's own sizes, for which labels are laid out.
  return { defaultStyle: { fontFamily, fontSize: 12 }, externalStyle: { fontFamily, fontSize: 11 } };
}
