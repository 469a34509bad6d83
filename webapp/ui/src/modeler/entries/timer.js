// The instant of a timer: always an expression that asks the ledger, never a cycle or a
// duration (they would count seconds where the law counts working days).

import { SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';

export function timerEntries(edit) {
  const { element, lists: { deadlines } } = edit;
  const definition = edit.definition('bpmn:TimerEventDefinition');
  const present = () => definition.timeDate?.body ?? '';
  const set = (body) => edit.modeling.updateModdleProperties(element, definition, {
    timeDate: body?.trim() ? edit.create('bpmn:FormalExpression', { body }) : undefined,
    timeCycle: undefined, timeDuration: undefined,
  });
  const ready = deadlines.flatMap(({ key, name }) => [
    { value: `due("${key}")`, label: `${name}届满` }, { value: `warning("${key}")`, label: `${name}预警` },
  ]);
  return [
    {
      id: 'timer-ready', component: SelectEntry, isEdited: isSelectEntryEdited, label: '到期时刻',
      getValue: () => (ready.some(({ value }) => value === present()) ? present() : ''),
      setValue: (value) => { if (value) set(value); },
      getOptions: () => [{ value: '', label: present() ? '（按下面的算式）' : '（请选择）' }, ...ready],
    },
    edit.area('time-date', '算式（FEEL）', {
      description: '例如 due("supplement")，或 working days after(today(), 3)', getValue: present, setValue: set,
    }),
  ];
}
