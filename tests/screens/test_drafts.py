"""A graduate's own forms: what they are called, where they stand, what is asked for where, and every fault at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.answers import DESTINATIONS, OFFLINE
from tests.cast import Cast
from tests.papers import again, disputed
from tests.screens.pages import enter, read
from wangqian.cases.models import Case, Draft
from wangqian.people.clock import now
from wangqian.people.models import Actor
from wangqian.web.wording import clock, lately

pytestmark = pytest.mark.django_db
NOBODY_FORCES = "任何人不得强迫您签约，不得把发放毕业证书、学位证书与签约挂钩，不得要求您提交虚假的协议或证明"


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


def form(case: Case, step: str = "submit") -> str:
    return f"/cases/{case.pk}/do/{step}/"


def begun(cast: Cast, flow: str, topic: str = "") -> Case:
    return cast.begun(flow, **({"topic": topic} if topic else {}))


# --- where templates are needed ------------------------------------------------------------------------------


def box(markup: str, slot: str) -> list[tuple[str, str]]:
    """The links in a box."""
    found = re.search(rf'<section class="card files" id="files-{slot}".*?</section>', markup, re.S)
    assert found
    return re.findall(r'<a href="([^"]+)">([^<]+)</a>', found[0])


def ending(cast: Cast) -> Case:
    agreement = cast.paper_registered()
    return cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)


@pytest.mark.parametrize(
    ("reach", "slot", "name", "label"),
    [
        (ending, "letter", "release-letter", "下载解约函模板"),
        (lambda cast: begun(cast, "destination", "freelance"), "evidence", "freelance", "下载自由职业证明模板"),
        (lambda cast: begun(cast, "destination", "employed"), "evidence", "flexible", "下载灵活就业登记表模板"),
    ],
)
def test_a_template_lies_in_the_box_where_it_is_handed_in(cast: Cast, reach: object, slot: str, name: str, label: str) -> None:
    case = reach(cast)  # type: ignore[operator]
    who = enter(cast.graduate)
    way = f"/cases/{case.pk}/forms/{name}/"
    assert box(words(who.get(form(case))), slot) == [(way, label)]
    assert who.get(way).status_code == 200
    row = cast.hand_in(case, slot)
    alone = who.post(f"/files/{row.pk}/drop/", HTTP_HX_REQUEST="true")
    assert box(words(alone), slot) == [(way, label)], "the box that comes back alone has it, too"


def test_no_template_where_there_is_none_or_for_who_does_not_fill_it_in(cast: Cast) -> None:
    study = begun(cast, "destination", "postgraduate")
    assert box(words(enter(cast.graduate).get(form(study))), "evidence") == []
    other = cast.graduate_named("同学")
    case = cast.destination_review("freelance", other)
    assert box(words(enter(cast.college_reviewer).get(form(case, "revise"))), "evidence") == []


# --- every fault at once -------------------------------------------------------------------------------------


def test_files_and_fields_are_asked_for_together_each_with_its_link(cast: Cast) -> None:
    case = begun(cast, "paper")
    given = {**OFFLINE, "key": "k1", "employer_name": "", "job_title": "工程师😀", "signed_on": "2026-11-01"}
    answer = enter(cast.graduate).post(form(case), given)
    assert answer.status_code == 422
    found = read(answer)
    summary = {words: url for words, url in found.links if url.startswith("#")}
    missing = "请上传盖章的就业协议书（至少 1 份）。"
    assert (summary["请填写单位名称"], summary[missing]) == ("#id_employer_name", "#files-scan")
    assert [url for words, url in found.links if "不能印在协议书上的字符" in words] == ["#id_job_title"]
    assert {"id_employer_name", "files-scan", "id_job_title"} <= set(found.ids)
    assert "有 3 处需要修改" in words(answer)
    assert words(answer).count(missing) == 2, "on top and at the box"


def test_a_form_of_files_alone_says_so_too(cast: Cast) -> None:
    case = cast.stamping()
    answer = enter(cast.graduate).post(form(case, "hand_in"), {"key": "k1"})
    assert answer.status_code == 422 and "有 1 处需要修改" in words(answer)
    assert ("请上传盖章的就业协议书（至少 1 份）。", "#files-scan") in read(answer).links
    assert again(case).state == "stamping"


def test_nothing_is_missed_where_the_files_are(cast: Cast) -> None:
    case = begun(cast, "paper")
    cast.hand_in(case, "scan")
    answer = enter(cast.graduate).post(form(case), {**OFFLINE, "key": "k1", "employer_name": "", "signed_on": "2026-11-01"})
    assert "有 1 处需要修改" in words(answer) and "请上传" not in words(answer)


# --- what it is called ---------------------------------------------------------------------------------------


def title(actor: Actor, url: str) -> str:
    (heading,) = read(enter(actor).get(url)).headings
    return heading


@pytest.mark.parametrize(
    ("topic", "called"),
    [("looking", "待就业"), ("freelance", "自由职业"), ("postgraduate", "考研")],
)
def test_a_destination_is_called_by_its_type(cast: Cast, topic: str, called: str) -> None:
    case = begun(cast, "destination", topic)
    assert title(cast.graduate, f"/cases/{case.pk}/") == f"{called} · 无需就业协议去向登记"
    assert title(cast.graduate, form(case)) == f"无需就业协议去向登记 · 填写 · {called}"


def test_and_by_where_it_leads_once_that_is_stated(cast: Cast) -> None:
    case = cast.registered("looking")
    assert title(cast.graduate, f"/cases/{case.pk}/") == "待就业 · 无需就业协议去向登记"
    assert title(cast.school_reviewer, f"/cases/{case.pk}/") == "曹文公 · 待就业 · 无需就业协议去向登记"
    cast.act(case, "void", cast.graduate)
    case = cast.registered("postgraduate")
    assert title(cast.graduate, f"/cases/{case.pk}/") == "中部大学 · 考研 · 无需就业协议去向登记"
    objection = disputed(cast, case)
    assert title(cast.graduate, f"/cases/{objection.pk}/") == "中部大学 · 考研 · 登记异议"
    assert "中部大学 · 考研 · 待学校答复" in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))


def test_a_draft_that_names_nobody_yet_is_with_nobody(cast: Cast) -> None:
    case = begun(cast, "offline")
    assert title(cast.graduate, f"/cases/{case.pk}/") == "未签就业协议申请签约"
    assert title(cast.graduate, form(case)) == "未签就业协议申请签约 · 填写"


# --- where it stands -----------------------------------------------------------------------------------------


def stops(actor: Actor, case: Case) -> list[tuple[str, str]]:
    """(label, state) of the progress bar."""
    return re.findall(
        r'<span class="path-label">([^<]+)</span><span class="visually-hidden">（([^）]+)）</span>',
        words(enter(actor).get(f"/cases/{case.pk}/")),
    )


@pytest.mark.parametrize("flow", ["offline", "paper", "destination", "correction_request", "offline_termination"])
def test_what_is_a_draft_is_being_filled_in(cast: Cast, flow: str) -> None:
    topics = {"destination": "looking", "correction_request": "major"}
    case = ending(cast) if flow == "offline_termination" else begun(cast, flow, topics.get(flow, ""))
    found = stops(cast.graduate, case)
    assert [state for _label, state in found] == ["当前", *["未开始"] * (len(found) - 1)]


def test_handed_in_and_taken_back(cast: Cast) -> None:
    case = cast.offline_review()
    assert [state for _label, state in stops(cast.graduate, case)][:3] == ["已完成", "已完成", "当前"]
    cast.act(case, "withdraw", cast.graduate)
    assert [state for _label, state in stops(cast.graduate, case)][:2] == ["当前", "未开始"]


def tasks(actor: Actor) -> dict[str, tuple[str, str]]:
    """The list on the home page: state and sentence by label."""
    page = words(enter(actor).get("/home/"))
    rows = re.findall(r"<li class=\"[a-z]+\">\s*<span class=\"dot\".*?</li>", page, re.S)
    pattern = r'(?:<a href="[^"]*">|<span class="task-label">)([^<]+)</.*?（([^）]+)）</span>\s*(?:<p class="small muted">([^<]*)</p>)?'
    found = [re.search(pattern, row, re.S) for row in rows]
    return {one[1]: (one[2], one[3] or "") for one in found if one}


def test_what_is_under_way_is_not_called_impossible(cast: Cast) -> None:
    signing = "签约或登记去向"
    assert tasks(cast.graduate)[signing] == ("现在可办", "等单位发来邀请，或从下面的入口办理")
    case = cast.destination_review("looking")
    assert tasks(cast.graduate)[signing] == ("办理中", "办理中 · 无需就业协议去向登记：去向审核中，等待信息学院办理")
    cast.act(case, "approve", cast.college_reviewer)
    assert tasks(cast.graduate)[signing] == ("办理中", "办理中 · 无需就业协议去向登记：去向审核中，等待示范大学办理")
    cast.act(case, "send_back", cast.school_reviewer, {"about": "other", "fault": "wrong", "reason": "请写明打算"})
    assert tasks(cast.graduate)[signing] == ("现在可办", "无需就业协议去向登记：去向待提交（老师退回）")
    cast.act(case, "resubmit", cast.graduate, DESTINATIONS["looking"])
    cast.approved(case)
    assert tasks(cast.graduate)[signing] == ("已完成", "无需就业协议去向登记：已登记")


# --- the manual's own labels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["offline", "paper", "destination"])
def test_a_draft_is_given_up_from_its_form(cast: Cast, flow: str) -> None:
    case = begun(cast, flow, "looking" if flow == "destination" else "")
    who = enter(cast.graduate)
    page = read(who.get(form(case)))
    assert [url for label, url in page.links if label == "取消"] == [form(case, "cancel")]
    assert {label for label, _attrs in page.buttons} >= {"保存", "下一步：核对"}
    asked = read(who.get(form(case, "cancel")))
    assert "取消" in {label for label, _attrs in asked.buttons} and again(case).state == "draft", "it asks once more"


def test_what_is_not_filled_in_here_is_not_given_up_here(cast: Cast) -> None:
    case = cast.stamping()
    page = read(enter(cast.graduate).get(form(case, "hand_in")))
    assert [url for label, url in page.links if label == "取消"] == [f"/cases/{case.pk}/"], "back to the case, nothing else"


def test_kept_today_says_the_time_and_before_the_day_as_well(cast: Cast) -> None:
    case, who = begun(cast, "offline"), enter(cast.graduate)
    who.post(form(case), {"keep": "auto", "employer_name": "长风"})
    draft = Draft.objects.get()
    kept = re.compile(r'data-kept>([^<]*)<')
    assert kept.findall(words(who.get(form(case)))) == [f"已保存 {clock(draft.saved_at)[-5:]} · 还未提交"]
    before = now() - timedelta(days=1)
    Draft.objects.update(saved_at=before)
    assert kept.findall(words(who.get(form(case)))) == [f"已保存 {clock(before)} · 还未提交"]


def test_today_is_the_day_in_shanghai() -> None:
    late = datetime(2026, 11, 29, 16, 5, tzinfo=UTC)  # 00:05 of the 30th
    assert lately(late, late) == "00:05"
    assert lately(late - timedelta(minutes=10), late) == "2026-11-29 23:55"


# --- 四不准 --------------------------------------------------------------------------------------------------


def test_nobody_forces_him_is_said_where_it_matters(cast: Cast) -> None:
    who = enter(cast.graduate)
    for flow, topic in (("paper", ""), ("destination", "looking")):
        case = begun(cast, flow, topic)
        assert NOBODY_FORCES in words(who.get(form(case))), flow
        cast.act(case, "cancel", cast.graduate)
    case = cast.destination_review("looking")
    cast.act(case, "send_back", cast.college_reviewer, {"about": "other", "fault": "wrong", "reason": "请写明打算"})
    assert NOBODY_FORCES in words(who.get(form(case, "resubmit")))
    other = cast.graduate_named("同学")
    assert NOBODY_FORCES in words(enter(other).get(form(cast.stamping(other), "hand_in")))
