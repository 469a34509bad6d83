"""Opening a case: finding the matter, the guide at its side, the form, and what happens to wrong input."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from engine.actions.actor import Membership
from engine.actions.create_user import create_user
from engine.actions.seed_demo import DEMO_PASSWORD, ENROLMENT
from engine.actions.system import ROOT, System
from engine.guides import matters
from tests.support.visitor import Visitor, case_of, text_of, tree

CLERK = "changsha.window"
UNIT = {
    "registration_type": "new", "unit_name": "长沙新开铺机电有限公司", "credit_code": "91430100MA4QT0XJ1D",
    "address": "长沙市天心区示范路 1 号", "legal_rep.name": "谭伟", "legal_rep.identity": "430102198001010011",
    "handler.name": "何敏", "handler.mobile": "13907310002", "declared": "on", "channel": "window",
    "civil_servant_subsidy": "none", "received_at": "2026-09-22T10:00", "_office": "本级",
    "insurances": "employee_medical",
}  # fmt: skip


def offered(page: Any) -> list[str]:
    found = page.xpath("//a/@href[starts-with(., '/open/002')]")
    return [str(address) for address in dict.fromkeys(found)]


def test_a_matter_is_found_by_name_pinyin_code_or_slug(visit: Callable[..., Visitor]) -> None:
    for words in (
        "单位参保登记",
        "dwcbdj",
        "danweicanbaod",
        "单位cbdj",
        "002036001001",
        "unit-enrolment",
        "单位 登记 dwcb",
    ):
        page = tree(visit(CLERK).get("/open", query_string={"q": words}))
        assert offered(page)[0] == f"/open/{ENROLMENT}/changsha", words
    assert "没有找到事项" in visit(CLERK).get("/open?q=没有这样的事项").text


def test_what_is_typed_is_answered_with_the_list_alone(visit: Callable[..., Visitor]) -> None:
    answer = visit(CLERK).get("/open?q=dwcbdj", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert offered(tree(answer))[0] == f"/open/{ENROLMENT}/changsha"


def test_what_another_region_offers_is_told(visit: Callable[..., Visitor]) -> None:
    words = text_of(visit(CLERK).get("/open", query_string={"q": "异地急诊"}))
    assert "没有找到事项" in words
    assert "其他统筹区有" in words
    assert "异地急诊人员备案" in words


def test_where_nothing_fits_the_page_shows_what_comes_near(visit: Callable[..., Visitor]) -> None:
    page = visit("yueyang.window").get("/open", query_string={"q": "门诊报销"})
    assert "没有完全合于“门诊报销”的事项" in text_of(page)
    assert offered(tree(page))[0] == "/open/002036006001-outpatient-reimbursement/yueyang"


def test_the_list_has_names_and_codes_as_the_region_prints_them(visit: Callable[..., Visitor]) -> None:
    yueyang = text_of(visit("yueyang.window").get("/open"))
    assert "退休人员医保管理" in yueyang
    assert "退休人员医保参保管理" not in yueyang
    assert "退休人员医保参保管理" in text_of(visit(CLERK).get("/open"))
    assert "（002036001001）" in text_of(visit("hubei.clerk").get("/open"))  # the guide prints none: the national one
    assert "（002036" not in yueyang


def test_who_works_in_several_regions_returns_to_the_one_looked_at_last(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    both = [Membership("changsha", "本级", "window"), Membership("yueyang", "本级", "window")]
    create_user(demo_system, "both", "丁一", DEMO_PASSWORD, both, demo=True)
    clerk = visit("both")

    def chosen(address: str) -> list[str]:
        found = tree(clerk.get(address)).xpath("//nav[@aria-label='统筹区']/a[@aria-current]/@id")
        return [str(region) for region in found]

    assert chosen("/open") == ["region-yueyang"]
    assert chosen("/open?region=changsha&q=参保登记") == ["region-changsha"]
    assert chosen("/open") == ["region-changsha"]
    assert chosen("/open?region=hubei") == ["region-changsha"]
    elsewhere = tree(clerk.get("/open?region=changsha&q=异地急诊")).xpath("//section[@id='elsewhere']//a/@href")
    assert elsewhere == ["/open/002036004005-remote-emergency-filing/yueyang"]


def test_matters_used_most_stand_first_and_all_stand_by_category(visit: Callable[..., Visitor]) -> None:
    page = tree(visit("yueyang.window").get("/open"))
    titles = [" ".join(h.text_content().split()) for h in page.xpath("//section/h2")]
    assert titles[0] == "常用"
    assert "基本医疗保险参保和变更登记" in titles
    often = page.xpath("//a[starts-with(@id, 'often-')]/@href")
    assert often
    assert set(often) <= set(offered(page))


def test_only_matters_of_ones_own_region_are_offered(visit: Callable[..., Visitor]) -> None:
    found = offered(tree(visit("yueyang.window").get("/open")))
    assert set(found) == {f"/open/{matter.slug}/yueyang" for matter in matters(ROOT) if "yueyang" in matter.regions}
    assert offered(tree(visit("yueyang.window").get("/open?region=changsha"))) == found


def test_every_entry_of_every_region_has_its_page_and_its_guide(visit: Callable[..., Visitor]) -> None:
    """Also where the guide prints no limit, no steps' titles, no form."""
    clerks = {"changsha": "changsha.window", "yueyang": "yueyang.window", "zhuzhou": "zhuzhou.window"}
    for region in ("hunan", "yueyang", "hubei", "zhuzhou", "changsha"):
        clerk = visit(clerks.get(region, f"{region}.clerk"))
        for matter in matters(ROOT):
            if region in matter.regions:
                for page in (f"/open/{matter.slug}/{region}", f"/guides/{matter.slug}/{region}"):
                    assert clerk.get(page).status_code in (200, 302), page


def test_where_the_guide_prints_no_limit_the_page_says_so(visit: Callable[..., Visitor]) -> None:
    words = text_of(visit("zhuzhou.window").get("/open/002036007002-maternity-medical-payment/zhuzhou"))
    assert "指南没有写明办理时限。" in words


def test_the_form_stands_beside_the_guide_in_brief(visit: Callable[..., Visitor]) -> None:
    page = visit(CLERK).get(f"/open/{ENROLMENT}/changsha")
    words = text_of(page)
    assert "长沙市基本医疗保险单位参保信息登记表" in words
    assert "不超过5个工作日。" in words
    assert "法人有效身份证件复印件（加盖单位公章）" in words
    assert tree(page).xpath("//input[@name='received_at']/@value") == ["2026-09-22T10:00"]


def test_a_correct_application_opens_a_case_and_shows_it(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor = visit(CLERK)
    page = visitor.follow(visitor.post(f"/open/{ENROLMENT}/changsha", dict(UNIT)))
    row = case_of(demo_system, UNIT["unit_name"])
    assert f"办件已开立，编号 {row.number}" in text_of(page)
    assert row.office == "本级"


def test_wrong_input_comes_back_with_messages_that_name_whose_field_it_is(visit: Callable[..., Visitor]) -> None:
    wrong = {**UNIT, "legal_rep.name": "", "legal_rep.identity": "430102198001010012", "credit_code": "123"}
    answer = visit(CLERK).post(f"/open/{ENROLMENT}/changsha", wrong)
    assert answer.status_code == 422
    page = tree(answer)
    problems = [a.text_content() for a in page.xpath("//*[@id='problems']//a")]
    assert "请填写法定代表人姓名" in problems
    assert len(problems) == 3
    for link in page.xpath("//*[@id='problems']//a/@href"):
        assert page.xpath(f"//*[@id='{link[1:]}']"), link
    assert page.xpath("//input[@name='unit_name']/@value") == [UNIT["unit_name"]]
    assert page.xpath("//input[@name='legal_rep.identity'][@aria-invalid='true']/@value") == ["430102198001010012"]


def test_the_same_application_sent_twice_opens_one_case(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor = visit(CLERK)
    form: dict[str, Any] = {**UNIT, "request_id": str(uuid.uuid4())}
    first, second = (visitor.post(f"/open/{ENROLMENT}/changsha", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    other = visitor.post(f"/open/{ENROLMENT}/changsha", {**form, "unit_name": "另一家公司"})
    assert "内容不同" in text_of(visitor.follow(other))
    assert "另一家公司" in visitor.get(f"/open/{ENROLMENT}/changsha").text  # and it is still there to be sent anew


def test_a_new_case_can_follow_an_earlier_one(demo_system: System, visit: Callable[..., Visitor]) -> None:
    earlier, visitor = case_of(demo_system, "长沙县星沙建材经营部"), visit(CLERK)
    assert "再次申请（关联本件）" in visitor.get(f"/cases/{earlier.number}").text
    page = visitor.follow(visitor.post(f"/open/{ENROLMENT}/changsha", {**UNIT, "_linked": earlier.number}))
    assert f"本件接续 {earlier.number}" in text_of(page)
    assert "后续办件" in visitor.get(f"/cases/{earlier.number}").text


def test_a_case_of_elsewhere_cannot_be_linked(demo_system: System, visit: Callable[..., Visitor]) -> None:
    elsewhere = case_of(demo_system, "罗玉梅")
    answer = visit(CLERK).post(f"/open/{ENROLMENT}/changsha", {**UNIT, "_linked": elsewhere.number})
    assert answer.status_code == 422
    assert "没有找到要关联的办件" in answer.text


def test_fields_appear_when_their_condition_holds(visit: Callable[..., Visitor]) -> None:
    visitor = visit(CLERK)
    plain = visitor.post(f"/open/{ENROLMENT}/changsha/check", {"civil_servant_subsidy": "none"}).json
    funded = visitor.post(f"/open/{ENROLMENT}/changsha/check", {"civil_servant_subsidy": "fully_funded"}).json
    assert "f-subsidy_form-total" in plain["hidden"]
    assert "f-subsidy_form-total" not in funded["hidden"]
    assert "f-subsidy_form-total" in funded["required"]


def test_the_office_chosen_last_stands_on_the_next_form(visit: Callable[..., Visitor]) -> None:
    clerk = visit("zhuzhou.window")
    address = f"/open/{ENROLMENT}/zhuzhou"

    def chosen() -> list[str]:
        return [o.text for o in tree(clerk.get(address)).xpath("//select[@id='office']/option[@selected]")]

    assert chosen() == ["本级"]
    clerk.post(address, {"unit_name": "株洲渌江陶瓷有限公司", "_office": "醴陵市"})
    assert chosen() == ["醴陵市"]
    refused = clerk.post(address, {"unit_name": "株洲渌江陶瓷有限公司", "_office": "岳麓区"})
    assert "请选择您所在的经办机构" in text_of(refused)
    assert chosen() == ["醴陵市"]


def test_what_happens_next_stands_beside_the_number_of_the_new_case(visit: Callable[..., Visitor]) -> None:
    clerk = visit(CLERK)
    data = {**UNIT, "request_id": str(uuid.uuid4())}
    words = text_of(clerk.follow(clerk.post(f"/open/{ENROLMENT}/changsha", data)))
    assert "办件已开立，编号 430100-2026-" in words
    assert "下一步：受理（窗口受理），继续办理。" in words


def test_an_office_that_the_guide_does_not_list_is_offered_last_and_with_a_warning(
    visit: Callable[..., Visitor],
) -> None:
    page = tree(visit("zhuzhou.window").get("/open/002036008001-premium-subsidy/zhuzhou"))
    assert page.xpath("//select[@name='_office']/option[@selected]/@value") == ["醴陵市"]
    assert page.xpath("//select[@name='_office']/option[contains(., '指南未列')]/@value") == ["本级"]
    (warning,) = page.xpath("//*[@id='office-unlisted']")
    assert "没有列出本级，只列出醴陵市、攸县" in warning.text_content()
    assert "请先核对应由哪个经办机构受理" in warning.text_content()


def test_where_the_guide_lists_every_office_or_none_nobody_is_warned(visit: Callable[..., Visitor]) -> None:
    for who, place in (("zhuzhou.window", f"{ENROLMENT}/zhuzhou"), (CLERK, f"{ENROLMENT}/changsha")):
        assert not tree(visit(who).get(f"/open/{place}")).xpath("//*[@id='office-unlisted']")
