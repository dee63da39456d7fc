"""What became void or stuck without anybody acting on the case itself; the clock's round looks for it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wangqian.cases.models import Case, CurrentDestination, Event
from wangqian.cases.tick import SWEEPS
from wangqian.codes.table import table
from wangqian.flows.destinations import HEADS, WAITS, of_both_heads
from wangqian.flows.reviewing import passing
from wangqian.people.models import Capacity, Membership, Status


def void_invitations() -> list[UUID]:
    """Open invitations to graduates who left, may no longer sign, or are effective elsewhere."""
    elsewhere = CurrentDestination.objects.filter(
        graduate=OuterRef("graduate"), entry__effective_at__gte=OuterRef("opened_at")
    ).exclude(entry__destination__in=WAITS)
    never = [row.code for row in table("training_mode") if row.extra["can_sign"] == "no"]
    dial = [row.code for row in table("training_mode") if row.extra["can_sign"] == "dial"]
    unable = (
        ~Q(graduate__status=Status.ENROLLED)
        | Q(graduate__training_mode__in=never)
        | Q(graduate__training_mode__in=dial, profile__in_service_can_sign=False)
    )
    found = Case.objects.filter(exclusive="invitation", flow="online").filter(unable | Exists(elsewhere))
    return list(found.values_list("pk", flat=True)[:500])


def empty_levels() -> list[UUID]:
    """Reviews waiting at a level, not the last, whose reviewers are all gone."""
    waiting = Case.objects.filter(turn__in=[Capacity.COUNSELLOR, Capacity.COLLEGE]).exclude(chain__in=["", F("turn")])
    stuck = waiting.filter(~Exists(present()))
    return [case.pk for case in stuck.exclude(by_their_heads())[:500] if case.level + 1 < len(case.levels)]


def present() -> QuerySet[Membership]:
    """Who may act at a case's present level."""
    return Membership.objects.filter(
        kind=OuterRef("turn"), school=OuterRef("school"), active=True, user__is_active=True
    ).filter(
        Q(kind=Capacity.SCHOOL)
        | Q(kind=Capacity.COLLEGE, college=OuterRef("college"))
        | Q(
            kind=Capacity.COUNSELLOR,
            college=OuterRef("college"),
            classes__cohort=OuterRef("cohort"),
            classes__name=OuterRef("klass"),
        )
    )


def by_their_heads() -> Q:
    """What waits where nothing but the approval of this very level will do (`rules.head_decides`)."""
    return Q(flow="destination", state="review", topic__in=[one.slug for one in of_both_heads()], turn__in=HEADS)


def missing_heads() -> list[UUID]:
    """Reviews that wait for a head whom nobody replaced; the school is told once for each level."""
    told = Event.objects.filter(case=OuterRef("pk"), step="await_head", level=OuterRef("level"), at__gte=OuterRef("since"))
    stuck = Case.objects.filter(by_their_heads()).filter(~Exists(present()), ~Exists(told))
    return [case.pk for case in stuck[:500] if case.level + 1 < len(case.levels)]


SWEEPS += [(void_invitations, "invalidate"), (empty_levels, passing), (missing_heads, "await_head")]
