// Reads the answer of data-frames-url.
//
// {"case": {…}, "frames": [{
//    seq, kind, title, at, recorded_at, actor, node, why, decisions: […],
//    flows:    ids of the flows taken by this event (only this one),
//    elements: {id: state}, the whole state after this event,
//    form:     [{label, value, mark: 'personal'|null}],
//    ledger:   [{key, title, state, due, remaining, explanation}] }]}

const EMPTY = { flows: [], elements: {}, form: [], ledger: [], decisions: [] };

/**
 * @returns {{frames: object[], states: {taken: string[]}[]}} states[i].taken: all flows taken
 *   up to and including frame i, summed once so that scrubbing costs nothing
 */
export function readFrames(answer) {
  const frames = (answer.frames ?? []).map((frame) => {
    const present = Object.entries(frame).filter(([, value]) => value !== null && value !== undefined);
    return { ...EMPTY, ...Object.fromEntries(present) };
  });
  const taken = new Set();
  const states = frames.map((frame) => {
    frame.flows.forEach((id) => taken.add(id));
    return { taken: [...taken] };
  });
  return { frames, states };
}

/** '2026-09-22T01:00:00Z' → '2026年9月22日 09:00' in China's time, wherever the browser stands. */
export function inWords(instant) {
  if (!instant) return '';
  const time = new Date(instant);
  if (Number.isNaN(time.getTime()) || !/\d\d:\d\d/.test(instant)) return String(instant);
  return FORMAT.format(time).replace(/^(\d+)\/(\d+)\/(\d+)/, '$1年$2月$3日');
}

const FORMAT = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: 'numeric', day: 'numeric',
  hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});
