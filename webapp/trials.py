"""The trial run of a draft: started, watched and stopped by the page of who draws; told to who approves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask import Response, g, jsonify, request

from engine.errors import InvalidInput
from engine.store import finding
from engine.trials import Trial, begin_trial, stop_trial, trial_of
from engine.workflow.model import Model
from webapp.access import allow
from webapp.context import actor, system
from webapp.drawing import ROLES, blueprint, draft_place


@blueprint.get("/drafts/<int:draft_id>/trial.json")
@allow(*ROLES, at=draft_place)
def trial(draft_id: int) -> Response:
    """How the latest run stands: `status` (never, running, done, stopped, failed) and what `told` adds."""
    with system().store.reading() as connection:
        found = trial_of(connection, g.draft.row)
        names = finding.names_of(connection, {found.row.started_by}) if found else {}
    return jsonify(told(found, names) if found else {"status": "never"})


@blueprint.post("/drafts/<int:draft_id>/trial.json")
@allow("designer", at=draft_place)
def start_trial(draft_id: int) -> tuple[Response, int]:
    """`{revision}` → 202; 409 while another run goes on or the draft was saved meanwhile, 422 for what cannot run."""
    sent = request.get_json(silent=True)
    revision = sent.get("revision") if isinstance(sent, dict) else None
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise InvalidInput("试运行应指明草稿的稿次。")
    begin_trial(system(), actor(), draft_id, revision)
    return jsonify({"status": "running"}), 202


@blueprint.delete("/drafts/<int:draft_id>/trial.json")
@allow("designer", at=draft_place)
def end_trial(draft_id: int) -> tuple[str, int]:
    stop_trial(system(), actor(), draft_id)
    return "", 204


def told(found: Trial, names: dict[str, str], regions: Collection[str] = ()) -> dict[str, Any]:
    """What a run says to a page: of these regions, or of all that were tried."""
    row, summary = found.row, found.summary(regions)
    return {
        "status": found.status,
        "same": found.same,
        "revision": row.revision,
        "by": names.get(row.started_by, row.started_by),
        "mine": row.started_by == actor().username,
        "at": row.started_at.isoformat(),
        "finished": row.finished,
        "total": row.total,
        "why": found.why,
        "summary": summary
        and {
            "passed": summary.passed,
            "total": summary.total,
            "taken": summary.taken,
            "flows": summary.flows,
            "missing": list(summary.missing),
            "failures": together(summary.failures),
        },
    }


def together(failures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for an example that goes otherwise in the same way in several regions; `where`: their names."""
    found: dict[str, dict[str, Any]] = {}
    for failure in failures:
        one = {key: value for key, value in failure.items() if key != "region"}
        entry = found.setdefault(repr(sorted(one.items())), {**one, "regions": []})
        entry["regions"].append(system().region_name(failure["region"]))
    return [{**entry, "where": "、".join(entry["regions"])} for entry in found.values()]


def names_of_flows(model: Model, flows: Iterable[str]) -> list[str]:
    """`审核 → 办结（通过）`: what a sequence flow is called by who does not see the picture."""
    words = []
    for flow in (model.flows[one] for one in flows if one in model.flows):
        ends = [model.elements[end].name or end if end in model.elements else end for end in (flow.source, flow.target)]
        words.append(f"{' → '.join(ends)}{f'（{flow.name}）' if flow.name else ''}")
    return words
