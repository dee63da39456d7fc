"""What reviewers and graduates see of flows 3 to 6 around a decision: whose data, which files, what comes next, what is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.answers import DESTINATIONS, OFFLINE, SCHOOL
from tests.cast import Cast
from tests.flows.test_destination import TYPES
from tests.papers import FAULT, REFUSAL, RELEASE, acted, again, other_major
from tests.screens.pages import PageClient, enter, read
from tests.screens.school_stage import names
from tests.screens.test_school import pick, results
from wangqian.cases.models import Case, Outbox
from wangqian.cases.tick import tick
from wangqian.chart.words import Refused
from wangqian.documents.make import BY_HAND
from wangqian.people.clock import now
from wangqian.people.models import Actor, Cohort, Employer, Graduate, Membership, SchoolProfile, Status

pytestmark = pytest.mark.django_db
HELD = "您已有一份签约（登记）在办理或生效中，解除、取消或作废以后才能再办理。"
VIEW_ONLY = "您已有一份签约（登记）在办理或生效中，其他单位的邀请只能查看。"


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("flow", ["offline", "paper", "destination"])
def test_forms_show_the_graduate_what_the_school_says_of_him(cast: Cast, flow: str) -> None:
    case = cast.begun(flow, **({"topic": "postgraduate"} if flow == "destination" else {}))
    page = words(enter(cast.graduate).get(f"/cases/{case.pk}/do/submit/"))
    graduate = cast.graduate.membership.graduate
    assert graduate is not None
    told = ("学生信息", graduate.name, graduate.masked_identity(), graduate.major, graduate.student_number)
    assert [one for one in told if str(one) not in page] == []
    assert graduate.identity_number() not in page


# codes.md §1, flow 6: where each type says with whom; a wait says nothing.
WITH_WHOM = {
    "employer_name": ("civil", "residency", "contract", "employed", "assistant", "entrusted"),
    "authority": ("sergeant", "conscript"),
    "foreign_name": ("international", "abroad_work", "abroad_study"),
    "project": ("national_project", "local_project"),
    "company_name": ("business",),
    "work": ("freelance",),
    "school_name": ("bachelor", "postgraduate", "second_bachelor"),
    "": ("looking", "preparing", "not_now"),
}


def test_the_filter_finds_what_the_column_shows_of_every_type(cast: Cast) -> None:
    shown = {topic: f"去往{topic}" if column else "" for column, topics in WITH_WHOM.items() for topic in topics}
    assert len(shown) == 21
    for column, topics in WITH_WHOM.items():
        for topic in topics:
            by = cast.graduate_named(f"学生{topic}", training_mode="2" if topic == "entrusted" else "1")
            case = cast.begun("destination", by, topic=topic)
            cast.hand_in(case, "evidence", by)
            cast.act(case, "submit", by, {**TYPES[topic][2], **({column: shown[topic]} if column else {})})
    client = enter(cast.college_reviewer)
    for topic, whom in shown.items():
        found = client.get("/home/", {"tab": "destination", "employer": whom or "去往无处"})
        column = re.findall(r'data-label="单位或学校">\s*<div class="value">([^<]*)', words(found))
        assert (names(found), [cell.strip() for cell in column]) == (([f"学生{topic}"], [whom]) if whom else ([], [])), topic


def handed(cast: Cast, name: str) -> Case:
    case = cast.begun("destination", topic="postgraduate")
    cast.hand_in(case, "evidence", name=name)
    cast.act(case, "submit", cast.graduate, SCHOOL)
    return case


def test_the_evidence_lies_beside_every_decision(cast: Cast) -> None:
    case = handed(cast, "录取通知书.jpg")
    reviewer = enter(cast.college_reviewer)
    for step in ("approve", "send_back", "refuse"):
        assert "录取通知书.jpg" in words(reviewer.get(f"/cases/{case.pk}/do/{step}/")), step


def test_what_was_replaced_stands_apart(cast: Cast) -> None:
    case = handed(cast, "旧的.jpg")
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    case.evidence.update(dropped_at=now())
    cast.hand_in(case, "evidence", name="新的.jpg")
    cast.act(case, "resubmit", cast.graduate, SCHOOL)
    reviewer = enter(cast.college_reviewer)
    whole = words(reviewer.get(f"/cases/{case.pk}/"))
    _before, now_in_force, former = whole.partition("新的.jpg")[0], whole.index("新的.jpg"), whole.index("以前提交的材料")
    assert now_in_force < former < whole.index("旧的.jpg")
    decision = words(reviewer.get(f"/cases/{case.pk}/do/approve/"))
    assert ("新的.jpg" in decision, "旧的.jpg" in decision) == (True, False)


def test_after_a_decision_the_next_one_is_one_click_away(cast: Cast) -> None:
    first = handed(cast, "a.jpg")
    second = cast.destination_review(by=cast.graduate_named("刘同学"))
    reviewer = enter(cast.college_reviewer)
    cast.act(first, "approve", cast.college_reviewer)
    assert ("下一项", f"/cases/{second.pk}/") in read(reviewer.get(f"/cases/{first.pk}/")).links
    cast.act(second, "approve", cast.college_reviewer)
    assert "下一项" not in [label for label, _url in read(reviewer.get(f"/cases/{second.pk}/")).links]


def test_the_desk_finds_employers_that_have_no_account(cast: Cast) -> None:
    case = cast.offline_review()
    reviewer = enter(cast.college_reviewer)

    def found(name: str) -> bool:
        return f"/cases/{case.pk}/" in words(reviewer.get(f"/home/?tab=agreement&employer={name}"))

    assert found(OFFLINE["employer_name"][:4]) and not found("没有这家")


def test_a_batch_says_what_the_last_level_brings_about_and_what_to_notice(cast: Cast) -> None:
    case = cast.offline_review()
    college = enter(cast.college_reviewer)
    pick(college, case, flow="agreement")
    page = results(college)
    assert OFFLINE["employer_name"] in page and "通过后转下一级" in page and "平台第一次见到这家单位" in page
    cast.act(case, "approve", cast.college_reviewer)
    school = enter(cast.school_reviewer)
    pick(school, case, flow="agreement")
    page = results(school)
    assert "最后一级，通过后生成协议书" in page and "签约完成" not in page


def test_the_graduate_s_own_words_need_no_confirmation(cast: Cast) -> None:
    case = handed(cast, "a.jpg")
    given = {"topic": "postgraduate", **DESTINATIONS["postgraduate"], "study_major": "材料", "because": "与通知书一致"}
    cast.act(case, "revise", cast.college_reviewer, given)
    assert again(case).unconfirmed_at is not None
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    cast.act(case, "resubmit", cast.graduate, SCHOOL)
    assert again(case).unconfirmed_at is None


def test_who_approves_what_he_edited_is_said_to_everybody(cast: Cast) -> None:
    case = handed(cast, "a.jpg")
    cast.act(case, "approve", cast.college_reviewer)
    given = {"topic": "postgraduate", **DESTINATIONS["postgraduate"], "study_major": "材料", "because": "与通知书一致"}
    cast.act(case, "revise", cast.school_reviewer, given)
    Membership.objects.filter(school=cast.school, kind="school").exclude(pk=cast.school_reviewer.membership.pk).update(active=False)
    cast.act(case, "approve", cast.school_reviewer)
    assert "审核的内容由本人修改过" in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))


def test_a_paper_stamped_before_a_correction_is_sent_back(cast: Cast) -> None:
    case = cast.stamping()
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    other_major(case)
    assert "毕业生的信息在盖章后有更正" in words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    with pytest.raises(Refused, match="请退回修改，由毕业生重新生成协议书"):
        cast.act(case, "approve_paper", cast.college_reviewer)
    cast.act(case, "send_paper_back", cast.college_reviewer, FAULT)
    cast.act(case, "reconfirm_paper", cast.graduate)
    assert again(case).state == "stamping"


def test_an_invitation_beside_a_registered_wait_is_his_to_answer(cast: Cast) -> None:
    cast.registered("looking")
    case = cast.invited()
    home = words(enter(cast.graduate).get("/home/"))
    assert "查看并答复" in home and "只能查看" not in home
    assert "轮到您办理" in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))


UNOFFERED = "学校没有开通此项登记，请与学校就业部门联系。"
MODE = "您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。"
LEFT = "您的学籍状态不是在读，不能登记毕业去向，如有疑问请联系学校就业部门。"
EARLY, LATE = "本届登记尚未开始，请在学校公布的时间内办理。", "本届登记已截止，请联系学校。"


def mine(cast: Cast, **changes: str) -> None:
    Graduate.objects.filter(pk=cast.graduate.membership.graduate_id).update(**changes)


def in_service(cast: Cast) -> None:
    mine(cast, training_mode="3", training_mode_name="在职")
    cast.school.profiles.update(in_service_can_sign=False)


def dated(cast: Cast, **dates: datetime) -> None:
    assert cast.graduate
    Cohort.objects.update(**dates)


# What happened, and what offline signing, a paper signed already and another destination say of it.
SHUT: dict[str, tuple[Callable[[Cast], object], tuple[str, str, str]]] = {
    "nothing": (lambda c: c.graduate, ("", "", "")),
    "waiting": (lambda c: c.registered("looking"), ("", "", "")),
    "unoffered": (lambda c: c.school.profiles.update(offers_offline=False), (UNOFFERED,) * 3),
    "in_service": (in_service, (MODE, MODE, "")),
    "left": (lambda c: mine(c, status=Status.EXTENDED), (MODE, MODE, LEFT)),
    "early": (lambda c: dated(c, opens_at=now() + timedelta(days=1)), (EARLY,) * 3),
    "late": (lambda c: dated(c, closes_at=now()), (LATE,) * 3),
    "held": (lambda c: c.in_review(), (HELD,) * 3),
}


@pytest.mark.parametrize("name", SHUT)
def test_an_entry_says_before_the_click_what_its_step_would(cast: Cast, name: str) -> None:
    happened, sentences = SHUT[name]
    happened(cast)
    who = enter(Actor(Membership.objects.get(pk=cast.graduate.membership.pk)))
    starts = [f"/start/{flow}/fill/graduate/{cast.graduate.membership.graduate_id}/" for flow in ("offline", "paper", "destination")]
    page = who.get("/home/")
    assert [url for _label, url in read(page).links if url in starts] == [
        url for url, why in zip(starts, sentences, strict=True) if not why
    ]
    notes = re.findall(r'<span class="none">.*?</span><p class="small muted">(.*?)</p>', words(page))
    assert notes == [why for why in sentences if why]
    assert ("不需要就业协议。" in words(page)) is (sentences[2] == ""), "else when to choose it"
    if name != "waiting":  # which leads to 作废并继续
        assert tuple(refusal(who, url) for url in starts) == sentences


def refusal(who: PageClient, url: str) -> str:
    found = re.search(r"现在不能办理</.*?<p>(.*?)</p>", words(who.get(url)), re.S)
    return found[1] if found else ""


def test_what_holds_him_is_said_in_one_sentence_wherever_he_would_begin(cast: Cast) -> None:
    drafts = [cast.begun("offline"), cast.begun("paper"), cast.begun("destination", topic="looking")]
    other = cast.invited(cast.other_employer)
    cast.in_review()
    who, graduate = enter(cast.graduate), cast.graduate.membership.graduate_id
    begun = [f"/cases/{case.pk}/do/submit/" for case in drafts]
    starts = [f"/start/{case.flow}/fill/graduate/{graduate}/" for case in drafts]
    assert {url: refusal(who, url) for url in (*begun, *starts)} == dict.fromkeys((*begun, *starts), HELD)
    assert refusal(who, f"/cases/{other.pk}/do/accept/") == VIEW_ONLY


def by_the_school(cast: Cast, agreement: Case) -> None:
    cast.ask_release(agreement, cast.school_reviewer, RELEASE)
    cast.act(agreement, "confirm_release", cast.second_school_user)


def by_both(cast: Cast, agreement: Case) -> None:
    asked = acted(cast, cast.termination(agreement, cast.employer), "accept", cast.graduate)
    cast.act(asked, "approve", cast.school_reviewer)


OVERTAKEN = {by_the_school: "学校已解除协议，本次解约随之结束", by_both: "协议已通过“线上解约”解除，本次解约随之结束"}


@pytest.mark.parametrize("ended", OVERTAKEN, ids=lambda way: way.__name__)
def test_what_is_overtaken_says_by_what(cast: Cast, ended: Callable[[Cast, Case], None]) -> None:
    agreement = cast.signed()
    cast.overdue(cast.termination(agreement))
    tick()
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)
    ended(cast, agreement)
    page = words(enter(cast.graduate).get(f"/cases/{draft.pk}/"))
    assert re.findall(r'<p class="timeline-what">(.*?)</p>', page)[0] == OVERTAKEN[ended]


@pytest.mark.parametrize("by_hand", [False, True], ids=["making", "failed"])
def test_the_paper_speaks_of_force_only_where_there_is_one(cast: Cast, by_hand: bool) -> None:
    """Of a paper that is not made yet, or cannot be: its panel and its page."""
    said = "协议书暂时没有生成，平台正在处理。" if by_hand else "协议书生成中，稍后刷新即可查看。"
    for case, harmless in ((cast.stamping(), 0), (cast.signed(graduate=cast.graduate_named("李同学")), 1)):
        if by_hand:
            Outbox.objects.filter(consumer="documents", event__case=case).update(next_at=BY_HAND)
        who = enter(cast.school_reviewer)
        page, preview = words(who.get(f"/cases/{case.pk}/")), words(who.get(f"/cases/{case.pk}/paper/"))
        assert (page.count(said), page.count("不影响签约效力"), preview.count("不影响签约效力")) == (1, harmless, 0)


def test_the_paper_is_downloaded_by_the_manual_s_own_label(cast: Cast) -> None:
    from wangqian.documents import make

    case = cast.stamping()
    make.work()
    labels = [label for label, url in read(enter(cast.graduate).get(f"/cases/{case.pk}/")).links if url.endswith("agreement.pdf")]
    assert labels == ["点击下载电子协议书"]


def test_what_was_refused_is_filled_in_again_with_what_was_typed(cast: Cast) -> None:
    case = cast.offline_review()
    cast.act(case, "refuse", cast.college_reviewer, REFUSAL)
    anew = cast.start("offline", "fill", cast.graduate, {}, parent=again(case))
    page = read(enter(cast.graduate).get(f"/cases/{anew.pk}/do/submit/"))
    inputs = {one["name"]: one.get("value") for one in page.inputs if "name" in one}
    asked = ("employer_name", "employer_uscc", "address", "contact", "contact_mobile", "job_title", "dossier_unit")
    assert {name: inputs[name] for name in asked} == {name: OFFLINE[name] for name in asked}


@pytest.mark.parametrize(("certified", "offered"), [(True, True), (False, True), (True, False)])
def test_an_employer_on_the_platform_could_be_asked_to_invite(cast: Cast, certified: bool, offered: bool) -> None:
    """Where the school has online signing at all."""
    case, employer = cast.begun("offline"), cast.employer.membership.employer
    assert employer is not None
    SchoolProfile.objects.update(offers_online=offered)
    if not certified:
        Employer.objects.filter(pk=employer.pk).update(suspended_at=now())
    who = enter(cast.graduate)
    page = who.post(f"/cases/{case.pk}/do/submit/", {**OFFLINE, "employer_uscc": employer.uscc}, follow=True)
    assert ("该单位已在平台注册，可请其线上邀请" in words(page)) is (certified and offered)
    offers = words(who.get("/known/employers/?as=employer_name&employer_name=越综合"))
    assert ("已在平台注册" in offers, "可请其线上邀请" in offers) == (certified, certified and offered)
