// Palette, context pad and replace menu, reduced to what our check accepts. What cannot
// be drawn need not be refused afterwards.

import { isAny } from 'bpmn-js/lib/util/ModelUtil';

const LOW = 500; // after bpmn-js's own providers: ours see and change their entries

const REPLACE = new Set([
  'replace-with-user-task', 'replace-with-exclusive-gateway', 'replace-with-parallel-gateway',
  'replace-with-none-end', 'replace-with-error-end',
  'replace-with-timer-intermediate-catch', 'replace-with-message-intermediate-catch',
  'replace-with-timer-boundary', 'replace-with-non-interrupting-timer-boundary', 'replace-with-error-boundary',
  'replace-with-expanded-subprocess', 'replace-with-subprocess',
  'replace-with-sequence-flow', 'replace-with-default-flow',
]);

class ReplaceMenu {
  constructor(popupMenu) { popupMenu.registerProvider('bpmn-replace', LOW, this); }

  getPopupMenuEntries(target) {
    return (entries) => {
      if (isAny(target, ['bpmn:StartEvent', 'bpmn:Participant', 'bpmn:Lane'])) return {};
      // A task that became a sub-process would be an empty box: draw it from the palette instead.
      const task = isAny(target, ['bpmn:Task']);
      return Object.fromEntries(Object.entries(entries)
        .filter(([id]) => REPLACE.has(id) && !(task && id.endsWith('subprocess'))));
    };
  }

  getPopupMenuHeaderEntries() { return () => ({}); } // several people side by side: the panel writes it
}
ReplaceMenu.$inject = ['popupMenu'];

class Palette {
  constructor(palette, create, elementFactory, elementRegistry, boundaryEvents, selection, eventBus, translate) {
    Object.assign(this, { create, elementFactory, elementRegistry, boundaryEvents, selection, eventBus, translate });
    palette.registerProvider(LOW, this);
    eventBus.on('import.done', () => palette._rebuild()); // a pool is offered only where none is
  }

  getPaletteEntries() {
    return (theirs) => {
      const keep = (...ids) => Object.fromEntries(ids.filter((id) => theirs[id]).map((id) => [id, theirs[id]]));
      const hasPool = this.elementRegistry.filter((e) => e.type === 'bpmn:Participant').length > 0;
      return {
        ...keep('hand-tool', 'lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator', 'create.start-event', 'create.end-event'),
        'create.user-task': this.#shape('bpmn:UserTask', 'activity', 'bpmn-icon-user-task', '添加办理任务'),
        ...keep('create.subprocess-expanded'),
        'create.exclusive-gateway': this.#shape('bpmn:ExclusiveGateway', 'gateway', 'bpmn-icon-gateway-xor', '添加判断（排他网关）'),
        'create.parallel-gateway': this.#shape('bpmn:ParallelGateway', 'gateway', 'bpmn-icon-gateway-parallel', '添加并行网关'),
        'create.reply': this.#shape('bpmn:IntermediateCatchEvent', 'event', 'bpmn-icon-intermediate-event-catch-message', '添加等待回函', 'bpmn:MessageEventDefinition'),
        'create.wait': this.#shape('bpmn:IntermediateCatchEvent', 'event', 'bpmn-icon-intermediate-event-catch-timer', '添加等待到某一时刻', 'bpmn:TimerEventDefinition'),
        'create.letter': this.#shape('bpmn:IntermediateThrowEvent', 'event', 'bpmn-icon-intermediate-event-none', '添加出具文书'),
        'add.timer': this.#boundary('timer', 'bpmn-icon-intermediate-event-catch-timer', '给选中的任务或子流程加到期（到期即中断）'),
        'add.alarm': this.#boundary('alarm', 'bpmn-icon-intermediate-event-catch-non-interrupting-timer', '给选中的任务或子流程加到期提醒（不中断）'),
        'add.error': this.#boundary('error', 'bpmn-icon-intermediate-event-catch-error', '给选中的子流程加错误出口'),
        ...(hasPool ? {} : keep('create.participant-expanded')),
      };
    };
  }

  #shape(type, group, className, title, eventDefinitionType) {
    const begin = (event) => this.create.start(event, this.elementFactory.createShape({ type, eventDefinitionType }));
    return { group, className, title, action: { dragstart: begin, click: begin } };
  }

  #boundary(kind, className, title) {
    const click = () => {
      const [host] = this.selection.get();
      if (this.boundaryEvents.fits(kind, host)) this.boundaryEvents.add(kind, host);
      else this.eventBus.fire('jingban.hint', { text: kind === 'error' ? '请先选中一个子流程。' : '请先选中一个任务或子流程。' });
    };
    return { group: 'boundary', className, title, action: { click } };
  }
}
Palette.$inject = ['palette', 'create', 'elementFactory', 'elementRegistry', 'boundaryEvents', 'selection', 'eventBus', 'translate'];

const PAD = ['delete', 'replace', 'connect', 'append.end-event', 'append.text-annotation',
  'lane-insert-above', 'lane-divide-two', 'lane-divide-three', 'lane-insert-below'];

class ContextPad {
  constructor(contextPad, autoPlace, elementFactory, create, boundaryEvents) {
    Object.assign(this, { autoPlace, elementFactory, create, boundaryEvents });
    contextPad.registerProvider(LOW, this);
  }

  getContextPadEntries(element) {
    return (theirs) => {
      const ours = {};
      if (theirs['append.append-task']) {
        ours['append.user-task'] = this.#append('bpmn:UserTask', 'bpmn-icon-user-task', '后接办理任务');
        ours['append.exclusive-gateway'] = this.#append('bpmn:ExclusiveGateway', 'bpmn-icon-gateway-xor', '后接判断（排他网关）');
      }
      const boundary = (kind, className, title) => {
        if (!this.boundaryEvents.fits(kind, element)) return;
        ours[`boundary.${kind}`] = { group: 'boundary', className, title, action: { click: () => this.boundaryEvents.add(kind, element) } };
      };
      boundary('timer', 'bpmn-icon-intermediate-event-catch-timer', '加到期（到期即中断）');
      boundary('alarm', 'bpmn-icon-intermediate-event-catch-non-interrupting-timer', '加到期提醒（不中断）');
      boundary('error', 'bpmn-icon-intermediate-event-catch-error', '加错误出口');
      for (const id of PAD) if (theirs[id]) ours[id] = theirs[id];
      return ours;
    };
  }

  #append(type, className, title) {
    const shape = () => this.elementFactory.createShape({ type });
    return {
      group: 'model', className, title,
      action: {
        click: (_, source) => this.autoPlace.append(source, shape()),
        dragstart: (event, source) => this.create.start(event, shape(), { source }),
      },
    };
  }
}
ContextPad.$inject = ['contextPad', 'autoPlace', 'elementFactory', 'create', 'boundaryEvents'];

export const reducedMenus = {
  __init__: ['jingbanReplace', 'jingbanPalette', 'jingbanPad'],
  jingbanReplace: ['type', ReplaceMenu],
  jingbanPalette: ['type', Palette],
  jingbanPad: ['type', ContextPad],
};
