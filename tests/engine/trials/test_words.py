"""What an example expected and what happened, in the words of the page."""

from __future__ import annotations

import pytest

from engine.trials.words import said


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[审核, 复核]", "审核、复核"),
        ("[]", "无"),
        ("[handling overdue]", "办理时限 逾期"),
        ("{'handling': {'state': 'met'}}", "办理时限: 状态: 按期完成"),
        ("approved", "办结"),
        ("2026-09-30 17:00", "2026-09-30 17:00"),
        ("review.decision", "review.decision"),
    ],
)
def test_codes_are_told_by_their_names(value: str, words: str) -> None:
    assert said(value) == words
