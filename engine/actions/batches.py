"""One act on several cases: one idempotent transaction a case, and a result for each.

A batch is no transaction: what is done for one case stays done when another is refused. Every case's request id follows
from the batch's, so posting the same batch again completes the rest and does nothing twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine.errors import EngineError, InvalidInput, InvalidSubmission

MOST = 200  # cases of one batch


@dataclass(frozen=True, slots=True)
class Item:
    """What came of one case."""

    case_id: int
    number: str
    name: str  # of the applicant, as lists show it
    done: bool
    text: str  # what was done, or why it was not


def request_of(batch: str, case_id: int) -> str:
    """The request id of one case's part of a batch."""
    return str(uuid.uuid5(uuid.UUID(batch), str(case_id)))


def each(rows: Iterable[Any], act: Callable[[Any], str]) -> list[Item]:
    """`act(row)` does it and says what was done; what it refuses becomes that case's result."""
    found = []
    for row in rows:
        try:
            found.append(Item(row.id, row.number, row.applicant, True, act(row)))
        except InvalidSubmission as refused:
            found.append(Item(row.id, row.number, row.applicant, False, "；".join(refused.errors.values())))
        except EngineError as refused:
            found.append(Item(row.id, row.number, row.applicant, False, refused.message))
    return found


def require_some(case_ids: Iterable[int]) -> list[int]:
    """The cases once each, in the order given. Raises InvalidInput for none or too many."""
    chosen = list(dict.fromkeys(case_ids))
    if not chosen:
        raise InvalidInput("请至少选择一件")
    if len(chosen) > MOST:
        raise InvalidInput(f"一次最多 {MOST} 件，请分批办理")
    return chosen
