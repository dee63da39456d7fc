"""Flow 6 through the door: all types, revising, 作废, 更正; typed from flows.md §5–6 and codes.md §1."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.answers import DESTINATIONS, DOSSIER, OFFLINE, POST, SCHOOL, UNIT
from tests.cast import Cast
from tests.flows.laws import close_cohort, current, folded
from tests.papers import BECAUSE, FAULT, REFUSAL, acted, again
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, CurrentDestination, LedgerEntry
from wangqian.cases.queries import moves, starts
from wangqian.cases.tick import sweep_all
from wangqian.chart.words import FLOWS, Refused
from wangqian.codes.table import table
from wangqian.flows.changes import last_changes
from wangqian.flows.destination import types
from wangqian.flows.destinations import destinations
from wangqian.flows.enrolment import change_status
from wangqian.flows.models import DestinationTerms
from wangqian.flows.rules import Standing
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Graduate, SchoolProfile, Status

ARMY = {"authority": "岳麓区人民政府征兵办公室", "army_region": "430104"}
ABROAD = {"country": "DE", "foreign_name": "Example GmbH"}
PROJECT = {"project": "大学生志愿服务西部计划", "organiser": "团省委", "project_post": "某乡政府", "project_region": "430104"}
OWN = {"company_name": "文公工作室", "role": "经营者", "company_industry": "34", "company_region": "430104"}
PLAN = {"plan": "正在准备"}
WORK = {**UNIT, **POST, **DOSSIER}
# codes.md §1: type → class, sub-class; what was answered.
TYPES: dict[str, tuple[str, str, dict[str, str]]] = {
    "civil": ("10", "10-02", WORK),
    "sergeant": ("10", "10-03", {**ARMY, **POST}),
    "residency": ("10", "10-04", WORK),
    "international": ("10", "10-05", {**ABROAD, **POST}),
    "abroad_work": ("10", "10-06", {**ABROAD, **POST}),
    "contract": ("11", "", WORK),
    "employed": ("12", "", WORK),
    "assistant": ("27", "27-02", {"kind": "27-02", **WORK}),
    "conscript": ("46", "", ARMY),
    "national_project": ("50", "50-03", {"kind": "50-03", **PROJECT}),
    "local_project": ("51", "51-01", {"kind": "51-01", **PROJECT}),
    "business": ("75", "75-01", {"kind": "75-01", **OWN}),
    "freelance": ("76", "", DESTINATIONS["freelance"]),
    "bachelor": ("80", "80-03", SCHOOL),
    "postgraduate": ("80", "80-01", SCHOOL),
    "second_bachelor": ("80", "80-02", SCHOOL),
    "abroad_study": (
        "85",
        "85-01",
        {"country": "DE", "foreign_name": "Technische Universität", "level": "master", "study_major": "Maschinenbau"},
    ),
    "entrusted": ("10", "10-07", WORK),
    "looking": ("70", "70-03", {"kind": "70-03", **PLAN}),
    "preparing": ("71", "", PLAN),
    "not_now": ("72", "72-02", {"kind": "72-02", **PLAN}),
}


def for_type(cast: Cast, topic: str) -> Actor:
    return cast.graduate_named("文某", training_mode="2" if topic == "entrusted" else "1")


def test_the_table_has_every_type_of_the_manual() -> None:
    assert set(TYPES) == set(destinations()) and len(TYPES) == 21


@pytest.mark.parametrize("topic", TYPES)
def test_every_type_is_submitted_and_registered(cast: Cast, topic: str) -> None:
    code, subclass, given = TYPES[topic]
    by = for_type(cast, topic)
    case = cast.begun("destination", by, topic=topic)
    if destinations()[topic].need.fields[-1].least:
        with pytest.raises(Invalid, match="请上传证明材料"):
            cast.act(case, "submit", by, given)
        cast.hand_in(case, "evidence", by)
    case = cast.approved(acted(cast, case, "submit", by, given))
    assert (case.state, case.holds, case.word.label) == ("registered", True, "已登记")
    entry = LedgerEntry.objects.get()
    assert (entry.destination, entry.subclass, entry.in_force) == (code, subclass, True)
    assert entry.destination_name and bool(entry.subclass_name) == bool(subclass)
    assert current(case.graduate) == folded(case.graduate) == entry  # type: ignore[arg-type]
    assert DestinationTerms._default_manager.count() == 1


BEGUN = {  # what lies behind by its nature: a contract begun, an enlistment approved, the day to report by
    topic: [field.name for field in one.need.fields if field.name in ("contract_from", "enlisted_on", "report_by")]
    for topic, one in destinations().items()
}


def test_which_types_ask_for_a_day() -> None:
    reporting = {topic: ["report_by"] for topic in ("civil", "residency", "assistant", "entrusted", "employed")}
    days = reporting | {"contract": ["report_by", "contract_from"], "conscript": ["enlisted_on"], "sergeant": ["enlisted_on"]}
    assert {topic: names for topic, names in BEGUN.items() if names} == days


@pytest.mark.parametrize("topic", [topic for topic, names in BEGUN.items() if names])
def test_what_began_last_month_is_registered_and_corrected(cast: Cast, topic: str) -> None:
    last_month = str(today(now()) - timedelta(days=30))
    given, by = {**TYPES[topic][2], **dict.fromkeys(BEGUN[topic], last_month)}, for_type(cast, topic)
    case = cast.begun("destination", by, topic=topic)
    cast.hand_in(case, "evidence", by)
    case = cast.approved(acted(cast, case, "submit", by, given))
    cast.hand_in(case, "basis", cast.school_reviewer)
    case = acted(cast, case, "correct", cast.school_reviewer, {"topic": topic, **given, **BECAUSE})
    columns = case.versions.order_by("version").last().destination_columns
    assert [str(getattr(columns, name)) for name in BEGUN[topic]] == [last_month] * len(BEGUN[topic])


@pytest.mark.parametrize("day", ["2010-01-01", "2050-01-01"])
def test_no_day_is_out_of_this_world(cast: Cast, day: str) -> None:
    case = cast.begun("destination", topic="conscript")
    cast.hand_in(case, "evidence")
    with pytest.raises(Invalid, match="请填写以前 10 年到今后 5 年之间的日期"):
        cast.act(case, "submit", cast.graduate, {**ARMY, "enlisted_on": day})


def test_an_online_shop_has_an_address_and_nothing_else_has(cast: Cast) -> None:
    case, given = cast.begun("destination", topic="business"), {**OWN, "kind": "75-03"}
    cast.hand_in(case, "evidence")
    with pytest.raises(Invalid, match="请填写网店网址"):
        cast.act(case, "submit", cast.graduate, given)
    case = acted(cast, case, "submit", cast.graduate, {**given, "shop": "https://shop.example/1"})
    assert DestinationTerms._default_manager.get().shop == "https://shop.example/1"  # type: ignore[attr-defined]
    case = acted(cast, case, "withdraw", cast.graduate)
    case = acted(cast, case, "submit", cast.graduate, {**OWN, "kind": "75-01", "shop": "https://shop.example/1"})
    assert case.versions.order_by("version").last().destination_columns.shop == ""


def test_the_form_names_what_each_kind_of_business_is_proved_by() -> None:
    rows = (table("destination").get(f"75-0{at}") for at in (1, 2, 3))
    said = "；".join(f"{row.name}：{row.extra['evidence']}" for row in rows if row)
    assert destinations()["business"].need.fields[-1].help == said and "与本人公司签订的协议" in said


def offered(actor: Actor) -> list[str]:
    graduate = actor.membership.graduate
    move = starts(FLOWS["destination"], actor, graduate=graduate)[0]
    from wangqian.cases.act import Act
    from wangqian.cases.engine import new_case
    from wangqian.people.clock import now

    need = types(Act(new_case("destination", graduate), move.step, actor, now()))
    return [slug for slug, _label in need.fields[0].choices]


def test_entrusted_see_only_theirs_and_nobody_else_does(cast: Cast) -> None:
    theirs, his = for_type(cast, "entrusted"), cast.graduate
    assert offered(theirs) == ["entrusted"]
    assert set(offered(his)) == set(TYPES) - {"entrusted"}
    for by, topic in ((theirs, "contract"), (his, "entrusted")):
        with pytest.raises(Invalid):
            cast.begun("destination", by, topic=topic)
    case = cast.begun("destination", topic="contract")
    Graduate.objects.filter(pk=case.graduate_id).update(training_mode="2")
    cast.hand_in(case, "evidence")
    with pytest.raises(Refused, match="只能办理“定向/委培毕业去向补充登记”"):
        cast.act(case, "submit", cast.graduate, TYPES["contract"][2])
    for flow in ("offline", "paper"):
        with pytest.raises(Refused, match="您的培养方式或学籍状态不能网上签约"):
            cast.begun(flow, theirs)


def test_the_type_may_be_changed_until_it_is_submitted(cast: Cast) -> None:
    case = acted(cast, cast.begun("destination", topic="looking"), "choose", cast.graduate, {"topic": "preparing"})
    assert (case.topic, case.state) == ("preparing", "draft")
    case = acted(cast, case, "submit", cast.graduate, PLAN)
    case = acted(cast, case, "send_back", cast.college_reviewer, FAULT)
    assert (case.state, case.holds) == ("returned", True)
    case = acted(cast, case, "choose", cast.graduate, {"topic": "postgraduate"})
    cast.hand_in(case, "evidence")
    case = cast.approved(acted(cast, case, "resubmit", cast.graduate, SCHOOL))
    assert LedgerEntry.objects.get().subclass == "80-01"


def test_taken_back_cancelled_refused(cast: Cast) -> None:
    case = acted(cast, cast.destination_review(), "withdraw", cast.graduate)
    assert (case.state, case.holds) == ("draft", False)
    assert acted(cast, case, "cancel", cast.graduate).state == "cancelled"
    case = acted(cast, cast.destination_review(), "refuse", cast.college_reviewer, REFUSAL)
    assert (case.state, case.holds) == ("refused", False)
    close_cohort(cast)
    with pytest.raises(Refused, match="本届登记已截止"):
        cast.begun("destination", topic="looking")


# --- 修改类型及信息 ----------------------------------------------------------------------------------

REVISED = {"topic": "contract", **WORK, **BECAUSE}


def test_revised_by_a_lower_level_he_passes_it_on(cast: Cast) -> None:
    case = acted(cast, cast.destination_review(), "revise", cast.college_reviewer, REVISED)
    assert (case.state, case.topic, case.level, case.versions.count()) == ("review", "contract", 0, 2)
    assert case.unconfirmed_at is not None
    assert last_changes(case)[0] == ("去向类型", "考研", "签劳动合同")
    with pytest.raises(Refused, match="学校已经开始审核"):
        cast.act(case, "withdraw", cast.graduate)
    case = cast.approved(case)
    assert (LedgerEntry.objects.get().destination, case.state) == ("11", "registered")
    for by in (cast.school_reviewer, cast.college_reviewer):
        with pytest.raises(Refused):
            cast.act(case, "confirm_correction", by)
    case = acted(cast, case, "confirm_correction", cast.graduate)
    assert case.unconfirmed_at is None


def test_who_edited_does_not_approve_at_the_last_level(cast: Cast) -> None:
    case = acted(cast, cast.destination_review(), "approve", cast.college_reviewer)
    second = cast.second_school_user
    case = acted(cast, case, "revise", cast.school_reviewer, REVISED)
    with pytest.raises(Refused, match="须由另一位老师审核这一级"):
        cast.act(case, "approve", cast.school_reviewer)
    event = cast.act(case, "approve", second)
    assert (again(case).state, "own_edit" in event.data) == ("registered", False)


def test_the_only_reviewer_approves_and_the_event_says_so(cast: Cast) -> None:
    case = acted(cast, cast.destination_review(), "approve", cast.college_reviewer)
    case = acted(cast, case, "revise", cast.school_reviewer, REVISED)
    event = cast.act(case, "approve", cast.school_reviewer)
    assert (again(case).state, event.data["own_edit"]) == ("registered", "yes")


def test_revising_needs_a_reason_and_a_whole_form(cast: Cast) -> None:
    case = cast.destination_review()
    with pytest.raises(Invalid):
        cast.act(case, "revise", cast.college_reviewer, {"topic": "contract", **WORK})
    with pytest.raises(Invalid):
        cast.act(case, "revise", cast.college_reviewer, {"topic": "contract", **BECAUSE})
    with pytest.raises(Invalid):
        cast.act(case, "revise", cast.college_reviewer, {"topic": "entrusted", **WORK, **BECAUSE})
    assert again(case).unconfirmed_at is None


def test_what_he_states_anew_is_his_own(cast: Cast) -> None:
    """Sent back after the school's change, he states everything himself: nothing is left for him to confirm."""
    case = acted(cast, cast.destination_review(), "revise", cast.college_reviewer, REVISED)
    case = acted(cast, case, "send_back", cast.college_reviewer, FAULT)
    assert case.unconfirmed_at is not None
    case = acted(cast, case, "resubmit", cast.graduate, WORK)
    assert (case.state, case.unconfirmed_at) == ("review", None)
    case = cast.approved(case)
    assert "confirm_correction" not in {move.step.name for move in moves(case, cast.graduate)}


def test_who_left_registers_nothing(cast: Cast) -> None:
    """Leaving is refused while a case holds, so nothing may come to hold him afterwards."""
    case, graduate = cast.begun("destination", topic="postgraduate"), cast.graduate.membership.graduate
    cast.hand_in(case, "evidence")
    assert graduate
    change_status(graduate.pk, Status.EXTENDED, cast.school_reviewer, "延长学制决定")
    with pytest.raises(Refused, match="学籍状态不是在读"):
        cast.act(case, "submit", cast.graduate, DESTINATIONS["postgraduate"])
    cast.act(case, "cancel", cast.graduate)
    with pytest.raises(Refused, match="学籍状态不是在读"):
        cast.begun("destination", topic="postgraduate")
    change_status(graduate.pk, Status.ENROLLED, cast.school_reviewer, "复学")
    assert cast.begun("destination", topic="postgraduate").state == "draft"


def test_only_the_graduate_takes_the_mark_away() -> None:
    """No other step of any flow has the effect."""
    found = {
        f"{slug}.{step.name}": step.who.name
        for slug, flow in FLOWS.items()
        for step in flow.steps.values()
        if any(effect.__name__ == "mark_confirmed" for effect in step.then)
    }
    flows = ("online", "offline", "paper", "destination")
    own = [f"{slug}.{name}" for slug in ("offline", "paper", "destination", "offline_termination") for name in ("submit", "resubmit")]
    assert found == dict.fromkeys([*(f"{slug}.confirm_correction" for slug in flows), *own], "graduate")


def test_corrected_to_another_type(cast: Cast) -> None:
    case = cast.registered()
    cast.hand_in(case, "basis", cast.school_reviewer)
    case = acted(cast, case, "correct", cast.school_reviewer, REVISED)
    rows = list(LedgerEntry.objects.order_by("id").values_list("in_force", "destination", "subclass"))
    assert rows == [(True, "80", "80-01"), (False, "80", "80-01"), (True, "11", "")]
    assert (case.topic, case.state) == ("contract", "registered") and case.unconfirmed_at is not None
    columns = case.versions.order_by("version").last().destination_columns
    assert (columns.school_name, columns.employer_name, columns.job_title) == ("", UNIT["employer_name"], POST["job_title"])
    with pytest.raises(Refused):
        cast.act(case, "correct", cast.college_reviewer, REVISED)


# --- 作废 --------------------------------------------------------------------------------------------


def test_void_at_once(cast: Cast) -> None:
    case = acted(cast, cast.registered(), "void", cast.graduate)
    assert (case.state, case.holds, case.word.verify) == ("voided", False, "已作废")
    assert current(case.graduate) is folded(case.graduate) is None  # type: ignore[arg-type]
    assert cast.offline_review().holds


def test_void_is_refused_after_closing(cast: Cast) -> None:
    case = cast.registered()
    close_cohort(cast)
    with pytest.raises(Refused, match="本届登记已截止"):
        cast.act(case, "void", cast.graduate)


def test_void_with_the_dial(cast: Cast) -> None:
    _ = cast.school
    SchoolProfile.objects.update(void_needs_review=True)
    case = cast.registered()
    case = acted(cast, case, "void", cast.graduate)
    assert (case.state, case.holds, case.turn, case.word.verify) == ("voiding", True, "college", "有效")
    assert current(case.graduate) is not None  # type: ignore[arg-type]
    case = acted(cast, case, "withdraw_void", cast.graduate)
    assert (case.state, case.holds) == ("registered", True)
    case = acted(cast, case, "void", cast.graduate)
    case = acted(cast, case, "approve_void", cast.college_reviewer)
    with pytest.raises(Refused, match="学校已经开始审核"):
        cast.act(case, "withdraw_void", cast.graduate)
    case = acted(cast, case, "refuse_void", cast.school_reviewer, REFUSAL)
    assert (case.state, current(case.graduate) is not None) == ("registered", True)  # type: ignore[arg-type]
    case = cast.approved(acted(cast, case, "void", cast.graduate), "approve_void")
    assert (case.state, case.holds, CurrentDestination.objects.count()) == ("voided", False, 0)


# --- 70, 71, 72 must not stand in the way ------------------------------------------------------------


@pytest.mark.parametrize("topic", ["looking", "preparing", "not_now"])
def test_a_wait_names_itself_to_be_voided(cast: Cast, topic: str) -> None:
    invitation = cast.invited()
    case = cast.begun("destination", topic=topic)
    case = cast.approved(acted(cast, case, "submit", cast.graduate, TYPES[topic][2]))
    sweep_all()
    assert again(invitation).state == "invited"  # nothing is settled, so it stays
    for act in (lambda: cast.act(invitation, "accept", cast.graduate), lambda: cast.begun("offline")):
        with pytest.raises(Standing, match="作废这条登记后就可以继续办理") as caught:
            act()
        assert caught.value.case.pk == case.pk
    cast.act(case, "void", cast.graduate)
    cast.act(invitation, "accept", cast.graduate)
    assert again(invitation).state == "review"


def test_a_real_destination_voids_other_invitations(cast: Cast) -> None:
    invitation = cast.invited()
    cast.registered()
    assert again(invitation).state == "void"


def test_flow_5_is_registered_and_l4_stands_on_it(cast: Cast) -> None:
    case = cast.paper_review()
    assert (case.state, case.holds, case.turn) == ("review", True, "college")
    case = acted(cast, case, "withdraw", cast.graduate)
    Graduate.objects.filter(pk=case.graduate_id).update(training_mode="4")
    given = {**OFFLINE, "signed_on": "2026-01-01"}
    with pytest.raises(Refused, match="您的培养方式或学籍状态不能网上签约"):
        cast.act(case, "submit", cast.graduate, given)
    Graduate.objects.filter(pk=case.graduate_id).update(training_mode="1")
    case = cast.approved(acted(cast, case, "submit", cast.graduate, given))
    assert (case.state, case.number) == ("registered", None)
    assert LedgerEntry.objects.get().subclass == "10-01"
    with pytest.raises(Refused, match="您已有一份签约（登记）"):
        cast.begun("destination", topic="looking")


def test_flow_5_asks_for_date_and_scan(cast: Cast) -> None:
    case = cast.begun("paper")
    with pytest.raises(Invalid):
        cast.act(case, "submit", cast.graduate, OFFLINE)
    with pytest.raises(Invalid, match="请上传盖章的就业协议书"):
        cast.act(case, "submit", cast.graduate, {**OFFLINE, "signed_on": "2026-01-01"})
    assert again(case).state == "draft"
    assert Case.objects.filter(holds=True).count() == 0
