"""What a check is and what it finds; the doctor, the readiness probe, the pages and the metrics share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from django.utils.translation import gettext as _

from wangqian.logs import place

log = structlog.get_logger(__name__)


class Mark(StrEnum):
    """In order, wrong, or not a matter here (not connected, not this engine): said, never counted as wrong."""

    OK = "ok"
    BAD = "bad"
    OFF = "off"


@dataclass(frozen=True)
class Finding:
    """`said` is how it is, `remedy` the sentence that says what to do, `word` another word for the mark."""

    mark: Mark
    said: str
    remedy: str = ""
    word: str = ""


def ok(said: str) -> Finding:
    return Finding(Mark.OK, said)


def bad(said: str, remedy: str) -> Finding:
    return Finding(Mark.BAD, said, remedy)


def off(said: str, remedy: str = "", word: str = "") -> Finding:
    return Finding(Mark.OFF, said, remedy, word)


def demo(said: str) -> Finding:
    """A stand-in of the demo and the tests, on purpose."""
    return off(said, word=_("演示"))


@dataclass(frozen=True)
class Check:
    """`look` looks, and may raise: that is then the finding.

    `ready`: without it the process takes no requests. `alarm`: shown on the operator's first page and as a metric.
    `light`: quick enough for a page, and writes nothing.
    """

    name: str
    label: Any  # lazily translated
    look: Callable[[], Finding]
    ready: bool = False
    alarm: bool = False
    light: bool = True

    def finding(self) -> Finding:
        """What it finds; a check that breaks has found something too, named by class and place alone."""
        try:
            return self.look()
        except Exception as problem:
            log.error("check broke", check=self.name, exc_info=problem)
            words = {"error": type(problem).__name__, "place": place(problem)}
            return bad(
                _("检查没有做完：%(error)s（%(place)s）。") % words, _("按错误的类别和位置查日志；多半是所检查的部件不可用。")
            )
