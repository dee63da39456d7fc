"""What pages must get right beyond who may see them: lines, proofs, what is cited, what is locked, what is odd."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError

from tests.answers import TERMS
from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case, Evidence
from wangqian.notices.deliver import expand, inbox
from wangqian.notices.queries import shown_code
from wangqian.people.clock import now
from wangqian.people.models import Throttle

INVITE = "/start/online/invite/graduate/{}/"


def invite_url(cast: Cast) -> str:
    cast.favour(cast.employer, cast.graduate)
    return INVITE.format(cast.graduate.membership.graduate_id)


def test_line_ends_as_browsers_send_them(cast: Cast) -> None:
    url, who = invite_url(cast), enter(cast.employer)
    answer = who.post(url, {**TERMS, "additions": "一、提供宿舍\r\n二、提供工作餐"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}confirm/")
    assert "二、提供工作餐" in who.get(f"{url}confirm/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("job_title", "😀工程师", "含有不能印在协议书上的字符“😀”"),
        ("job_title", "x" * 61, "最多 60 个字，现在有 61 个"),
        ("contact_mobile", "13９００００００００", "请填写 11 位手机号码"),
        ("report_by", "2020-01-01", "请填写今天或以后、五年以内的日期"),
        ("valid_days", "31", "应约有效期：不能大于 30"),
        ("job_category", "999", "请从列表中选择"),
        ("job_title", "a\x00b", "含有不能使用的控制字符"),
        ("job_title", "a\u202eb", "含有不能使用的控制字符"),
    ],
)
def test_every_refusal_is_a_sentence_of_ours(cast: Cast, field: str, value: str, sentence: str) -> None:
    answer = enter(cast.employer).post(invite_url(cast), {**TERMS, field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_wrong_code_is_said_at_the_code_and_the_right_one_signs(cast: Cast) -> None:
    case, who = cast.invited(), enter(cast.graduate)
    cast.reviewers()
    url = f"/cases/{case.pk}/do/accept/"
    fields = hidden(who.get(url).content.decode())
    who.post(url, {**fields, "send_code": "1", "agreed": "on"})
    code = shown_code(cast.graduate.user)
    wrong = who.post(url, {**fields, "code": "000000" if code != "000000" else "000001", "agreed": "on"})
    assert (wrong.status_code, "验证码不正确" in wrong.content.decode()) == (422, True)
    right = who.post(url, {**fields, "code": code, "agreed": "on"})
    again = who.post(url, {**fields, "code": code, "agreed": "on"})
    assert right["Location"] == again["Location"] == f"/cases/{case.pk}/"
    assert Case.objects.get(pk=case.pk).version == 2


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)">', page))


def test_the_second_school_user_hears_of_a_release_and_reads_why(cast: Cast) -> None:
    case = cast.signed()
    _ = cast.second_school_user
    given = {"reason": "withdrawn", "basis": "退学决定 7 号"}
    cast.ask_release(case, cast.school_reviewer, given)
    expand()
    assert inbox(cast.second_school_user.user).filter(event__step="request_release").count() == 1
    who = enter(cast.second_school_user)
    assert "1 项学校解除等待另一位老师确认" in who.get("/home/").content.decode()
    page = who.get(f"/cases/{case.pk}/do/confirm_release/").content.decode()
    assert "退学决定 7 号" in page


def test_who_confirms_a_release_sees_exactly_the_document_it_rests_on(cast: Cast) -> None:
    case, given = cast.signed(), {"reason": "court", "basis": "裁决书 1 号"}
    old = cast.hand_in(case, "document", cast.school_reviewer, name="旧裁决.jpg")
    cast.act(case, "request_release", cast.school_reviewer, given)
    cast.act(case, "withdraw_release", cast.school_reviewer, {"reason": "换文书"})
    Evidence.objects.filter(pk=old.pk).update(dropped_at=now())
    cast.hand_in(case, "document", cast.school_reviewer, name="新裁决.jpg")
    cast.act(case, "request_release", cast.school_reviewer, given)
    cast.hand_in(case, "document", cast.school_reviewer, name="后来的.jpg")
    page = enter(cast.second_school_user).get(f"/cases/{case.pk}/do/confirm_release/").content.decode()
    assert [name for name in ("旧裁决.jpg", "新裁决.jpg", "后来的.jpg") if name in page] == ["新裁决.jpg"]


def test_a_locked_invitation_says_one_thing(cast: Cast) -> None:
    other = cast.invited(cast.other_employer)
    cast.in_review()
    page = enter(cast.graduate).get(f"/cases/{other.pk}/").content.decode()
    assert "现在只能查看" in page
    assert "轮到您办理" not in page and "会提醒" not in page


def test_verification_knows_codes_from_numbers(cast: Cast) -> None:
    case, anybody = cast.signed(), PageClient()
    by_code = anybody.post("/verify/", {"number": case.verification_code, "name": "曹文公"})
    assert "这份协议书现在有效" in by_code.content.decode()
    nameless = anybody.post("/verify/", {"number": case.number, "name": ""})
    assert (nameless.status_code, "请填写毕业生姓名" in nameless.content.decode()) == (422, True)


def test_verification_over_the_limit_is_not_a_miss(cast: Cast) -> None:
    case, anybody = cast.signed(), PageClient()
    for _try in range(40):
        answer = anybody.get(f"/verify/{case.verification_code}/")
        if answer.status_code == 429:
            break
    page = answer.content.decode()
    assert "请点“核验”继续" in page and "没有查到" not in page


def test_a_method_a_page_does_not_take_gets_a_page(cast: Cast) -> None:
    answer = enter(cast.college_reviewer).get("/desk/batch/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert read(answer).headings == ["请从页面上的按钮操作"]


def test_a_countdown_belongs_to_the_phone_not_to_the_page(cast: Cast) -> None:
    first, second = cast.invited(), cast.invited(cast.other_employer)
    who = enter(cast.graduate)
    who.post(f"/cases/{first.pk}/do/accept/", {"send_code": "1"})
    assert "data-wait=" in who.get(f"/cases/{second.pk}/do/accept/").content.decode()
    assert Throttle.objects.filter(key__startswith="proof-minute:").count() == 1


def test_a_busy_database_is_said_and_nothing_is_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_anything: object) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    who = enter(cast.graduate)
    who.raise_request_exception = False
    monkeypatch.setattr("wangqian.web.graduate_home.tasks", busy)
    answer = who.get("/home/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert read(answer).headings == ["系统正忙，没有办理"]
