// Lists by keyboard: j/k move, Enter opens (the row's link has the focus), c claims, / searches, ? tells the keys.

const rows = [...document.querySelectorAll('[data-keys] [data-row]')];
const search = document.querySelector('[data-search]');
const typing = (target) => target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
const help = document.getElementById('keys');
let at = -1;

document.querySelectorAll('[data-show-keys]').forEach((button) => {
  button.hidden = !help;
  button.addEventListener('click', () => help.showModal());
});

function go(to) {
  if (!rows.length) return;
  rows[at]?.classList.remove('here');
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].classList.add('here');
  rows[at].querySelector('[data-open]').focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: 'nearest' });
}

document.addEventListener('focusin', (event) => {
  const row = event.target.closest('[data-row]');
  if (!row) return;
  rows[at]?.classList.remove('here');
  at = rows.indexOf(row);
  row.classList.add('here');
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || help?.open) return;
  const act = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    c: () => rows[at]?.querySelector('[data-claim]')?.requestSubmit(),
    '?': help && (() => help.showModal()),
    '/': () => search && (search.focus(), search.select()),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
