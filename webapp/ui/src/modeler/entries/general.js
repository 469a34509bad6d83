// Name and id. The name is what the guide prints; the id is what conditions and records use.

import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { idProblem } from '../ids.js';

export function generalEntries(edit) {
  const { element, object } = edit;
  if (is(element, 'bpmn:Collaboration')) return [];
  if (isAny(element, ['bpmn:TextAnnotation'])) return [edit.text('text', '说明文字')];
  const entries = [edit.text('name', is(element, 'bpmn:Participant') ? '流程名称' : '名称')];
  if (!isAny(element, ['bpmn:Participant', 'bpmn:Process'])) {
    entries.push(edit.text('id', '标识', {
      description: '用在条件和记录中；发布后改动会影响在办件的迁移。',
      validate: (value) => idProblem(value, object),
      setValue: (value, problem) => { if (!problem) edit.modeling.updateProperties(element, { id: value }); },
    }));
  }
  return entries;
}
