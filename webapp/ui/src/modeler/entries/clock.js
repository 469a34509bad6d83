// What reaching and leaving this element does to the running limits.

import { is } from 'bpmn-js/lib/util/ModelUtil';

export function clockEntries(edit) {
  const { element, lists: { deadlines } } = edit;
  const entries = [edit.keys('jingban:starts', '到达时开始计算', deadlines)];
  if (!is(element, 'bpmn:StartEvent') || edit.get('jingban:ends')) entries.push(edit.keys('jingban:ends', '离开时结束', deadlines));
  if (is(element, 'bpmn:UserTask')) entries.push(edit.keys('jingban:suspends', '办理期间暂停', deadlines));
  return entries;
}
