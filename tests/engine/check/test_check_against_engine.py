"""Random diagrams that the check passes are run by the engine with random choices, and none gets stuck.

This is how joins that starve behind inclusive gateways and circles without a way out were found.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

from engine.calendars import bundled_calendar
from engine.check import check_bytes
from engine.deadlines import OfficeHours
from engine.workflow.parser import parse_model
from engine.workflow.program import Program, Timekeeper
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import TASK
from tests.engine.check.diagrams import END, START, gateway, process, task

OPENED = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
SEEDS = range(250)
KINDS = ("exclusive", "exclusive", "parallel", "inclusive")


class Sketch:
    """A diagram grown from nested blocks, now and then with a wrong join or a flow led elsewhere."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self.body: list[str] = []
        self.flows: list[tuple[str, str, str]] = []

    def data(self) -> bytes:
        first, last = self.block(self.rng.randint(1, 3))
        self.flows += [("s", first, ""), (last, "e", "")]
        if self.rng.random() < 0.3:
            at = self.rng.randrange(len(self.flows))
            source, _, condition = self.flows[at]
            self.flows[at] = (source, self.rng.choice([target for _, target, _ in self.flows]), condition)
        lines = [
            f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">'
            + (f"<bpmn:conditionExpression>{c}</bpmn:conditionExpression>" if c else "")
            + "</bpmn:sequenceFlow>\n"
            for a, b, c in self.flows
        ]
        return process(START + "".join(self.body) + END + "".join(lines))

    def new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def task(self) -> str:
        name = self.new("t")
        self.body.append(task(name))
        return name

    def block(self, depth: int) -> tuple[str, str]:
        """(entry, exit) of a task, a sequence, or a gateway block, which may be a loop."""
        shape = self.rng.random()
        if depth <= 0 or shape < 0.35:
            name = self.task()
            return name, name
        if shape < 0.55:
            (first, middle), (following, last) = self.block(depth - 1), self.block(depth - 1)
            self.flows.append((middle, following, ""))
            return first, last
        return self.gateways(depth)

    def gateways(self, depth: int) -> tuple[str, str]:
        kind = self.rng.choice(KINDS)
        joining = kind if self.rng.random() < 0.8 else self.rng.choice(KINDS)
        split, join = self.new("g"), self.new("j")
        default = {}
        for number in range(self.rng.choice([2, 2, 3])):
            first, last = self.block(depth - 1)
            condition = ""
            if kind != "parallel" and number == 0:
                default = {"default": f"{split}_{first}"}
            elif kind != "parallel":
                condition = f"intake.k = {number}" if kind == "exclusive" else f"intake.m{number} = true"
            self.flows += [(split, first, condition), (last, join, "")]
        self.body += [gateway(kind, split, **default), gateway(joining, join)]
        if self.rng.random() < 0.7:
            return split, join
        entry, again, after = self.new("l"), self.new("k"), self.task()
        self.body += [gateway("exclusive", entry), gateway("exclusive", again, default=f"{again}_{after}")]
        self.flows += [(entry, split, ""), (join, again, ""), (again, entry, "intake.k = 1"), (again, after, "")]
        return entry, after


def run(data: bytes, rng: random.Random) -> str:
    """How a case with random answers ends: `closed`, or `long` when it is still going after 60 tasks."""
    program = Program("sha", parse_model(data), {}, OfficeHours())
    runner = Runner(program, CaseFacts("1", "m", "r", "o"), Timekeeper(bundled_calendar(), program.hours))
    state = runner.start({}, OPENED).state
    for _ in range(60):
        if state.status != "open":
            return "closed"
        open_tasks = [node for node in state.nodes if node.kind == TASK]
        assert open_tasks, "the case is open and nobody can do anything"
        node = rng.choice(open_tasks)
        answers = {"k": rng.choice([0, 0, 1, 2]), "m1": rng.random() < 0.5, "m2": rng.random() < 0.5}
        state = runner.complete(state, node.path, node.n, answers, "wang", OPENED).state
    return "long"


def test_no_diagram_without_findings_gets_stuck() -> None:
    ends: list[str] = []
    refused = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        data = Sketch(rng).data()
        if check_bytes(data, "random.bpmn").findings:
            refused += 1
        else:
            ends += [run(data, rng) for _ in range(3)]
    assert refused > 20
    assert ends.count("closed") > 300
