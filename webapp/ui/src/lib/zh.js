// Chinese for bpmn-js and its panel. The community translation's index drops its own
// defaults, so its parts are imported one by one; the rest of the strings that a user
// of our reduced modeler can meet are translated here, and a few of theirs improved.

import diagramWords from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import panelWords from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';

const OURS = {
  // the panel's heading
  Collaboration: '整张流程图', Participant: '流程', Process: '流程', Lane: '泳道', 'Text annotation': '说明文字', Association: '关联',
  'User task': '办理任务', 'Exclusive gateway': '判断（排他网关）', 'Sequence flow': '流向', Group: '分组',
  'Boundary event': '边界事件', 'Expanded sub process': '子流程', 'Sub-process': '子流程', 'Collapsed sub process': '折叠的子流程',
  'Timer boundary event': '到期（中断）', 'Timer boundary event (non-interrupting)': '到期提醒（不中断）',
  'Error boundary event': '错误出口', 'Error end event': '错误结束', 'Default flow': '默认流向',
  // buttons and titles
  'Open minimap': '打开小地图', 'Close minimap': '收起小地图', 'Toggle section': '展开或收起',
  'Section contains an error': '这一组有错误', 'Section contains edits': '这一组已填写', '<empty>': '（空）',
  'Search in diagram': '在图中查找', 'Open {element}': '打开{element}', 'Change element': '更换类型',
  'Add text annotation': '添加说明文字', 'Connect to other element': '连接到另一个元素', Delete: '删除',
  'Activate lasso tool': '框选', 'Activate hand tool': '拖动画布', 'Activate create/remove space tool': '腾出或收拢空间',
  'Activate global connect tool': '连线', 'Create expanded sub-process': '添加子流程', 'Create start event': '添加开始',
  'Create end event': '添加结束', 'Append end event': '后接结束', 'Create pool/participant': '添加流程框',
  'Add lane above': '在上方加泳道', 'Add lane below': '在下方加泳道', 'Divide into two lanes': '分成两条泳道', 'Divide into three lanes': '分成三条泳道',
  'Select an element to edit its properties.': '选中一个元素，在这里修改它的属性。',
  'Multiple elements are selected. Select a single element to edit its properties.': '选中了多个元素。选中单个元素可修改其属性。',
};

const WORDS = { ...diagramWords, ...panelWords, ...OURS };

// The panel asks for "User Task" and "Timer Boundary Event (Non Interrupting)" where the
// diagram asks for "User task" and "… (non-interrupting)": one key for both.
const plain = (text) => text.toLowerCase().replaceAll('-', ' ').trim();
const BY_PLAIN = new Map(Object.entries(WORDS).map(([key, value]) => [plain(key), value]));

export function translate(template, replacements = {}) {
  const words = BY_PLAIN.get(plain(template)) ?? template;
  return words.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
}

export const translation = { translate: ['value', translate] };
