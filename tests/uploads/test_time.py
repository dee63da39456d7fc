"""A long scan on a slow machine is read whole: looking more closely for codes never leaves no time for the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.uploads.making import pdf
from wangqian.documents.uploads import papers
from wangqian.documents.uploads.measures import CPU, PAGES

PLAIN, CLOSE = 0.4, 0.6  # seconds of a page, five times what they take on a machine of its own


class Slow:
    """A clock that goes on by what each drawing costs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.close, self.real = 0.0, 0, papers.rendered
        monkeypatch.setattr(papers.time, "process_time", lambda: self.at)
        monkeypatch.setattr(papers, "rendered", self.rendered)

    def rendered(self, page: Any, scale: float, grey: bool = False) -> Any:
        self.at, self.close = self.at + (CLOSE if grey else PLAIN), self.close + grey
        return self.real(page, scale / 4, grey)


def test_as_many_pages_as_there_may_be_are_read_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    assert len(papers.look(pdf(pages=PAGES))) == PAGES
    assert slow.at < CPU


def test_a_few_pages_are_all_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    assert (len(papers.look(pdf(pages=3))), slow.close) == (3, 3)


def test_red_control_half_of_the_time_for_the_first_pages_leaves_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    monkeypatch.setattr(papers, "early", lambda began, part: papers.time.process_time() - began < CPU / 2)
    papers.look(pdf(pages=PAGES))
    assert slow.at > CPU
