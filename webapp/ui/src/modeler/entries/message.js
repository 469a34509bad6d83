// The letter from outside that a catch event waits for. Messages are root elements of the
// file; here one only writes what it is called and the id that registering it uses.

import { idProblem } from '../ids.js';

export function messageEntries(edit) {
  const { element } = edit;
  const definition = edit.definition('bpmn:MessageEventDefinition');
  const definitions = rootOf(definition);
  const message = () => definition.messageRef;
  const known = (id) => (definitions.get('rootElements') ?? []).find((root) => root.$type === 'bpmn:Message' && root.id === id);

  const refer = (target, made) => edit.together([
    ...(made ? [['element.updateModdleProperties', {
      element, moddleElement: definitions, properties: { rootElements: [...definitions.get('rootElements'), target] },
    }]] : []),
    ['element.updateModdleProperties', { element, moddleElement: definition, properties: { messageRef: target } }],
  ]);
  const create = (id, name) => {
    const made = edit.create('bpmn:Message', { ...(id ? { id } : {}), name });
    made.$parent = definitions;
    return made;
  };

  return [
    edit.text('message-name', '等什么', {
      description: '登记人员看到的名称，例如 信息表。',
      getValue: () => message()?.name ?? '',
      setValue: (name) => (message()
        ? edit.modeling.updateModdleProperties(element, message(), { name: name || undefined })
        : name && refer(create(null, name), true)),
    }),
    edit.text('message-id', '消息标识', {
      description: '同一份回函只由一个事件等待，例如 reply。',
      getValue: () => message()?.id ?? '',
      validate: (id) => (id && known(id) ? null : idProblem(id, message() ?? element.businessObject)),
      setValue: (id, problem) => {
        if (problem || !id || id === message()?.id) return null;
        if (known(id)) return refer(known(id), false);
        if (!message()) return refer(create(id, edit.get('name')), true);
        definitions.$model.ids.claim(id, message());
        return edit.modeling.updateModdleProperties(element, message(), { id });
      },
    }),
  ];
}

function rootOf(object) {
  let root = object;
  while (root.$parent) root = root.$parent;
  return root;
}
