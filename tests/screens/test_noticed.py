"""What a reviewer should notice stands on every page where he decides: his steps, one by one, and the lists of a batch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.papers import acted
from tests.screens.pages import PageClient, enter
from tests.screens.test_school import pick
from tests.screens.test_warnings import CONTACT_IS, DOOR, FIRST, OWN, UNREAD, code, door, own
from wangqian.cases.models import Case
from wangqian.people.models import Actor, SchoolProfile

pytestmark = pytest.mark.django_db


def noticed(client: PageClient, url: str) -> list[str]:
    said = client.get(url).content.decode()
    found = re.search(r"请留意.*?<ul>(.*?)</ul>", said, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []


def of_the_graduate(cast: Cast, begin: Callable[..., Case]) -> Case:
    """Stated with his own phone."""
    return begin(contact_mobile=own(cast).phone)


REVIEWED: dict[str, tuple[Callable[[Cast], Case], tuple[str, ...], list[str]]] = {
    "online": (lambda cast: online(cast), ("approve", "refuse"), [CONTACT_IS + OWN]),
    "offline": (lambda cast: of_the_graduate(cast, cast.offline_review), ("approve", "send_back", "refuse"), [CONTACT_IS + OWN, FIRST]),
    "stamped": (lambda cast: cast.stamped_review(), ("approve_paper", "send_paper_back", "refuse_paper"), [FIRST, UNREAD]),
    "paper": (lambda cast: of_the_graduate(cast, cast.paper_review), ("approve", "send_back", "refuse"), [CONTACT_IS + OWN, FIRST]),
    "destination": (
        lambda cast: cast.destination_review("contract"), ("approve", "send_back", "refuse", "revise"), [FIRST],
    ),
}  # fmt: skip


def online(cast: Cast, by: Actor | None = None) -> Case:
    """Invited with the graduate's own phone for the employer's contact."""
    cast.reviewers()
    who = by or cast.graduate
    assert who.membership.graduate
    case = cast.invited(graduate=who, contact_mobile=who.membership.graduate.phone)
    return acted(cast, case, "accept", who)


@pytest.mark.parametrize("name", REVIEWED)
def test_it_is_said_where_one_decides(cast: Cast, name: str) -> None:
    begin, steps, sentences = REVIEWED[name]
    case, client = begin(cast), enter(cast.college_reviewer)
    pages = {step: noticed(client, f"/cases/{case.pk}/do/{step}/") for step in steps}
    assert pages == dict.fromkeys(steps, sentences)
    assert noticed(client, f"/cases/{case.pk}/") == sentences


def test_the_graduate_reads_none_of_it(cast: Cast) -> None:
    case = of_the_graduate(cast, cast.offline_review)
    assert noticed(enter(cast.graduate), f"/cases/{case.pk}/do/withdraw/") == []


def test_the_post_is_doubted_once(cast: Cast) -> None:
    case = cast.offline_review(job_category="90")
    page = enter(cast.college_reviewer).get(f"/cases/{case.pk}/do/approve/").content.decode()
    assert page.count("职位类别为“其他人员”") == 1


def voiding(cast: Cast, by: Actor) -> Case:
    SchoolProfile.objects.filter(school=cast.school).update(void_needs_review=True)
    return acted(cast, cast.registered("contract", by), "void", by)


def agreement(cast: Cast, by: Actor) -> Case:
    graduate = by.membership.graduate
    assert graduate
    return cast.offline_review(by, employer_uscc=code(int(graduate.student_number[1:])), contact_mobile=graduate.phone)


def ending(cast: Cast, by: Actor) -> Case:
    """Reviewed by the school alone; nothing is stated in it that could be doubted."""
    return acted(cast, cast.termination(cast.signed(graduate=by), by), "accept", cast.employer)


Batched = tuple[Callable[[Cast, Actor], Case], str, list[str]]
BATCHED: dict[str, Batched] = {
    "online": (online, "college", [CONTACT_IS + OWN]),
    "agreement": (agreement, "college", [CONTACT_IS + OWN, FIRST]),
    "void": (voiding, "college", [FIRST]),
    "online_termination": (ending, "school", []),
}


def listed(cast: Cast, flow: str, people: int) -> tuple[list[Case], PageClient]:
    begin, level, _said = BATCHED[flow]
    cases = [begin(cast, cast.graduate_named(f"同学{at}")) for at in range(people)]
    return cases, enter(cast.school_reviewer if level == "school" else cast.college_reviewer)


@pytest.mark.parametrize("flow", BATCHED)
def test_a_batch_warns_of_each_item(cast: Cast, flow: str) -> None:
    (case,), client = listed(cast, flow, 1)
    pick(client, case, flow=flow)
    page = client.get("/desk/batch/confirm/").content.decode()
    everything = (CONTACT_IS + OWN, FIRST, UNREAD, DOOR)
    assert [sentence for sentence in everything if sentence in page] == BATCHED[flow][2]


def test_a_batch_tells_its_items_apart(cast: Cast) -> None:
    """What the whole list knows is said of the item it is about."""
    first, second = cast.graduate_named("甲"), cast.graduate_named("乙")
    assert first.membership.graduate
    cases = [cast.offline_review(first, contact_mobile=first.membership.graduate.phone), cast.offline_review(second)]
    client = enter(cast.college_reviewer)
    pick(client, *cases, flow="agreement")
    rows = re.findall(r"<tr.*?</tr>", client.get("/desk/batch/confirm/").content.decode(), re.DOTALL)
    assert [("甲" in row, CONTACT_IS + OWN in row, FIRST in row) for row in rows[1:]] == [(True, True, False), (False, False, False)]


def test_a_batch_notices_many_firms_at_one_door(cast: Cast) -> None:
    case = door(cast, 2, each=2)
    client = enter(cast.college_reviewer)
    pick(client, case, flow="agreement")
    assert DOOR in client.get("/desk/batch/confirm/").content.decode()


@pytest.mark.parametrize("flow", BATCHED)
def test_a_batch_asks_the_same_for_two_and_for_seven(cast: Cast, flow: str) -> None:
    cases, client = listed(cast, flow, 7)

    def queries(some: list[Case]) -> int:
        pick(client, *some, flow=flow)
        client.get("/desk/batch/confirm/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/desk/batch/confirm/").status_code == 200
        return len(found)

    assert queries(cases[:2]) == queries(cases)
