"""The reference work, the same for everybody who is measured: one case is an opening and three completed tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

REFERENCE = Path(__file__).with_name("reference")
MATTER = "000000000001-reference"
REGION = "hunan"
OFFICE = "本级"

APPLICATION: Mapping[str, Any] = {
    "name": "长沙市岳麓区某某科技有限公司",
    "credit_code": "91430100MA4L16J7XW",
    "contact": "张三",
    "phone": "0731-88888888",
    "address": "长沙市岳麓区银杏路6号",
    "bank": "中国建设银行长沙岳麓支行",
    "account": "43050175360000001234",
    "amount": "12345.60",
    "remark": "",
}
ACCEPT = {"decision": "accept", "remark": "材料齐全"}
INCOMPLETE = {"decision": "supplement", "remark": "缺少登记表"}
SUPPLEMENT = {"items": "登记表（加盖公章）"}
REVIEW = {"decision": "pass", "remark": "经审核符合规定"}
PAYMENT = {"paid": "12345.60", "voucher": "BF-2026-000123"}

STEPS = 4  # of a case without supplement rounds


class Contender(Protocol):
    """Something that can do the reference work."""

    def open(self, application: Mapping[str, Any]) -> Any:
        """A new case: whatever the contender likes to hand around."""

    def task(self, case: Any, name: str) -> Any:
        """What a clerk already has before the step: the case's open task of that name."""

    def complete(self, task: Any, submission: Mapping[str, Any]) -> None:
        """Completes the task, durably if the contender is durable at all."""

    def close(self) -> None: ...


def steps(supplements: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Tasks and submissions of one case after its opening, with so many rounds of supplements before acceptance."""
    for _ in range(supplements):
        yield "intake", INCOMPLETE
        yield "supplement", SUPPLEMENT
    yield "intake", ACCEPT
    yield "review", REVIEW
    yield "payment", PAYMENT


def timed_case(contender: Contender, supplements: int = 0) -> list[float]:
    """Seconds of the opening and of every step of one case; finding the task is not part of a step."""
    clock = time.perf_counter
    started = clock()
    case = contender.open(APPLICATION)
    seconds = [clock() - started]
    for name, submission in steps(supplements):
        task = contender.task(case, name)
        started = clock()
        contender.complete(task, submission)
        seconds.append(clock() - started)
    return seconds
