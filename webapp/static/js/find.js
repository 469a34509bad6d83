// Finding by keyboard: the arrows move through what was found while the typing goes on, Enter opens the one marked.
import { differs } from './early.js';

document.querySelectorAll('[data-find]').forEach((input) => {
  const found = document.getElementById('found');
  let at = 0;
  const all = () => [...found.querySelectorAll('[data-found]')];
  const link = (entry) => entry.querySelector('a');

  function mark(to) {
    const entries = all();
    at = Math.max(0, Math.min(entries.length - 1, to));
    entries.forEach((entry, n) => entry.classList.toggle('here', n === at));
    if (entries[at]) entries[at].scrollIntoView({ block: 'nearest' });
  }

  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const marked = found.querySelector('.here');
      mark(marked ? at + (event.key === 'ArrowDown' ? 1 : -1) : 0); // the first press marks the first
    }
    if (event.key === 'Enter') {
      const marked = found.querySelector('.here');
      if (!marked) return;
      event.preventDefault();
      window.location.assign(link(marked).href);
    }
  });
  new MutationObserver(() => mark(0)).observe(found, { childList: true }); // the list was fetched anew
  if (input.value.trim()) mark(0);
  // htmx listens from then on, to what was typed before as well
  if (differs(input)) document.addEventListener('DOMContentLoaded', () => input.dispatchEvent(new Event('search')));
});
