"""How a draft's trial run stands, for the page of who draws and the page of who approves."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import encoding
from engine.clock import SystemClock
from engine.store import trials

ALIVE = timedelta(seconds=20)  # a run that gave no sign for so long has lost its keeper


@dataclass(frozen=True, slots=True)
class Summary:
    """Of some regions together."""

    passed: int
    total: int
    flows: int
    missing: tuple[str, ...]  # sequence flows that no example of any of the regions takes
    failures: tuple[dict[str, Any], ...]

    @property
    def taken(self) -> int:
        return self.flows - len(self.missing)


@dataclass(frozen=True, slots=True)
class Trial:
    """The latest run of a draft."""

    row: Any  # of diagram_trials
    same: bool  # whether the draft's diagram is still the one that was tried
    status: str  # of store.trials; a run that lost its keeper has failed

    @property
    def found(self) -> dict[str, Any]:
        """`{"examples": […], "walked": {region: {"flows", "missing"}}, "why": words where it failed}`."""
        value: dict[str, Any] = encoding.loads(self.row.found) if self.row.found else {}
        return value

    @property
    def why(self) -> str:
        if self.status != trials.FAILED:
            return ""
        return str(self.found.get("why") or "运行示例的进程意外结束，没有完成")

    def summary(self, regions: Collection[str] = ()) -> Summary | None:
        """Of these regions (none named: all that were tried); None unless the run came to its end for all of them."""
        found = self.found
        walked = found.get("walked", {})
        chosen = [region for region in walked if not regions or region in regions]
        if self.status != trials.DONE or not chosen or (regions and len(chosen) < len(set(regions))):
            return None
        examples = [e for e in found["examples"] if e["region"] in chosen]
        first = walked[chosen[0]]
        missing = [flow for flow in first["missing"] if all(flow in walked[region]["missing"] for region in chosen)]
        failures = tuple(e for e in examples if not e["passed"])
        return Summary(len(examples) - len(failures), len(examples), first["flows"], tuple(missing), failures)


def digest(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()


def trial_of(connection: Any, draft: Any) -> Trial | None:
    """The latest run of a draft (its row); None when it was never tried."""
    row = trials.of_draft(connection, draft.id)
    if row is None:
        return None
    lost = row.status == trials.RUNNING and row.alive_at < SystemClock().now() - ALIVE
    return Trial(row, row.digest == digest(draft.xml), trials.FAILED if lost else row.status)
