"""Template messages: `notices/wechat.csv` says by which of three templates each text goes, and what stands in them.

WeChat's templates have keywords of fixed types (类目模板): a `thing` of 20 characters, a `time`. What is said is the subject of the
message and when, or until when; what it is about stands behind the login. Which template and which keywords these are at the platform
is a file of the installation (`WECHAT_TEMPLATES`: `slug,template_id,fields`, `progress,AbC…,what=thing3 at=time2`). Chinese only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices.templates import clean, fit
from wangqian.notices.wechat import config
from wangqian.people.clock import SHANGHAI

FILE = Path(__file__).parent.with_name("wechat.csv")
THING, LEAST = 20, 2  # characters of a keyword; of a name in it
LABELS: Mapping[str, Callable[[], str]] = {"what": lambda: _("事项"), "at": lambda: _("时间"), "due": lambda: _("截止时间")}


@dataclass(frozen=True)
class Card:
    """One row: `title` as it is looked for in the platform's library; `fields` our names and their types."""

    slug: str
    title: str
    fields: Mapping[str, str]
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A template of this installation: its id and the keyword of each of our fields."""

    template: str
    keywords: Mapping[str, str]


@cache
def registered() -> dict[str, Card]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Card(row["slug"], row["title"], pairs(row["fields"], ":"), tuple(row["uses"].split())) for row in csv.DictReader(file)
        ]
    return {row.slug: row for row in rows}


def pairs(text: str, by: str) -> dict[str, str]:
    return {name: value for name, sign, value in (one.partition(by) for one in text.split()) if sign and value}


@cache
def card_of(key: str) -> Card | None:
    """The row of a text: that which names it longest."""
    found = [(len(use), row) for row in registered().values() for use in row.uses if key == use or (use[-1] == "." and key.startswith(use))]
    return max(found, key=lambda one: one[0])[1] if found else None


def listed() -> dict[str, Listed]:
    """What this installation has of them, as far as it is whole."""
    found = {slug: Listed(template, pairs(fields, "=")) for slug, template, fields in read(settings.WECHAT["templates"])}
    known = registered()
    return {slug: one for slug, one in found.items() if slug in known and one.template and set(one.keywords) == set(known[slug].fields)}


@lru_cache(maxsize=4)
def read(path: str) -> list[tuple[str, str, str]]:
    """The file; a path that cannot be read is an empty list (`Wechat.sentence` says what is missing)."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [clean(row) for row in csv.DictReader(file)] if path else []
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    return [(row.get("slug", ""), row.get("template_id", ""), row.get("fields", "")) for row in rows]


def sendable(key: str) -> bool:
    """Whether this text can go out by a template of this installation."""
    card = card_of(key)
    return card is not None and (config.shown() or card.slug in listed())


def written(key: str, subject: str, value: Callable[[str], object], at: datetime, path: str) -> dict[str, object]:
    """The columns of a notice: `subject` is translated, its names not filled in; `path` is where it leads."""
    card = card_of(key)
    assert card is not None
    said = {name: SAYS[name](subject, value, at) for name in card.fields}
    words = "\n".join(_("%(label)s：%(value)s") % {"label": LABELS[name](), "value": text} for name, text in said.items())
    return {"approved": card.slug, "variables": {**said, "path": path}, "body": words}


def short(subject: str, value: Callable[[str], object]) -> str:
    """The subject in twenty characters: names are cut, the words around them are not."""
    parts = list(Formatter().parse(subject))
    names = [name for _words, name, _spec, _conversion in parts if name]
    room = (THING - sum(len(words) for words, *_rest in parts)) // max(len(names), 1)
    filled = "".join(words + (cut(fit(str(value(name))), max(room, LEAST)) if name else "") for words, name, *_rest in parts)
    return cut(fit(filled), THING)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def time_words(at: datetime) -> str:
    """As a `time` keyword takes it: 2026年11月28日 09:05."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


SAYS: Mapping[str, Callable[[str, Callable[[str], object], datetime], str]] = {
    "what": lambda subject, value, _at: short(subject, value),
    "at": lambda _subject, _value, at: time_words(at),
    "due": lambda _subject, value, _at: cut(str(value("due")), THING),
}
