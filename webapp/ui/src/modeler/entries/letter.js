// The outcome of an end, and the letter that an end, a throw event, a task or a sub-process sends.

import { is } from 'bpmn-js/lib/util/ModelUtil';

export function letterEntries(edit) {
  const { element, lists } = edit;
  const onEnd = is(element, 'bpmn:EndEvent');
  const passing = onEnd || is(element, 'bpmn:IntermediateThrowEvent');
  const note = passing ? '办件到达这里时出具。' : '开始办理时出具。';
  const letter = lists.letters
    ? edit.choice('jingban:letter', '文书', lists.letters, { none: '（不出具）', description: note })
    : edit.text('jingban:letter', '文书模板标识', { description: note });
  // Inside a sub-process an end leads on to the next step; only the outermost ends close a case.
  const outermost = !is(element.parent, 'bpmn:SubProcess');
  if (!onEnd) return [letter];
  if (!outermost && !edit.get('jingban:outcome')) return [letter];
  return [edit.choice('jingban:outcome', '办件结果', lists.outcomes, { none: '（只结束这一支，不办结）' }), letter];
}
