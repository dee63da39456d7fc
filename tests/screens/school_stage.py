"""What the tests of the school's pages share: cases at a level, the rows of a list."""

from __future__ import annotations

from tests.cast import Cast
from tests.screens.pages import read
from wangqian.cases.models import Case
from wangqian.people.models import Actor, College

RELEASE = {"reason": "withdrawn", "basis": "退学决定 1 号"}


def names(response: object, url: str = "/cases/") -> list[str]:
    """The rows of a list by their first cell."""
    return [text for text, href in read(response).links if href.startswith(url) and len(href) > len(url)]  # type: ignore[arg-type]


def accepted(cast: Cast, *people: str, college: College | None = None) -> list[Case]:
    """One case in review for each of these graduates."""
    return [cast.in_review(graduate=cast.graduate_named(name, college)) for name in people]


def at_school(cast: Cast, *people: str) -> list[Case]:
    """Cases that only the school still has to approve."""
    found = accepted(cast, *people)
    for case in found:
        cast.act(case, "approve", cast.college_reviewer)
    return [Case.objects.get(pk=case.pk) for case in found]


def made_college(cast: Cast) -> Actor:
    """A reviewer of another college of the school."""
    college = College.objects.create(school=cast.school, name="文学院")
    return cast.actor("外院老师", "college", school=cast.school, college=college)
