"""Pages on which an act is proven: by passkey, by app, by code; bound to what was on the screen."""

from __future__ import annotations

import json
import re

import pytest

from tests.cast import Cast
from tests.devices import app, code, enrol
from tests.factors.stage import begun
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case, Event, Proof
from wangqian.notices.queries import shown_code
from wangqian.people.clock import now


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)">', page))


@pytest.fixture
def accepting(cast: Cast) -> tuple[PageClient, str, dict[str, str]]:
    """曹文公 before 接受: client, address, what the page holds."""
    cast.reviewers()
    case = cast.invited()
    who, url = enter(cast.graduate), f"/cases/{case.pk}/do/accept/"
    return who, url, {**hidden(who.get(url).content.decode()), "agreed": "on"}


def test_accept_by_passkey(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    device = enrol(cast.graduate)
    page = read(who.get(url))
    assert [text for text, _attrs in page.buttons if "通行密钥" in text] == ["用通行密钥确认"]
    answer = who.post(url, {**fields, "assertion": device.get(begun(who, url, **fields))})
    assert answer.status_code == 302, answer.content.decode()
    event = Event.objects.get(step="accept")
    assert event.proof and (event.proof_method, event.proof.evidence["algorithm"]) == ("passkey", "ES256")
    again = who.post(url, {**fields, "assertion": "{}"})
    assert again["Location"] == answer["Location"]
    assert Event.objects.filter(step="accept").count() == 1


def test_without_a_passkey_the_page_offers_none(accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, _fields = accepting
    page = who.get(url).content.decode()
    assert "通行密钥" not in page and "passkey.js" not in page


def test_what_is_signed_is_what_was_on_the_screen(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    """The script asks for a challenge with the hash the page holds; another text has none."""
    who, url, fields = accepting
    enrol(cast.graduate)
    answer = who.post(url, {**fields, "seen": "0" * 64, "begin_passkey": "1"})
    assert answer.status_code == 409
    assert "内容在您阅读之后有更新" in json.loads(answer.content)["error"]
    assert not Proof.objects.filter(method="passkey").exists()


def test_an_answer_without_a_question_is_refused(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    device = enrol(cast.graduate)
    answer = who.post(url, {**fields, "assertion": device.get({"publicKey": {"challenge": "AAAA"}})})
    assert (answer.status_code, "已失效" in answer.content.decode()) == (422, True)
    answer = who.post(url, {**fields, "assertion": "x" * 30_000})
    assert answer.status_code == 422
    assert not Event.objects.filter(step="accept").exists()


def test_another_sessions_question_is_not_mine(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    device = enrol(cast.graduate)
    options = begun(enter(cast.graduate), url, **fields)
    assert who.post(url, {**fields, "assertion": device.get(options)}).status_code == 422


def test_a_refused_answer_is_not_sent_back(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    """Else the old answer would stand before the code that is typed next."""
    who, url, fields = accepting
    enrol(cast.graduate)
    page = read(who.post(url, {**fields, "assertion": '{"id": "x"}'}))
    assert [one.get("value", "") for one in page.inputs if one.get("name") == "assertion"] == [""]


def test_accept_by_app_in_the_same_field(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    secret = app(cast.graduate)
    assert "填验证器应用里显示的 6 位数字，或者点“发送验证码”收短信" in who.get(url).content.decode()
    wrong = who.post(url, {**fields, "code": "000000"})
    assert (wrong.status_code, "动态口令不正确" in wrong.content.decode()) == (422, True)
    assert who.post(url, {**fields, "code": code(secret)}).status_code == 302
    assert Event.objects.get(step="accept").proof_method == "totp"


def test_with_an_app_a_code_by_sms_still_does(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    app(cast.graduate)
    who.post(url, {**fields, "send_code": "1"})
    wrong = who.post(url, {**fields, "code": "x00000"})
    assert "最近一条短信中的 6 位数字，或验证器应用里现在显示的数字" in wrong.content.decode()
    assert who.post(url, {**fields, "code": shown_code(cast.graduate.user)}).status_code == 302
    assert Event.objects.get(step="accept").proof_method == "sms"


def test_a_wrong_entry_counts_against_both(cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]) -> None:
    who, url, fields = accepting
    secret = app(cast.graduate)
    who.post(url, {**fields, "send_code": "1"})
    sent = shown_code(cast.graduate.user)
    for _try in range(5):
        assert who.post(url, {**fields, "code": "x00000"}).status_code == 422
    assert who.post(url, {**fields, "code": sent}).status_code == 422
    assert who.post(url, {**fields, "code": code(secret)}).status_code == 422


def test_a_code_is_good_again_when_the_act_broke_off_after_it(
    cast: Cast, accepting: tuple[PageClient, str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died between the code and the act: the same post, sent again, must be the first one."""
    who, url, fields = accepting
    who.post(url, {**fields, "send_code": "1"})
    post = {**fields, "code": shown_code(cast.graduate.user)}
    with monkeypatch.context() as broken:
        broken.setattr("wangqian.web.steps.once", lambda *given: 1 / 0)
        who.raise_request_exception = False
        assert who.post(url, post).status_code == 500
    proof = Proof.objects.get(step="online.accept")
    assert proof.verified_at and not proof.used_at
    for wrong in ({"code": "x00000"}, {"seen": "0" * 64}):
        assert who.post(url, {**post, **wrong}).status_code == 422
    other = enter(cast.graduate)
    assert other.post(url, post).status_code == 422, "it was sent for another session"
    assert who.post(url, post).status_code == 302
    used = Event.objects.get(step="accept").proof
    assert used and (used, used.verified_at) == (proof, proof.verified_at)


def test_a_code_entered_again_lives_no_longer_and_is_not_for_guessing(
    cast: Cast, accepting: tuple[PageClient, str, dict[str, str]]
) -> None:
    who, url, fields = accepting
    who.post(url, {**fields, "send_code": "1"})
    post = {**fields, "code": shown_code(cast.graduate.user)}
    ago = now() - Proof.FRESH
    Proof.objects.update(verified_at=ago)
    assert who.post(url, post).status_code == 401
    Proof.objects.update(verified_at=now(), tries=0)
    for _try in range(Proof.TRIES):
        assert who.post(url, {**post, "code": "x00000"}).status_code == 422
    assert who.post(url, post).status_code == 422
    assert not Event.objects.filter(step="accept").exists()


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ("", "请先点“发送验证码”，再填写收到的 6 位数字。"),
        ("app", "请填写验证器应用里的 6 位数字，或先点“发送验证码”"),
    ],
)
def test_nothing_typed_is_said_with_what_to_do(
    cast: Cast, accepting: tuple[PageClient, str, dict[str, str]], kinds: str, sentence: str
) -> None:
    who, url, fields = accepting
    if kinds:
        app(cast.graduate)
    answer = who.post(url, fields)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


# --- staff ------------------------------------------------------------------------------------------


def last_level(cast: Cast) -> Case:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    return Case.objects.get(pk=case.pk)


def test_staff_have_no_sms_where_factors_are_obligatory(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    case, secret = last_level(cast), app(cast.school_reviewer)
    who, url = enter(cast.school_reviewer), f"/cases/{case.pk}/do/approve/"
    page = who.get(url)
    assert "发送验证码" not in page.content.decode()
    fields = {**hidden(page.content.decode()), "agreed": "on"}
    who.post(url, {**fields, "send_code": "1"})
    assert "不能用短信验证码确认" in who.get(url).content.decode()
    assert not Proof.objects.filter(user=cast.school_reviewer.user).exists()
    assert who.post(url, {**fields, "code": code(secret)}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "signed"


def test_staff_with_a_passkey_alone_are_asked_for_it(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    case, device = last_level(cast), enrol(cast.school_reviewer)
    who, url = enter(cast.school_reviewer), f"/cases/{case.pk}/do/approve/"
    page = who.get(url).content.decode()
    fields = {**hidden(page), "agreed": "on"}
    assert "发送验证码" not in page and 'id="id_code"' in page
    empty = who.post(url, fields)
    assert "请点“用通行密钥确认”。" in empty.content.decode()
    assert who.post(url, {**fields, "assertion": device.get(begun(who, url, **fields))}).status_code == 302


def test_where_factors_are_offered_the_page_says_so(cast: Cast) -> None:
    case = last_level(cast)
    page = enter(cast.school_reviewer).get(f"/cases/{case.pk}/do/approve/").content.decode()
    assert "老师也可以用短信验证码；正式使用时须用通行密钥或验证器应用。" in page
    assert "发送验证码" in page


def test_a_batch_by_one_passkey(cast: Cast) -> None:
    cases = [last_level_of(cast, name) for name in ("一", "二", "三")]
    device, who = enrol(cast.school_reviewer), enter(cast.school_reviewer)
    who.post("/desk/batch/", {"flow": "online", "pick": [str(case.pk) for case in cases]})
    url = "/desk/batch/confirm/"
    items = [one["value"] for one in read(who.get(url)).inputs if one.get("name") == "item"]
    assert len(items) == 3
    assertion = device.get(begun(who, url, item=items))
    assert who.post(url, {"item": items, "agreed": "on", "assertion": assertion}).status_code == 302
    events = Event.objects.filter(step="approve", target="signed")
    assert {event.proof_method for event in events} == {"passkey"}
    assert len({event.proof_id for event in events}) == 1 and events.count() == 3


def test_a_batch_by_one_code_of_the_app(cast: Cast) -> None:
    case, secret, who = last_level_of(cast, "一"), app(cast.school_reviewer), enter(cast.school_reviewer)
    who.post("/desk/batch/", {"flow": "online", "pick": [str(case.pk)]})
    url = "/desk/batch/confirm/"
    items = [one["value"] for one in read(who.get(url)).inputs if one.get("name") == "item"]
    assert who.post(url, {"item": items, "agreed": "on", "code": code(secret)}).status_code == 302
    assert Event.objects.get(target="signed").proof_method == "totp"


def test_a_passkey_over_another_list_is_not_taken(cast: Cast) -> None:
    cases = [last_level_of(cast, name) for name in ("一", "二")]
    device, who = enrol(cast.school_reviewer), enter(cast.school_reviewer)
    who.post("/desk/batch/", {"flow": "online", "pick": [str(case.pk) for case in cases]})
    url = "/desk/batch/confirm/"
    items = [one["value"] for one in read(who.get(url)).inputs if one.get("name") == "item"]
    assertion = device.get(begun(who, url, item=items[:1]))
    who.post(url, {"item": items, "agreed": "on", "assertion": assertion})
    signed = Event.objects.filter(target="signed")
    assert [f"{event.case_id}:" in items[0] for event in signed] == [True]


def last_level_of(cast: Cast, name: str) -> Case:
    graduate = cast.graduate_named(f"学生{name}")
    case = cast.invited(cast.employer, graduate)
    cast.reviewers()
    cast.act(case, "accept", graduate)
    cast.act(case, "approve", cast.college_reviewer)
    return Case.objects.get(pk=case.pk)
