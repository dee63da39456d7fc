"""The sealed slip with an activation code (flows/activation_slip.py): printed once, then the code is nowhere but on paper."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from uuid import UUID

import typst
from django.conf import settings
from django.db import transaction

from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.documents import glyphs, qr
from wangqian.documents.fonts import faces
from wangqian.flows.activation_slip import ActivationSlip, asking
from wangqian.flows.models import Slip
from wangqian.people.clock import SHANGHAI, now
from wangqian.people.identity import masked_name
from wangqian.people.models import Actor

TEMPLATE = Path(__file__).parent / "templates" / "slip.typ"
PATH = "/activate/slip/"


@dataclass(frozen=True)
class Sheet:
    """What the slip says."""

    school: str
    name: str
    student: str
    until: str
    code: str
    url: str
    asked: str
    confirmed: str
    printed: str


def printed(actor: Actor, pk: UUID) -> bytes:
    """The PDF of an issued slip, and its code taken out of the database. Raises `Refused` when it was printed, or is over."""
    with transaction.atomic():
        found = Slip.objects.select_for_update(of=("self",)).select_related("case__graduate", "case__school").get(case=pk)
        if found.case.state != ActivationSlip.issued.name or (found.case.respond_by or now()) <= now():
            raise Refused("这个激活码已不能使用，不再打印。")
        if found.printed_at:
            raise Refused("这个激活码已经打印过。为保密只能打印一次；没有打印成功的，请撤回后重新发放。")
        pdf = render(sheet(actor, found.case, found.code))
        found.code, found.printed_at, found.printed_by = "", now(), actor.membership
        found.save(update_fields=["code", "printed_at", "printed_by"])
        return pdf


def sheet(actor: Actor, case: Case, code: str) -> Sheet:
    graduate, school, asked = case.graduate, case.school, asking(case)
    confirmed = case.events.filter(step=ActivationSlip.confirm.name).select_related("user").last()
    assert graduate and school and asked and confirmed and asked.user and confirmed.user and case.respond_by
    return Sheet(
        school=school.name,
        name=masked_name(graduate.name),
        student=graduate.student_number or "",
        until=moment(case.respond_by),
        code=serial.pretty(code),
        url=f"{settings.SITE_URL}{PATH}",
        asked=asked.user.name,
        confirmed=confirmed.user.name,
        printed=f"{actor.user.name} {moment(now())}",
    )


def moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def render(shown: Sheet) -> bytes:
    """PDF of one page. A character no font has is printed as □: nobody waits at a counter for a font."""
    available = faces()
    data = {one.name: plain(getattr(shown, one.name)) for one in fields(shown)}
    assert set(data) == set(asdict(shown))
    drawn = {"families": available.families, "qr": qr.svg(shown.url).decode()}
    inputs = {"slip": json.dumps({**data, **drawn}, ensure_ascii=False)}
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=available.fonts, ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


def plain(text: str) -> str:
    return "".join("□" if one in glyphs.missing(text) else one for one in text)
