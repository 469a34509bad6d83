// Check boxes over one attribute of space-separated keys. The panel's library has none.

import { createElement } from '@bpmn-io/properties-panel/preact';

/** @param {{id: string, label: string, list: {key, name}[], description?: string,
 *           getValue: () => string[], setValue: (keys: string[]) => void}} props */
export function MultiChoice({ id, label, list, description, getValue, setValue }) {
  const chosen = getValue();
  const unknown = chosen.filter((key) => !list.some((item) => item.key === key)).map((key) => ({ key, name: `${key}（不在可选范围内）` }));
  const all = [...list, ...unknown];
  const toggle = (key) => setValue(all.map((item) => item.key).filter((other) => (other === key ? !chosen.includes(key) : chosen.includes(other))));
  return createElement('fieldset', { class: 'bio-properties-panel-entry jb-multi', 'data-entry-id': id },
    createElement('legend', { class: 'bio-properties-panel-label' }, label),
    all.map(({ key, name }) => createElement('label', { key, class: 'jb-multi-item' },
      createElement('input', {
        type: 'checkbox', id: `bio-properties-panel-${id}-${key}`, name: `${id}-${key}`, class: 'bio-properties-panel-input',
        checked: chosen.includes(key), onChange: () => toggle(key),
      }), name)),
    description ? createElement('div', { class: 'bio-properties-panel-description' }, description) : null);
}
