"""What a password must be, offline: length, known lists, nothing from the person's own data (ASVS 5.0 §6.2; G15).

`WANGQIAN_PASSWORDS` chooses the rules: `modern` (ASVS: long, no classes, no expiry), `dengbao` (GB/T 22239 as assessors ask for it),
`shanghai` (M006: twelve with all four classes).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from wangqian.people import breached, identity, pinyin, stems
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Membership, OldPassword, User

MOST, PIECE, GUESSABLE, STRONG = 128, 4, 72, 3
SITE = ("wangqian", "网签", "就业协议", "毕业生", "password", "mima")


@dataclass(frozen=True)
class Profile:
    """`least` characters, of `classes` of the four classes; older than `days` it must be changed, the last `kept` do not come back."""

    least: int = 12
    classes: int = 0
    days: int = 0
    kept: int = 0


PROFILES = {"modern": Profile(), "dengbao": Profile(classes=3, days=90, kept=5), "shanghai": Profile(classes=4)}
CLASSES = (str.isupper, str.islower, str.isdigit, lambda char: not char.isalnum())


@dataclass(frozen=True)
class Facts:
    """What others know of a person: `pieces` (what it is called, its value) and `words` (names), of which no four characters in a
    row may stand in a password; words neither whole nor as `spelled` in pinyin."""

    pieces: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()

    @cached_property
    def spelled(self) -> frozenset[str]:
        return frozenset[str]().union(*(pinyin.spellings(plain(word)) for word in self.words))


def profile() -> Profile:
    return PROFILES[settings.PASSWORDS]


def facts_of_graduate(graduate: Graduate) -> Facts:
    """Of somebody on a roster, before he has an account."""
    pieces = (
        (_("证件号码"), number_of(graduate)),
        (_("手机号码"), graduate.phone),
        (_("学号"), graduate.student_number or ""),
        (_("考生号"), graduate.exam_number or ""),
        (_("出生日期"), graduate.born_on.replace("-", "")),
        (_("邮箱"), graduate.email.partition("@")[0]),
        (_("QQ 号"), graduate.qq),
        (_("家庭电话"), graduate.home_phone),
    )
    return Facts(pieces, (graduate.name, graduate.school.name))


def number_of(graduate: Graduate) -> str:
    """The identity number; "" of a person who was erased."""
    try:
        return graduate.identity_number()
    except identity.Erased:
        return ""


def facts_of(user: User) -> Facts:
    """Of an account, of everything it is on a roster, and where it works."""
    pieces = [(_("手机号码"), user.phone), (_("邮箱"), user.email.partition("@")[0]), (_("账号"), user.username)]
    words = [user.name]
    for one in Membership.objects.filter(user=user).select_related("graduate__school", "graduate__person", "school", "employer"):
        found = facts_of_graduate(one.graduate) if one.graduate else Facts()
        pieces += found.pieces
        words += [*found.words, *(place.name for place in (one.school, one.employer) if place)]
    return Facts(tuple(pieces), tuple(words))


def faults(password: str, facts: Facts, user: User | None = None) -> list[str]:
    """Everything wrong with it, in words; [] when it may be used."""
    return [*shape(password), *own(password, facts), *known(password, facts), *again(password, user)]


def shape(password: str) -> Iterator[str]:
    rules = profile()
    if len(password) < rules.least:
        yield _("密码至少 %(least)d 位，现在是 %(now)d 位。") % {"least": rules.least, "now": len(password)}
    if len(password) > MOST:
        yield _("密码最多 %(most)d 位。") % {"most": MOST}
    if sum(any(map(test, password)) for test in CLASSES) < rules.classes:
        if rules.classes == len(CLASSES):
            yield _("密码须同时有大写字母、小写字母、数字和符号。")
        else:
            yield _("密码须有大写字母、小写字母、数字、符号中的三类。")


def own(password: str, facts: Facts) -> Iterator[str]:
    """His own data, whatever stands between the characters."""
    form = squeezed(password)
    for name in dict.fromkeys(name for name, value in facts.pieces if holds(form, value)):
        yield _("密码中有您的%(what)s里连续的 4 个字符，请换掉。") % {"what": name}
    if any(holds(form, word) or whole(form, word) for word in facts.words) or typed(password, facts):
        yield _("密码中有您的姓名、学校名称或单位名称（写成拼音也算），请换掉。")


def holds(form: str, value: str) -> bool:
    pieces = squeezed(value)
    return any(pieces[at : at + PIECE] in form for at in range(len(pieces) - PIECE + 1))


def whole(form: str, word: str) -> bool:
    name = squeezed(word)
    return len(name) > 1 and name in form


def typed(password: str, facts: Facts) -> bool:
    """Whether one of his words stands in it as pinyin, with tones or without."""
    forms = {squeezed(password), pinyin.letters(plain(password))}
    return any(one in form for one in facts.spelled for form in forms)


def known(password: str, facts: Facts) -> Iterator[str]:
    """What is tried first: lists of leaked passwords, words of this site, patterns."""
    if any(word in plain(password) for word in site_words()):
        yield _("密码中有本网站的名称或常用词，请换掉。")
    if plain(password) in common() or breached.listed(password):
        yield _("这个密码在已经泄露的密码名单里，请换一个。")
    elif not strong(plain(password), facts):
        yield _("这个密码容易被猜到，请再长一些，或用几个互不相关的词。")


def strong(text: str, facts: Facts) -> bool:
    """Hard to guess, and still so without what everybody takes."""
    his = [*facts.words, *facts.spelled]
    return all(one and zxcvbn(one[:GUESSABLE], user_inputs=his)["score"] >= STRONG for one in {text, stems.without(text)})


def again(password: str, user: User | None) -> Iterator[str]:
    kept = profile().kept
    if not kept or user is None:
        return
    before = [user.password, *user.old_passwords.values_list("password", flat=True)[: kept - 1]]
    if any(check_password(password, old) for old in before if old):
        yield _("不能使用最近用过的 %(kept)d 个密码。") % {"kept": kept}


def remember(user: User) -> None:
    """Keep the password that is about to be replaced, as long as the rules ask for it."""
    kept = profile().kept
    if kept and user.has_usable_password():
        OldPassword.objects.create(user=user, password=user.password, until=now())
    for old in user.old_passwords.all()[max(kept - 1, 0) :]:
        old.delete()


def overdue(user: User) -> bool:
    """Whether it is older than the rules allow."""
    days = profile().days
    return bool(days) and (user.password_set_at is None or user.password_set_at + timedelta(days=days) <= now())


def hint() -> str:
    """The rules in one sentence, at the field."""
    words = {
        0: _("至少 %(least)d 位，建议用几个互不相关的词连成一句；"),
        3: _("至少 %(least)d 位，有大写字母、小写字母、数字、符号中的三类；"),
        4: _("至少 %(least)d 位，同时有大写字母、小写字母、数字和符号；"),
    }
    rules = profile()
    return words[rules.classes] % {"least": rules.least} + _("不要用姓名、手机号、证件号、学号或生日。")


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, plain(text)))


@cache
def common() -> set[str]:
    """Django's 20 000 most common passwords."""
    return set(CommonPasswordValidator().passwords)


def site_words() -> tuple[str, ...]:
    host = (urlsplit(settings.SITE_URL).hostname or "").removeprefix("www.").partition(".")[0]
    return (*SITE, host) if len(host) >= PIECE and host != "localhost" else SITE


class Validator:
    """For Django and allauth (`AUTH_PASSWORD_VALIDATORS`): every sentence at once."""

    def validate(self, password: str, user: Any = None) -> None:
        account = user if isinstance(user, User) else None
        found = faults(password, facts_of(account) if account else Facts(), account)
        if found:
            raise ValidationError(found)

    def get_help_text(self) -> Any:
        return gettext_lazy("密码规则见 docs/operate.md。")
