"""Public verification of a paper, by 核验编号 (QR) or number and name: live state, nothing more."""

from __future__ import annotations

import hmac
import ipaddress
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event
from wangqian.chart.words import DONE, OPEN
from wangqian.codes import serial
from wangqian.codes.width import half_width
from wangqian.documents import read
from wangqian.documents.certificate import CHANGED, IN_FORCE, word_of
from wangqian.documents.following import papered
from wangqian.documents.models import Artefact
from wangqian.flows.departure import DepartureConfirmation
from wangqian.flows.models import Departure
from wangqian.people import limits
from wangqian.people.clock import now, today
from wangqian.people.identity import masked_name
from wangqian.people.models import AccessLog, Actor

WHAT = "verification"
NOBODY = UUID(int=0)
DOTS = str.maketrans(dict.fromkeys("·•‧∙⋅・･．.", "·"))  # what keyboards put between the parts of a name


@dataclass(frozen=True)
class Facts:
    """What anybody may learn: the graduate masked, `state` the word of now, untranslated.

    `pending`: not in force yet. `newer`: the version that took the place of the one in hand, 0 where that is the newest.
    """

    what: str
    state: str
    in_force: bool
    lines: tuple[tuple[str, str], ...]
    checked_at: datetime
    pending: bool = False
    newer: int = 0

    def rows(self) -> tuple[tuple[str, str], ...]:
        """(label, value) for the page, without state and time of checking."""
        return self.lines


def by_code(
    code: str, ip: str, viewer: Actor | None = None, version: int | None = None, name: str = ""
) -> Facts | None:
    """The paper with this 核验编号 as typed or scanned; None when there is none, or a name typed beside it is not the graduate's.

    `version` is what the code on a page names beside it; one that was never made is no paper of ours.
    """
    code = serial.normal(code)
    found = newest(verification_code=code if serial.verification_valid(code) else "-")
    if found is None or (name and not called(found, plain(name))):
        return None
    return answer(found, ip, viewer, "核验编号", version)


def by_number(number: str, name: str, ip: str, viewer: Actor | None = None) -> Facts | None:
    """The paper with this 协议书编号 or 转递编号, if its graduate is called so; otherwise None, whatever was wrong.

    Raises `limits.Over` for a number, or a name, asked about too often, existing and invented ones alike.
    """
    number, wanted = serial.normal(number), plain(name)
    limits.spend("verify-number", number)
    limits.spend("verify-name", wanted)
    found = newest(**column(number))
    if not called(found, wanted) or found is None:
        return None
    limits.give_back("verify-name", wanted)  # only misses count
    return answer(found, ip, viewer, "编号和姓名")


def called(found: Event | None, wanted: str) -> bool:
    """Whether the paper's graduate has this name, already plain."""
    printed = content_of(found)["graduate"]["name"]
    return hmac.compare_digest(plain(printed).encode(), wanted.encode())


def column(number: str) -> dict[str, str]:
    """Where a number as typed is looked for: one unique column, by its form."""
    if serial.transfer_valid(number):
        return {"departure__transfer_number": number}
    return {"number": number if serial.agreement_valid(number) else "-"}


def newest(**which: str) -> Event | None:
    """The event that made the newest paper of the case found by a unique column; the same queries whether there is one or not."""
    case = Case.objects.filter(**which).values_list("pk", flat=True).first()
    return papered().filter(case_id=case or NOBODY).last()


def content_of(event: Event | None) -> Mapping[str, Any]:
    """The printed version; an empty name (which nobody has) for a paper that is not there."""
    if event is None or event.text is None:
        return {"graduate": {"name": "\0"}}
    return event.text.content


def answer(event: Event, ip: str, viewer: Actor | None, how: str, version: int | None = None) -> Facts | None:
    """The minimum, and a line in the log that the graduate can read. None for a version that was never made."""
    case, made = event.case, event.terms.version if event.terms else 0
    if version is not None and not 1 <= version <= made:
        return None
    if case.flow == DepartureConfirmation.slug:
        return certificate(event, ip, viewer, how, made if version and version < made else 0)
    newer = made if version and version < made else 0
    noted(case, ip, viewer, how)
    changed = newer and case.word.kind in (OPEN, DONE)
    return Facts(
        what=_("协议书"),
        state="已变更" if changed else case.word.verify or case.word.label,
        in_force=case.word.kind is DONE and not changed,
        lines=agreement_lines(event),
        checked_at=now(),
        pending=case.word.kind is OPEN and not changed,
        newer=newer,
    )


def certificate(event: Event, ip: str, viewer: Actor | None, how: str, newer: int) -> Facts | None:
    """Of a 登记信息表 only what the graduate lets others know; to everybody else it does not exist."""
    departure = Departure.objects.select_related("entry__case").get(case=event.case_id)
    if departure.authorised_at is None:
        return None
    content, word = content_of(event), word_of(departure)
    noted(event.case, ip, viewer, f"{how}（去向登记信息表）")
    return Facts(
        what=_("毕业去向登记信息表"),
        state=CHANGED if newer and word == IN_FORCE else word,
        in_force=word == IN_FORCE and not newer,
        lines=(
            (_("转递编号"), serial.pretty(departure.transfer_number)),
            (_("毕业生"), masked_name(content["graduate"]["name"])),
            (_("学校"), content["school"]["name"]),
            (_("确认日期"), today(event.at).isoformat()),
            (_("电子印章"), seal_of(event.case)),
        ),
        checked_at=now(),
        newer=newer,
    )


def noted(case: Case, ip: str, viewer: Actor | None, how: str) -> None:
    """A line in the log that the graduate can read."""
    AccessLog.objects.create(
        actor=viewer.user if viewer else None,
        membership=viewer.membership if viewer else None,
        subject_id=case.graduate_id,
        what=WHAT,
        why=how,
        ip=address(ip),
        at=now(),
    )


def agreement_lines(event: Event) -> tuple[tuple[str, str], ...]:
    case, content, signed = event.case, content_of(event), signed_on(event)
    return (
        (_("协议书编号"), serial.pretty(case.number or "")),
        (_("毕业生"), masked_name(content["graduate"]["name"])),
        (_("学校"), content["school"]["name"]),
        (_("用人单位"), content["employer"]["name"]),
        *(((_("签约日期"), signed),) if signed else ()),
        (_("电子印章"), seal_of(case)),
    )


def signed_on(event: Event) -> str:
    """The day the agreement came into force; "" when it has not."""
    case = event.case
    achieved = [name for name, state in case.chart.states.items() if state.kind is DONE]
    came = event if event.target in achieved else case.events.filter(target__in=achieved).order_by("number").first()
    return today(came.at).isoformat() if came else ""


def seal_of(case: Case) -> str:
    """The words about the seal of a case's newest paper; or that there is no file yet."""
    state, made = read.agreement_state(case)
    return seal_words(made) if state == "ready" and isinstance(made, Artefact) else _("协议书生成中")


def seal_words(made: Artefact) -> str:
    """Whose seal a file bears, with what time stamp; or that it bears none."""
    if made.seal is None:
        return _("未加盖电子印章")
    stamped = _("带可信时间戳") if made.stamped_at else _("不带可信时间戳")
    return f"{made.seal.subject} · {stamped}"


def plain(name: str) -> str:
    """A name as people type it, made comparable: width, case, blanks, the dot between its parts."""
    return half_width(unicodedata.normalize("NFC", name).translate(DOTS)).translate(DOTS)


def address(ip: str) -> str | None:
    """The address if it is one."""
    try:
        return str(ipaddress.ip_address(ip))
    except ValueError:
        return None
