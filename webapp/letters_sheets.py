"""Letters that are printed sheets (联系函, 信息表, 参保凭证), and letters to other agencies, not to the applicant.

A sheet prints what the guide's form prints, in its order, blank cells included: the other agency reads it as the form
it knows. What the form marks with `"on_letter": false` stays in the case: questions to our own clerk, and what the
letter's head and foot say already; and the letter has its own place to sign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.forms import Form
from engine.forms.model import walk
from engine.forms.presenting import value_at
from engine.forms.printing import blocks_of
from engine.forms.sheet import Block, Given
from engine.guides import Guide

SHEETS = {  # letter -> form that it prints
    "contact_letter": "contact_letter",
    "information_sheet": "information",
    "enrolment_voucher": "voucher",
    "enquiry_result": "result",
    "withdrawal_notice": "bank_notice",
}
ADDRESSEES = {  # letter -> where the case says which agency it goes to
    "contact_letter": "application.sender.name",
    "reminder_letter": "application.sender.name",
    "information_sheet": "application.receiver.name",
    "transfer_declined_notice": "application.receiver.name",
    "refund_letter": "refund.payee",
}


def addressee(template: str, variables: Mapping[str, Any]) -> str:
    """The agency that a letter goes to; '' for letters to the applicant."""
    return str(value_at(variables, ADDRESSEES.get(template, "none")) or "")


def number_in_words(template: str, forms: Mapping[str, Form], number: str) -> str:
    """A letter's number, written as the form that it prints writes it: 湖南省(430100)(2026)(第000017-4号).

    The published 联系函 has 编号：湖南省(统筹区)(年份)(第XXXXXXX号); our number says the same three things, the region
    by its 行政区划代码. Other letters, and forms without such words, have the number itself; '' in a preview.
    """
    form = forms.get(SHEETS.get(template, ""))
    boxes = (f.properties.get("printed", "") for f in walk(form.components) if f.path == "form_number") if form else ()
    printed = next(iter(boxes), "").partition("：")[2]
    if not number or not printed:
        return number
    division, year, running = number.split("-", 2)
    return re.sub("X+", running, printed.replace("统筹区", division).replace("年份", year))


def sheet_of(
    template: str, forms: Mapping[str, Form], variables: Mapping[str, Any], guide: Guide | None = None
) -> tuple[Block, ...]:
    """The printed sheet of a letter, filled from the case; empty for letters that are no sheets.

    `guide`: of the region; a form that it does not print is printed with everything that it asks.
    """
    form, values = forms.get(SHEETS.get(template, "")), variables.get(SHEETS.get(template, ""))
    if form is None or not isinstance(values, Mapping):
        return ()
    ours = guide is None or all(entry["form"] != form.key for entry in guide.plain.get("forms", []))
    return blocks_of(form, None, Given(values, variables, guide, letter=True), everything=ours)
