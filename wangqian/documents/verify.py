"""Public verification of an agreement, by 核验编号 (QR) or number and name: live state, nothing more."""

from __future__ import annotations

import hmac
import ipaddress
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event
from wangqian.chart.words import DONE, Refused
from wangqian.codes import serial
from wangqian.codes.width import half_width
from wangqian.documents.paper import signings
from wangqian.people.clock import now, today
from wangqian.people.identity import keyed, masked_name
from wangqian.people.models import AccessLog, Actor, Throttle

WHAT = "verification"
WINDOW, DAY = timedelta(minutes=10), timedelta(days=1)
BY_CODE, BY_NUMBER, PER_NUMBER = 30, 10, 20  # tries: per address, per address, per number and day
NOBODY = UUID(int=0)
DOTS = str.maketrans(dict.fromkeys("·•‧∙⋅・･．.", "·"))  # what keyboards put between the parts of a name


class TooOften(Refused):
    """The allowance of this address, or of this number, is used up."""

    status = 429


@dataclass(frozen=True)
class Facts:
    """What anybody may learn: `number` grouped, `graduate` masked, `state` the word of now, untranslated."""

    number: str
    graduate: str
    school: str
    employer: str
    state: str
    in_force: bool
    signed_on: date
    checked_at: datetime

    def rows(self) -> tuple[tuple[str, str], ...]:
        """(label, value) for the page, without state and time of checking."""
        return (
            (_("协议书编号"), self.number),
            (_("毕业生"), self.graduate),
            (_("学校"), self.school),
            (_("用人单位"), self.employer),
            (_("签约日期"), self.signed_on.isoformat()),
        )


def by_code(code: str, ip: str, viewer: Actor | None = None) -> Facts | None:
    """The agreement with this 核验编号 as typed or scanned; None when there is none. Raises `TooOften`."""
    if not Throttle.spend(f"verify-code:{place(ip)}", BY_CODE, WINDOW):
        raise TooOften("查询次数过多，请在 10 分钟后再试。")
    code = serial.normal(code)
    found = signing(verification_code=code if serial.verification_valid(code) else "-")
    return answer(found, ip, viewer, "核验编号") if found else None


def by_number(number: str, name: str, ip: str, viewer: Actor | None = None) -> Facts | None:
    """The agreement with this number, if its graduate is called so; otherwise None, whatever was wrong.

    Raises `TooOften`, for existing and invented numbers alike.
    """
    number = serial.normal(number)
    if not Throttle.spend(f"verify-number:{place(ip)}", BY_NUMBER, WINDOW):
        raise TooOften("查询次数过多，请在 10 分钟后再试；也可以扫描协议书上的二维码核验。")
    if not Throttle.spend(f"verify-target:{keyed('verify-target', number)}", PER_NUMBER, DAY):
        raise TooOften("这个编号今天的查询次数已用完，请明天再试；也可以扫描协议书上的二维码核验。")
    found = signing(number=number if serial.agreement_valid(number) else "-")
    printed = content_of(found)["graduate"]["name"]
    same = hmac.compare_digest(plain(printed).encode(), plain(name).encode())
    return answer(found, ip, viewer, "编号和姓名") if found and same else None


def signing(**which: str) -> Event | None:
    """The signing of the case found by a unique column; the same queries whether there is one or not."""
    case = Case.objects.filter(**which).values_list("pk", flat=True).first()
    return signings().filter(case_id=case or NOBODY).last()


def content_of(event: Event | None) -> Mapping[str, Any]:
    """The signed version; an empty name (which nobody has) for an agreement that is not there."""
    if event is None or event.terms is None:
        return {"graduate": {"name": "\0"}}
    return event.terms.content


def answer(event: Event, ip: str, viewer: Actor | None, how: str) -> Facts:
    """The minimum, and a line in the log that the graduate can read."""
    case, content, moment = event.case, content_of(event), now()
    AccessLog.objects.create(
        actor=viewer.user if viewer else None,
        membership=viewer.membership if viewer else None,
        subject_id=case.graduate_id,
        what=WHAT,
        why=how,
        ip=address(ip),
        at=moment,
    )
    return Facts(
        number=serial.pretty(case.number or ""),
        graduate=masked_name(content["graduate"]["name"]),
        school=content["school"]["name"],
        employer=content["employer"]["name"],
        state=case.word.verify or case.word.label,
        in_force=case.word.kind is DONE,
        signed_on=today(event.at),
        checked_at=moment,
    )


def plain(name: str) -> str:
    """A name as people type it, made comparable: width, case, blanks, the dot between its parts."""
    return half_width(unicodedata.normalize("NFC", name).translate(DOTS)).translate(DOTS)


def address(ip: str) -> str | None:
    """The address if it is one."""
    try:
        return str(ipaddress.ip_address(ip))
    except ValueError:
        return None


def place(ip: str) -> str:
    """What an address counts as: itself, or its /64, which is one line. Keyed: no address is stored."""
    known = address(ip) or ""
    if ":" in known:
        known = str(ipaddress.ip_network((known, 64), strict=False))
    return keyed("verify-ip", known)
