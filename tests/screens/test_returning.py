"""退回修改: whatever the reviewer found fault with, the graduate's page leads to where it is put right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION
from tests.cast import Cast
from tests.papers import FAULT, again
from tests.screens.pages import PageClient, Sheet, enter, read
from wangqian.cases.act import Act
from wangqian.cases.models import Case
from wangqian.chart.words import FLOWS, SYSTEM
from wangqian.people.clock import now

pytestmark = pytest.mark.django_db
NOWHERE = {"graduate", "other"}  # his data are corrected elsewhere; something else stands nowhere
TYPE = "postgraduate"


@dataclass(frozen=True)
class Sent:
    """How a case comes to a review, which step sends it back, and which hands it in again; `beside` has no way there."""

    reach: Callable[[Cast], Case]
    back: str = "send_back"
    again: str = "resubmit"
    given: tuple[tuple[str, str], ...] = tuple(OFFLINE.items())
    beside: frozenset[str] = frozenset(NOWHERE)


WAYS = {
    "offline": Sent(lambda cast: cast.offline_review()),
    "offline_stamped": Sent(lambda cast: cast.stamped_review(), "send_paper_back", "hand_in", ()),
    "paper": Sent(lambda cast: cast.paper_review(), given=(*OFFLINE.items(), ("signed_on", "2026-11-01"))),
    "destination": Sent(
        lambda cast: cast.destination_review(TYPE),
        given=tuple(DESTINATIONS[TYPE].items()),
    ),
    "offline_termination": Sent(lambda cast: cast.ending(cast.paper_registered()), given=tuple(TERMINATION.items())),
}


def choices(sent: Sent, case: Case) -> list[str]:
    (need,) = case.chart.steps[sent.back].asks(Act(case, case.chart.steps[sent.back], SYSTEM, now(), source=case.word))
    return [slug for slug, _label in next(field for field in need.fields if field.name == "about").choices]


def test_every_step_that_sends_back_is_walked() -> None:
    steps = {(slug, name) for slug, flow in FLOWS.items() for name, step in flow.steps.items() if step.label == "退回修改"}
    assert steps == {(name.removesuffix("_stamped"), sent.back) for name, sent in WAYS.items()}


def resolves(who: PageClient, url: str, here: str, page: Sheet) -> bool:
    """Whether the address leads to something: an id on its page, or the page of the type with its question."""
    path, _hash, anchor = url.partition("#")
    there = page if path == here else read(who.get(path))
    return anchor in there.ids if anchor else any(one.get("name") == "topic" for one in there.inputs)


@pytest.mark.parametrize("name", WAYS)
def test_the_way_to_what_is_to_be_put_right(cast: Cast, name: str) -> None:
    sent = WAYS[name]
    case = sent.reach(cast)
    by = cast.school_reviewer if case.turn == "school" else cast.college_reviewer
    who, without, here = enter(cast.graduate), set(), f"/cases/{case.pk}/do/{sent.again}/"
    for about in choices(sent, case):
        cast.act(case, sent.back, by, {**FAULT, "about": about})
        page = read(who.get(here))
        found = [url for words, url in page.links if words == "去改这一项"]
        without |= set() if found else {about}
        assert [url for url in found if not resolves(who, url, here, page)] == [], about
        cast.act(case, sent.again, cast.graduate, dict(sent.given))
    assert without == sent.beside


def test_files_lead_to_their_box_and_the_type_to_its_page(cast: Cast) -> None:
    case = cast.destination_review(TYPE)
    who = enter(cast.graduate)
    for about, way in (("evidence", f"/cases/{case.pk}/do/resubmit/#files-evidence"), ("topic", f"/cases/{case.pk}/do/choose/")):
        cast.act(case, "send_back", cast.college_reviewer, {**FAULT, "about": about})
        page = read(who.get(f"/cases/{case.pk}/do/resubmit/"))
        assert [url for words, url in page.links if words == "去改这一项"] == [way]
        cast.act(case, "resubmit", cast.graduate, DESTINATIONS[TYPE])
    assert again(case).state == "review"
