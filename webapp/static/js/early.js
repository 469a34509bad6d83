// Who types before our modules have arrived is heard as well, and so is what a browser puts back into a form by itself.

// Whether a control no longer holds what the page was served with.
export function differs(control) {
  if (control.matches('[type=radio], [type=checkbox]')) return control.checked !== control.defaultChecked;
  if (control.matches('select')) {
    return control.selectedIndex !== Math.max(0, [...control.options].findIndex((option) => option.defaultSelected));
  }
  return control.matches('input, textarea') && control.value !== control.defaultValue;
}

// The controls of a form of which that is so.
export const changed = (form) => [...form.elements].filter((control) => control.name && differs(control));
