// Chinese for bpmn-js and its panel. The community translation's index drops its own
// defaults, so its parts are imported one by one; the rest of the strings that a user
// of our reduced modeler can meet are translated here, and a few of theirs improved.

import diagramWords from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import panelWords from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';

const OURS = {};

const WORDS = { ...diagramWords, ...panelWords, ...OURS };

export function translate(template, replacements = {}) {
  const words = WORDS[template] ?? template;
  return words.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
}

export const translation = { translate: ['value', translate] };
