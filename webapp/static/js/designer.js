// A draft may be proposed when its latest edit is saved and checked without an error.
const button = document.querySelector('[data-propose]');
const why = document.querySelector('[data-propose-why]');
const revision = document.querySelector('[data-revision]');

let errors = null;
document.addEventListener('jingban:checked', ({ detail }) => { errors = detail.errors; });
document.addEventListener('jingban:publishable', ({ detail }) => {
  button.disabled = !detail.publishable;
  if (detail.publishable) {
    revision.value = String(detail.revision);
    why.textContent = `第 ${detail.revision} 稿已保存，检查没有错误。`;
  }
});
for (const name of ['jingban:checked', 'jingban:draft-changed', 'jingban:draft-saved']) {
  document.addEventListener(name, () => queueMicrotask(() => {
    if (!button.disabled) return;
    why.textContent = errors ? `检查有 ${errors} 个错误，改正后才能提交。` : '有修改尚未保存或检查，请稍候。';
  }));
}
