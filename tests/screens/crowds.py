"""Many rows for the pages of what is done on paper: the same page by the same person, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.papers import acted
from tests.screens.paper_states import LEAVING
from wangqian.cases.models import Case
from wangqian.documents.verify import by_code
from wangqian.people.models import Actor, SchoolProfile

Crowd = Callable[[Cast, int], Actor]


def everybody(cast: Cast, count: int) -> list[Actor]:
    return [cast.graduate_named(f"学生{at}", klass="1班") for at in range(count)]


def each(begin: str, reader: str = "college_reviewer") -> Crowd:
    """So many cases, each of another graduate, as the cast brings them to that state."""

    def crowd(cast: Cast, count: int) -> Actor:
        for by in everybody(cast, count):
            getattr(cast, begin)(by=by)
        reviewer: Actor = getattr(cast, reader)
        return reviewer

    return crowd


def destinations(cast: Cast, count: int) -> Actor:
    """Of several types."""
    for at, by in enumerate(everybody(cast, count)):
        cast.destination_review(("postgraduate", "contract", "freelance", "looking")[at % 4], by)
    return cast.college_reviewer


def voiding(cast: Cast, count: int) -> Actor:
    _ = cast.school
    SchoolProfile.objects.update(void_needs_review=True)
    return voided(cast, count)


def voided(cast: Cast, count: int) -> Actor:
    for by in everybody(cast, count):
        acted(cast, cast.registered(by=by), "void", by)
    return cast.college_reviewer


def endings(cast: Cast, count: int) -> Actor:
    for by in everybody(cast, count):
        cast.ending(cast.paper_registered(by), by)
    return cast.school_reviewer


def disputes(cast: Cast, count: int) -> Actor:
    for by in everybody(cast, count):
        cast.start("dispute", "dispute", by, {"about": "学校名称", "reason": "写错"}, parent=cast.registered(by=by))
    return cast.school_reviewer


def leaving(cast: Cast, count: int) -> Actor:
    """Who confirmed and voided so many times, confirmed the last one, and had it verified so often."""
    about: dict[str, Any] = {"graduate": cast.graduate.membership.graduate}
    for _time in range(count):
        case = cast.registered("looking")
        cast.start("departure", "confirm", cast.graduate, LEAVING, **about)
        cast.act(case, "void", cast.graduate)
    case = cast.destination_review("contract", **DESTINATIONS["contract"])
    cast.approved(case)
    sheet = cast.start("departure", "confirm", cast.graduate, LEAVING, **about)
    code = Case.objects.get(pk=sheet.pk).verification_code
    for at in range(count):
        assert by_code(str(code), f"192.0.2.{at}", None, 1)
    return cast.graduate


ON_PAPER: dict[tuple[str, str], Crowd] = {
    ("college", "/home/?tab=agreement"): each("offline_review"),
    ("college", "/home/?tab=stamped"): each("stamped_review"),
    ("college", "/home/?tab=paper"): each("paper_review"),
    ("college", "/home/?tab=destination"): destinations,
    ("college", "/home/?tab=void"): voiding,
    ("college", "/home/?tab=voided"): voided,
    ("school", "/home/?tab=offline_termination"): endings,
    ("school", "/home/?tab=dispute"): disputes,
    ("graduate", "/me/departure/"): leaving,
    ("graduate", "/me/dossier/"): leaving,
}
