// Name and id. The name is what the guide prints; the id is what conditions and records use.

import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { createElement } from '@bpmn-io/properties-panel/preact';

import { idProblem } from '../ids.js';

export function generalEntries(edit) {
  const { element, object } = edit;
  if (is(element, 'bpmn:Collaboration')) return [{ id: 'hint', component: Hint }];
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

/** Nothing selected: say what to do, instead of an empty panel. */
const Hint = () => createElement('p', { class: 'bio-properties-panel-entry jb-hint' },
  '在图上选中一个元素，在这里修改它的属性。左边的工具用来添加新元素；拖到图上即可。');
