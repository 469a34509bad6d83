"""Reading `processes/<slug>/examples.yaml`.

    given:                                # sets of values that `open` names
      一家企业: {unit_name: 长沙市测试有限公司, …}
      一家新设企业: {like: 一家企业, unit_nature: 私营}

    examples:
    - example: 长沙市一家企业新参保，材料齐全，当场受理，5个工作日内办结     # the sentence; unique in the file
      region: changsha                  # or a list of regions
      office: 芙蓉区                      # else 本级
      steps:
      - at: 2026-09-22 09:30              # Shanghai; never earlier than the step before
        open: 一家企业                    # a set of `given`
        with: {unit_nature: 企业}         # over the set
        expect: {task: 受理, due: 2026-09-22 17:00}
      - at: 2026-09-22 10:00
        do: 受理                          # a task by its printed name or its id
        with: {decision: accept, materials: all}
      - {at: 2026-09-29 17:00, wait: true, expect: {alarms: [handling overdue]}}
      end: {outcome: approved, node: 办结}
      path: [申请, 受理, 审核, 办结]

* `region: [hunan, yueyang]` tells the same for several regions; each becomes an example of its own.
* A step is one of the acts below. `by: review` has it done by somebody of that lane, else by somebody of the lane that
  it is for; `who: 乙`: another person of it; `who: lin.yan`: a named person, who may what `people` tells.
* `open` with `linked: true` opens a new case linked to the one before; the steps after it are about the new one.
* `materials: all`, `none`, `all but ID ID`; or a mapping: `{rest: all, licence: {form: copy}}` (a line given by a
  mapping changes only what it names).
* `expect` is described in expecting.py. A step that must be refused says so: `expect: {refused: words of the message}`.
* `path` names the start, every task and awaited letter as it opened (one with seats once), and the end.

| act | what it is about | besides |
|---|---|---|
| `open: 一家企业` | a set of `given` | `with` `linked` |
| `do: 受理` | a task (or an awaited letter) by its printed name or its id; of one with seats, that of `who` | `with` |
| `claim: 审核` | a task, as with `do` | |
| `wait: true` | time passes and the worker wakes | |
| `receive: 信息表` | a letter from outside, awaited or early: name or id of the message or of its event | `with` |
| `substitute: lin.yan` | whose open seat goes `to: he.jun`; by somebody of `leader` | `to` `reason` |
| `extend: handling` | a limit; `with: {unit: months, value: 3, level: 单位负责人}`; by `leader` | `with` `reason` |
| `objection: 张某` | who objects to a case on public notice; `with: {contact: …, received_at: …}` | `with` `reason` |
| `resolve: 1` | an objection; `with: {resolution: upheld, decided_by: 集体研究}`; by `leader` | `with` `reason` |
| `reopen: true` | a case that a timer closed; by `supervisor` | `reason` |

Named people are users of the installation, so that a form can name them and a seat be theirs:

    people:
      lin.yan: review                   # in the example's region and office; or a list of roles
      he.jun: {name: 何军, roles: [review, leader], region: hubei, office: 本级, active: false}

    - {at: …, do: 指定评估小组, with: {members: [{user: lin.yan}, {user: he.jun}]}}
    - {at: …, substitute: he.jun, to: su.min, reason: 与申请单位负责人系近亲属}
    - {at: …, do: 考察评估, who: su.min, with: {…}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from engine.actions.actor import ROLES
from engine.clock import SHANGHAI
from engine.examples.expecting import EXPECTATIONS
from engine.examples.model import Example, InvalidExample, Person, Place, Step
from engine.guides.yaml_files import read_yaml

# act -> keys that only go with some acts
ACTS: dict[str, tuple[str, ...]] = {
    "open": ("with", "linked"),
    "do": ("with",),
    "claim": (),
    "wait": (),
    "receive": ("with",),
    "substitute": ("to", "reason"),
    "extend": ("with", "reason"),
    "objection": ("with", "reason"),
    "resolve": ("with", "reason"),
    "reopen": ("reason",),
}
_EXAMPLE_KEYS = {"example", "region", "office", "steps", "end", "path"}
_STEP_KEYS = {"at", "by", "who", "expect"}
_END_KEYS = {"outcome", "node", "at"}
_PERSON_KEYS = {"name", "roles", "region", "office", "active"}


def load_examples(path: Path) -> tuple[Example, ...]:
    """The examples of a file, in order. Raises InvalidExample with file and line, InvalidGuide where it is no YAML."""
    document = read_yaml(path)
    lines = _lines(path)
    here = Place(f"{path.parent.name}/{path.name}", 1)
    _only(here, document, {"given", "people", "examples"})
    given = _given(here, document.get("given") or {})
    staff = _people(here, document.get("people") or {})
    found = document.get("examples")
    if not isinstance(found, list) or not found:
        raise InvalidExample(f"{here} 缺少“examples:”，其下应为示例的列表")
    examples = tuple(
        replace(told, people=staff)
        for at, plain in zip(lines, found, strict=True)
        for told in _examples(here.file, at, plain, given)
    )
    seen: dict[str, int] = {}
    for example in examples:
        first = seen.setdefault(example.sentence, example.place.line)
        if first != example.place.line:
            raise InvalidExample(f"{example.place} 与第{first}行的示例同名")
    return examples


def _lines(path: Path) -> list[tuple[int, list[int]]]:
    """Of every example its line and those of its steps."""
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [(item.start_mark.line + 1, [s.start_mark.line + 1 for s in _under(item, "steps")])
            for item in _under(root, "examples")]  # fmt: skip


def _under(node: Any, key: str) -> list[Any]:
    if not isinstance(node, yaml.MappingNode):
        return []
    found = next((value for name, value in node.value if name.value == key), None)
    return found.value if isinstance(found, yaml.SequenceNode) else []


def _given(here: Place, sets: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Sets by name, `like` resolved (only an earlier set can be like another)."""
    given: dict[str, dict[str, Any]] = {}
    for name, values in sets.items():
        plain = dict(_mapping(here, f"given 的“{name}”", values))
        like = plain.pop("like", None)
        if like is not None and like not in given:
            raise InvalidExample(f"{here} given 的“{name}”与“{like}”相同，但前面没有“{like}”")
        given[name] = overlaid(given[like] if like else {}, plain)
    return given


def _people(here: Place, plain: Any) -> tuple[Person, ...]:
    people = []
    for username, said in _mapping(here, "people", plain).items():
        told = said if isinstance(said, Mapping) else {"roles": said}
        _only(here, told, _PERSON_KEYS)
        listed = told.get("roles")
        roles = tuple(listed if isinstance(listed, list) else [listed])
        if not all(role in ROLES for role in roles):
            raise InvalidExample(f"{here} people 的“{username}”的职责应为 {'、'.join(ROLES)} 之一或其列表")
        name, region, office = (str(told.get(key, "")) for key in ("name", "region", "office"))
        person = Person(str(username), name or str(username), roles, region, office, told.get("active") is not False)
        people.append(person)
    return tuple(people)


def overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge; null takes a value away; everything else replaces."""
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = overlaid(merged[key], value)
        else:
            merged[key] = value
    return merged


def _examples(file: str, lines: tuple[int, list[int]], plain: Any, given: Mapping[str, Any]) -> Iterator[Example]:
    """One for each region that the example names."""
    line, step_lines = lines
    place = Place(file, line)
    plain = _mapping(place, "示例", plain)
    sentence = _text(place, "example", plain.get("example"))
    place = Place(file, line, sentence)
    _only(place, plain, _EXAMPLE_KEYS)
    listed = plain.get("steps")
    if not isinstance(listed, list) or not listed:
        raise InvalidExample(f"{place} 缺少“steps:”")
    places = (Place(file, at, sentence, number) for number, at in enumerate(step_lines, start=1))
    steps = tuple(_step(where, step, given) for where, step in zip(places, listed, strict=True))
    for before, after in pairwise(steps):
        if after.at < before.at:
            raise InvalidExample(f"{after.place} 的时间早于上一步")
    if steps[0].act != "open":
        raise InvalidExample(f"{steps[0].place} 应为“open:”：办件从申请开始")
    end = _mapping(place, "end", plain.get("end") or {})
    _only(place, end, _END_KEYS)
    path = plain.get("path") or []
    if not isinstance(path, list):
        raise InvalidExample(f"{place} 的“path:”应为节点名称的列表")
    office = _text(place, "office", plain.get("office", "本级"))
    regions = plain.get("region")
    for region in regions if isinstance(regions, list) else [regions]:
        yield Example(place, sentence, _text(place, "region", region), office, steps, end, tuple(path))


def _step(place: Place, plain: Any, given: Mapping[str, Any]) -> Step:
    plain = _mapping(place, "步骤", plain)
    acts = [act for act in ACTS if act in plain]
    if len(acts) != 1:
        _only(place, plain, {*_STEP_KEYS, *ACTS, *(key for keys in ACTS.values() for key in keys)})
        raise InvalidExample(f"{place} 应有且仅有“{'”“'.join(ACTS)}”之一")
    act = acts[0]
    _only(place, plain, {act, *_STEP_KEYS, *ACTS[act]})
    what, values = plain[act], _mapping(place, "with", plain.get("with") or {})
    if act == "open" and what is not None:
        if what not in given:
            raise InvalidExample(f"{place} given 中没有“{what}”；现有：{'、'.join(given) or '（无）'}")
        values = overlaid(given[what], values)
    expect = _mapping(place, "expect", plain.get("expect") or {})
    _only(place, expect, set(EXPECTATIONS))
    return Step(
        place=place,
        at=instant(place, plain.get("at")),
        act=act,
        what="" if what is None or what is True else str(what),
        values=values,
        by=str(plain.get("by", "")),
        who=str(plain.get("who", "")),
        to=str(plain.get("to", "")),
        reason=str(plain.get("reason", "")),
        linked=bool(plain.get("linked", False)),
        expect=expect,
    )


def instant(place: Place, value: Any) -> datetime:
    """`2026-09-22 09:30` (with or without seconds), Shanghai time."""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            raise ValueError
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidExample(f"{place} 的时间“{value}”应写作 2026-09-22 09:30") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _mapping(place: Place, what: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidExample(f"{place} 的“{what}”应为键值对")
    return value


def _text(place: Place, what: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidExample(f"{place} 缺少“{what}:”")
    return value


def _only(place: Place, plain: Mapping[str, Any], known: Sequence[str] | set[str]) -> None:
    for key in plain:
        if key not in known:
            raise InvalidExample(f"{place} 不认识“{key}”；可用：{'、'.join(sorted(known))}")
