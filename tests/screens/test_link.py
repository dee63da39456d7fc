"""The capability link (security.md §2.4): what opens it, what ends it, who tries many, and where its secret does not stand."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from prometheus_client import REGISTRY, generate_latest

from tests.canary import ears
from tests.cast import Cast
from tests.papers import other_major
from tests.screens.door import solved
from tests.screens.link_stage import (
    PHONE,
    Sent,
    ask,
    inside,
    is_dead,
    pause,
    photo,
    submit,
    text,
    upload,
    with_paper,
)
from tests.screens.pages import PageClient
from wangqian import urls  # noqa: F401  read now: a later test may ask first, as production does, and then the demo has no pages
from wangqian.cases.models import Case, Event, Evidence
from wangqian.flows import links
from wangqian.flows.models import Link, LinkCode
from wangqian.notices.models import Notice
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Throttle

MINUTE = timedelta(minutes=1)
READING = ("", "code/", "paper/", "paper/agreement.pdf", "paper/1.png", "confirm/")
POSTING = ("", "code/", "files/", "confirm/")
NOBODY = "01900000-0000-7000-8000-000000000000"
OF_FILES = (f"files/{NOBODY}/1/", f"files/{NOBODY}/drop/", f"files/{NOBODY}/turn/")


def everything() -> list[Any]:
    """All that a visitor could have changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Case, Event, Evidence, Link, LinkCode, Throttle, Session, Notice)]

# --- opening changes nothing, and says little --------------------------------------------------------


def test_the_first_page_names_the_matter_and_nobody_in_full(sent: Sent) -> None:
    page = PageClient().get(sent.url)
    assert page.status_code == 200 and "有一份就业协议等待盖章回传" in text(page)
    for word in ("曹**", "示范大学", "长风零部件厂", "139****2222", "发送验证码"):
        assert word in text(page), word
    graduate = sent.case.graduate
    assert graduate
    for word in ("曹文公", graduate.identity_number(), graduate.phone, PHONE, "8,000", "工艺工程师", "钱主任", sent.case.number):
        assert str(word) not in text(page), word


def test_every_answer_under_the_address_keeps_it_to_itself(sent: Sent) -> None:
    who = PageClient()
    answers = [who.get(f"{sent.url}{tail}") for tail in (*READING, "no-such-page", "files/")]
    answers += [who.post(f"{sent.url}{tail}") for tail in (*POSTING, "paper/")]
    answers += [Client(enforce_csrf_checks=True).post(f"{sent.url}code/"), who.get("/l/unknown/"), who.get(sent.url[:-1])]
    assert {one.status_code for one in answers} >= {200, 302, 403, 404, 405}
    for one in answers:
        assert (one["Referrer-Policy"], one["Cache-Control"]) == ("no-referrer", "no-store")
        assert "noindex" in one["X-Robots-Tag"]


def test_scanners_change_nothing(sent: Sent) -> None:
    who, before = Client(), everything()
    for _time in range(10):
        for tail in (*READING, OF_FILES[0]):
            who.get(f"{sent.url}{tail}", headers={"User-Agent": "WeChat preview"})
            who.head(f"{sent.url}{tail}")
    assert everything() == before
    assert not who.cookies.get("sessionid")
    assert inside(sent).get(sent.url).status_code == 200


def test_reading_inside_changes_nothing_either(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who = inside(sent)
    upload(who, sent.url)
    who.get(sent.url)
    before = everything()
    for tail in READING:
        assert who.get(f"{sent.url}{tail}").status_code in (200, 302)
        who.head(f"{sent.url}{tail}")
    assert everything() == before and sent.received() == 0


# --- every end looks the same ------------------------------------------------------------------------


def expired(sent: Sent) -> None:
    Link.objects.filter(pk=sent.link.pk).update(expires_at=now())


def used(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url)
    assert submit(who, sent.url).status_code == 302 and sent.received() == 1


def replaced(sent: Sent) -> None:
    secret, link = sent.secret, sent.link
    sent.again("13900003333")
    sent.secret, sent.link = secret, link


def withdrawn(sent: Sent) -> None:
    sent.cast.act(sent.case, "give_up", sent.by, {"reason": "不去了"})


def handed_in(sent: Sent) -> None:
    sent.cast.hand_in(sent.case, "scan")
    sent.cast.act(sent.case, "hand_in", sent.by)


def returned(sent: Sent) -> None:
    """Reviewed, and waiting for the stamp again: another round."""
    handed_in(sent)
    given = {"about": "scan", "fault": "unreadable", "reason": "看不清"}
    sent.cast.act(sent.case, "send_paper_back", sent.cast.college_reviewer, given)
    assert Case.objects.get(pk=sent.case.pk).state == links.WAITING


def taken_back(sent: Sent) -> None:
    handed_in(sent)
    sent.cast.act(sent.case, "withdraw_paper", sent.by)


def three_times(sent: Sent) -> None:
    Link.objects.filter(pk=sent.link.pk).update(sessions=3)


def never_made(sent: Sent) -> None:
    sent.secret = secrets.token_urlsafe(20)


def cut_off(sent: Sent) -> None:
    sent.secret = sent.secret[:-1]


def issued_anew(sent: Sent) -> None:
    other_major(sent.case)
    sent.cast.act(sent.case, "reconfirm_paper", sent.by)


ENDS = [expired, used, replaced, withdrawn, issued_anew, handed_in, returned, taken_back, three_times, never_made, cut_off]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whatever_ended_it_looks_like_what_never_was(sent: Sent, end: Callable[[Sent], None]) -> None:
    end(sent)
    pause()
    unknown = PageClient().get("/l/never-issued-to-anybody-at-all/")
    assert is_dead(unknown)
    for tail in READING:
        page = PageClient().get(f"{sent.url}{tail}")
        assert (page.status_code, page.content) == (404, unknown.content), tail
        assert {**page.headers} == {**unknown.headers}
    for tail in (*POSTING, *OF_FILES[1:]):
        assert is_dead(PageClient().post(f"{sent.url}{tail}", {"send_code": "1", "work": solved("link")})), tail
    assert not LinkCode.objects.filter(made_at__gt=now() - MINUTE, proven_at=None).exists()


@pytest.mark.parametrize("end", [expired, replaced, withdrawn, handed_in, returned, taken_back], ids=lambda end: end.__name__)
def test_a_session_ends_with_its_link(sent: Sent, end: Callable[[Sent], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who = inside(sent)
    upload(who, sent.url)
    row = Evidence.objects.get(case=sent.case)
    end(sent)
    before = Event.objects.count()
    for tail in (*READING, f"files/{row.pk}/1/"):
        assert is_dead(who.get(f"{sent.url}{tail}")), tail
    for tail in (*POSTING, f"files/{row.pk}/drop/", f"files/{row.pk}/turn/"):
        assert is_dead(who.post(f"{sent.url}{tail}", {"files": [photo()]})), tail
    assert (Event.objects.count(), sent.fresh().used_at) == (before, None)


def test_what_was_not_sent_yet_has_no_address(cast: Cast) -> None:
    case = cast.stamping()
    cast.act(case, "ask_employer", cast.graduate, {"mobile": PHONE})
    assert Link.objects.get().secret is None
    assert links.of_secret("") is None and links.of_secret("None") is None


# --- who tries many ----------------------------------------------------------------------------------


def crowd(address: str = "127.0.0.1") -> None:
    for _time in range(limits.LIMITS["link-misses"].count):
        limits.allowed("link-misses", address)


def plain(response: HttpResponse, secret: str) -> str:
    """Without what is new on every page."""
    challenge = re.sub(r'data-challenge="[^"]*"|value="[^"]{64}"', "", text(response))
    return challenge.replace(secret, "")


def test_an_address_that_tried_many_meets_a_challenge_and_never_a_wall(sent: Sent) -> None:
    who = PageClient()
    seen = [who.get(f"/l/{secrets.token_urlsafe(20)}/").status_code for _time in range(25)]
    assert seen == [404] * 20 + [429] * 5
    other = secrets.token_urlsafe(20)
    real, none = PageClient().get(sent.url), PageClient().get(f"/l/{other}/")
    assert (real.status_code, plain(real, sent.secret)) == (none.status_code, plain(none, other))
    assert "安全验证" in text(real) and "曹" not in text(real)
    assert is_dead(who.post(f"/l/{other}/", {"work": solved("link-look")}))
    assert who.post(sent.url, {"work": "wrong"}).status_code == 422
    assert who.post(sent.url, {"work": solved("link")}).status_code == 422
    assert who.post(sent.url, {"work": solved("link-look")})["Location"] == sent.url
    assert "发送验证码" in text(who.get(sent.url))
    assert ask(who, sent.url).status_code == 302
    slow = PageClient()
    assert slow.post(sent.url, {"work": ""})["Location"] == sent.url
    assert "发送验证码" in text(slow.get(sent.url))


def test_who_is_inside_is_not_asked_again(sent: Sent) -> None:
    who = inside(sent)
    crowd()
    assert "上传盖章" in text(who.get(sent.url)) and upload(who, sent.url).status_code == 302
    assert submit(who, sent.url)["Location"] == sent.url and sent.received() == 1


def test_a_hundred_thousand_secrets_find_none(sent: Sent) -> None:
    began = time.monotonic()
    tried = [keyed("link", secrets.token_urlsafe(20)) for _time in range(100_000)]
    assert len(set(tried)) == 100_000
    found = sum(Link.objects.filter(secret__in=tried[at : at + 500]).count() for at in range(0, len(tried), 500))
    assert found == 0 and all(links.of_secret(secrets.token_urlsafe(20)) is None for _time in range(200))
    assert links.of_secret(sent.secret) == sent.link, "the look finds what there is"
    refused = sum(not limits.allowed("link-misses", "203.0.113.9") for _time in range(1000))
    assert refused == 980 and limits.exhausted("link-misses", "203.0.113.9")
    assert time.monotonic() - began < 60


# --- where the secret stands, and where not ----------------------------------------------------------


def test_the_secret_is_in_no_log_no_figure_and_no_row(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    connection.force_debug_cursor = True  # every statement with its values, offered to the log
    with ears.logged() as log:
        who = inside(sent)
        for tail in (*READING, "no-such-page"):
            who.get(f"{sent.url}{tail}")
        PageClient().post(f"{sent.url}files/")
        Client(enforce_csrf_checks=True).post(f"{sent.url}code/")
        upload(who, sent.url)
        broken = Client(raise_request_exception=False)
        monkeypatch.setattr("wangqian.flows.links.of_secret", lambda _secret: 1 / 0)
        assert broken.get(sent.url).status_code == 500
        monkeypatch.undo()
        PageClient().get(f"/l/{sent.secret}x/")
    connection.force_debug_cursor = False
    lines = log.getvalue()
    assert sent.secret not in lines and sent.secret[:12] not in lines
    assert '"route": "link"' in lines and str(sent.link.pk) in lines and lines.count("\n") > 100
    assert sent.secret not in generate_latest(REGISTRY).decode()
    assert [name for name, value in ears.columns() if sent.secret.encode() in value] == []


# --- the form's token, though no origin is sent ------------------------------------------------------


def posted(sent: Sent, **headers: str) -> int:
    who = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(who.get(sent.url)))
    assert token
    pause()
    given = {"send_code": "1", "work": solved("link"), "csrfmiddlewaretoken": token[1]}
    return int(who.post(f"{sent.url}code/", given, headers=headers).status_code)


def test_our_own_forms_are_taken_and_nobody_else_s(sent: Sent) -> None:
    assert posted(sent) == 302
    assert posted(sent, Origin="null") == 302
    assert posted(sent, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"}) == 302
    assert posted(sent, **{"Origin": "null", "Sec-Fetch-Site": "cross-site"}) == 403
    assert posted(sent, Origin="https://evil.example") == 403
    forged = Client(enforce_csrf_checks=True)
    forged.get(sent.url)
    assert forged.post(f"{sent.url}code/", {"send_code": "1"}, headers={"Origin": "null"}).status_code == 403
    assert forged.post("/login/", {"login": "a"}, headers={"Origin": "null"}).status_code == 403
