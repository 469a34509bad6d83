// Small comforts, each a few lines; every page works without them.
import { differs } from './early.js';

const idle = document.activeElement === document.body; // who is typing already is left where he is
const fresh = performance.getEntriesByType('navigation')[0]?.type === 'navigate'; // not put back by the browser, with what it held

// the first thing to look at: a summary of problems, a confirmation
if (idle) document.querySelector('[data-focus]')?.focus();
// a new application is typed at once; on a touch screen the keyboard would cover the page
if (idle && !document.querySelector('[data-focus]') && matchMedia('(pointer: fine)').matches) {
  const controls = document.querySelectorAll('form[data-first] :is(input, select, textarea):not([type=hidden]):not([disabled])');
  [...controls].find((control) => control.offsetParent && control.id !== 'office')?.focus({ preventScroll: true });
}

document.querySelectorAll('[data-print]').forEach((button) => button.addEventListener('click', () => window.print()));
// a list that is narrowed, and a file for a table, are shown at once
document.querySelectorAll('[data-autosubmit], [data-load]').forEach((field) => {
  field.addEventListener('change', () => field.form.requestSubmit());
  if (fresh && differs(field)) field.form.requestSubmit();
});

// a long list of boxes is ticked at once, or not at all
document.querySelectorAll('[data-tick]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const boxes = [...document.getElementById(button.dataset.tick).querySelectorAll('input[type=checkbox]:enabled')];
    const on = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = on; });
  });
});

// what cannot be taken back asks first
document.querySelectorAll('form[data-confirm]').forEach((form) => form.addEventListener('submit', (event) => {
  if (!window.confirm(form.dataset.confirm)) event.preventDefault();
}));

// demo accounts fill in the user name
document.querySelectorAll('[data-username]').forEach((button) => button.addEventListener('click', () => {
  document.getElementById('username').value = button.dataset.username;
  document.getElementById('password').focus();
}));

// one box ticks all of its group
document.querySelectorAll('[data-tick-all]').forEach((all) => {
  const boxes = [...all.closest('fieldset').querySelectorAll('input[type=checkbox]')].filter((box) => box !== all);
  const follow = () => { all.checked = boxes.every((box) => box.checked); };
  all.addEventListener('change', () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener('change', follow));
  if (differs(all)) boxes.forEach((box) => { box.checked = all.checked; });
});

// menus close on Escape and on a click elsewhere
document.addEventListener('click', (event) => {
  document.querySelectorAll('details.me[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.querySelectorAll('details.me[open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  if (document.activeElement?.matches('.why button')) document.activeElement.blur();
});

// the demo clock's slider says where it would move the time to
const demo = document.querySelector('[data-demo-clock]');
if (demo) {
  const slider = demo.querySelector('input[type=range]');
  const output = demo.querySelector('output');
  const from = new Date(demo.dataset.demoClock);
  const format = new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  });
  const show = () => {
    const hours = Number(slider.value);
    const words = hours < 48 ? `${hours} 小时` : `${Math.floor(hours / 24)} 天${hours % 24 ? ` ${hours % 24} 小时` : ''}`;
    output.textContent = `${words}，到 ${format.format(new Date(from.getTime() + hours * 3600e3))}`;
  };
  slider.addEventListener('input', show);
  show();
}
