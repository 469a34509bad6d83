// An element that is set down on a flow gets the room it needs: what comes after is moved on, frames grow with it.
// bpmn-js would set it on top of its neighbours. One step back undoes all of it.

import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements';

const GAP = 40; // between neighbours
const LATER = 500; // than bpmn-js's own, which finds the flow

class Room extends CommandInterceptor {
  constructor(eventBus, canvas, modeling, spaceTool) {
    super(eventBus);
    this.preExecute('shape.create', LATER, (context) => {
      const { shape, targetFlow } = context;
      if (!targetFlow) return;
      const between = placeBetween(targetFlow.source, targetFlow.target);
      if (!between) return;
      const { axis, size, across, thick, from, to } = between;
      const lacking = Math.ceil(shape[size] + 2 * GAP - (to - from));
      if (lacking <= 0) return;
      const start = Math.floor((from + to) / 2);
      const all = selfAndAllChildren(canvas.getRootElement(), true);
      const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(all, axis, lacking, start);
      const delta = { x: 0, y: 0, [axis]: lacking };
      modeling.createSpace(movingShapes, resizingShapes, delta, axis === 'x' ? 'e' : 's', start);
      const { source } = targetFlow;
      const middle = { [axis]: from + GAP + shape[size] / 2, [across]: source[across] + source[thick] / 2 };
      context.position = context.position.width
        ? { ...context.position, x: Math.round(middle.x - shape.width / 2), y: Math.round(middle.y - shape.height / 2) }
        : middle;
    }, true);
  }
}
Room.$inject = ['eventBus', 'canvas', 'modeling', 'spaceTool'];

/** Where a flow runs straight on to the right or downwards; null where it turns. */
function placeBetween(source, target) {
  const middle = (shape, at, size) => shape[at] + shape[size] / 2;
  for (const [axis, size, across, thick] of [['x', 'width', 'y', 'height'], ['y', 'height', 'x', 'width']]) {
    const straight = Math.abs(middle(source, across, thick) - middle(target, across, thick)) < 10;
    const [from, to] = [source[axis] + source[size], target[axis]];
    if (straight && to > from) return { axis, size, across, thick, from, to };
  }
  return null;
}

export const room = { __init__: ['room'], room: ['type', Room] };
