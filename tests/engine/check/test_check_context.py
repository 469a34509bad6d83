"""What the caller knows beyond the file: forms and the guide's limits."""

from __future__ import annotations

import pytest

from engine.check import CheckContext, check_bytes, rules
from engine.errors import InvalidDiagram
from tests.engine.check.diagrams import END, INNER, START, boundary, flows, found, gateway, process, sub, task

CONTEXT = CheckContext(
    forms={
        "intake": {
            ("decision",): "string", ("count",): "number", ("day",): "date", ("at",): "instant",
            ("person",): "context", ("person", "name"): "string", ("materials",): "context",
        }
    },
    deadline_keys=frozenset({"handling", "supplement"}),
)  # fmt: skip


def condition(text: str) -> bytes:
    body = START + task("a", "b") + gateway("exclusive", "g", default="g_e") + END
    return process(body + flows("s>a a>g g>e g>b?@ b>e").replace("@", text))


def timer(text: str) -> bytes:
    definition = f"<bpmn:timerEventDefinition><bpmn:timeDate>{text}</bpmn:timeDate></bpmn:timerEventDefinition>"
    return process(START + task("a") + END + boundary("b", "a", definition) + flows("s>a a>e b>e"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('intake.decison = "x"', "J142"),
        ('intake.person.nam = "x"', "J142"),
        ("intake.decision.x = 1", "J142"),
        ("intake.decision = 1", "J147"),
        ("intake.count", "J145"),
        ("intake.decision", "J145"),
        ("now() > due(\"filing\")", "J143"),
        ("now() > due(\"supplement\")", "J144"),
    ],
)  # fmt: skip
def test_a_condition_is_read_with_the_fields_of_the_forms(text: str, rule: str) -> None:
    assert found(condition(text.replace(">", "&gt;")), CONTEXT) == [(rule, "g_b")]


@pytest.mark.parametrize(
    "text",
    ['intake.decision = "x"', 'intake.person.name = "x"', "intake.count in [1..3]", "intake.person != null",
     'intake.materials.card.received = true', 'case.region = "hunan"', "intake.day &lt; today()"],
)  # fmt: skip
def test_a_condition_over_known_fields_is_innocent(text: str) -> None:
    assert found(condition(text), CONTEXT) == []


def test_a_timer_may_be_a_field_that_is_an_instant_or_a_day_and_nothing_else() -> None:
    assert found(timer("intake.at"), CONTEXT) == []
    assert found(timer("intake.day"), CONTEXT) == []
    assert found(timer("intake.count"), CONTEXT) == [("J146", "b")]


def test_a_timer_may_wait_while_an_objection_is_open() -> None:
    held = "if case.open_objections &gt; 0 then null else end of day(intake.day)"
    assert found(timer(held), CONTEXT) == []
    assert found(condition("case.upheld_objections &gt; 0"), CONTEXT) == []
    assert found(condition("case.objections &gt; 0"), CONTEXT) == [("J141", "g_b")]
    assert found(condition('case.open_objections = "1"'), CONTEXT) == [("J147", "g_b")]


def test_an_unknown_form_is_found_at_the_task() -> None:
    assert found(process(START + task("a", form="other") + END + flows("s>a a>e")), CONTEXT) == [("J132", "a")]


def test_a_deadline_that_the_guide_lacks_is_found_where_it_starts() -> None:
    body = START + task("a", starts="filing") + END + flows("s>a a>e")
    assert found(process(body), CONTEXT) == [("J129", "a")]


def test_a_chain_too_long_for_the_engine_is_found_where_it_becomes_too_long() -> None:
    ids = [f"t{i}" for i in range(320)]
    steps = " ".join(f"{a}>{b}" for a, b in zip(["s", *ids], [*ids, "e"], strict=True))
    findings = found(process(START + task(*ids) + END + flows(steps), picture=False))
    assert findings == [("J151", "definitions"), ("J045", "t299")]


def test_sub_processes_too_deep_are_found() -> None:
    body = INNER
    for depth in range(14):
        start, end, inner = f"s{depth}x", f"e{depth}x", f"x{depth}"
        body = (
            f'<bpmn:startEvent id="{start}"/><bpmn:endEvent id="{end}"/>'
            + sub(inner, body) + flows(f"{start}>{inner} {inner}>{end}")
        )  # fmt: skip
    assert [rule for rule, _ in found(process(body))] == ["J047"]


def test_findings_are_sorted_by_line_and_say_where_the_tag_begins() -> None:
    text = process(START + "\n" + '<bpmn:scriptTask\n   id="x"\n   name="x"/>\n' + END + "\n" + flows("s>x x>e"))
    (finding,) = check_bytes(text, "f.bpmn").errors
    assert text.decode().splitlines()[finding.line - 1].startswith("<bpmn:scriptTask")
    assert finding.text("f.bpmn").startswith(f"f.bpmn:{finding.line}: error J100 x: ")
    assert "; " in finding.text("f.bpmn")


def test_what_is_no_bpmn_is_refused_with_a_line() -> None:
    for data, line in ((b"", 1), (b"<a/>", 1), (b"\n\n<a>", 3), (b"x" * 3_000_000, 1)):
        with pytest.raises(InvalidDiagram) as caught:
            check_bytes(data, "x")
        assert caught.value.details["line"] == line


def test_rules_have_hints_and_titles() -> None:
    assert all(rule.title and rule.hint and rule.severity in ("error", "warning") for rule in rules())
