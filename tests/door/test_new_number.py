"""A code to a number that somebody logged in has just typed: whoever has it was not asked, so it takes a challenge."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from tests.cast import Cast
from tests.screens.door import inside, pause, solved, with_password
from tests.screens.pages import PageClient
from wangqian.notices.queries import shown_code
from wangqian.people.models import Actor, Knock, Throttle
from wangqian.web import challenge


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    with_password(cast.graduate.user)
    return cast.graduate


def asked(who: PageClient, actor: Actor, value: str, **more: str) -> HttpResponse:
    """Prove that it is he, then have the code sent."""
    Throttle.objects.filter(key__startswith="proof-").delete()
    pause()
    who.post("/account/phone/", {"value": value, "send_code": "1"})
    return who.post("/account/phone/", {"value": value, "code": shown_code(actor.user), **more})


def test_no_message_to_a_new_number_without_a_challenge_but_by_the_slow_lane(graduate: Actor) -> None:
    who = inside(graduate)
    assert asked(who, graduate, "13811112222").status_code == 302  # without a script, once
    again = who.post("/account/contact/enter/", {"send_code": "1"})
    assert (again.status_code, "10 分钟内只能提交一次" in again.content.decode()) == (422, True)
    assert asked(who, graduate, "13811112222").status_code == 422
    assert asked(who, graduate, "13811112222", work=solved("ask")).status_code == 422
    assert Knock.objects.count() == 1
    assert asked(who, graduate, "13811112222", work=solved("contact")).status_code == 302
    pause()
    assert who.post("/account/contact/enter/", {"send_code": "1", "work": solved("contact")}).status_code == 302
    assert Knock.objects.count() == 3


def test_red_control_without_the_challenge_any_number_of_numbers_is_written_to(
    graduate: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenge, "require", lambda *_given: None)
    who = inside(graduate)
    for serial in range(7):
        assert asked(who, graduate, f"1381111222{serial}").status_code == 302
    assert Knock.objects.count() == 7
