// Conditions stand on flows that leave an exclusive gateway; anywhere else they would be
// ignored when the diagram runs, so they are not offered there.

import { is } from 'bpmn-js/lib/util/ModelUtil';
import { CheckboxEntry, isCheckboxEntryEdited } from '@bpmn-io/properties-panel';

export function conditionEntries(edit) {
  const { element, object } = edit;
  const source = element.source;
  if (!source || !is(source, 'bpmn:ExclusiveGateway')) {
    return object.conditionExpression ? [conditionArea(edit)] : []; // drawn elsewhere: let it be removed
  }
  const isDefault = () => source.businessObject.default === object;
  const entries = [{
    id: 'default-flow', component: CheckboxEntry, isEdited: isCheckboxEntryEdited, label: '其他情况都走这里（默认）',
    getValue: isDefault,
    setValue: (value) => edit.together([
      ['element.updateProperties', { element: source, properties: { default: value ? object : undefined } }],
      ...(value ? [['element.updateProperties', { element, properties: { conditionExpression: undefined } }]] : []),
    ]),
  }];
  if (!isDefault()) entries.push(conditionArea(edit));
  return entries;
}

function conditionArea(edit) {
  const { element, object } = edit;
  return edit.area('condition', '条件（FEEL）', {
    description: '例如 intake.decision = "accepted" and count(intake.missing) = 0',
    getValue: () => object.conditionExpression?.body ?? '',
    setValue: (body) => edit.modeling.updateProperties(element, {
      conditionExpression: body?.trim() ? edit.create('bpmn:FormalExpression', { body }) : undefined,
    }),
  });
}
