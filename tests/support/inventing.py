"""What people might hand in, drawn by Hypothesis: from a form's own definition, or from what the examples tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.actions.system import Deployed
from engine.clock import SHANGHAI
from engine.forms import Form, materials_owed
from engine.forms.model import Field
from tests.support.entries import examples_of

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=30)
CHECKED = {
    "phone": "13800000000", "bank_account": "6222020200112233445", "identity_number": "11010519491231002X",
    "credit_code": "91430100MA4L16JQ9B",
}  # fmt: skip
AMOUNTS = ("0", "1", "70", "1000.55", "60000")
LEADS_ON = ("accept", "pass", "agree", "sign", "yes", "supplement", "return", "admit", "correct", "again")
# drawn more often: else most cases end at once


@dataclass(frozen=True)
class Told:
    """What an example hands in for one form, and when."""

    values: Mapping[str, Any]
    at: datetime


@cache
def told(slug: str, region: str, forms: tuple[tuple[str, str], ...]) -> dict[str, tuple[Told, ...]]:
    """Form key -> what the entry's examples hand in; `forms`: (name, id or message of an element, its form key)."""
    known = dict(forms)
    found: dict[str, tuple[Told, ...]] = {}
    for example in examples_of(slug):
        for step in example.steps if example.region == region else ():
            key = known.get("" if step.act == "open" else step.what)
            if step.act in ("open", "do", "receive") and key:
                found[key] = (*found.get(key, ()), Told(step.values, step.at))
    return found


def forms_of(deployed: Deployed) -> tuple[tuple[str, str], ...]:
    """Every word that an example may name an element by, with the form of that element; '' is the start."""
    model = deployed.program.model
    named = [(word, e.form) for e in model.elements.values() if e.form for word in (e.name, e.id, e.message) if word]
    return (("", model.start.form), *named)


class Inventor:
    """Draws submissions. `people`: user names that a form may name; `variables`: the case's.

    `faithful`: only what examples tell, with nothing drawn anew, so that cases come far.
    """

    def __init__(
        self,
        data: st.DataObject,
        deployed: Deployed,
        slug: str,
        region: str,
        people: tuple[str, ...],
        faithful: bool = False,
    ) -> None:
        self.data, self.deployed, self.people = data, deployed, people
        self.faithful = faithful
        self.told = told(slug, region, forms_of(deployed))

    def one_of(self, *options: Any) -> Any:
        return self.data.draw(st.sampled_from(options))

    def submission(self, form: Form, now: datetime, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Mostly what an example tells, as if it were today, with up to two values drawn anew; else all drawn."""
        known = self.told.get(form.key, ())
        if not known or (not self.faithful and self.one_of(*range(6)) == 0):
            raw = self.invented(form, now, variables)
        else:
            raw = self.retold(form, self.one_of(*known), now, variables)
            drawn = self.invented(form, now, variables) if not self.faithful and self.one_of(0, 0, 1) else {}
            for path in self.data.draw(st.lists(st.sampled_from(sorted(drawn)), max_size=2)) if drawn else []:
                raw = put(raw, path, drawn[path])
        return raw | self.receipt(now) if "received_at" in form.fields() else raw

    def receipt(self, now: datetime) -> dict[str, Any]:
        """Now, or some time ago with a reason; now and then without one, which is refused."""
        ago = timedelta(minutes=self.one_of(0, 0, 0, 0, 5, 90, 24 * 60, 4 * 24 * 60))
        raw: dict[str, Any] = {"received_at": now - ago}
        if ago and self.one_of(*range(10)):
            raw["received_reason"] = "邮寄"
        return raw

    # -- as an example tells -----------------------------------------------------------------------

    def retold(self, form: Form, found: Told, now: datetime, variables: Mapping[str, Any]) -> dict[str, Any]:
        raw = dict(found.values)
        days = (now.astimezone(SHANGHAI).date() - found.at.astimezone(SHANGHAI).date()).days
        for path, field in form.fields().items():
            value = at(raw, path)
            if field.type == "materials" and value is not None:
                raw = put(raw, path, self.checklist(variables))
            elif field.type == "datetime" and value is not None:
                raw = put(raw, path, later(value, days))
            elif field.type == "dynamiclist" and isinstance(value, list):
                dated = [column.path for column in field.columns if column.type == "datetime"]
                rows = [{k: later(v, days) if k in dated else v for k, v in row.items()} for row in value]
                raw = put(raw, path, rows)
        return raw

    # -- from the definition -----------------------------------------------------------------------

    def invented(self, form: Form, now: datetime, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Flat: path -> value; what is computed and some of what may be left out is left out."""
        raw: dict[str, Any] = {}
        for path, field in form.fields().items():
            if field.computed or not (field.required or field.required_when or self.one_of(True, True, False)):
                continue
            if field.type == "dynamiclist":
                lines = range(1, 1 + self.one_of(1, 1, 2))
                raw[path] = [{c.path: self.value(c, now, variables, n) for c in field.columns} for n in lines]
            else:
                raw[path] = self.value(field, now, variables)
        return raw

    def value(self, field: Field, now: datetime, variables: Mapping[str, Any], number: int = 1) -> Any:
        match field.type:
            case "radio" | "select":
                options = [option.value for option in field.options]
                return self.one_of(*options, *(word for word in LEADS_ON if word in options))
            case "checkbox":
                return self.one_of(True, True, True, False)
            case "checklist":
                return self.data.draw(st.lists(st.sampled_from([option.value for option in field.options])))
            case "datetime":
                day = now + timedelta(days=self.one_of(0, 0, -1, -30, 7, 365))
                return day if field.with_time else day.astimezone(SHANGHAI).date()
            case "number":
                bounds = [bound for bound in (field.minimum, field.maximum) if bound is not None]
                return self.one_of(*AMOUNTS, *bounds, *amounts(variables)) if field.decimals else str(number)
            case "materials":
                return self.checklist(variables)
            case "user" if self.people:
                return self.one_of(*self.people)
            case _:
                checked = CHECKED.get(field.check or "")
                return checked or ("4301" * 10)[: field.min_length or 0] or f"{number}{self.data.draw(WORDS)}"

    def checklist(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """What is owed, received; sometimes not all of it."""
        owed = materials_owed(self.deployed.guide, variables.get("application"))
        missing: set[str] = set()
        if owed and not self.one_of(True, True, False):
            missing = self.data.draw(st.sets(st.sampled_from([m.id for m in owed])))
        return {
            m.id: {"received": True, "form": m.original_or_copy or "original"}
            | ({"sealed": True} if m.seal else {})
            | ({"choice": m.alternatives[0].id} if m.alternatives else {})
            for m in owed
            if m.id not in missing
        }


def amounts(variables: Any) -> list[str]:
    """The amounts of the case: what is paid is what was approved."""
    if isinstance(variables, Decimal):
        return [str(variables)]
    inner = variables.values() if isinstance(variables, Mapping) else variables if isinstance(variables, list) else ()
    return list(dict.fromkeys(text for value in inner for text in amounts(value)))


def later(value: Any, days: int) -> Any:
    """A day or an instant, typed or written, so much later; anything else stays as it is."""
    if isinstance(value, str):
        try:
            return (datetime.fromisoformat(value) + timedelta(days=days)).isoformat()[: len(value)]
        except ValueError:
            return value
    return value + timedelta(days=days) if isinstance(value, date) else value


def at(raw: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; also where the path itself is the key."""
    if path in raw:
        return raw[path]
    first, _, rest = path.partition(".")
    inner = raw.get(first)
    return at(inner, rest) if rest and isinstance(inner, Mapping) else None


def put(raw: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with that value at the dotted path."""
    first, _, rest = path.partition(".")
    inner = raw.get(first)
    if not rest or path in raw:
        return {**raw, path: value}
    return {**raw, first: put(inner if isinstance(inner, Mapping) else {}, rest, value)}
