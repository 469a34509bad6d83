// Who does it, with which form, and what the page shows.

import { is } from 'bpmn-js/lib/util/ModelUtil';

import { GROUPS, PURPOSES } from '../lists.js';
import { seatsEntries } from './seats.js';

export function workEntries(edit) {
  const { element, lists } = edit;
  const group = (none) => edit.choice('jingban:candidateGroup', '候选组', GROUPS, { none });
  const form = edit.choice('jingban:form', '表单', lists.forms, { none: '（未选）', description: '提交的内容在条件中以表单标识引用，例如 intake.decision。' });
  if (is(element, 'bpmn:Lane')) return [group('（未设定）')];
  if (is(element, 'bpmn:StartEvent')) return [form];
  const waits = is(element, 'bpmn:IntermediateCatchEvent'); // its group registers what came in

  const lane = laneOf(element, edit.injector);
  const inherited = lane?.get('jingban:candidateGroup');
  const entries = [
    group(inherited ? `（随泳道：${nameOfGroup(inherited)}）` : '（随泳道：泳道未设定）'),
    form,
  ];
  if (waits) return entries;
  entries.push(edit.choice('jingban:purpose', '用途', PURPOSES, { none: '（一般任务）' }));
  if ((edit.get('jingban:candidateGroup') || inherited) === 'applicant' || edit.get('jingban:actAs')) {
    entries.push(edit.choice('jingban:actAs', '可代办的组（代收）', GROUPS.filter(({ key }) => key !== 'applicant'), { none: '（不可代办）' }));
  }
  entries.push(edit.keys('jingban:separateFrom', '须与这些任务由不同的人办', otherTasks(edit)));
  return [...entries, ...seatsEntries(edit)];
}

const nameOfGroup = (key) => GROUPS.find((group) => group.key === key)?.name ?? key;

/** The lane that names the element, or that names the sub-process around it. */
export function laneOf(element, injector) {
  const lanes = injector.get('elementRegistry').filter((e) => is(e, 'bpmn:Lane') && !e.labelTarget).map((e) => e.businessObject);
  for (let object = element.businessObject; object; object = object.$parent) {
    const lane = lanes.find((each) => (each.get('flowNodeRef') ?? []).includes(object));
    if (lane) return lane;
  }
  return null;
}

function otherTasks({ element, injector }) {
  return injector.get('elementRegistry').filter((e) => is(e, 'bpmn:UserTask') && !e.labelTarget && e !== element)
    .map((e) => ({ key: e.businessObject.id, name: e.businessObject.name || e.businessObject.id }));
}
