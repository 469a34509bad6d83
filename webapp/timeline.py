"""A case's history in words: one entry an event, newest first, with what followed from it.

The sentences are the engine's (engine/workflow/sentences.py); here is chosen which of them a history needs: timers that
were set, sub-processes, gateways and flows are left to the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.actions.history import CaseEvent, superseded
from engine.actions.replay_words import ERASED
from engine.events import is_erased
from engine.forms import Shown
from engine.forms.withholding import MARK
from engine.workflow.sentences import Teller, headline, sentence
from webapp.casework import CaseFile
from webapp.words import moment


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    seq: int
    at: datetime  # in law
    recorded_at: datetime
    who: str  # '' for the system
    what: str
    kind: str  # of the event, for the mark at its side
    follows: tuple[str, ...]  # what came of it
    shown: tuple[Shown, ...]  # the form as submitted

    @property
    def late(self) -> bool:
        """Entered well after it took effect: both instants are shown."""
        return abs((self.recorded_at - self.at).total_seconds()) > 60


def timeline(case: CaseFile, names: Mapping[str, str]) -> list[Entry]:
    """Newest first. `names`: user name -> name as printed."""
    undone = superseded(case.events)
    return [_entry(case, event, names, event.seq in undone) for event in reversed(case.events)]


def _entry(case: CaseFile, event: CaseEvent, names: Mapping[str, str], undone: bool) -> Entry:
    form = event.facts.get("form", "")
    teller = Teller(case.deployed.program.model, lambda user: names.get(user, user))
    who = "" if event.header.actor == "system" else teller.person(event.header.actor)
    title = headline(teller, event.kind, event.header.node, event.facts, _choice(case, event))
    return Entry(
        seq=event.seq,
        at=event.header.effective_at,
        recorded_at=event.header.recorded_at,
        who=who,
        what=f"{title}{_particulars(event)}{'（已撤销）' if undone else ''}",
        kind=event.kind,
        follows=(*_follows(teller, event), *_gone(case, event)),
        shown=tuple(case.shown(form, event.submission)) if form and event.fields else (),
    )


def _gone(case: CaseFile, event: CaseEvent) -> Iterator[str]:
    """How much of the form was lawfully erased; what is only withheld from this reader says so itself."""
    gone = [entry for entry in event.fields if is_erased(entry) and (case.seen or entry[1] != MARK)]
    if gone:
        yield f"其中 {len(gone)} 项内容{ERASED}"


def _particulars(event: CaseEvent) -> str:
    """Who approved it and why, where no form says so."""
    detail = event.facts.get("detail") or {}
    match event.kind:
        case "participant_substituted":
            return f"，理由：{detail['reason']}"
        case "deadline_extended":
            return f"：{detail['level']}批准，{detail['reason']}"
        case "calendar_amended" | "case_reopened":
            return f"：{detail['reason']}"
        case "values_erased":
            return f"：{detail['basis']}；{detail['reason']}"
        case "objection_received":
            return f"（{event.submission.get('objector', ERASED)}，{moment(detail['received_at'])}收到）"
        case "objection_resolved":
            return f"（{detail['decided_by']}决定）"
    return ""


def _choice(case: CaseFile, event: CaseEvent) -> str:
    """The decision that was made on the form, in the words of its option."""
    form = case.deployed.forms.get(event.facts.get("form", ""))
    value = event.submission.get("decision") if form else None
    field = form.fields().get("decision") if form else None
    return field.label_of(value) if field and isinstance(value, str) else ""


def _follows(teller: Teller, event: CaseEvent) -> Iterator[str]:
    if event.kind == "participant_substituted":
        return  # its title says it all
    numbers = iter(event.facts.get("letters", []))
    for decision in event.facts["decisions"]:
        match decision:
            case ["objection", _, "open"]:
                words = f"理由：{event.submission.get('grounds', ERASED)}"
            case ["objection", *_]:
                words = f"理由：{event.submission.get('reasons', ERASED)}"
            case ["open", "timer" | "activity", *_] | ["end" | "calendar", *_]:
                words = ""
            case ["close", path, *_] if not _is_task(teller, path):
                words = ""
            case _:
                words = sentence(teller, decision, numbers)
        if words:
            yield words


def _is_task(teller: Teller, path: str) -> bool:
    """Sub-processes that stop with their tasks are no news."""
    element = teller.element(path)
    return element is not None and element.kind == "userTask"
