"""The designer's pages: what they let in, what they answer, who is shown what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.actions.system import ROOT, System
from engine.guides import load_guide, matters
from engine.store import deployments, drafts
from tests.support.visitor import Visitor, text_of, tree

ENROLMENT = "002036001001-unit-enrolment"
Visit = Callable[..., Visitor]


def start(visitor: Visitor, region: str = "changsha") -> str:
    """The address of a new draft."""
    answer = visitor.post("/designer/drafts", {"matter": ENROLMENT, "region": region})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def send(visitor: Visitor, method: str, address: str, body: Any) -> Any:
    headers = {"X-CSRFToken": visitor.csrf, "Accept": "application/json", "Content-Type": "application/json"}
    return visitor.client.open(address, method=method, data=json.dumps(body), headers=headers)


def renamed(visitor: Visitor, address: str) -> None:
    """Saves the draft with 审核 called 复核."""
    loaded = visitor.get(f"{address}/draft.json").get_json()
    xml = loaded["xml"].replace('id="review" name="审核"', 'id="review" name="复核"')
    saved = send(visitor, "PUT", f"{address}/draft.json", {"xml": xml, "revision": loaded["revision"]})
    assert saved.status_code == 200, saved.text


def propose(visitor: Visitor, address: str, *regions: str, revision: int = 2) -> Any:
    form = {"regions": list(regions or ("changsha",)), "note": "与岗位名称一致", "revision": str(revision)}
    return visitor.post(f"{address}/propose", form)


def proposed(visit: Visit, *regions: str) -> str:
    designer = visit("designer")
    address = start(designer)
    renamed(designer, address)
    assert propose(designer, address, *regions).headers["Location"].endswith("/review")
    return address


def version_of(system: System, region: str = "changsha") -> int:
    return system.current(ENROLMENT, region).version


def test_a_draft_can_begin_with_what_the_guide_prints(visit: Visit) -> None:
    designer = visit("designer")
    button = tree(designer.get("/designer")).xpath("//button[@name='from'][@value='guide']")[0]
    assert button.text_content() == "从指南生成初稿"
    answer = designer.post("/designer/drafts", {"matter": ENROLMENT, "region": "changsha", "from": "guide"})
    drawn = designer.get(f"{answer.headers['Location']}/draft.json").get_json()["xml"]
    other = designer.get(f"{start(designer)}/draft.json").get_json()["xml"]
    assert drawn != other
    assert 'name="受理"' in drawn


def test_the_list_shows_every_matter_and_region_with_its_version_source_and_open_cases(visit: Visit) -> None:
    page = visit("designer").get("/designer")
    rows = tree(page).xpath("//tr[@data-region]")
    assert len(rows) == sum(len(matter.regions) for matter in matters(ROOT)) >= 8
    changsha = next(r for r in rows if r.get("data-region") == "changsha")
    words = " ".join(changsha.text_content().split())
    assert "长沙市 第 1 版" in words
    assert "随系统文件" in words
    assert "件" in words


def test_a_matter_is_found_by_name_initials_or_code(visit: Visit) -> None:
    designer = visit("designer")
    for words in ("单位参保登记", "dwcbdj", "002036001001"):
        (title,) = tree(designer.get(f"/designer?q={words}")).xpath("//h2[starts-with(@id, 'matter-')]")
        assert "单位参保登记" in title.text_content()
    assert "没有找到“无此事项”" in designer.get("/designer?q=无此事项").text


def test_the_panel_offers_the_limits_that_the_matter_has(visit: Visit) -> None:
    designer = visit("designer")
    (modeler,) = tree(designer.get(start(designer))).xpath("//*[@id='modeler']")
    offered = {each["key"] for each in json.loads(modeler.get("data-deadlines"))}
    assert offered == set(load_guide(ROOT, ENROLMENT, "changsha").limits)


def test_only_who_designs_the_whole_region_is_offered_to_change_its_diagram(visit: Visit) -> None:
    assert visit("approver").get("/designer").text.count("修改流程</button>") == 0
    of_an_office = visit("designer.own").get("/designer")
    assert "没有您可以查看的流程" in of_an_office.text
    assert (
        visit("designer.own").post("/designer/drafts", {"matter": ENROLMENT, "region": "changsha"}).status_code == 403
    )
    assert visit("auditor").get("/designer").status_code == 403


def test_the_modeler_page_gives_the_modeler_its_addresses_and_lists_and_alone_allows_style_attributes(
    visit: Visit,
) -> None:
    designer = visit("designer")
    page = designer.get(start(designer))
    (modeler,) = tree(page).xpath("//*[@id='modeler']")
    assert modeler.get("data-draft-url") == modeler.get("data-save-url") == "/designer/drafts/1/draft.json"
    assert '{"key": "review", "name": "' in modeler.get("data-forms")
    assert '{"key": "handling", "name": "办理时限"}' in modeler.get("data-deadlines")
    assert "style-src-attr 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in designer.get("/designer").headers["Content-Security-Policy"]


def test_a_draft_is_loaded_and_saved_and_an_older_revision_is_a_conflict_with_who_and_when(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    loaded = designer.get(f"{address}/draft.json").get_json()
    assert loaded["revision"] == 1
    saved = send(designer, "PUT", f"{address}/draft.json", loaded)
    assert (saved.status_code, saved.get_json()) == (200, {"revision": 2})
    late = send(designer, "PUT", f"{address}/draft.json", loaded)
    assert late.status_code == 409
    assert late.get_json()["message"] == "这份草稿已被更新：徐丽于9月22日10:00，现为第 2 稿。"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"xml": "<!DOCTYPE x><x/>", "revision": 1}, 422),
        ({"xml": "<x", "revision": 1}, 422),
        ({"xml": "<x/>", "revision": True}, 422),
        ({"xml": ["<x/>"], "revision": 1}, 422),
        ({"revision": 1}, 422),
        (["<x/>"], 422),
        ({"xml": "<x>\ud800</x>", "revision": 1}, 422),
        ({"xml": "<x>" + "a" * (2 * 1024 * 1024) + "</x>", "revision": 1}, 413),
    ],
    ids=["doctype", "cut", "bool", "list", "no-xml", "no-object", "surrogate", "large"],
)
def test_what_is_no_diagram_or_too_large_is_not_saved(visit: Visit, body: Any, status: int) -> None:
    designer = visit("designer")
    address = start(designer)
    answer = send(designer, "PUT", f"{address}/draft.json", body)
    assert answer.status_code == status, answer.text
    assert answer.get_json()["message"]
    assert designer.get(f"{address}/draft.json").get_json()["revision"] == 1


def test_saving_without_the_token_is_refused(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    answer = designer.client.put(f"{address}/draft.json", json={"xml": "<x/>", "revision": 1})
    assert answer.status_code == 400


def test_the_check_answers_findings_at_elements_also_for_hostile_text(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    xml = designer.get(f"{address}/draft.json").get_json()["xml"]
    assert send(designer, "POST", f"{address}/check.json", {"xml": xml}).get_json() == {"findings": []}
    broken = xml.replace('review.decision = "refuse"', 'review.verdict = "refuse"')
    found = send(designer, "POST", f"{address}/check.json", {"xml": broken}).get_json()["findings"]
    assert {f["element_id"] for f in found} == {"outcome_to_refused", "review_decision_to_review_refused"}
    assert set(found[0]) == {"line", "severity", "rule", "element_id", "message", "hint"}
    hostile = send(designer, "POST", f"{address}/check.json", {"xml": "<!DOCTYPE x><x/>"}).get_json()["findings"]
    assert [f["severity"] for f in hostile] == ["error"]


def test_proposing_without_a_note_keeps_the_draft_and_says_what_is_missing(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    renamed(designer, address)
    answer = designer.follow(designer.post(f"{address}/propose", {"regions": "changsha", "revision": "2"}))
    assert "请填写修改说明" in answer.text
    assert 'data-draft-url="/designer/drafts/1/draft.json"' in answer.text


def test_the_approver_sees_what_changed_and_what_it_means_and_publishes(visit: Visit, demo_system: System) -> None:
    address = proposed(visit, "changsha", "hunan")
    page = visit("approver").get(f"{address}/review")
    (change,) = tree(page).xpath("//li[@data-change]")
    assert " ".join(change.text_content().split()) == "人工任务 复核 review 名称：“审核” → “复核”"
    (impact,) = tree(page).xpath("//tr[@data-impact='changsha']")
    words = " ".join(impact.text_content().split())
    assert words.startswith("长沙市第 1 版 → 第 2 版")
    assert words.endswith("6 件仍按原版本办完（第 1 版 6 件）")
    assert "与岗位名称一致" in text_of(page)
    answer = visit("approver").post(f"{address}/approve", {"revision": "3"})
    assert answer.headers["Location"] == "/designer"
    assert (version_of(demo_system), version_of(demo_system, "hunan"), version_of(demo_system, "hubei")) == (2, 2, 1)
    listed = text_of(visit("designer").get("/designer"))
    assert "徐丽／孙伟" in listed
    assert "旧版 1 个" in listed


def test_changes_are_coloured_on_both_pictures(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    loaded = designer.get(f"{address}/draft.json").get_json()
    xml = loaded["xml"].replace('"outcome_to_closed"', '"outcome_to_done"').replace('name="办结"', 'name="办结归档"')
    send(designer, "PUT", f"{address}/draft.json", {"xml": xml, "revision": 1})
    new = designer.get(f"{address}/changes/new.json").get_json()["elements"]
    old = designer.get(f"{address}/changes/old.json").get_json()["elements"]
    assert new == {"closed": "changed", "outcome": "changed", "outcome_to_done": "added"}
    assert old == {"closed": "changed", "outcome": "changed", "outcome_to_closed": "removed"}
    assert designer.get(f"{address}/changes/else.json").status_code == 404


def test_the_author_may_look_and_take_back_but_not_approve(visit: Visit, demo_system: System) -> None:
    address = proposed(visit)
    page = visit("designer").get(f"{address}/review")
    assert "须由另一人审批" in page.text
    assert 'id="approve"' not in page.text
    assert visit("designer").post(f"{address}/approve", {"revision": "3"}).status_code == 403
    assert version_of(demo_system) == 1
    assert visit("designer").post(f"{address}/withdraw").headers["Location"] == address


def test_a_rejection_needs_a_reason_and_the_designer_reads_it(visit: Visit) -> None:
    address = proposed(visit)
    approver = visit("approver")
    refused = approver.follow(approver.post(f"{address}/reject", {"revision": "3", "reason": " "}))
    assert "请填写退回的理由" in refused.text
    approver.post(f"{address}/reject", {"revision": "3", "reason": "名称应与指南一致"})
    page = visit("designer").get(address)
    assert "孙伟于9月22日 10:00退回：名称应与指南一致" in text_of(page)
    assert 'id="modeler"' in page.text


def test_what_the_approver_did_not_see_is_not_published(visit: Visit, demo_system: System) -> None:
    address = proposed(visit)
    designer = visit("designer")
    designer.post(f"{address}/withdraw")
    assert propose(designer, address, revision=4).status_code == 302
    assert visit("approver").post(f"{address}/approve", {"revision": "3"}).status_code == 409
    assert visit("approver").post(f"{address}/approve", {"revision": "x"}).status_code == 422
    assert version_of(demo_system) == 1


def test_a_decided_draft_is_read_only(visit: Visit) -> None:
    address = proposed(visit)
    visit("approver").post(f"{address}/approve", {"revision": "3"})
    designer = visit("designer")
    assert designer.get(address).headers["Location"].endswith("/review")
    assert send(designer, "PUT", f"{address}/draft.json", {"xml": "<x/>", "revision": 4}).status_code == 409
    assert "已发布" in designer.get(f"{address}/review").text


def test_old_versions_can_be_looked_at_and_downloaded_as_files_only(visit: Visit, demo_system: System) -> None:
    address = proposed(visit)
    visit("approver").post(f"{address}/approve", {"revision": "3"})
    with demo_system.store.reading() as connection:
        old = deployments.numbered(connection, ENROLMENT, "changsha", 1)
        new = deployments.numbered(connection, ENROLMENT, "changsha", 2)
    assert old is not None
    assert new is not None
    for who in ("designer", "approver", "auditor"):
        page = text_of(visit(who).get(f"/designer/versions/{new.id}"))
        assert "名称：“审核” → “复核”" in page
        assert "徐丽提交，孙伟审批" in page
    assert "旧版，只读" in visit("designer").get(f"/designer/versions/{old.id}").text
    shown = visit("designer").get(f"/designer/versions/{old.id}/process.bpmn")
    assert shown.mimetype == "text/plain"
    assert shown.text == demo_system.deployed(old.id).bundle.bpmn
    kept = visit("designer").get(f"/designer/versions/{old.id}/process.bpmn?download=1")
    assert kept.mimetype == "application/octet-stream"
    assert kept.headers["Content-Disposition"] == f'attachment; filename="{ENROLMENT}.changsha.v1.bpmn"'


def test_a_designer_of_another_region_is_told_that_a_draft_does_not_exist(visit: Visit, demo_system: System) -> None:
    address = proposed(visit)
    for path in ("", "/review", "/draft.json", "/process.bpmn", "/changes/new.json"):
        assert visit("designer.foreign").get(address + path).status_code == 404
    for verb in ("propose", "withdraw", "discard", "approve", "reject"):
        assert visit("designer.foreign").post(f"{address}/{verb}", {"revision": "3"}).status_code == 404
    assert visit("window.own").get(f"{address}/review").status_code == 403
    with demo_system.store.reading() as connection:
        (draft,) = drafts.under_way(connection)
    assert draft.status == drafts.PROPOSED


def test_names_in_a_diagram_are_text_on_every_page(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    loaded = designer.get(f"{address}/draft.json").get_json()
    xml = loaded["xml"].replace('name="督办"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    send(designer, "PUT", f"{address}/draft.json", {"xml": xml, "revision": 1})
    page = designer.get(f"{address}/review").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
