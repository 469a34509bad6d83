"""Which materials a case owes, and what its checklist still lacks.

The list of what is missing is computed here and nowhere typed: the one-time notice (一次性告知) must name
everything at once, and nobody can accept a case whose list is not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.expressions import Functions, NoFunctions, parse
from engine.forms.model import Field, Option
from engine.forms.reading import under
from engine.forms.values import WrongValue, read_value
from engine.guides import Guide, Material

_CONDITIONS = (("original", "原件"), ("copy", "复印件"))


@dataclass(frozen=True, slots=True)
class Owed:
    """A material that this applicant owes (or may bring), and the state of it on the checklist."""

    material: Material
    entry: Mapping[str, Any]  # received, form, sealed, choice, remark; empty: not yet looked at

    @property
    def lack(self) -> str | None:
        """What is wrong, None when nothing is or when the material is optional and absent."""
        if not self.entry.get("received"):
            return "未提交" if self.material.required else None
        if any(a.form and a.id == self.entry.get("choice") for a in self.material.alternatives):
            return None  # a paper of our own form: whether it is signed the clerk sees
        if self.material.original_or_copy == "original" and self.entry.get("form") == "copy":
            return "应提交原件"
        if self.material.seal and not self.entry.get("sealed"):
            return f"未加盖{self.material.seal_name}"
        return None

    @property
    def notice(self) -> str:
        """The line of the one-time notice: the text as printed, and what is wrong if it is not simply absent."""
        remark = self.entry.get("remark")
        details = [part for part in (None if self.lack == "未提交" else self.lack, remark) if part]
        return f"{self.material.text}（{'；'.join(details)}）" if details else self.material.text


def materials_owed(
    guide: Guide, application: Mapping[str, Any] | None, functions: Functions | None = None
) -> list[Material]:
    """The materials whose `when` holds for this application, in the order of the guide; of a divided line its parts."""
    scope = {"application": application}
    return [
        material
        for material in guide.materials
        if not material.divided
        and (material.when is None or parse(material.when).truth(scope, functions or NoFunctions()))
    ]


def materials_missing(owed: list[Material], checklist: Mapping[str, Any]) -> list[str]:
    """The lines of the notice for everything that the checklist lacks."""
    items = [Owed(material, checklist.get(material.id) or {}) for material in owed]
    return [item.notice for item in items if item.lack is not None]


def entry_fields(material: Material) -> dict[str, Field]:
    """The controls of a line of the checklist: received, form, sealed (if owed), choice (if any), remark."""
    controls = [_control("received", "checkbox", material)]
    if material.alternatives:
        choices = tuple((alternative.id, alternative.text) for alternative in material.alternatives)
        controls.append(_control("choice", "radio", material, choices))
    controls.append(_control("form", "radio", material, _CONDITIONS))
    if material.seal:
        controls.append(_control("sealed", "checkbox", material))
    controls.append(_control("remark", "textfield", material))
    return {control.path: control for control in controls}


_LABELS = {
    "received": "已收",
    "form": "原件或复印件",
    "sealed": "已盖章",
    "choice": "提交的是",
    "remark": "备注",
}


def _control(name: str, kind: str, material: Material, options: tuple[tuple[str, str], ...] = ()) -> Field:
    return Field(
        path=name,
        type=kind,
        label=_LABELS[name],
        full_label=f"“{material.text[:30]}”{_LABELS[name]}",
        mark="internal",
        agency=True,
        ours=True,
        required=False,
        required_when=None,
        hide=(),
        options=tuple(Option(value, label) for value, label in options),
    )


def read_checklist(
    path: str, flat: Mapping[str, Any], guide: Guide, owed: list[Material]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The checklist of a submission and its errors by path. What is no longer owed is dropped."""
    entered = under(flat, path)
    errors: dict[str, str] = {}
    known = {material.id: material for material in guide.materials if not material.divided}
    for name in entered:
        material_id, _, control = name.partition(".")
        material = known.get(material_id)
        if material is None or control not in entry_fields(material):
            errors[f"{path}.{name}"[:120]] = "材料清单没有这一项"
    checklist: dict[str, Any] = {}
    for material in owed:
        entry: dict[str, Any] = {}
        for control, field in entry_fields(material).items():
            try:
                value = read_value(field, entered.get(f"{material.id}.{control}"))
            except WrongValue as wrong:
                errors[f"{path}.{material.id}.{control}"] = str(wrong)
                continue
            if value is not None:
                entry[control] = value
        if entry.get("received") and material.alternatives and "choice" not in entry:
            errors.setdefault(f"{path}.{material.id}.choice", f"请选明“{material.text}”提交的是哪一种")
        checklist[material.id] = entry
    return checklist, errors
