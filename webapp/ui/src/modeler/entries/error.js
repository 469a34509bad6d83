// An error leaves a sub-process: the end inside and the boundary outside carry the same
// code. Errors are root elements of the file; here one only writes the code.

export function errorEntries(edit) {
  const { element } = edit;
  const definition = edit.definition('bpmn:ErrorEventDefinition');
  const definitions = rootOf(definition);
  const errors = () => (definitions.get('rootElements') ?? []).filter((root) => root.$type === 'bpmn:Error');
  return [edit.text('error-code', '错误代码', {
    description: '与子流程里（或边上）的错误用同一个代码才能接住，例如 refused。',
    getValue: () => definition.errorRef?.errorCode ?? '',
    setValue: (code) => {
      if (!code) return edit.modeling.updateModdleProperties(element, definition, { errorRef: undefined });
      const known = errors().find((error) => error.errorCode === code);
      const error = known ?? edit.create('bpmn:Error', { name: code, errorCode: code });
      if (!known) error.$parent = definitions;
      return edit.together([
        ...(known ? [] : [['element.updateModdleProperties', {
          element, moddleElement: definitions, properties: { rootElements: [...definitions.get('rootElements'), error] },
        }]]),
        ['element.updateModdleProperties', { element, moddleElement: definition, properties: { errorRef: error } }],
      ]);
    },
  })];
}

function rootOf(object) {
  let root = object;
  while (root.$parent) root = root.$parent;
  return root;
}
