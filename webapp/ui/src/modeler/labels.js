// A name that was opened for writing and left as it was is no edit: else the next 撤销 would seem to do nothing.

import { getLabel } from 'bpmn-js/lib/util/LabelUtil';
import { is } from 'bpmn-js/lib/util/ModelUtil';

class QuietLabels {
  constructor(labelEditingProvider) {
    const update = labelEditingProvider.update.bind(labelEditingProvider);
    labelEditingProvider.update = (element, text, ...more) => {
      const same = (text ?? '').trim() === (getLabel(element) ?? '').trim();
      if (!same || is(element, 'bpmn:TextAnnotation')) update(element, text, ...more); // an annotation's size is edited too
    };
  }
}
QuietLabels.$inject = ['labelEditingProvider'];

export const quietLabels = { __init__: ['quietLabels'], quietLabels: ['type', QuietLabels] };
