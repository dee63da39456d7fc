"""Columns of a case that only say on whose desk it lies. They follow the graduate; no state, event or version is touched."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery

from wangqian.cases.models import Case
from wangqian.people.models import Graduate


def follow_graduate(graduates: Collection[UUID]) -> int:
    """Copy school, college and class of these graduates to their cases where they differ; returns how many moved.

    The caller holds the graduates' rows, as every act about a graduate does first (lock order: graduate → case).
    """
    if not graduates:
        return 0
    here = Graduate.objects.filter(pk=OuterRef("graduate_id"))
    differing = ~Q(school=F("graduate__school")) | ~Q(college=F("graduate__college")) | ~Q(klass=F("graduate__klass"))
    moved = Case.objects.filter(differing, graduate__in=list(graduates)).values_list("pk", flat=True)
    return Case.objects.filter(pk__in=list(moved)).update(
        school=Subquery(here.values("school")[:1]),
        college=Subquery(here.values("college")[:1]),
        klass=Subquery(here.values("klass")[:1]),
    )
