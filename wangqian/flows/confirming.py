"""院系确认信息: from then on the graduate no longer edits what he could edit until then; he asks for a correction instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from wangqian.cases.act import NotYours
from wangqian.cases.engine import lock_graduate
from wangqian.chart.words import Refused
from wangqian.flows.corrections import STAFF, Why, check_scope, note
from wangqian.flows.parties import own_office, where
from wangqian.people.clock import now
from wangqian.people.field_classes import CONFIRMED
from wangqian.people.models import Actor, Graduate, GraduateChange, Membership

CONFIRMING = Why(STAFF)


def refusal(graduate: Graduate) -> Refused | None:
    """Why his data cannot be confirmed now."""
    if graduate.college_confirmed_at is not None:
        return Refused("已经确认过。")
    return Refused("毕业生还没有核对基本信息，核对后才能确认。") if graduate.confirmed_at is None else None


def confirm(graduates: Collection[UUID], by: Actor) -> dict[UUID, Refused | None]:
    """Confirm those in place; what became of each, None when confirmed. Foreign ones are left out, as if they did not exist."""
    with transaction.atomic():
        rows = locked(graduates, by)
        found = {graduate.pk: refusal(graduate) for graduate in rows}
        good = [graduate for graduate in rows if found[graduate.pk] is None]
        moment = now()
        Graduate.objects.filter(pk__in=[graduate.pk for graduate in good]).update(college_confirmed_at=moment)
        for graduate in good:
            note(graduate, {CONFIRMED: ("", spelled(moment))}, by, CONFIRMING)
        return found


def locked(graduates: Collection[UUID], by: Actor) -> list[Graduate]:
    """In key order, so that two batches wait for each other instead of blocking each other."""
    current = Membership.objects.filter(pk=by.membership.pk, active=True, user__is_active=True).first()
    place = own_office(current) if current else None
    if place is None:
        raise NotYours("找不到此事项。")
    mine = Graduate.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    return list(mine.filter(where(place), pk__in=graduates).order_by("pk"))


def withdraw(graduate: UUID, by: Actor, reason: str) -> list[GraduateChange]:
    """Take a confirmation back, so that he may edit again."""
    with transaction.atomic():
        found = lock_graduate(graduate)
        check_scope(found, by)
        if own_office(by.membership) is None:
            raise NotYours("找不到此事项。")
        if found.college_confirmed_at is None:
            raise Refused("这名毕业生的信息还没有确认，不用撤销。")
        before, found.college_confirmed_at = found.college_confirmed_at, None
        found.save(update_fields=["college_confirmed_at"])
        return note(found, {CONFIRMED: (spelled(before), "")}, by, Why(STAFF, reason))


def spelled(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
