"""Papers that we produce for the applicant to sign, in the place of one that cannot be had (个人承诺书).

A material's alternative with a `form` is such a paper; so is a material that is a commitment itself
(通过数据共享无法查询死亡信息的应提供个人承诺书), which names in brackets what it is about. It is nobody's submission:
everything on it follows from the case (`default_from` of its fields; `produced` names the matter and the paper it
stands for), and the applicant signs it on paper. What is not known is left blank, to be filled by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.forms.context import FormContext
from engine.forms.materials import materials_owed
from engine.forms.model import Form
from engine.forms.validation import default_of
from engine.guides import Alternative, Guide, Material
from engine.guides.loading import COMMITMENT

_BLANK = re.compile(r"\{([a-z_]+)\}")
_SUBJECT = re.compile(r"（(.+)）$")


@dataclass(frozen=True, slots=True)
class Produced:
    """A paper that may stand in for a material of this case."""

    material: Material
    alternative: Alternative
    chosen: bool  # on the checklist

    @property
    def form(self) -> str:
        return self.alternative.form or ""

    @property
    def instead_of(self) -> str:
        """The material as printed; of a commitment that is asked for by itself what it is about."""
        return self.material.text if self.material.alternatives else missing_of(self.material)


def form_keys(guide: Guide) -> frozenset[str]:
    """Keys of the forms that the guide's alternatives, or materials themselves, produce."""
    return frozenset(paper.form for material in guide.materials for paper in _papers(material) if paper.form)


def papers_of(guide: Guide, variables: Mapping[str, Any]) -> list[Produced]:
    """Those that this applicant may choose, in the order of the guide; `variables`: the case's submissions."""
    application = variables.get("application")
    return [
        Produced(material, paper, material.form == COMMITMENT or _choice(variables, material) == paper.id)
        for material in materials_owed(guide, application)
        for paper in _papers(material)
    ]


def values_of(form: Form, guide: Guide, variables: Mapping[str, Any], missing: str, now: datetime) -> dict[str, str]:
    """What is known of each field, '' where it is to be filled by hand."""
    produced = {"matter": guide.name, "missing": missing}
    known = {"application": {}, **variables, "produced": produced}
    context = FormContext(now=now, guide=guide, variables=known, agency=True)
    return {path: str(default_of(field, context) or "") for path, field in form.fields().items()}


def statement_of(form: Form, values: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """The printed statement in pieces: (words, whether they were filled in)."""
    for position, piece in enumerate(_BLANK.split(str(form.definition.get("statement", "")))):
        yield (values.get(piece, ""), True) if position % 2 else (piece, False)


def missing_of(material: Material) -> str:
    """The paper it stands for: the other alternatives as printed, else what the material says in brackets, or is."""
    others = [a.text for a in material.alternatives if not a.form]
    subject = _SUBJECT.search(material.text) if material.form == COMMITMENT else None
    return "、".join(others) if others else subject[1] if subject else material.text


def _papers(material: Material) -> list[Alternative]:
    """What we produce for it."""
    if material.form == COMMITMENT:
        return [Alternative(COMMITMENT, "个人承诺书", COMMITMENT)]
    return [alternative for alternative in material.alternatives if alternative.form]


def _choice(variables: Mapping[str, Any], material: Material) -> str:
    for submission in variables.values():
        checklist = submission.get("materials") if isinstance(submission, Mapping) else None
        entry = checklist.get(material.id) if isinstance(checklist, Mapping) else None
        if isinstance(entry, Mapping) and entry.get("choice"):
            return str(entry["choice"])
    return ""
