// 即办: the later sheets follow what is typed. A sheet that is not reached is hidden and keeps what it holds; one that
// became another (other materials are owed, another step comes next) is fetched anew with what was typed. Fields that
// begin with what the application says (the name on the voucher) follow it until somebody changes them.
document.querySelectorAll('form[data-counter]').forEach((form) => {
  const holder = form.querySelector('#later-sheets');
  const next = form.querySelector('[data-counter-next]');
  const sheet = (id) => holder.querySelector(`[data-sheet="${id}"]`);

  const follow = ([id, value]) => {
    const control = document.getElementById(id);
    if (!control || control.dataset.changed || ![control.dataset.followed ?? '', ''].includes(control.value)) return;
    control.value = control.dataset.followed = value;
  };
  holder.addEventListener('change', ({ target }) => { target.dataset.changed = 'yes'; });

  // what is typed while sheets are fetched, since the form was read for that, goes into those that come
  const fetching = new Map(); // request -> the controls that were changed since
  holder.addEventListener('htmx:config:request', ({ detail }) => fetching.set(detail.ctx, new Set()));
  holder.addEventListener('htmx:finally:request', ({ detail }) => fetching.delete(detail.ctx));
  holder.addEventListener('input', ({ target }) => {
    fetching.forEach((typed) => { typed.delete(target); typed.add(target); });
  });
  holder.addEventListener('htmx:after:swap', ({ detail }) => {
    const typed = [...fetching.get(detail.ctx) ?? []].filter((control) => control.name);
    typed.forEach(restore);
    if (typed.length) holder.dispatchEvent(new Event('change', { bubbles: true }));
  });

  function restore(old) {
    const ticked = old.matches('[type=radio], [type=checkbox]');
    const named = [...holder.querySelectorAll('input, select, textarea')].filter((control) => control.name === old.name);
    const now = named.find((control) => !ticked || control.value === old.value);
    if (now && ticked) now.checked = old.checked;
    else if (now) now.value = old.value;
  }

  form.addEventListener('jingban:form-checked', ({ detail }) => {
    Object.entries(detail.followed ?? {}).forEach(follow);
    const wanted = Object.entries(detail.sheets ?? {});
    next.textContent = detail.next ?? '';
    if (wanted.some(([id, signature]) => sheet(id)?.dataset.signature !== signature)) {
      window.htmx.trigger(holder, 'jingban:sheets');
      return;
    }
    holder.querySelectorAll('[data-sheet]').forEach((found) => { found.hidden = !(found.dataset.sheet in detail.sheets); });
  });
});
