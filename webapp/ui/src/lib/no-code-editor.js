// Stands in for CodeMirror, the FEEL editors and the variable extractor (see build.mjs).
// The panel's library imports their names although none of our entries uses them; the
// few that it calls while loading answer with nothing, the rest must never be reached.

const unreachable = () => { throw new Error('this editor is not part of the bundle'); };

export default class NoEditor { constructor() { unreachable(); } }
export class FeelersEditor extends NoEditor {}
export const Annotation = { define: () => ({ of: unreachable }) };
export const EditorState = {}, EditorView = {}, keymap = {};
export const autocompletion = unreachable, bracketMatching = unreachable, closeBrackets = unreachable;
export const drawSelection = unreachable, foldGutter = unreachable, getVariablesForElement = unreachable;
export const getVariablesForScope = unreachable, highlightSpecialChars = unreachable, history = unreachable;
export const json = () => ({}), jsonParseLinter = () => () => [], lineNumbers = unreachable, linter = () => ({});
export const placeholder = unreachable, syntaxHighlighting = unreachable;
export const closeBracketsKeymap = [], defaultHighlightStyle = {}, defaultKeymap = [], foldKeymap = [], historyKeymap = [];
