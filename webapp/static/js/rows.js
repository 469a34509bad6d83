// Tables that are filled row by row: rows are added and removed here, and numbered anew, because the server tells what
// is wrong by the row's place. Without this script the server's blank rows are there to fill.

const text = (value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function serve(table) {
  const name = table.dataset.rows;
  const fieldset = table.closest('fieldset');
  const body = table.tBodies[0];
  const add = fieldset.querySelector('[data-add]');
  const news = fieldset.querySelector('[data-rows-news]');
  const inNames = new RegExp(`^(${text(name)}\\.)\\d+`);
  const inIds = new RegExp(`(${text(fieldset.id)}-)\\d+`, 'g');
  const first = (row) => row.querySelector('input, select, textarea');
  const blank = body.rows[body.rows.length - 1].cloneNode(true);
  empty(blank);

  function empty(row) {
    row.querySelectorAll('input, textarea').forEach((control) => {
      if (control.matches('[type=checkbox], [type=radio]')) control.checked = false;
      else control.value = '';
      control.removeAttribute('aria-invalid');
    });
    row.querySelectorAll('select').forEach((control) => { control.selectedIndex = 0; });
    row.dispatchEvent(new Event('jingban:emptied'));
    row.querySelectorAll('[data-error]').forEach((note) => { note.hidden = true; note.textContent = ''; });
  }

  function number() {
    [...body.rows].forEach((row, n) => {
      row.querySelector('[data-n]').textContent = n + 1;
      [row, ...row.querySelectorAll('[id], [name], [for], [aria-label]')].forEach((element) => {
        if (element.name) element.name = element.name.replace(inNames, `$1${n}`);
        ['id', 'for', 'aria-describedby', 'aria-controls', 'aria-activedescendant'].forEach((attribute) => {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(inIds, `$1${n}`));
        });
        const spoken = element.getAttribute('aria-label');
        if (spoken) element.setAttribute('aria-label', spoken.replace(/第\d+行/, `第${n + 1}行`));
      });
    });
  }

  // kept and checked like anything that is typed
  function changed() {
    ['input', 'change'].forEach((kind) => fieldset.dispatchEvent(new Event(kind, { bubbles: true })));
  }

  add.hidden = false;
  body.querySelectorAll('[data-remove]').forEach((button) => { button.hidden = false; });
  blank.querySelector('[data-remove]').hidden = false;
  add.addEventListener('click', () => {
    body.append(blank.cloneNode(true));
    number();
    body.rows[body.rows.length - 1].dispatchEvent(new Event('jingban:drawn', { bubbles: true }));
    first(body.rows[body.rows.length - 1]).focus();
    news.textContent = `已添加第${body.rows.length}行`;
  });
  body.addEventListener('click', (event) => {
    const row = event.target.closest('[data-remove]')?.closest('[data-line]');
    if (!row) return;
    const at = row.sectionRowIndex;
    if (body.rows.length === 1) empty(row);
    else row.remove();
    number();
    news.textContent = `已删除第${at + 1}行，共${body.rows.length}行`;
    (body.rows[at]?.querySelector('[data-remove]') ?? add).focus();
    changed();
  });
}

document.querySelectorAll('table[data-rows]').forEach(serve);
document.querySelectorAll('[data-renewed]').forEach((place) => {
  new MutationObserver(() => place.querySelectorAll('table[data-rows]').forEach(serve)).observe(place, { childList: true });
});
