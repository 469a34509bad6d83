"""Examples that are wrong say where: file, line, example and step."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import SHANGHAI
from engine.errors import EngineError
from engine.examples import InvalidExample, load_examples

GIVEN = "given:\n  一家企业: {unit_name: 甲, legal_rep: {name: 张三, phone: '1'}}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "examples.yaml"


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def one(file: Path, steps: str, head: str = "", tail: str = "") -> Path:
    body = "".join(f"  - {step}\n" for step in steps.strip().splitlines())
    return written(file, f"{GIVEN}{head}examples:\n- example: 一句话\n  region: hunan\n  steps:\n{body}{tail}")


def test_an_example_is_read_with_its_lines_instants_and_defaults(file: Path) -> None:
    path = one(
        file, "{at: 2026-09-22 09:30, open: 一家企业}\n{at: 2026-09-22 23:59:59, do: 受理, with: {decision: accept}}"
    )
    (example,) = load_examples(path)
    assert (example.sentence, example.region, example.office, example.place.line) == ("一句话", "hunan", "本级", 4)
    opened, done = example.steps
    assert (opened.act, opened.what, opened.values["unit_name"], opened.place.line) == ("open", "一家企业", "甲", 7)
    assert (done.act, done.what, dict(done.values), done.place.line) == ("do", "受理", {"decision": "accept"}, 8)
    assert done.at.astimezone(SHANGHAI).isoformat() == "2026-09-22T23:59:59+08:00"


def test_one_sentence_for_several_regions_is_an_example_of_each(file: Path) -> None:
    path = one(file, "{at: 2026-09-22 09:30, open: 一家企业}")
    path.write_text(path.read_text(encoding="utf-8").replace("hunan", "[hunan, hubei]"), encoding="utf-8")
    assert [e.region for e in load_examples(path)] == ["hunan", "hubei"]


def test_a_set_is_like_another_and_a_step_says_only_what_differs(file: Path) -> None:
    head = "  另一家: {like: 一家企业, unit_name: 乙, legal_rep: {phone: null}}\n"
    path = one(file, "{at: 2026-09-22 09:30, open: 另一家, with: {legal_rep: {name: 李四}}}", head)
    (example,) = load_examples(path)
    assert example.steps[0].values == {"unit_name": "乙", "legal_rep": {"name": "李四"}}


WRONG_STEPS = {
    "{at: 2026-09-22 09:30, open: 没有的}": (7, 1, "given 中没有“没有的”"),
    "{at: 2026-09-22, open: 一家企业}": (7, 1, "应写作 2026-09-22 09:30"),
    "{at: 下午, open: 一家企业}": (7, 1, "应写作 2026-09-22 09:30"),
    "{open: 一家企业}": (7, 1, "应写作 2026-09-22 09:30"),
    "{at: 2026-09-22 09:30}": (7, 1, "应有且仅有"),
    "{at: 2026-09-22 09:30, open: 一家企业, wait: true}": (7, 1, "应有且仅有"),
    "{at: 2026-09-22 09:30, open: 一家企业, whit: {}}": (7, 1, "不认识“whit”"),
    "{at: 2026-09-22 09:30, open: 一家企业, with: 3}": (7, 1, "应为键值对"),
    "{at: 2026-09-22 09:30, open: 一家企业, expect: {tsk: 受理}}": (7, 1, "不认识“tsk”"),
    "{at: 2026-09-22 09:30, wait: true}": (7, 1, "办件从申请开始"),
    "{at: 2026-09-22 09:30, open: 一家企业}\n{at: 2026-09-22 09:29, wait: true}": (8, 2, "早于上一步"),
    "3": (7, 1, "应为键值对"),
}


@pytest.mark.parametrize("steps", WRONG_STEPS)
def test_a_wrong_step_is_named_with_file_line_example_and_number(file: Path, steps: str) -> None:
    line, number, says = WRONG_STEPS[steps]
    with pytest.raises(InvalidExample) as caught:
        load_examples(one(file, steps))
    assert caught.value.message.startswith(f"{file.parent.name}/examples.yaml:{line}: “一句话” 第{number}步")
    assert says in caught.value.message


WRONG_FILES = {
    "examples: []": "缺少“examples:”",
    "given: {}": "缺少“examples:”",
    "examples: [3]": "应为键值对",
    "examples:\n- {region: hunan, steps: []}": "缺少“example:”",
    "examples:\n- {example: 甲, region: hunan}": "缺少“steps:”",
    "examples:\n- {example: 甲, steps: [{at: 2026-09-22 09:30, open: null}]}": "缺少“region:”",
    "examples:\n- {example: 甲, colour: red}": "不认识“colour”",
    "given: {甲: {like: 乙}}\nexamples: [3]": "前面没有“乙”",
    "- 一": "键值对",
    "examples: [": "YAML",
}


@pytest.mark.parametrize("text", WRONG_FILES)
def test_a_wrong_file_says_what_is_wrong(file: Path, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        load_examples(written(file, text))
    assert WRONG_FILES[text] in caught.value.message
    assert "examples.yaml" in caught.value.message


def test_a_sentence_is_told_once(file: Path) -> None:
    path = one(file, "{at: 2026-09-22 09:30, open: 一家企业}")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.partition("examples:\n")[2], encoding="utf-8")
    with pytest.raises(InvalidExample, match="与第4行的示例同名"):
        load_examples(path)
