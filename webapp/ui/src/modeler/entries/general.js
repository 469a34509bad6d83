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
      description: '用在条件和记录中。改了以后，条件和“由不同的人办”里的引用要一起核对。',
      validate: (value) => idProblem(value, object),
      setValue: (value, problem) => { if (!problem) edit.modeling.updateProperties(element, { id: value }); },
    }));
  }
  entries.push(documentation(edit));
  return entries;
}

/** Why this is drawn so, for the next designer and the approver; a pool's words are those of its process. */
function documentation(edit) {
  const { element, object } = edit;
  const owner = is(element, 'bpmn:Participant') ? object.processRef : object;
  const present = () => (owner?.get('documentation') ?? [])[0];
  return edit.area('documentation', '说明', {
    monospace: false, rows: 2,
    description: '画法的依据和缘由，写给以后的设计人员和审批人员；办件页面上不显示。',
    getValue: () => present()?.text ?? '',
    setValue: (text) => {
      if ((text?.trim() ? text : '') === (present()?.text ?? '')) return null;
      const said = text?.trim() ? [edit.create('bpmn:Documentation', { text })] : [];
      said.forEach((each) => { each.$parent = owner; });
      return edit.modeling.updateModdleProperties(element, owner, { documentation: said });
    },
  });
}

/** Nothing selected: say what to do, instead of an empty panel. */
const Hint = () => createElement('p', { class: 'bio-properties-panel-entry jb-hint' },
  '在图上选中一个元素，在这里修改它的属性。左边的工具用来添加新元素；拖到图上即可。');
