// The bpmn-js Modeler with our parts in place of its own.

import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import minimap from 'diagram-js-minimap';

import jingban from '../jingban.json';
import { textOf } from '../lib/dom.js';
import { translation } from '../lib/zh.js';
import { boundaryEvents } from './boundary.js';
import { snakeIds } from './ids.js';
import { quietLabels } from './labels.js';
import { reducedMenus } from './menus.js';
import { ourProperties } from './properties.js';
import { room } from './room.js';

/** @param {object} lists forms, deadlines, letters, outcomes to choose from (see lists.js) */
export function createModeler(canvas, panel, lists) {
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    moddleExtensions: { jingban },
    textRenderer: textOf(canvas),
    additionalModules: [
      BpmnPropertiesPanelModule, minimap, translation, snakeIds, reducedMenus, boundaryEvents, room, quietLabels, ourProperties,
      { lists: ['value', lists] },
    ],
  });
}
