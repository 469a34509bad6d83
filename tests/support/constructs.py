"""Every construct that the runner knows, each in a small diagram, and what is needed to run them without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.calendars import bundled_calendar
from engine.deadlines import OfficeHours, TimeLimit
from engine.workflow import messages
from engine.workflow.parser import parse_model
from engine.workflow.program import Limit, Program, Timekeeper
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import MESSAGE, CaseState
from tests.support.bpmn import (
    DONE,
    HEAD,
    TAIL,
    choice,
    date,
    end,
    error_boundary,
    error_end,
    flow,
    path,
    reply,
    seats,
    start,
    sub,
    task,
    timer,
)  # fmt: skip

START = datetime(2026, 9, 22, 1, 0, tzinfo=UTC)
HOURS = OfficeHours()
FACTS = CaseFacts("430000-2026-000001", "matter", "hunan", "本级")
LIMITS = {
    "handling": Limit(TimeLimit("handling", "working_days", 10)),
    "supplement": Limit(TimeLimit("supplement", "working_days", 3, "applicant")),
    "filing": Limit(TimeLimit("filing", "calendar_days", 2, "applicant")),
}
PEOPLE = ["zhao", "qian", "sun"]
BODIES = {
    "one task": start() + task("a") + DONE + path("begin", "a", "done"),
    "a loop": start() + task("a") + choice("g", "g_done") + DONE
    + path("begin", "a", "g", "done") + flow("g", "a", "a.again = true"),
    "two boundary events on one task": start() + task("a", starts="supplement filing") + DONE + end("late", "lapsed")
    + timer("t_cut", "a", "supplement", True) + timer("t_side", "a", "filing", False) + task("b") + end("side")
    + path("begin", "a", "done") + path("t_cut", "late") + path("t_side", "b", "side"),
    "a side task that outlives its host": start() + task("a", starts="filing") + task("c") + DONE
    + timer("t_side", "a", "filing", False) + task("b") + task("b2") + end("side")
    + path("begin", "a", "c", "done") + path("t_side", "b", "b2", "side"),
    "a side timer that leads back into the main flow: two tokens in one node": start() + task("a", starts="filing")
    + task("c") + choice("g", "g_done") + DONE + timer("t_side", "a", "filing", False)
    + path("begin", "a", "c", "g", "done") + path("t_side", "c") + flow("g", "a", "c.again = true"),
    "a boundary event that loops back to its own host": start() + task("a", starts="filing", ends="filing") + DONE
    + timer("t_cut", "a", "filing", True) + task("b") + choice("g", "g_a") + end("late", "lapsed")
    + path("begin", "a", "done") + path("t_cut", "b", "g", "a") + flow("g", "late", "b.again = false"),
    "a sub-process with a side timer": start() + choice("g", "g_done") + DONE
    + sub("s", start("s_begin") + task("a") + task("b") + end("s_end") + path("s_begin", "a", "b", "s_end"),
          starts="handling", ends="handling")
    + timer("t_side", "s", "handling", False) + task("w") + end("side")
    + path("begin", "s", "g", "done") + path("t_side", "w", "side") + flow("g", "s", "b.again = true"),
    "an error boundary and a timer on a sub-process with a task timer inside": start() + DONE + end("late", "lapsed")
    + sub("s", start("s_begin") + task("a", starts="supplement", ends="supplement") + choice("g", "g_s_end")
          + timer("t_cut", "a", "supplement", True) + end("s_end") + error_end("s_err")
          + path("s_begin", "a", "g", "s_end") + flow("g", "a", "a.again = true") + path("t_cut", "s_err"),
          starts="handling", ends="handling")
    + error_boundary("t_err", "s") + timer("t_side", "s", "handling", False) + end("side")
    + path("begin", "s", "done") + path("t_err", "late") + path("t_side", "side"),
    "an error through two levels of sub-processes": start() + DONE + task("z") + end("late", "lapsed")
    + sub("s", start("s_begin") + end("s_end") + task("y")
          + sub("i", start("i_begin") + task("a") + choice("g", "g_i_end") + end("i_end") + error_end("i_err")
                + path("i_begin", "a", "g", "i_end") + flow("g", "i_err", "a.again = true"))
          + path("s_begin", "i", "y", "s_end"), starts="handling")
    + error_boundary("t_err", "s") + timer("t_cut", "s", "handling", True)
    + path("begin", "s", "done") + path("t_err", "z", "late") + path("t_cut", "z"),
    "an error caught inside the outer sub-process": start() + DONE
    + sub("s", start("s_begin") + end("s_end") + task("y")
          + sub("i", start("i_begin") + task("a") + choice("g", "g_i_end") + end("i_end") + error_end("i_err")
                + path("i_begin", "a", "g", "i_end") + flow("g", "i_err", "a.again = true"))
          + error_boundary("t_err", "i") + path("s_begin", "i", "s_end") + path("t_err", "y") + flow("y", "s_end"))
    + path("begin", "s", "done"),
    "a timer as a step of its own": start() + task("a", starts="filing") + task("b") + DONE
    + f'<bpmn:intermediateCatchEvent id="pause">{date("filing")}</bpmn:intermediateCatchEvent>'
    + path("begin", "a", "pause", "b", "done"),
    "a block of parallel branches with a side timer": start() + DONE + task("c")
    + sub("s", start("s_begin") + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
          + task("a", starts="filing") + task("b") + end("s_end") + timer("t_side", "a", "filing", False) + end("side")
          + path("s_begin", "fork", "a", "join", "s_end") + path("fork", "b", "join") + path("t_side", "side"))
    + path("begin", "s", "c", "done"),
    "parallel branches at the top with a loop in one": start() + DONE + choice("g", "g_join")
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>' + task("a") + task("b")
    + path("begin", "fork", "a", "g", "join", "done") + path("fork", "b", "join") + flow("g", "a", "a.again = true"),
    "seats": start() + task("a") + seats("x", "a.members") + choice("g", "g_done") + DONE
    + path("begin", "a", "x", "g", "done") + flow("g", "a", "list contains(x.again, true)"),
    "seats with a timer that cuts them off and one at their side": start() + task("a")
    + seats("x", "a.members", starts="supplement filing") + DONE + end("late", "lapsed") + task("b") + end("side")
    + timer("t_cut", "x", "supplement", True) + timer("t_side", "x", "filing", False)
    + path("begin", "a", "x", "done") + path("t_cut", "late") + path("t_side", "b", "side"),
    "seats in a sub-process that loops": start() + choice("g", "g_done") + DONE
    + sub("s", start("s_begin") + task("a") + seats("x", "a.members") + end("s_end")
          + path("s_begin", "a", "x", "s_end"),
          starts="handling", ends="handling")
    + timer("t_cut", "s", "handling", True) + path("t_cut", "z", "g") + task("z")
    + path("begin", "s", "g", "done") + flow("g", "s", "a.again = true"),
    "two replies in either order": start() + task("a") + DONE
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>' + reply("m", "reply") + reply("f", "funds")
    + path("begin", "a", "fork", "m", "join", "done") + path("fork", "f", "join"),
    "a reply that is asked for again": start() + task("a") + reply("m", "reply") + task("b") + choice("g", "g_done")
    + DONE + path("begin", "a", "m", "b", "g", "done") + flow("g", "a", "b.again = true"),
    "a reply in a sub-process that a timer cuts off": start() + DONE + end("late", "lapsed") + task("z")
    + sub("s", start("s_begin") + task("a") + reply("m", "reply", starts="filing") + end("s_end")
          + path("s_begin", "a", "m", "s_end"), starts="handling", ends="handling")
    + timer("t_cut", "s", "handling", True) + timer("t_side", "s", "filing", False) + end("side")
    + path("begin", "s", "z", "done") + path("t_cut", "late") + path("t_side", "side"),
    "seats in two parallel branches": start() + task("a") + DONE
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + seats("x", "a.members") + seats("y", "a.members") + path("begin", "a", "fork", "x", "join", "done")
    + path("fork", "y", "join"),
}  # fmt: skip


def program_of(body: str) -> Program:
    model = parse_model(f"{HEAD}{body}{TAIL}".encode())
    return Program("test", model, LIMITS, HOURS)


def runner_of(body: str) -> Runner:
    """Under the bundled calendar and the usual office hours."""
    return Runner(program_of(body), FACTS, Timekeeper(bundled_calendar(), HOURS))


def awaited(runner: Runner, state: CaseState) -> list[str]:
    """Messages that may be registered now, awaited or early."""
    model = runner.program.model
    open_now = [model.element_of(node.path).message for node in state.nodes if node.kind == MESSAGE]
    return [*open_now, *messages.expected(model, state)]
