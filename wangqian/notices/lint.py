"""What an SMS template may hold: what providers approve, and what we never send. Every finding is a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from wangqian.notices.templates import CODE, EACH, INSTEAD, ONE, SITE, VARIABLE, Approved
from wangqian.notices.words import Text

# What a variable may be: people, places, deadlines, and masked login names. Identity numbers, pay, reasons,
# agreement numbers stay behind the login.
MAY = {"graduate", "employer", "school", "other", "who", "due", "code", "names"}
# Characters a value takes at most in nearly every message; no more than this fits one SMS.
USUAL = {"graduate": 4, "employer": 14, "school": 8, "other": 14, "who": 8, "due": 15, "code": 6, "names": 20, "secret": 27}
MOST = {**dict.fromkeys(MAY, 35), "graduate": 20, "due": 21, "code": 6, "secret": 27}
SIGNATURE = 8  # with its brackets, as usual; providers take 12 and two brackets
LONGEST_SIGNATURE = 14
ADDRESS = 24  # of a site, usually: https://wq.example.edu.cn
PRIVATE = re.compile(r"证件号|身份证|学号|考生号|薪|工资|待遇|报酬|奖金|违约金|元|\d{5,}")
LINKED = re.compile(r"(?i)https?|www|\.[a-z]{2,}|[a-z]{4,}")
SYMBOLS = re.compile(r"[【】\[\]①-⑳★※→•“”『』「」〖〗¥￥$%&^_✓☞]")
NAMED = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,24}")
RESERVED = {"email", "mobile", "id", "nick", "site"}  # names Aliyun refuses
WAY = f" {SITE}/l/${{secret}}/ "  # between blanks, so that phones see where it ends
SLUG = re.compile(r"[a-z][a-z_]{0,39}")


def problems(templates: Iterable[Approved], texts: Mapping[str, Text]) -> list[str]:
    """Everything wrong with the registry: each template by itself, and all of them against the texts of `words/`."""
    rows = list(templates)
    found = [f"{row.slug}: {words}" for row in rows for words in (*shape(row), *contents(row), *lengths(row))]
    return [*found, *(f"{words}" for words in together(rows, texts))]


def shape(row: Approved) -> Iterator[str]:
    """Slug, kind, and how variables may stand."""
    if not SLUG.fullmatch(row.slug):
        yield "slug"
    for name in row.names:
        if not NAMED.fullmatch(name) or name in RESERVED:
            yield f"variable name {name}"
    if len(set(row.names)) != len(row.names):
        yield "a variable stands twice"
    if re.search(r"\}\W{0,1}\$\{", row.text):
        yield "two variables without words between them"
    if re.sub(r"\$\{\w+\}", "", plain(row)).count("$") or "{" in VARIABLE.sub("", plain(row)):
        yield "a variable is not written ${name}"


def plain(row: Approved) -> str:
    """The text without the way to this site, which only a link may have."""
    return row.text.replace(SITE, "") if row.kind == "link" else row.text


def contents(row: Approved) -> Iterator[str]:
    """What it says, and what it must not say."""
    words = VARIABLE.sub("", plain(row))
    if row.kind == "link" and row.text.count(WAY) != 1:
        yield "a link leads to this site, and its secret is all that varies"
    for name in row.names:
        if name not in MAY | ({"secret"} if row.kind == "link" else set()):
            yield f"variable {name} must not go by SMS"
    if found := PRIVATE.search(words):
        yield f"says {found.group()}"
    if LINKED.search(words):
        yield "a link"
    if found := SYMBOLS.search(words):
        yield f"symbol {found.group()}"
    if row.kind == "code" and (row.names != ["code"] or "验证码" not in words):
        yield "a code has the digits as its one variable, and says 验证码"
    if row.kind == "notice" and ("code" in row.names or "验证码" in words):
        yield "a notice carries no code"
    if row.kind not in ("code", "notice", "link"):
        yield f"kind {row.kind}"


def lengths(row: Approved) -> Iterator[str]:
    """One SMS as a rule, two at the very most, signature included; with a link one more."""
    words, link = len(VARIABLE.sub("", row.text)), row.kind == "link"
    words += ADDRESS if link else 0
    usual = words + SIGNATURE + sum(USUAL.get(name, 35) for name in row.names)
    most = words + LONGEST_SIGNATURE + sum(MOST.get(name, 35) for name in row.names)
    if usual > (2 * EACH if link else ONE):
        yield f"{usual} characters as a rule, {ONE} are one SMS"
    if most > (3 if link else 2) * EACH:
        yield f"{most} characters at most, {2 * EACH} are two SMS"


def together(rows: list[Approved], texts: Mapping[str, Text]) -> Iterator[str]:
    """Each SMS text has one template with the same words; no template is idle, none stands twice."""
    for what, counts in (("slug", Counter(row.slug for row in rows)), ("text", Counter(row.text for row in rows))):
        yield from (f"{what} twice: {name}" for name, count in counts.items() if count > 1)
    uses = Counter(key for row in rows for key in row.uses)
    yield from (f"{key}: {count} templates" for key, count in uses.items() if count > 1)
    by_key = {key: row for row in rows for key in row.uses}
    for key, text in texts.items():
        if text.sms and key not in by_key:
            yield f"{key}: no approved template"
        elif text.sms and VARIABLE.sub(r"{\1}", by_key[key].text) != text.sms:
            yield f"{key}: says something else than its template {by_key[key].slug}"
    for key, row in by_key.items():
        if key != INSTEAD and key.partition("/")[0] != CODE and not (key in texts and texts[key].sms):
            yield f"{row.slug}: no text {key}"
    yield from (f"{row.slug}: no use" for row in rows if not row.uses)
