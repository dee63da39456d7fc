"""The pages of flows 3 to 6: the three entries, forms kept as typed, files beside them, what comes back, what stands in the way."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests.answers import DESTINATIONS, OFFLINE
from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case, Draft
from wangqian.people.models import Actor, Graduate

pytestmark = pytest.mark.django_db
ENTRIES = ["未签就业协议申请签约", "已签就业协议登记信息", "无需就业协议去向登记"]


def step(case: Case, name: str) -> str:
    return reverse("step", args=[case.pk, name])


def begun(cast: Cast, flow: str, **given: str) -> tuple[PageClient, Case]:
    who, graduate = enter(cast.graduate), cast.graduate.membership.graduate_id
    answer = who.post(f"/start/{flow}/fill/graduate/{graduate}/", {"key": "k1", **given})
    case = Case.objects.get(graduate=graduate, flow=flow)
    assert answer["Location"] == step(case, "submit"), "from the entry straight to the form"
    return who, case


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


def test_the_three_entries_by_their_names(cast: Cast) -> None:
    page = words(enter(cast.graduate).get("/home/"))
    assert [name for name in ENTRIES if name in page] == ENTRIES


def test_who_is_entrusted_sees_his_entry_alone_and_his_type_alone(cast: Cast) -> None:
    Graduate.objects.filter(pk=cast.graduate.membership.graduate_id).update(training_mode="2", training_mode_name="定向")
    who = enter(cast.graduate)
    assert [name for name in ENTRIES if name in words(who.get("/home/"))] == ENTRIES[2:]
    page = read(who.get(f"/start/destination/fill/graduate/{cast.graduate.membership.graduate_id}/"))
    assert [one["value"] for one in page.inputs if one.get("name") == "topic"] == ["entrusted"]


def test_a_draft_is_kept_as_typed_and_comes_back(cast: Cast) -> None:
    who, case = begun(cast, "offline")
    kept = who.post(step(case, "submit"), {"keep": "auto", "employer_name": "半个名", "pay": "不是数"})
    assert "已保存" in json.loads(kept.content)["kept"]
    page = read(enter(cast.graduate).get(step(case, "submit")))
    assert [one.get("value") for one in page.inputs if one.get("name") in ("employer_name", "pay")] == ["半个名", "不是数"]
    case.refresh_from_db()
    assert (case.state, case.version, case.versions.count()) == ("draft", 1, 0), "nothing moved"
    assert "继续填写" in words(who.get("/home/"))
    assert who.post(step(case, "submit"), {"keep": "auto", "additions": "长" * 30_000}).status_code == 404


def test_only_its_own_graduate_keeps_a_draft(cast: Cast) -> None:
    _who, case = begun(cast, "offline")
    other = enter(cast.graduate_named("同学"))
    assert other.post(step(case, "submit"), {"keep": "auto", "employer_name": "x"}).status_code == 404
    assert Draft.objects.count() == 0


def test_every_fault_of_the_form_is_said_at_once_and_files_are_asked_for(cast: Cast) -> None:
    who, case = begun(cast, "paper")
    answer = who.post(step(case, "submit"), {**OFFLINE, "key": "k2", "employer_uscc": "91430100MA0000000X", "signed_on": "2099-01-01"})
    assert answer.status_code == 422
    page = words(answer)
    assert "今天或以前" in page and "校验码不符" in page and OFFLINE["job_title"] in page
    answer = who.post(step(case, "submit"), {**OFFLINE, "key": "k3", "signed_on": "2026-11-01"})
    assert answer.status_code == 422 and "请上传盖章的就业协议书" in words(answer)


def test_sent_back_with_the_way_to_the_field_and_what_changed(cast: Cast) -> None:
    case = cast.offline_review()
    given = {"about": "employer_name", "fault": "wrong", "reason": "名称与执照不一致"}
    cast.act(case, "send_back", cast.college_reviewer, given)
    who = enter(cast.graduate)
    page = words(who.get(step(case, "resubmit")))
    assert "老师退回修改" in page and "名称与执照不一致" in page and 'href="' + step(case, "resubmit") + '#id_employer_name"' in page
    cast.act(case, "resubmit", cast.graduate, {**OFFLINE, "employer_name": "长风零部件有限公司"})
    seen = words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    assert "与上一次的不同" in seen and "长风零部件有限公司" in seen and "长风零部件厂" in seen
    cast.approved(case)
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    seen = words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    assert "待您审核" in seen and "与上一次的不同" not in seen, "of what was approved there is no news"


def test_what_was_corrected_between_two_reviews_is_shown_in_the_second(cast: Cast) -> None:
    case = cast.stamping()
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
    cast.act(case, "reconfirm_paper", cast.graduate)
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    seen = words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    assert "与上一次的不同" in seen and "软件工程" in seen and "计算机科学与技术" in seen


def test_a_wait_does_not_stand_in_the_way(cast: Cast) -> None:
    wait = cast.registered("looking")
    invitation = cast.invited()
    who = enter(cast.graduate)
    page = words(who.get(f"/cases/{invitation.pk}/"))
    assert "作废并继续" in page and f"{step(wait, 'void')}?then=" in page
    refused = words(who.get(f"/start/offline/fill/graduate/{cast.graduate.membership.graduate_id}/"))
    assert "作废并继续" in refused and "您已登记“待就业”" in refused


def test_where_somebody_wanted_to_go_is_a_path_of_ours(cast: Cast) -> None:
    wait = cast.registered("looking")
    who = enter(cast.graduate)
    for then, kept in (("/home/", True), ("https://evil.example/", False), ("//evil.example", False), ("javascript:x", False)):
        page = read(who.get(f"{step(wait, 'void')}?then={then}"))
        assert [one["value"] for one in page.inputs if one.get("name") == "then"] == ([then] if kept else [])


def test_where_somebody_wanted_to_go_outlasts_the_code_on_its_way(cast: Cast) -> None:
    wait, who = cast.registered("looking"), enter(cast.graduate)
    url = f"{step(wait, 'void')}confirm/"
    answer = who.post(url, {"then": "/home/", "agreed": "on", "send_code": "1", "key": "k1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}?agreed=on&then=%2Fhome%2F#id_code")
    page = read(who.get(answer["Location"]))
    assert [one["value"] for one in page.inputs if one.get("name") == "then"] == ["/home/"]


def test_known_employers_are_offered_with_their_source(cast: Cast) -> None:
    _ = cast.employer
    cast.signed_on_paper(cast.graduate_named("学长"))
    who = enter(cast.graduate)
    page = words(who.get("/known/employers/?as=employer_name&employer_name=越综合"))
    assert "越综合企业" in page and "已在平台注册" in page
    page = words(who.get("/known/employers/?as=employer_name&employer_name=长风"))
    assert "长风零部件厂" in page and "本校毕业生" in page and OFFLINE["contact_mobile"] not in page
    assert words(who.get("/known/employers/?as=employer_name&employer_name=长")).strip() == ""


@pytest.mark.parametrize("asked", ["employer_name=越综合", "employer_name={uscc}"])
def test_who_may_not_invite_is_not_offered_as_somebody_to_ask(cast: Cast, asked: str) -> None:
    """Suspended: only what graduates of the school stated of it."""
    unit = cast.employer.membership.employer
    assert unit
    who, url = enter(cast.graduate), f"/known/employers/?as=employer_name&{asked.format(uscc=unit.uscc)}"
    assert "已在平台注册，可请其线上邀请" in words(who.get(url))
    cast.suspended()
    assert words(who.get(url)).strip() == ""
    cast.signed_on_paper(cast.graduate_named("学长"), employer_name=unit.name, employer_uscc=unit.uscc)
    shown = words(who.get(url))
    assert ("越综合企业" in shown, "本校毕业生" in shown, "已在平台注册" in shown) == (True, True, False)


def test_the_desk_by_kind_and_one_after_the_other(cast: Cast) -> None:
    cases = [cast.destination_review(by=cast.graduate_named(name)) for name in ("甲", "乙", "丙")]
    who = enter(cast.college_reviewer)
    assert "去向登记审核" in words(who.get("/home/"))
    page = words(who.get(f"/cases/{cases[1].pk}/"))
    assert f'href="/cases/{cases[0].pk}/" rel="prev"' in page and f'href="/cases/{cases[2].pk}/" rel="next"' in page


def test_what_a_reviewer_should_notice_is_said_and_refuses_nothing(cast: Cast) -> None:
    own = Graduate.objects.get(pk=cast.graduate.membership.graduate_id)
    case = cast.offline_review(contact_mobile=own.phone)
    page = words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    assert "请留意" in page and "联系人的手机就是毕业生本人" in page and "第一次见到这家单位" in page
    assert "请留意" not in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))
    assert cast.approved(case).state == "stamping"


@pytest.mark.parametrize("topic", ["postgraduate", "contract", "freelance", "looking"])
def test_revising_may_change_the_type_and_shows_before_and_after(cast: Cast, topic: str) -> None:
    case = cast.destination_review("postgraduate")
    who = enter(cast.college_reviewer)
    page = read(who.get(f"{step(case, 'revise')}?topic={topic}"))
    names = {one.get("name") for one in page.inputs}
    assert {"because", *(set(DESTINATIONS[topic]) & {"school_name", "employer_name", "work"})} <= names | {"because"}


@pytest.mark.parametrize(
    ("step", "said"),
    [("", "待盖章，尚未生效"), ("hand_in", "审核中，尚未生效"), ("give_up", "这份协议书已不再有效：已取消")],
)
def test_a_paper_says_whether_it_is_in_force(cast: Cast, step: str, said: str) -> None:
    case = cast.stamping()
    if step:
        cast.hand_in(case, "scan")
        cast.act(case, step, cast.graduate, {"reason": "单位不再录用"} if step == "give_up" else None)
    page = words(enter(cast.graduate).get(f"/cases/{case.pk}/paper/"))
    assert [one for one in ("待盖章，尚未生效", "审核中，尚未生效", "这份协议书已不再有效：已取消") if one in page] == [said]
    assert ("不再有效" in page) == (step == "give_up")


def test_the_other_side_reads_no_files(cast: Cast) -> None:
    case = cast.destination_review()
    assert enter(cast.outsider_reviewer).get(f"/cases/{case.pk}/").status_code == 404


def test_actors_are_who_they_are(cast: Cast) -> None:
    stranger: Actor = cast.outsider
    _who, case = begun(cast, "offline")
    assert enter(stranger).get(step(case, "submit")).status_code == 404
