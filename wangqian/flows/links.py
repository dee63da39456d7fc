"""The capability link by which a contact of an unregistered employer hands in the stamped paper (security.md §2.4).

One case, one round of stamping, one act. Whether it lives is asked of the case, not kept: whatever leaves `stamping` ends it, and
coming back begins another round. Of the secret the database knows a keyed hash, and that only once the worker has sent it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from wangqian.cases.act import Act, Bearer
from wangqian.cases.forms import complain
from wangqian.cases.models import Case, Event, Evidence, EvidenceState
from wangqian.chart.words import Role, rule
from wangqian.flows.agreement_needs import ASSISTANCE
from wangqian.flows.models import Link
from wangqian.people.identity import keyed

LIVES = timedelta(hours=72)
A_DAY, DAY = 3, timedelta(days=1)  # how often the graduate may have it sent
SESSIONS = 3  # how often the phone may be shown
WAITING, ANEW = "stamping", "reconfirm_paper"
CONTACT = Role("contact", "用人单位联系人（协助回传）", party="employer")


def round_of(case: Case) -> int:
    """The number of the event by which the case came to wait for this stamped paper; 0 when it does not wait.

    A corrected paper is another one: whoever holds a link to the one before must not hand in a sheet nobody asks for.
    """
    if case.state != WAITING:
        return 0
    waits = Event.objects.filter(case=case, target=WAITING)
    came = waits.filter(~Q(source=WAITING) | Q(step=ANEW)).order_by("-number")
    return came.values_list("number", flat=True).first() or 0


def latest(case: Case) -> Link | None:
    """The one that counts: a later one, sent to another number or again, ends those before it."""
    return Link.objects.filter(case=case).order_by("-made_at", "-pk").first()


def alive(link: Link, moment: datetime) -> bool:
    """Whether it may still be used."""
    newest = latest(link.case)
    current = newest is not None and newest.pk == link.pk and link.round == round_of(link.case)
    return current and link.used_at is None and moment < link.expires_at


def make_link(act: Act) -> None:
    """Beside the event; the worker makes the secret and sends it."""
    mobile = act.given["mobile"]
    if mobile in (act.graduate.phone, act.membership.user.phone if act.membership else ""):
        raise complain(ASSISTANCE, act.raw, "mobile", "这是您自己的手机号。请填写用人单位联系人的手机号。")
    Link.objects.create(
        case=act.case, round=round_of(act.case), mobile=mobile, made_at=act.now, expires_at=act.now + LIVES
    )


def spend_link(act: Act) -> None:
    """The one effective use."""
    assert isinstance(act.by, Bearer)
    Link.objects.filter(pk=act.by.link, used_at=None).update(used_at=act.now)


@rule("今天已经请单位协助回传 3 次，请明天再试，或自己回传。")
def not_sent_too_often(act: Act) -> bool:
    return Link.objects.filter(case=act.case, made_at__gt=act.now - DAY).count() < A_DAY


@rule("这个链接已经失效。请联系毕业生，需要时由毕业生重新发送。")
def link_alive(act: Act) -> bool:
    if not isinstance(act.by, Bearer):
        return False
    link = Link.objects.select_for_update(of=("self",)).filter(pk=act.by.link, case=act.case).first()
    if link is None:
        return False
    link.case = act.case
    return alive(link, act.now)


def issue(link: Link, moment: datetime) -> str:
    """A new secret, 160 bits, as it stands in the address. Whoever sends it must not store it."""
    secret = secrets.token_urlsafe(20)
    link.secret = keyed("link", secret)
    link.issued_at = moment
    link.save(update_fields=["secret", "issued_at"])
    return secret


def of_secret(secret: str) -> Link | None:
    """The link with this secret, alive or not."""
    rows = Link.objects.select_related("case__graduate__person", "case__school")
    found = rows.filter(secret=keyed("link", secret)) if secret else []
    return next(iter(found), None)


def bearer(link: Link, ip: str, agent: str) -> Bearer:
    return Bearer(CONTACT, link.case_id, link.pk, ip, agent)


def case_links(case: UUID) -> list[Link]:
    """Newest first, for the graduate's page: to whom, when, whether opened, and `uploaded`: whether files came by it."""
    files = Evidence.objects.filter(case=OuterRef("case"), link=OuterRef("pk"), dropped_at=None)
    found = Link.objects.filter(case=case).annotate(uploaded=Exists(files.exclude(state=EvidenceState.REFUSED)))
    return list(found.select_related("case__graduate__person").order_by("-made_at", "-pk"))
