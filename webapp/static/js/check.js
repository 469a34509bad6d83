// A form is checked by the server on every change, by the same function as on submit. Only fields that were touched
// show what is wrong with them; what is hidden, required or lacking always follows.
import { changed } from './early.js';
import { post } from './server.js';

document.querySelectorAll('form[data-check-url]').forEach((form) => {
  const touched = new Set();
  let running = null;

  form.querySelectorAll('.error:not([hidden])').forEach((note) => touched.add(note.id.slice(2)));
  form.addEventListener('change', (event) => {
    const { target } = event;
    touched.add(target.id);
    const group = target.closest('fieldset[id]');
    if (group) touched.add(group.id);
    check();
  });
  const early = changed(form);
  early.forEach((control) => touched.add(control.closest('fieldset[id]')?.id ?? control.id));
  if (early.length) check();

  async function check() {
    running?.abort();
    running = new AbortController();
    try {
      const response = await post(form.dataset.checkUrl, new FormData(form), { signal: running.signal });
      if (!response.ok) return;
      const answer = await response.json();
      show(answer);
      form.dispatchEvent(new CustomEvent('jingban:form-checked', { detail: answer }));
    } catch { /* offline or overtaken: submitting checks again */ }
  }

  function show({ errors = {}, hidden, required, lacks = {}, shown = {} }) {
    form.querySelectorAll('.error[id]').forEach((note) => {
      const id = note.id.slice(2);
      const message = touched.has(id) ? errors[id] ?? '' : '';
      note.textContent = message;
      note.hidden = !message;
      const control = document.getElementById(id);
      if (control?.matches('input, select, textarea')) control.toggleAttribute('aria-invalid', false);
      if (message && control?.matches('input, select, textarea')) control.setAttribute('aria-invalid', 'true');
    });
    if (!hidden) return;
    form.querySelectorAll('[data-shown]').forEach((place) => {
      if (place.id in shown) place.textContent = shown[place.id] || '—';
    });
    form.querySelectorAll('[data-field]').forEach((field) => {
      const id = field.dataset.field || field.id;
      field.hidden = hidden.includes(id);
      const must = field.querySelector(':scope > label [data-must], :scope > legend [data-must]');
      if (must) must.hidden = !required.includes(id);
    });
    form.querySelectorAll('[data-lack]').forEach((tag) => {
      tag.textContent = lacks[tag.dataset.lack] ?? '';
      tag.hidden = !tag.textContent;
    });
  }

  // checklists may be fetched anew while the page stands (see counter.js)
  const offerAll = () => form.querySelectorAll('[data-all]').forEach((button) => { button.hidden = false; });
  offerAll();
  const anew = { childList: true, subtree: true, attributeFilter: ['hidden'] }; // htmx puts attributes back as it settles
  form.querySelectorAll('[data-renewed]').forEach((place) => new MutationObserver(offerAll).observe(place, anew));
  form.addEventListener('click', (event) => {
    const list = event.target.closest('[data-all]')?.closest('fieldset');
    if (!list) return;
    const boxes = [...list.querySelectorAll('input[type=checkbox]')];
    const on = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = on; });
    boxes[0]?.dispatchEvent(new Event('change', { bubbles: true }));
  });
});
