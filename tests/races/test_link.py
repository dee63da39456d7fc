"""One link, handed in from fifty requests at once: one act, and the same answer for every request of that browser."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.races.crew import race
from tests.screens.link_stage import Sent, inside
from wangqian.cases.models import Event
from wangqian.flows import link_codes
from wangqian.flows.models import Link, LinkCode
from wangqian.people.models import Throttle


def post(pair: tuple[str, str]) -> str:
    """确认提交 in the browser with this session, sent once: "302 /l/…/" when it is answered as done."""
    url, session = pair
    who = Client(raise_request_exception=False, SERVER_NAME="localhost")
    who.cookies[settings.SESSION_COOKIE_NAME] = session
    answer = who.post(f"{url}confirm/")
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()


def warmed(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Everything a first request loads is loaded: the posts that follow begin together."""
    Client(raise_request_exception=False, SERVER_NAME="localhost").get(pairs[0][0])
    return list(pairs)


def handed_in(sent: Sent, racers: int, browsers: int = 1, times: int = 2, off: tuple[str, ...] = ()) -> list[str]:
    """So many posts at once, so many times, from so many browsers that have shown the phone."""
    keys = [inside(sent).session.session_key for _one in range(browsers)]
    sent.cast.hand_in(sent.case, "scan", link=sent.link.pk)
    lots = [[(sent.url, str(keys[number % browsers]))] * times for number in range(racers)]
    return [answer.said for lot in race(post, lots, ready=warmed, off=off) for answer in lot]


def test_fifty_at_once_hand_it_in_once(stage: Cast) -> None:
    sent = Sent(stage)
    answers = handed_in(sent, racers=10, times=5) if connection.vendor == "postgresql" else handed_in(sent, racers=4)
    assert set(answers) == {f"302 {sent.url}"}
    assert sent.received() == 1 and sent.fresh().used_at
    assert LinkCode.objects.filter(done_at__isnull=False).count() == 1


def test_of_three_browsers_one_hands_it_in(stage: Cast) -> None:
    sent = Sent(stage)
    answers = handed_in(sent, 9, browsers=3)
    assert set(answers) == {f"302 {sent.url}", "404"}
    assert sent.received() == 1 and LinkCode.objects.filter(done_at__isnull=False).count() == 1


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_event_number",)], indirect=True)
def test_red_control_without_the_locks_it_is_handed_in_more_than_once(loose_stage: Cast) -> None:
    """Off: every lock, and the constraint `one_event_number`."""
    sent = Sent(loose_stage)
    handed_in(sent, 9, off=("all locks", "slow commit"))
    assert Event.objects.filter(case=sent.case, step="receive").count() > 1


def prove(pair: tuple[str, str]) -> str:
    """The right code, entered once more."""
    pk, code = pair
    row = LinkCode.objects.select_related("link").get(pk=pk)
    try:
        link_codes.enter(row.link, pk, code)
    except link_codes.CodeRefused:
        return "refused"
    return "in"


def test_three_sessions_are_three_however_many_prove_at_once(stage: Cast) -> None:
    """Each racer has a code of its own; a code entered twice opens once."""
    sent = Sent(stage)
    Throttle.objects.all().delete()
    asked = [link_codes.ask(sent.link) for _racer in range(8)]
    answers = race(prove, [[(str(row.pk), code)] * 2 for row, code in asked])
    assert [answer.said for lot in answers for answer in lot].count("in") == 3
    assert Link.objects.get(pk=sent.link.pk).sessions == 3
    assert LinkCode.objects.filter(proven_at__isnull=False).count() == 3


def test_five_tries_are_five_however_many_try_at_once(stage: Cast) -> None:
    sent = Sent(stage)
    row, code = link_codes.ask(sent.link)
    wrong = "000000" if code != "000000" else "000001"
    race(prove, [[(str(row.pk), wrong)] * 4] * 6)
    row.refresh_from_db()
    assert (row.tries, row.proven_at) == (LinkCode.TRIES, None)
