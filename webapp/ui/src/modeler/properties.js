// The properties panel: our own groups and nothing else. bpmn-js's provider is not loaded,
// so nobody meets retries, execution listeners or documentation that we do not keep.

import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from '@bpmn-io/properties-panel';

import { translate } from '../lib/zh.js';
import { Edit } from './edit.js';
import { clockEntries } from './entries/clock.js';
import { conditionEntries } from './entries/condition.js';
import { errorEntries } from './entries/error.js';
import { generalEntries } from './entries/general.js';
import { letterEntries } from './entries/letter.js';
import { messageEntries } from './entries/message.js';
import { timerEntries } from './entries/timer.js';
import { workEntries } from './entries/work.js';

// where a token enters, or passes without stopping: the check allows limits to start and end there
const TIMED = ['bpmn:UserTask', 'bpmn:SubProcess', 'bpmn:Event', 'bpmn:Gateway'];

class OurProperties {
  constructor(propertiesPanel, injector) {
    this.injector = injector;
    propertiesPanel.registerProvider(this);
  }

  getGroups(element) {
    return () => {
      const edit = new Edit(this.injector, element);
      const groups = [['general', '基本', generalEntries(edit)]];
      const awaits = edit.definition('bpmn:MessageEventDefinition') && is(element, 'bpmn:IntermediateCatchEvent');
      if (awaits) groups.push(['message', '等待的回函', messageEntries(edit)]);
      if (awaits || isAny(element, ['bpmn:Lane', 'bpmn:UserTask', 'bpmn:StartEvent'])) groups.push(['work', '由谁办、填什么', workEntries(edit)]);
      if (isAny(element, TIMED)) groups.push(['clock', '对时限的作用', clockEntries(edit)]);
      if (isAny(element, ['bpmn:EndEvent', 'bpmn:IntermediateThrowEvent', 'bpmn:UserTask', 'bpmn:SubProcess'])) groups.push(['letter', is(element, 'bpmn:EndEvent') ? '结果和文书' : '文书', letterEntries(edit)]);
      if (is(element, 'bpmn:SequenceFlow')) groups.push(['condition', '走这条路的条件', conditionEntries(edit)]);
      if (edit.definition('bpmn:TimerEventDefinition')) groups.push(['timer', '到期时刻', timerEntries(edit)]);
      if (edit.definition('bpmn:ErrorEventDefinition')) groups.push(['error', '错误', errorEntries(edit)]);
      return groups.filter(([, , entries]) => entries.length)
        .map(([id, label, entries]) => ({ id, label, entries, component: Group, shouldOpen: true, translate }));
    };
  }
}
OurProperties.$inject = ['propertiesPanel', 'injector'];

export const ourProperties = { __init__: ['ourProperties'], ourProperties: ['type', OurProperties] };
