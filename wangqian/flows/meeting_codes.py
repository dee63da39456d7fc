"""应约码: made by the graduate, used once by one employer, which then has him among its favourites (security.md §2.1)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from wangqian.cases.engine import lock_graduate
from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.flows import favourites, rules
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Favourite, Graduate, MeetingCode, SchoolProfile, Status
from wangqian.people.vault import index_of

OPEN_CODES = 5  # at a time: one for each employer he talks to at a fair
UNKNOWN = gettext_noop("没有这个应约码，或者它已经用过、过期、被收回。请与学生核对后再输入，或请学生重新生成一个。")


def usable() -> QuerySet[MeetingCode]:
    """Codes that an employer could use at this moment."""
    return MeetingCode.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now())


def make(actor: Actor) -> MeetingCode:
    """A new code of the acting graduate, good for 72 hours. Raises `Refused` at the fifth open one, and where it leads to nothing."""
    graduate = own_graduate(actor)
    with transaction.atomic():
        lock_graduate(graduate.pk)  # two clicks make no sixth
        if refusal := useless(graduate):
            raise refusal
        if usable().filter(graduate=graduate).count() >= OPEN_CODES:
            raise Refused("您已有 {most} 个未使用的应约码，请先使用或收回其中一个。", most=OPEN_CODES)
        limits.spend("meeting-made", str(graduate.pk))
        moment = now()
        return MeetingCode.objects.create(
            graduate=graduate, code=serial.meeting_code(), made_at=moment, expires_at=moment + MeetingCode.LIVES
        )


def useless(graduate: Graduate) -> Refused | None:
    """Why no employer could invite him by a code, as he reads it; None when one could."""
    profile = profile_of(graduate)
    if not profile.offers_online:
        return Refused("您的学校没有开通线上签约，单位不能在网上邀请您；有疑问请与学校就业部门联系。")
    if not rules.may_sign(graduate, profile):
        return Refused(rules.UNFIT)
    return favourites.registration_closed(graduate, now())


def profile_of(graduate: Graduate) -> SchoolProfile:
    found = SchoolProfile.of(graduate.school_id)
    assert found is not None  # a school begins with one
    return found


def own_graduate(actor: Actor) -> Graduate:
    assert actor.membership.graduate_id
    return Graduate.objects.select_related("cohort").get(pk=actor.membership.graduate_id)


def withdraw(actor: Actor, pk: UUID) -> bool:
    """Take back an own code that nobody has used; False when it cannot be used any more."""
    mine = usable().filter(pk=pk, graduate=actor.membership.graduate)
    return bool(mine.update(withdrawn_at=now()))


def use(actor: Actor, typed: str, tell: Callable[[Favourite], None]) -> Favourite:
    """The favourite of the graduate whose code this is; the code is then spent, and `tell` has queued its messages.

    Raises `Refused`: not certified, unknown (used, expired, withdrawn and never made look alike), of somebody who may no longer be
    invited (the code stays unspent), or `limits.Over`. Codes have 45 bits, so the day's share alone keeps guessing hopeless; wrong
    ones only bring the page's challenge.
    """
    employer = favourites.own_employer(actor)
    limits.spend("meeting-use", str(employer.pk))
    with transaction.atomic():
        if found := locked(serial.normal(typed)):
            if refusal := favourites.unfit(found.graduate, profile_of(found.graduate)):
                raise refusal
            kept = spent(actor, found)
            tell(kept)
            return kept
    limits.count("meeting-misses", str(employer.pk))  # although nothing else is written
    raise Refused(UNKNOWN)


def locked(code: str) -> MeetingCode | None:
    """The code, if it can be used, locked: of two employers at once only the first finds it."""
    rows = usable().select_for_update(of=("self",)).filter(code_index=index_of("meeting_code", code))
    found = rows.select_related("graduate__cohort", "graduate__school", "graduate__person").first()
    if found is None or found.graduate.status in (Status.WITHDRAWN, Status.MOVED):
        return None
    return None if favourites.registration_closed(found.graduate, now()) else found


def spent(actor: Actor, found: MeetingCode) -> Favourite:
    """The code is used up by this employer, the graduate can see by whom, and stands among its favourites."""
    found.used_at, found.used_by = now(), actor.membership
    found.save(update_fields=["used_at", "used_by"])
    AccessLog.objects.create(
        actor=actor.user,
        membership=actor.membership,
        subject_id=found.graduate_id,
        what="meeting_code",
        ip=actor.ip or None,
        at=found.used_at,
    )
    return favourites.add(actor, found.graduate)[0]
