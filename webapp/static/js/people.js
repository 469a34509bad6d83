// A long list of people is searched by typing: a select of more than a few becomes a combobox over the same select, which
// stays the form's control. Without this script, and for short lists, the select itself is used.

const FEW = 8;

function search(select) {
  const options = [...select.options].filter((option) => option.value);
  const input = document.createElement('input');
  const list = document.createElement('ul');
  const box = document.createElement('div');
  const focused = document.activeElement === select;
  let shown = [];
  let at = -1; // the entry that Enter takes
  let moved = false; // by the arrows: then leaving takes it too
  let telling = false; // our own events say that somebody was chosen

  box.className = 'people';
  ['id', 'aria-label', 'aria-describedby', 'aria-required', 'aria-invalid'].forEach((name) => {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    select.removeAttribute(name);
  });
  Object.entries({
    type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', placeholder: '输入姓名查找',
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${input.id}-list`,
  }).forEach(([name, value]) => input.setAttribute(name, value));
  list.id = `${input.id}-list`;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', '可选的人员');
  list.hidden = true;
  select.before(box);
  box.append(input, list, select);
  select.hidden = true;
  input.disabled = select.disabled;

  const chosen = () => select.selectedOptions[0];
  const told = () => (chosen()?.value ? chosen().dataset.name : '');
  const close = () => { list.hidden = true; at = -1; moved = false; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };

  function draw(words) {
    const wanted = words.trim().toLowerCase();
    shown = options.filter((option) => `${option.textContent} ${option.value}`.toLowerCase().includes(wanted));
    list.replaceChildren(...shown.map((option, n) => {
      const entry = document.createElement('li');
      const about = document.createElement('span');
      about.className = 'quiet';
      about.textContent = option.dataset.about;
      entry.append(option.dataset.name, ' ', about);
      entry.id = `${list.id}-${n}`;
      entry.setAttribute('role', 'option');
      entry.setAttribute('aria-selected', String(option.selected));
      return entry;
    }));
    if (!shown.length) {
      const none = document.createElement('li');
      none.className = 'quiet';
      none.textContent = '没有找到，请核对姓名';
      list.append(none);
    }
    list.hidden = false;
    moved = false;
    input.setAttribute('aria-expanded', 'true');
    mark(wanted && shown.length ? 0 : -1);
  }

  function mark(to) {
    at = to;
    [...list.children].forEach((entry, n) => entry.classList.toggle('here', n === at));
    if (at < 0) return input.removeAttribute('aria-activedescendant');
    input.setAttribute('aria-activedescendant', list.children[at].id);
    return list.children[at].scrollIntoView({ block: 'nearest' });
  }

  function choose(option) {
    const before = select.value;
    select.value = option ? option.value : '';
    input.value = told();
    close();
    // kept and checked like anything that is chosen
    if (select.value === before) return;
    telling = true;
    ['input', 'change'].forEach((kind) => input.dispatchEvent(new Event(kind, { bubbles: true })));
    telling = false;
  }

  input.value = told();
  input.addEventListener('input', () => { if (!telling) draw(input.value); });
  input.addEventListener('click', () => { if (list.hidden) { input.select(); draw(''); } });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) draw('');
      else if (shown.length) {
        mark(at < 0 && event.key === 'ArrowUp' ? shown.length - 1 : (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length);
        moved = true;
      }
    } else if (event.key === 'Enter' && !list.hidden) {
      event.preventDefault();
      if (at >= 0) choose(shown[at]);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation();
      input.value = told();
      close();
    }
  });
  // leaving takes what is marked or the only one found; anything else that was typed is no choice
  input.addEventListener('blur', () => {
    if (list.hidden) return;
    const typed = input.value.trim();
    if (moved || (typed && shown.length === 1)) choose(shown[Math.max(at, 0)]);
    else choose(typed ? chosen() : null);
  });
  input.addEventListener('change', (event) => { if (!telling) event.stopPropagation(); });
  list.addEventListener('mousedown', (event) => {
    event.preventDefault(); // the box keeps the focus
    const n = [...list.children].indexOf(event.target.closest('[role=option]'));
    if (n >= 0) choose(shown[n]);
  });
  if (focused) input.focus();
  box.closest('[data-line]')?.addEventListener('jingban:emptied', () => { input.value = ''; close(); });
}

function serve(root) {
  root.querySelectorAll('select[data-people]').forEach((select) => {
    if (select.options.length > FEW + 1 && !select.closest('.people')) search(select);
  });
}

serve(document);
document.addEventListener('jingban:drawn', (event) => serve(event.target));
document.querySelectorAll('[data-renewed]').forEach((place) => {
  new MutationObserver(() => serve(place)).observe(place, { childList: true });
});
