// Ids that a person can read, in the manner of our own files: user_task_1, flow_3.
//
// bpmn-js draws Activity_0x1f2ab at random: two designers doing the same get different
// files, and the ids stand in conditions, events and the auditor's record for ever.

import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory';
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';

const PREFIXES = { 'bpmn:SequenceFlow': 'flow', 'bpmn:Participant': 'pool' };

/** 'bpmn:UserTask' → 'user_task' */
export function prefixOf(type) {
  return PREFIXES[type] ?? type.replace(/^[^:]*:/, '').replace(/^BPMN/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** What is wrong with an id, in words; null when it will do. */
export function idProblem(id, businessObject) {
  if (!id) return '请填写标识。';
  if (!/^[a-z][a-z0-9_]*$/.test(id)) return '标识只用小写字母、数字和下划线，以字母开头，例如 user_task_1。';
  const holder = businessObject.$model.ids.assigned(id);
  return holder && holder !== businessObject ? '这个标识已被使用，请换一个。' : null;
}

class SnakeFactory extends BpmnFactory {
  _ensureId(element) {
    if (element.id || !this._needsId(element)) return super._ensureId(element);
    const prefix = prefixOf(element.$type);
    let number = 1;
    while (this._model.ids.assigned(`${prefix}_${number}`)) number += 1;
    element.id = `${prefix}_${number}`;
    return this._model.ids.claim(element.id, element);
  }
}
SnakeFactory.$inject = ['moddle'];

const tasksOf = (element) => (element.businessObject?.get?.('jingban:separateFrom') ?? '').split(/\s+/);

/** jingban:separateFrom names tasks by their ids, in plain text: it must follow a renaming. */
class FollowRenaming extends CommandInterceptor {
  constructor(eventBus, elementRegistry, modeling) {
    super(eventBus);
    this.postExecuted('element.updateProperties', ({ context }) => {
      const before = context.oldProperties?.id;
      const after = context.properties.id;
      if (!before || !after || before === after) return;
      elementRegistry.filter((e) => !e.labelTarget && tasksOf(e).includes(before)).forEach((e) => modeling.updateProperties(e, {
        'jingban:separateFrom': tasksOf(e).map((id) => (id === before ? after : id)).join(' '),
      }));
    });
  }
}
FollowRenaming.$inject = ['eventBus', 'elementRegistry', 'modeling'];

export const snakeIds = {
  __init__: ['followRenaming'],
  bpmnFactory: ['type', SnakeFactory],
  followRenaming: ['type', FollowRenaming],
};
