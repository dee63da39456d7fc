"""What a template message may say: names, places, deadlines; no number of a person, no pay. Every finding is a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

from wangqian.notices.lint import LINKED, MAY, PRIVATE, SLUG
from wangqian.notices.templates import CODE
from wangqian.notices.wechat.cards import LEAST, SAYS, THING, Card
from wangqian.notices.words import Text

TYPES = {"what": "thing", "at": "time", "due": "thing"}
PLAIN = {"left", "skipped", "what", "level", "kind"}  # words of ours, of nobody


def problems(rows: Iterable[Card], texts: Mapping[str, Text]) -> list[str]:
    """The registry by itself, and against the subjects it would send."""
    cards = list(rows)
    found = [f"{card.slug}: {words}" for card in cards for words in shape(card)]
    found += [f"slug twice: {slug}" for slug, count in Counter(card.slug for card in cards).items() if count > 1]
    uses = Counter(use for card in cards for use in card.uses)
    found += [f"{use}: {count} templates" for use, count in uses.items() if count > 1]
    found += [f"{key}: no template" for key in texts if key != CODE and not any(fits(use, key) for use in uses)]
    found += [f"{use}: no text" for use in uses if not any(fits(use, key) for key in texts)]
    return found + [f"{key}: {words}" for key, text in texts.items() for words in said(text.subject)]


def fits(use: str, key: str) -> bool:
    return key == use or (use.endswith(".") and key.startswith(use))


def shape(card: Card) -> Iterator[str]:
    if not SLUG.fullmatch(card.slug):
        yield "slug"
    if not card.uses:
        yield "no use"
    if "what" not in card.fields:
        yield "does not say what"
    for name, kind in card.fields.items():
        if name not in SAYS or TYPES[name] != kind:
            yield f"field {name}:{kind}"


def said(subject: str) -> Iterator[str]:
    """The subject as it is filled in."""
    parts = list(Formatter().parse(subject))
    words, names = "".join(part for part, *_rest in parts), [name for _part, name, *_rest in parts if name]
    for name in names:
        if name not in MAY | PLAIN:
            yield f"{name} must not go by WeChat"
    if found := PRIVATE.search(words) or LINKED.search(words):
        yield f"says {found.group()}"
    if re.search(r"[{}]", words) or len(words) + LEAST * len(names) > THING:
        yield f"{len(words)} characters beside names, {THING} are a keyword"
