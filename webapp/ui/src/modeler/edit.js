// One element being edited: reads and writes through the command stack (so that everything
// can be undone) and makes entries of the panel.

import { SelectEntry, TextAreaEntry, TextFieldEntry, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from '@bpmn-io/properties-panel';

import { options } from './lists.js';
import { MultiChoice } from './multi_choice.js';

export class Edit {
  constructor(injector, element) {
    this.injector = injector;
    this.element = element;
    this.object = element.businessObject;
    this.lists = injector.get('lists');
    this.modeling = injector.get('modeling');
    this.debounce = injector.get('debounceInput');
  }

  /** The element's event definition of a type, if it has one. */
  definition(type) {
    return (this.object.get('eventDefinitions') ?? []).find((definition) => definition.$type === type);
  }

  get(name) { return this.object.get(name) ?? ''; }

  /** An empty value removes the attribute: absent and empty must not differ. */
  set(name, value) { this.modeling.updateProperties(this.element, { [name]: value || undefined }); }

  create(type, attributes) { return this.injector.get('bpmnFactory').create(type, attributes); }

  /** Several changes as one step back. @param {[string, object][]} commands [name, context] pairs */
  together(commands) {
    this.injector.get('commandStack').execute('properties-panel.multi-command-executor',
      commands.map(([cmd, context]) => ({ cmd, context })));
  }

  // ── entries ───────────────────────────────────────────────────────────────────

  text(name, label, more = {}) {
    return {
      id: idOf(name), component: TextFieldEntry, isEdited: isTextFieldEntryEdited, label, debounce: this.debounce,
      getValue: () => this.get(name), setValue: (value) => this.set(name, value), ...more,
    };
  }

  area(id, label, more) {
    return {
      id, component: TextAreaEntry, isEdited: isTextAreaEntryEdited, label, debounce: this.debounce,
      monospace: true, rows: 3, autoResize: true, ...more,
    };
  }

  choice(name, label, list, more = {}) {
    return {
      id: idOf(name), component: SelectEntry, isEdited: isSelectEntryEdited, label,
      getValue: () => this.get(name), setValue: (value) => this.set(name, value),
      getOptions: () => options(list, this.get(name), more.none ?? '（无）'), ...more,
    };
  }

  /** Several keys in one attribute, separated by spaces. */
  keys(name, label, list, more = {}) {
    return {
      id: idOf(name), component: MultiChoice, isEdited: (node) => Boolean(node?.querySelector('input:checked')), label, list,
      getValue: () => this.get(name).split(/\s+/).filter(Boolean),
      setValue: (values) => this.set(name, values.join(' ')), ...more,
    };
  }
}

const idOf = (name) => name.replace(':', '-');
