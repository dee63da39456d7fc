"""Who has an account already gains a capacity by activating, and every other session of his ends."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.door.test_activation import entered, facts, sent
from tests.flows.test_activating import newcomer
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Membership, User


def test_a_person_of_the_staff_activates_into_his_own_account(cast: Cast) -> None:
    graduate, teacher = staffs_row(cast), cast.college_reviewer.user
    client = PageClient().enter(cast.college_reviewer)
    client.post("/activate/", facts(graduate))
    page = client.post("/activate/code/", {"code": sent()}, follow=True)
    assert page.redirect_chain[-1][0] == "/switch/" and "毕业生" in words(page)
    assert set(Membership.objects.filter(user=teacher).values_list("kind", flat=True)) == {"college", "graduate"}


def staffs_row(cast: Cast) -> Graduate:
    """A teacher who is on the roster too, with the phone he has proven."""
    graduate, teacher = newcomer(cast), cast.college_reviewer.user
    User.objects.filter(pk=teacher.pk).update(phone_proven_at=now(), activated_at=now())
    graduate.phone = teacher.phone
    graduate.save()
    return graduate


def test_a_capacity_gained_ends_the_other_sessions_and_keeps_this_one(cast: Cast) -> None:
    graduate = staffs_row(cast)
    here, there = PageClient().enter(cast.college_reviewer), PageClient().enter(cast.college_reviewer)
    here.post("/activate/", facts(graduate))
    here.post("/activate/code/", {"code": sent()})
    assert here.get("/switch/").status_code == 200 and entered(here)
    assert there.get("/switch/").headers["Location"].startswith("/login/") and not entered(there)


def test_red_control_a_capacity_that_ends_nothing_leaves_them_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.people.accounts.end_sessions", lambda _user: None)
    graduate = staffs_row(cast)
    here, there = PageClient().enter(cast.college_reviewer), PageClient().enter(cast.college_reviewer)
    here.post("/activate/", facts(graduate))
    here.post("/activate/code/", {"code": sent()})
    assert there.get("/switch/").status_code == 200
