"""What only flows on paper need: a link and who holds it, files with bar codes, days gone by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from tests.answers import DESTINATIONS
from tests.cast import Cast
from wangqian.cases.act import Bearer
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Event, Evidence
from wangqian.flows import links
from wangqian.flows.models import Link
from wangqian.flows.scans import mark
from wangqian.people.clock import now
from wangqian.people.models import Actor, Graduate

CONTACT = "13900002222"
FAULT = {"about": "other", "fault": "wrong", "reason": "请核对单位名称"}
REFUSAL = {"about": "other", "reason": "与单位核实不符"}
BECAUSE = {"because": "单位来函更正"}
RELEASE = {"reason": "withdrawn", "basis": "退学决定 教字〔2027〕12 号"}
# What the school reports of an agreement, as 更正 asks for it.
REGISTRATION = {
    "nature": "39",
    "industry": "34",
    "region": "430104",
    "job_category": "11",
    "hukou": "no",
    "dossier_receipt": "none",
}


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def acted(cast: Cast, case: Case, step: str, by: Actor, given: dict[str, str] | None = None) -> Case:
    cast.act(case, step, by, given)
    return again(case)


def linked(cast: Cast, case: Case, mobile: str = CONTACT, by: Actor | None = None) -> tuple[Link, str]:
    """The graduate asks for help; the secret as the SMS has it."""
    cast.act(case, "ask_employer", by or cast.graduate, {"mobile": mobile})
    link = links.case_links(case.pk)[0]
    return link, links.issue(link, now())


def holder(link: Link) -> Bearer:
    """Who has shown the phone it went to."""
    return links.bearer(link, "127.0.0.1", "test")


def received(cast: Cast, case: Case, link: Link, **file: Any) -> Event:
    """The contact uploads and confirms."""
    cast.hand_in(case, "scan", owner=None, link=link.pk, **file)
    return perform(again(case), "receive", by=holder(link))


def page(case: Case, number: int, pages: int, version: int | None = None, code: str = "") -> dict[str, Any]:
    """A scan of one page whose QR was read."""
    case = again(case)
    newest = case.versions.order_by("-version").first()
    assert newest
    text = mark(settings.SITE_URL, code or str(case.verification_code), version or newest.version, number, pages)
    return {"codes": [[text]]}


def days_ago(case: Case, days: float) -> Case:
    """The case came to its state so long ago; the clock looks at it now."""
    moment = now()
    Case.objects.filter(pk=case.pk).update(since=moment - timedelta(days=days), wake_at=moment - timedelta(seconds=1))
    return again(case)


def corrected(cast: Cast, case: Case, **more: str) -> Event:
    """更正 of what is registered by the school, with its evidence."""
    cast.hand_in(case, "basis", cast.school_reviewer)
    given = {"topic": case.topic, **DESTINATIONS[case.topic]} if case.topic else REGISTRATION
    return cast.act(case, "correct", cast.school_reviewer, {**given, **BECAUSE, **more})


def other_major(case: Case) -> None:
    """The school corrects what stands in his papers."""
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")


def disputed(cast: Cast, case: Case, by: Actor | None = None) -> Case:
    given = {"about": "单位行业", "reason": "应当是制造业"}
    return cast.start("dispute", "dispute", by or cast.graduate, given, parent=again(case))


def scans(case: Case) -> list[Evidence]:
    return list(Evidence.objects.filter(case=case, slot="scan"))
