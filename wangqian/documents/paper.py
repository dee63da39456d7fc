"""From a case to its paper: what the version says, and of an agreement signed online who signed it, when and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from wangqian.cases.models import Case, Event, Terms
from wangqian.chart.words import FLOWS
from wangqian.codes import serial
from wangqian.documents import blocks
from wangqian.documents.agreement import Paper, Record
from wangqian.documents.certificate import CertificatePaper, tables
from wangqian.documents.following import kind_for, kind_of, papered
from wangqian.documents.models import AGREEMENT, CERTIFICATE, STAMPING, Artefact, SealCertificate
from wangqian.documents.printing import Printable
from wangqian.documents.seal_key import Holder, holder
from wangqian.documents.stamping import StampingPaper
from wangqian.people.models import Capacity

LAYOUT = "2"  # raised with every change of what is printed or of how it looks
LAYOUTS = {STAMPING: "1", CERTIFICATE: "1"}  # of the other kinds
LANGUAGE = "zh-hans"  # the paper is a Chinese document, whatever language its reader's screen has
RECORDED = ("invite", "accept", "reconfirm", "approve")
METHODS = {"": "登录账号", "sms": "短信验证码", "email": "邮件验证码", "totp": "动态口令", "passkey": "通行密钥"}


class NoPaper(LookupError):
    """The case has not come to where it has a paper."""


def template_of(kind: str, terms: Terms) -> str:
    """The template a version is printed with today: its edition of clauses, and the layout."""
    return f"{terms.content.get('wording', kind)}/{LAYOUTS.get(kind, LAYOUT)}"


def paper_for(case: Case) -> Printable:
    """The paper of a case as its version says, whatever happened since. Raises NoPaper before there is one."""
    event = papered().filter(case=case).last()
    if event is None:
        raise NoPaper(str(case.pk))
    made = Artefact.objects.filter(terms=event.terms_id, kind=kind_for(case)).select_related("seal").first()
    return paper_of(event, seal_line(made.seal if made else holder()))


def seal_line(seal: SealCertificate | Holder | None) -> str:
    """What is printed of a seal: whose, and under which certificate; or that there is none."""
    with override(LANGUAGE):
        if seal is None:
            return _("未加盖电子印章")
        return _("%(subject)s（证书序列号 %(serial)s）") % {"subject": seal.subject, "serial": seal.serial}


def paper_of(event: Event, seal: str) -> Printable:
    """The paper that follows an event: a pure function of its version (of an online agreement, the events up to it too)."""
    assert event.text is not None and event.case.verification_code
    with override(LANGUAGE):
        return MAKERS[kind_of(event)](event, event.text, seal)


def signed_online(signing: Event, terms: Terms, seal: str) -> Paper:
    case, content = signing.case, terms.content
    assert case.number and case.verification_code
    return Paper(
        number=case.number,
        verification_code=serial.pretty(case.verification_code),
        verify_url=f"{settings.SITE_URL}/verify/{case.verification_code}",
        version=terms.version,
        terms_sha256=terms.sha256,
        state_mark="",
        blocks=tuple(blocks.online(content)),
        clauses=tuple(content["clauses"]),
        records=tuple(record(event, content) for event in acts(signing)),
        seal=seal,
    )


def to_be_stamped(event: Event, terms: Terms, seal: str) -> StampingPaper:
    case, content = event.case, terms.content
    assert case.number and case.verification_code
    return StampingPaper(
        number=case.number,
        code=case.verification_code,
        pretty_code=serial.pretty(case.verification_code),
        site=settings.SITE_URL,
        version=terms.version,
        terms_sha256=terms.sha256,
        blocks=tuple(blocks.on_paper(content)),
        clauses=tuple(content["clauses"]),
        at=terms.at,
        seal=seal,
    )


def to_leave_with(event: Event, terms: Terms, seal: str) -> CertificatePaper:
    case, content = event.case, terms.content
    assert case.verification_code
    return CertificatePaper(
        number=case.departure.transfer_number,
        code=case.verification_code,
        site=settings.SITE_URL,
        version=terms.version,
        terms_sha256=terms.sha256,
        school=content["school"]["name"],
        cohort=content["school"]["cohort"],
        blocks=tuple(tables(content)),
        at=terms.at,
        seal=seal,
    )


MAKERS: dict[str, Callable[[Event, Terms, str], Printable]] = {
    AGREEMENT: signed_online,
    STAMPING: to_be_stamped,
    CERTIFICATE: to_leave_with,
}


def acts(signing: Event) -> QuerySet[Event]:
    """The binding acts up to the signing, in order."""
    before = signing.case.events.filter(step__in=RECORDED, number__lte=signing.number)
    return before.select_related("user").order_by("number")


def record(event: Event, content: Mapping[str, Any]) -> Record:
    """Parties sign under the names the version gives them, reviewers under their own."""
    assert event.user is not None
    parties = {Capacity.GRADUATE: "graduate", Capacity.EMPLOYER: "employer"}
    capacity = Capacity(event.capacity)
    party = parties.get(capacity)
    return Record(
        who=str(capacity.label),
        name=content[party]["name"] if party else event.user.name,
        act=FLOWS[event.flow].steps[event.step].label,
        method=METHODS[event.proof_method],
        at=event.at,
        sha256=event.terms_sha256,
    )
