// What can be chosen in the panel. The page supplies forms, deadlines, letters and outcomes
// of the matter; the rest is fixed by the engine. A list may hold strings or {key, name} objects.

export const GROUPS = [
  { key: 'applicant', name: '申请人' }, { key: 'window', name: '窗口受理' },
  { key: 'review', name: '审核' }, { key: 'finance', name: '财务' },
  { key: 'leader', name: '单位负责人' },
];
export const PURPOSES = [
  { key: 'application', name: '申请' }, { key: 'intake', name: '受理审查' }, { key: 'review', name: '审核' },
  { key: 'supplement', name: '补正材料' }, { key: 'decision', name: '决定' },
];
const OUTCOMES = [
  { key: 'approved', name: '办结' }, { key: 'refused', name: '审核不通过' }, { key: 'not_accepted', name: '不予受理' },
  { key: 'lapsed', name: '逾期终止' }, { key: 'withdrawn', name: '撤回' },
];
const DEADLINES = [
  { key: 'intake', name: '受理期限' }, { key: 'supplement', name: '补正期限' }, { key: 'filing', name: '申报期限' },
  { key: 'handling', name: '办理时限' }, { key: 'target', name: '内部目标' },
];

export function readLists(place) {
  const list = (name, otherwise) => {
    const text = place.dataset[name];
    return text ? JSON.parse(text).map(choice) : otherwise;
  };
  return {
    forms: list('forms', []), deadlines: list('deadlines', DEADLINES),
    outcomes: list('outcomes', OUTCOMES),
    letters: list('letters', null), // null: not supplied, a free text field
  };
}

const choice = (item) => (typeof item === 'string' ? { key: item, name: item } : { key: item.key, name: item.name ?? item.title ?? item.key });

/** Options of a select: nothing, the list, and the present value where the list lacks it. */
export function options(list, present, none) {
  const known = list.some((item) => item.key === present);
  return [
    { value: '', label: none },
    ...list.map((item) => ({ value: item.key, label: item.name === item.key ? item.key : `${item.name}（${item.key}）` })),
    ...(present && !known ? [{ value: present, label: `${present}（不在可选范围内）` }] : []),
  ];
}
