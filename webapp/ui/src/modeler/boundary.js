// Timers and errors stand on the edge of an activity. bpmn-js asks to drop a plain event
// on the edge and then to change its type in a menu; here it is one click on the activity.

import { is } from 'bpmn-js/lib/util/ModelUtil';

export const BOUNDARIES = {
  timer: { definition: 'bpmn:TimerEventDefinition', cancelActivity: true, on: ['bpmn:UserTask', 'bpmn:SubProcess'] },
  alarm: { definition: 'bpmn:TimerEventDefinition', cancelActivity: false, on: ['bpmn:UserTask', 'bpmn:SubProcess'] },
  error: { definition: 'bpmn:ErrorEventDefinition', cancelActivity: true, on: ['bpmn:SubProcess'] },
};

const SIZE = 36;

class BoundaryEvents {
  constructor(modeling, elementFactory, selection) {
    Object.assign(this, { modeling, elementFactory, selection });
  }

  fits(kind, host) {
    return Boolean(host?.businessObject) && BOUNDARIES[kind].on.some((type) => is(host, type));
  }

  add(kind, host) {
    const { definition, cancelActivity } = BOUNDARIES[kind];
    const shape = this.elementFactory.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType: definition, cancelActivity });
    const made = this.modeling.createShape(shape, this.#place(host), host, { attach: true });
    this.selection.select(made);
    return made;
  }

  /** The next free place on the lower edge, from the left. */
  #place(host) {
    const taken = (host.attachers ?? []).map((event) => event.x + event.width / 2);
    let x = host.x + SIZE * 0.75;
    while (taken.some((other) => Math.abs(other - x) < SIZE) && x + SIZE * 1.5 < host.x + host.width) x += SIZE * 1.25;
    return { x, y: host.y + host.height };
  }
}
BoundaryEvents.$inject = ['modeling', 'elementFactory', 'selection'];

export const boundaryEvents = { boundaryEvents: ['type', BoundaryEvents] };
