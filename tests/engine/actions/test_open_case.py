"""Opening a case: who may, what enters, and a form that is posted twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.open_case import Opened, open_case
from engine.actions.system import System
from engine.errors import Forbidden, InvalidInput, InvalidSubmission, NotFound, RequestReused
from engine.store import cases, events
from tests.support.clerk import CLERK, application, enrol, new_request, open_task
from tests.support.forms import ENROLMENT, FILING
from tests.support.hours import at


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


def count(system: System) -> int:
    with system.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(cases.cases)).scalar_one())


def opening(system: System, raw: dict[str, Any], request_id: str | None = None, **more: Any) -> Opened:
    return open_case(system, CLERK, ENROLMENT, "hunan", "本级", raw, request_id or new_request(), **more)


def test_a_case_has_a_number_of_its_region_and_year(agency: System) -> None:
    assert enrol(agency).number == "430000-2026-000001"
    assert enrol(agency).number == "430000-2026-000002"


def test_the_same_form_posted_twice_opens_one_case(agency: System) -> None:
    request = new_request()
    assert enrol(agency, request) == enrol(agency, request)
    assert count(agency) == 1


def test_the_same_form_posted_again_an_hour_later_is_still_the_first_case(agency: System) -> None:
    request, raw = new_request(), application(agency)
    first = opening(agency, raw, request)
    at(agency, "2026-09-22 10:45")  # the receipt would need a reason by now
    assert opening(agency, raw, request) == first


def test_fields_left_to_their_defaults_do_not_make_a_repeated_form_another_one(agency: System) -> None:
    request, raw = new_request(), application(agency)
    del raw["received_at"]
    first = opening(agency, raw, request)
    at(agency, "2026-09-22 09:31")
    assert opening(agency, raw, request) == first


def test_the_same_request_with_other_content_is_refused_and_changes_nothing(agency: System) -> None:
    request = new_request()
    opened = enrol(agency, request)
    with pytest.raises(RequestReused, match=opened.number):
        opening(agency, application(agency) | {"unit_name": "另一家公司"}, request)
    with pytest.raises(RequestReused, match=opened.number):
        opening(agency, application(agency) | {"unit_name": ""}, request)
    assert count(agency) == 1


def test_two_threads_posting_one_form_open_one_case(agency: System) -> None:
    request, raw = new_request(), application(agency)
    found: list[Any] = []
    barrier = threading.Barrier(2)

    def post() -> None:
        barrier.wait()
        try:
            found.append(opening(agency, raw, request))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert isinstance(found[0], Opened)
    assert count(agency) == 1


def test_requests_of_two_people_do_not_meet(agency: System) -> None:
    other = Actor(9, "other", "别人", (Membership("hunan", "本级", "window"),))
    request = new_request()
    first = enrol(agency, request)
    second = open_case(agency, other, ENROLMENT, "hunan", "本级", application(agency), request)
    assert first.case_id != second.case_id


def test_only_a_window_clerk_of_the_office_may_open(agency: System) -> None:
    for membership in (
        Membership("hunan", "本级", "review"),
        Membership("yueyang", "本级", "window"),
        Membership("hunan", "分中心", "window"),
    ):
        actor = Actor(9, "other", "别人", (membership,))
        with pytest.raises(Forbidden, match="窗口受理"):
            open_case(agency, actor, ENROLMENT, "hunan", "本级", application(agency), new_request())
    assert count(agency) == 0


def test_a_matter_is_opened_only_where_it_is_offered(agency: System) -> None:
    everywhere = Actor(9, "other", "别人", (Membership("*", "*", "window"),))
    with pytest.raises(NotFound, match="湖北省"):
        open_case(agency, everywhere, FILING, "hubei", "本级", {}, new_request())
    with pytest.raises(InvalidInput, match="芙蓉区"):
        open_case(agency, everywhere, ENROLMENT, "hunan", "芙蓉区", application(agency), new_request())


def test_what_the_form_does_not_declare_never_enters(agency: System) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        opening(agency, application(agency) | {"typename": "x", "legal_rep.age": "40", "case": "y"})
    assert set(caught.value.errors) == {"typename", "legal_rep.age", "case"}
    assert count(agency) == 0


def test_a_receipt_lies_before_now_and_when_long_before_says_why(agency: System) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        opening(agency, application(agency) | {"received_at": "2026-09-22T09:31"})
    assert set(caught.value.errors) == {"received_at"}
    with pytest.raises(InvalidSubmission) as caught:
        opening(agency, application(agency) | {"received_at": "2026-09-21T16:00"})
    assert set(caught.value.errors) == {"received_reason"}
    opened = opening(agency, application(agency) | {"received_at": "2026-09-21T16:00", "received_reason": "邮寄"})
    with agency.store.reading() as connection:
        (event,) = events.of_case(connection, opened.case_id)
    assert event.effective_at == event.recorded_at == agency.clock.now()


def test_a_request_id_is_the_uuid_of_a_form(agency: System) -> None:
    for wrong in ("", "1", "x" * 36, "{12345678123456781234567812345678}", "urn:uuid:" + new_request()):
        with pytest.raises(InvalidInput, match="请求编号"):
            open_case(agency, CLERK, ENROLMENT, "hunan", "本级", application(agency), wrong)


def test_a_case_is_linked_to_one_of_its_matter_and_region_or_to_none(agency: System) -> None:
    first = enrol(agency)
    second = opening(agency, application(agency), linked_case=first.case_id)
    with agency.store.reading() as connection:
        row = cases.by_id(connection, second.case_id)
    assert row is not None
    assert row.linked_case == first.case_id
    abroad = Actor(9, "other", "别人", (Membership("*", "*", "window"),))
    for matter, region, linked in ((ENROLMENT, "hunan", 999), (ENROLMENT, "yueyang", first.case_id)):
        with pytest.raises(NotFound, match="关联"):
            open_case(agency, abroad, matter, region, "本级", application(agency), new_request(), linked)
    assert count(agency) == 2


def test_variables_are_kept_as_typed_values(agency: System) -> None:
    opened = enrol(agency)
    with agency.store.reading() as connection:
        row = cases.by_id(connection, opened.case_id)
    assert row is not None
    kept = encoding.loads(row.variables)["application"]
    assert kept["declared"] is True
    assert kept["received_at"] == agency.clock.now()
    assert open_task(agency, opened.case_id).name == "受理"
