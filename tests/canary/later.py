"""What happens to 禤靐龘 afterwards: a granted correction, her devices, the reset of them, a new start by a slip from the counter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

from tests.canary.ears import Watched
from tests.canary.words import Word
from tests.devices import code
from tests.factors.stage import add_passkey
from tests.screens.door import PASSWORD, solved, with_password
from tests.screens.employer_stage import words
from tests.screens.filled import filled
from wangqian.cases.models import Case
from wangqian.flows.models import Slip
from wangqian.people.models import FactorReset, User

if TYPE_CHECKING:
    from tests.canary.story import Story

SLIP_PHONE = Word("phone of the slip", "19542816037")
OVERVIEW = "/account/factors/"


def granted(story: Story, about: str) -> None:
    """The school grants what she asked for, with a basis that says it all again."""
    case = Case.objects.get(flow="correction_request", graduate=story.graduate)
    school, url = story.who(story.cast.school_reviewer), f"/cases/{case.pk}/do/grant/"
    answer = school.post(url, {**filled(school.get(url).content), "basis": about})
    assert answer.status_code == 302, words(answer)
    if answer["Location"].endswith("confirm/"):
        school.post(answer["Location"], filled(school.get(answer["Location"]).content))
    case.refresh_from_db()
    assert case.state == "corrected"
    story.work()
    me = named(story, story.who(story.me))
    page = me.get("/me/confirm/")
    me.post("/me/confirm/", {**filled(page.content), "confirmed": "on", "right": "on"}, follow=True)
    assert story.graduate.confirmed_at and story.graduate.name in page.content.decode()


def named(story: Story, browser: Watched) -> Watched:
    """Her browser from now on: her name stands in the head of her pages, and may."""
    browser.own = f">{story.me.user.name}<".encode()
    story.clients[story.me.membership.pk] = browser
    return browser


def equipped(story: Story, name: str) -> None:
    """A passkey that bears her name, an app, recovery codes shown, taken away and made anew; she comes in by them."""
    me = story.who(story.me)
    add_passkey(me, name)
    assert name in me.get(OVERVIEW).content.decode()
    page = me.get(f"{OVERVIEW}app/").content.decode()
    found = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)
    assert found
    assert me.get(f"{OVERVIEW}app/picture.svg").status_code == 200
    assert me.post(f"{OVERVIEW}app/", {"code": "000000"}).status_code == 422
    assert me.post(f"{OVERVIEW}app/", {"code": code("".join(found[1].split()))}).status_code == 302
    for what in ("", "show/", "download/", "new/", "show/"):
        (me.post if what else me.get)(f"{OVERVIEW}codes/{what}")
    again = Watched()
    again.post("/login/", {"login": story.me.user.phone, "password": PASSWORD})
    again.get("/login/second/")
    again.post("/login/second/", {"code": "000000"})
    story.later()
    assert set(Authenticator.objects.filter(user=story.me.user).values_list("type", flat=True)) == {
        "webauthn", "totp", "recovery_codes",
    }  # fmt: skip
    story.work()


def reset(story: Story, about: str) -> None:
    """Two administrators take all of it away; every reason says who she is."""
    second = story.cast.actor("钱主任", "school", school=story.cast.school, admin=True)
    with_password(second.user)
    first, url = story.who(story.cast.school_reviewer), f"/resets/new/{story.me.membership.pk}/"
    first.post("/resets/", {"account": story.me.user.phone})
    first.post("/resets/", {"account": about})
    first.get(url)
    assert first.post(url, {"reason": about})["Location"] == "/resets/"
    story.work()
    found = FactorReset.objects.get(confirmed_at=None)
    assert story.me.user.name in story.who(second).get("/resets/").content.decode()
    story.who(second).post(f"/resets/{found.pk}/confirm/")
    assert not Authenticator.objects.filter(user=story.me.user).exists()
    story.work()


def begun_anew(story: Story, about: str) -> None:
    """At the counter with an identity card; the slip printed, mistyped, entered with a new phone."""
    slip = handed_out(story, about)
    browser, graduate = Watched(), story.graduate
    facts = {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident", "number": graduate.identity_number()}
    for typed in ("K7MPX-2Q9RA", slip):
        story.later()
        browser.post("/activate/slip/", {**facts, "code": typed, "phone": SLIP_PHONE.said, "work": solved("activate")})
    story.work()
    browser.post("/activate/code/", {"code": "000000"})
    browser.post("/activate/code/", {"code": story.code()})
    page = browser.post("/activate/password/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    user = User.objects.get(pk=story.me.user.pk)
    assert (user.phone, bool(user.binding_from)) == (SLIP_PHONE.said, True), words(page)
    named(story, browser)
    story.work()


def handed_out(story: Story, about: str) -> str:
    """Asked for by the college, confirmed and printed by the school: the code on the slip."""
    college, school = story.who(story.cast.college_reviewer), story.who(story.cast.school_reviewer)
    url = f"/start/activation_slip/request/graduate/{story.graduate.pk}/"
    college.post(url, {**filled(college.get(url).content), "reason": about, "papers": about})
    case = Case.objects.get(flow="activation_slip")
    confirming = f"/cases/{case.pk}/do/confirm/"
    school.post(f"{confirming}confirm/", filled(school.get(confirming).content))
    printed = Slip.objects.get(case=case).code
    assert college.post(f"/cases/{case.pk}/slip/").status_code == 200
    story.work()
    return printed


def told(story: Story, about: str, name: str) -> None:
    granted(story, about)
    equipped(story, name)
    reset(story, about)
    begun_anew(story, about)
