"""Flow 3 through the door: every row, and every refusal with its sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.answers import OFFLINE
from tests.cast import Cast
from tests.flows.laws import close_cohort, current, folded
from tests.papers import CONTACT, FAULT, REFUSAL, REGISTRATION, acted, again, corrected, days_ago, linked
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, Event, LedgerEntry, Outbox, broken_link
from wangqian.cases.tick import sweep_all, tick
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows.changes import last_changes
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Membership, SchoolProfile


def steps(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("number").values_list("step", flat=True))


def test_the_way_to_the_end(cast: Cast) -> None:
    case = cast.begun("offline")
    assert (case.state, case.holds, case.turn) == ("draft", False, "graduate")
    case = acted(cast, case, "submit", cast.graduate, OFFLINE)
    assert (case.state, case.holds, case.turn, case.number) == ("review", True, "college", None)
    case = cast.approved(case)
    assert (case.state, case.word.verify, case.wake_at) == ("stamping", "待盖章，尚未生效", case.since + timedelta(days=7))
    assert case.number and case.verification_code and current(case.graduate) is None  # type: ignore[arg-type]
    number = case.number
    cast.hand_in(case, "scan")
    case = acted(cast, case, "hand_in", cast.graduate)
    assert (case.state, case.turn, case.level, case.word.verify) == ("stamped_review", "college", 0, "审核中，尚未生效")
    case = cast.approved(case, "approve_paper")
    assert (case.state, case.holds, case.word.verify, case.number) == ("signed", True, "有效", number)
    entry = LedgerEntry.objects.get()
    assert (entry.destination, entry.subclass, entry.in_force) == ("10", "10-01", True)
    assert current(case.graduate) == folded(case.graduate) == entry  # type: ignore[arg-type]
    assert broken_link(case) is None


def test_a_draft_binds_nobody_and_is_one_per_flow(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.begun("offline")
    cast.begun("paper")
    with pytest.raises(Refused, match="您已有一份没有提交的草稿"):
        cast.begun("offline")
    fill = FLOWS["offline"].steps["fill"]
    monkeypatch.setattr(fill, "only_if", tuple(rule for rule in fill.only_if if rule.name != "no_draft"))
    with pytest.raises(Refused, match="您已有一份没有提交的草稿"):
        cast.begun("offline")  # the database's own guard
    assert Case.objects.filter(flow="offline").count() == 1
    assert cast.in_review().holds


def test_red_control_without_the_index_there_are_two_drafts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = FLOWS["offline"].steps["fill"]
    monkeypatch.setattr(fill, "only_if", ())
    cast.begun("offline")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_draft_per_flow")
    cast.begun("offline")
    assert Case.objects.filter(flow="offline", exclusive="draft").count() == 2


def test_l1_a_draft_is_not_submitted_while_something_else_holds(cast: Cast) -> None:
    case = cast.begun("offline")
    cast.in_review()
    with pytest.raises(Refused, match="您已有一份签约（登记）在办理或生效中"):
        cast.act(case, "submit", cast.graduate, OFFLINE)
    assert again(case).state == "draft"


def test_l4_l5_and_what_else_keeps_him_from_submitting(cast: Cast) -> None:
    case = cast.begun("offline")
    graduate = Graduate.objects.filter(pk=case.graduate_id)
    graduate.update(training_mode="2")
    with pytest.raises(Refused, match="您的培养方式或学籍状态不能网上签约"):
        cast.act(case, "submit", cast.graduate, OFFLINE)
    graduate.update(training_mode="1", confirmed_at=None)
    with pytest.raises(Refused, match="请先核对基本信息"):
        cast.act(case, "submit", cast.graduate, OFFLINE)
    graduate.update(confirmed_at=now())
    close_cohort(cast)
    with pytest.raises(Refused, match="本届登记已截止"):
        cast.act(case, "submit", cast.graduate, OFFLINE)
    with pytest.raises(Refused, match="本届登记已截止"):
        cast.begun("paper")
    assert acted(cast, case, "cancel", cast.graduate).state == "cancelled"


def test_what_was_returned_may_be_resubmitted_after_closing(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "send_back", cast.college_reviewer, FAULT)
    close_cohort(cast)
    assert acted(cast, case, "resubmit", cast.graduate, OFFLINE).state == "review"
    assert cast.approved(case).state == "stamping"


def test_the_school_may_not_offer_it(cast: Cast) -> None:
    _ = cast.school
    SchoolProfile.objects.update(offers_offline=False)
    with pytest.raises(Refused, match="学校没有开通此项登记"):
        cast.begun("offline")


def test_every_field_is_asked(cast: Cast) -> None:
    case = cast.begun("offline")
    with pytest.raises(Invalid) as caught:
        cast.act(case, "submit", cast.graduate, {})
    asked = {
        *("employer_name", "employer_uscc", "nature", "industry", "region", "address", "job_category", "job_title"),
        *("contact", "contact_mobile", "contact_email", "hukou", "dossier_receipt"),
    }
    assert {name for form in caught.value.forms for name in form.errors} == asked
    with pytest.raises(Invalid) as caught:
        cast.act(case, "submit", cast.graduate, {**OFFLINE, "hukou": "yes", "dossier_unit": "", "additions": "长" * 1001})
    wrong = {name for form in caught.value.forms for name in form.errors}
    assert wrong == {"hukou_address", "dossier_unit", "additions"}


def test_taken_back_only_before_anybody_reviewed(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "withdraw", cast.graduate)
    assert (case.state, case.holds) == ("draft", False)
    case = acted(cast, case, "submit", cast.graduate, OFFLINE)
    case = acted(cast, case, "approve", cast.college_reviewer)
    assert (case.turn, case.level) == ("school", 1)
    with pytest.raises(Refused, match="学校已经开始审核，不能再撤回"):
        cast.act(case, "withdraw", cast.graduate)


def test_returned_keeps_holding_and_starts_again_at_the_first_level(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "approve", cast.college_reviewer)
    case = acted(cast, case, "send_back", cast.school_reviewer, FAULT)
    assert (case.state, case.holds, case.turn) == ("returned", True, "graduate")
    with pytest.raises(Refused, match="您已有一份签约（登记）"):
        cast.begun("paper")
    case = acted(cast, case, "resubmit", cast.graduate, {**OFFLINE, "job_title": "设计师"})
    assert (case.state, case.turn, case.level) == ("review", "college", 0)
    assert last_changes(case) == [("职位名称", "工艺工程师", "设计师")]
    assert cast.approved(case).state == "stamping"  # by the same people: another submission
    assert steps(case)[-4:] == ["send_back", "resubmit", "approve", "approve"]


def test_a_fault_names_field_kind_and_sentence(cast: Cast) -> None:
    case = cast.offline_review()
    with pytest.raises(Invalid) as caught:
        cast.act(case, "send_back", cast.college_reviewer, {})
    assert {name for form in caught.value.forms for name in form.errors} == {"about", "fault", "reason"}
    with pytest.raises(Invalid):
        cast.act(case, "refuse", cast.college_reviewer, {"about": "other"})


def test_one_user_reviews_one_level_of_a_submission(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "approve", cast.college_reviewer)
    both = cast.actor("王老师", "school", school=cast.school, user=cast.college_reviewer.user)
    for step, given in (("approve", {}), ("send_back", FAULT), ("refuse", REFUSAL)):
        with pytest.raises(Refused, match="您已审核过此事项的前一级"):
            cast.act(case, step, both, given)
    SchoolProfile.objects.update(one_user_many_levels=True)
    assert acted(cast, case, "approve", both).state == "stamping"


def test_returned_may_be_cancelled_and_filled_in_anew(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "send_back", cast.college_reviewer, FAULT)
    case = acted(cast, case, "cancel", cast.graduate)
    assert (case.state, case.holds) == ("cancelled", False)
    assert cast.start("offline", "fill", cast.graduate, {}, parent=case).parent_id == case.pk


@pytest.mark.parametrize("by", ["college_reviewer", "school_reviewer"])
def test_refused_by_any_level_ends_it(cast: Cast, by: str) -> None:
    case = cast.offline_review()
    if by == "school_reviewer":
        case = acted(cast, case, "approve", cast.college_reviewer)
    case = acted(cast, case, "refuse", getattr(cast, by), REFUSAL)
    assert (case.state, case.word.label, case.holds, case.number) == ("refused", "就业协议审核不通过", False, None)
    assert cast.offline_review().holds


@pytest.mark.parametrize("step", ["submit", "hand_in"])
def test_a_level_without_anybody_is_passed_over(cast: Cast, step: str) -> None:
    case = cast.stamping() if step == "hand_in" else cast.begun("offline")
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    cast.hand_in(case, "scan")
    case = acted(cast, case, step, cast.graduate, OFFLINE)
    assert (case.turn, case.level) == ("school", 1)
    assert steps(case)[-1] == ("skip" if step == "submit" else "skip_paper")
    done = "withdraw" if step == "submit" else "withdraw_paper"
    assert acted(cast, case, done, cast.graduate).state in ("draft", "stamping")


def test_who_leaves_later_is_passed_over_by_the_sweep(cast: Cast) -> None:
    case = cast.stamped_review()
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    sweep_all()
    assert (again(case).turn, steps(case)[-1]) == ("school", "skip_paper")


def test_reminded_after_7_14_and_28_days_and_never_lapsed(cast: Cast) -> None:
    case = cast.stamping()
    for days in (7, 14, 28):
        assert tick() == 0
        case = days_ago(case, days + 0.01)
        assert tick() == 1
    assert steps(case).count("remind") == 3
    case = again(case)
    assert (case.state, case.wake_at, case.respond_by) == ("stamping", None, None)


def test_given_up_the_number_is_void(cast: Cast) -> None:
    case = cast.stamping()
    number = case.number
    link, _secret = linked(cast, case)
    with pytest.raises(Invalid):
        cast.act(case, "give_up", cast.graduate, {})
    close_cohort(cast)
    case = acted(cast, case, "give_up", cast.graduate, {"reason": "单位不再录用"})
    assert (case.state, case.holds, case.word.verify, case.number) == ("cancelled", False, "已作废", number)
    assert case.wake_at is None and link.used_at is None


def test_the_stamped_paper_returned_taken_back_and_refused(cast: Cast) -> None:
    case = acted(cast, cast.stamped_review(), "withdraw_paper", cast.graduate)
    assert (case.state, case.turn) == ("stamping", "graduate")
    case = acted(cast, case, "hand_in", cast.graduate)
    case = acted(cast, case, "approve_paper", cast.college_reviewer)
    with pytest.raises(Refused, match="学校已经开始审核"):
        cast.act(case, "withdraw_paper", cast.graduate)
    case = acted(cast, case, "send_paper_back", cast.school_reviewer, FAULT)
    assert (case.state, case.holds) == ("stamping", True)
    case = acted(cast, case, "hand_in", cast.graduate)
    assert (case.turn, case.level) == ("college", 0)
    case = acted(cast, case, "refuse_paper", cast.college_reviewer, REFUSAL)
    assert (case.state, case.holds, case.word.verify) == ("paper_refused", False, "已作废")
    assert current(case.graduate) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("dossier_postcode", "abc", "请填写 6 位数字的邮政编码"),
        ("dossier_postcode", "41000", "请填写 6 位数字的邮政编码"),
        ("report_by", "2010-01-01", "请填写以前 10 年到今后 5 年之间的日期"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast: Cast, name: str, typed: str, said: str) -> None:
    dossier = {"dossier_receipt": "employer", "dossier_unit": "某某人才中心", "dossier_address": "某地", "dossier_contact": "张三"}
    given = {**OFFLINE, **dossier, "dossier_phone": "021-55550100", name: typed}
    with pytest.raises(Invalid) as wrong:
        cast.act(cast.begun("offline"), "submit", cast.graduate, given)
    assert {field: [str(each) for each in found] for field, found in wrong.value.forms[0].errors.items()} == {name: [said]}


def test_nothing_is_handed_in_without_a_file(cast: Cast) -> None:
    case = cast.stamping()
    for state, said in ((None, "请上传盖章的就业协议书"), ("quarantine", "有文件还在检查"), ("refused", "请上传")):
        if state:
            cast.hand_in(case, "scan", state=state)
        with pytest.raises(Invalid, match=said):
            cast.act(case, "hand_in", cast.graduate)
        case.evidence.all().delete()


def test_new_facts_ask_for_a_new_version_of_the_paper(cast: Cast) -> None:
    case = cast.stamping()
    assert case.versions.count() == 1
    with pytest.raises(Refused, match="本人信息与学校现在登记的一致"):
        cast.act(case, "reconfirm_paper", cast.graduate)
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
    cast.hand_in(case, "scan")
    for step, given in (("hand_in", {}), ("ask_employer", {"mobile": CONTACT})):
        with pytest.raises(Refused, match="须由毕业生先重新确认本人信息"):
            cast.act(case, step, cast.graduate, given)
    Outbox.objects.all().delete()
    case = acted(cast, case, "reconfirm_paper", cast.graduate)
    assert (case.state, case.versions.count()) == ("stamping", 2)
    assert Outbox.objects.filter(consumer="documents").exists()
    assert last_changes(case) == [("专业", "计算机科学与技术", "软件工程")]
    assert acted(cast, case, "hand_in", cast.graduate).state == "stamped_review"


def test_new_facts_stop_the_review_until_he_confirms(cast: Cast) -> None:
    case = cast.offline_review()
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
    with pytest.raises(Refused, match="须由毕业生先重新确认本人信息"):
        cast.act(case, "approve", cast.college_reviewer)
    case = acted(cast, case, "reconfirm", cast.graduate)
    assert cast.approved(case).state == "stamping"


def test_corrected_the_ledger_is_rewritten_and_the_paper_is_not(cast: Cast) -> None:
    case = cast.signed_on_paper()
    before = case.versions.get()
    before.case = case
    paper = before.content
    with pytest.raises(Invalid, match="请上传依据材料"):
        cast.act(case, "correct", cast.school_reviewer, {**REGISTRATION, "because": "来函"})
    corrected(cast, case)
    case = again(case)
    assert case.unconfirmed_at is not None
    after = case.versions.order_by("version").last()
    after.case = case
    assert {name: after.content[name] for name in paper} == paper
    columns = after.registration_columns
    assert (columns.industry, columns.industry_name, columns.hukou) == ("34", "信息传输软件和信息技术服务业", False)
    assert {label for label, _old, _new in last_changes(case)} >= {"单位行业", "职位类别", "档案接收"}
    rows = list(LedgerEntry.objects.order_by("id").values_list("in_force", "destination", "subclass"))
    assert rows == [(True, "10", "10-01"), (False, "10", "10-01"), (True, "10", "10-01")]
    case = acted(cast, case, "confirm_correction", cast.graduate)
    assert case.unconfirmed_at is None
    with pytest.raises(Refused, match="没有需要您确认的更正"):
        cast.act(case, "confirm_correction", cast.graduate)


def test_only_one_holds_whatever_writes_it(cast: Cast) -> None:
    case = cast.stamping()
    second = Case(flow="paper", state="review", graduate=case.graduate, holds=True)
    second.opened_at = second.since = second.moved_at = now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.bulk_create([second])
