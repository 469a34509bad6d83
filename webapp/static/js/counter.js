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
