// Several named people side by side (多实例): the path of the list and the cardinality that a
// reader of the diagram sees say the same, so one entry writes both.

export function seatsEntries(edit) {
  const { element } = edit;
  return [edit.text('jingban:participants', '按名单多人同时办', {
    description: '写名单的路径，例如 group.members.user：名单中每人一个席位，各办各的。不填则由一人办理。',
    setValue: (value) => {
      const path = value?.trim();
      return edit.modeling.updateProperties(element, {
        'jingban:participants': path || undefined,
        loopCharacteristics: path ? loopOver(edit, path) : undefined,
      });
    },
  })];
}

function loopOver(edit, path) {
  const loopCardinality = edit.create('bpmn:FormalExpression', { body: `count(${path})` });
  const loop = edit.create('bpmn:MultiInstanceLoopCharacteristics', { isSequential: false, loopCardinality });
  loopCardinality.$parent = loop;
  loop.$parent = edit.object;
  return loop;
}
