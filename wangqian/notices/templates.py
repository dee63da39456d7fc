"""The SMS we may send: `templates.csv` holds each text as it was submitted to the providers for approval.

Carriers pass approved texts only: fixed words with variables. A row names the texts of `words/` that are sent by it
(`uses`); `lint.py` keeps both equal, so nobody changes words that would have to be approved anew without noticing. The
providers' own codes for the rows come from a file of the installation (`SMS_TEMPLATES`). SMS are Chinese only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import Template

from django.conf import settings

FILE = Path(__file__).with_name("templates.csv")
VARIABLE = re.compile(r"\$\{(\w+)\}")
LONGEST = 35  # characters of one variable (Aliyun: 1–35)
ONE, EACH = 70, 67  # characters of an SMS, signature included; of each part of a longer one
LINK = re.compile(r"(?i)https?:|www\.|[a-z0-9]\.[a-z]{2,}")
CODE, INSTEAD, LINK_SENT = "direct.code", "instead", "direct.link"
ONCE = (CODE, LINK_SENT)  # what holds a secret goes out at most once, and no other way
SITE = "{site}"  # in a text: the installation's own address, fixed words of what it submits for approval


@dataclass(frozen=True)
class Approved:
    """One row: `text` with `${names}`; `kind` "code" or "notice"; `uses` are keys of texts."""

    slug: str
    kind: str
    text: str
    uses: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The variables in their order."""
        return VARIABLE.findall(self.text)

    def fill(self, variables: Mapping[str, str]) -> str:
        """The SMS as it arrives, without the signature. KeyError when a variable is missing."""
        return Template(self.here).substitute(variables)

    @property
    def here(self) -> str:
        """The text as this installation submits it, with its own address."""
        return self.text.replace(SITE, settings.SITE_URL)

    @property
    def numbered(self) -> str:
        """The text with `{1}`, `{2}`: Tencent's way to write it."""
        count = iter(range(1, 100))
        return VARIABLE.sub(lambda _found: f"{{{next(count)}}}", self.here)

    def taken(self, value: Callable[[str], object]) -> dict[str, str]:
        """Its variables by name, each made fit to be sent."""
        return {name: fit(str(value(name))) for name in self.names}


@cache
def approved() -> dict[str, Approved]:
    """Every registered template, by its slug."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [Approved(row["slug"], row["kind"], row["text"], tuple(row["uses"].split())) for row in csv.DictReader(file)]
    return {row.slug: row for row in rows}


@cache
def used() -> dict[str, Approved]:
    """The template of each text key."""
    return {key: row for row in approved().values() for key in row.uses}


def code_template(about: str) -> Approved:
    """The text of a one-time code: by what it is for (`people.contact`; of a flow's steps the flow), else the general one."""
    keys = (f"{CODE}/{about}", f"{CODE}/{about.partition('.')[0]}", CODE)
    return next(used()[key] for key in keys if key in used())


def fit(value: str) -> str:
    """A value that providers take: one line, at most 35 characters, no link, no brackets of a signature.

    A company may be called anything: nobody gets a link to phones under our signature.
    """
    flat = " ".join(value.split()).translate({ord("【"): "（", ord("】"): "）"})
    if LINK.search(flat):
        flat = flat.replace(".", "．").replace("://", "：／／")
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def segments(text: str, sign: str) -> int:
    """How many SMS the text counts as, with its signature in brackets."""
    length = len(text) + len(sign) + 2
    return 1 if length <= ONE else -(-length // EACH)


def provider_codes(provider: str) -> dict[str, str]:
    """The provider's code of each approved template, by slug, from the file of the installation."""
    return {slug: row[provider] for slug, row in listed(settings.SMS_TEMPLATES).items() if row.get(provider)}


@lru_cache(maxsize=4)
def listed(path: str) -> dict[str, dict[str, str]]:
    """The file `slug,aliyun,tencent`; a path that cannot be read is an empty list (`Sms.sentence` says what is missing)."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return {(row.get("slug") or "").strip(): clean(row) for row in csv.DictReader(file)} if path else {}
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}


def clean(row: Mapping[str | None, object]) -> dict[str, str]:
    return {str(name): value.strip() for name, value in row.items() if isinstance(value, str)}
