"""For the demo and the tests, which move a deadline rather than the clock."""

from __future__ import annotations

from datetime import datetime

from wangqian.cases.models import Case


def move_deadline(case: Case, to: datetime, wake: datetime | None = None) -> Case:
    """The case with another deadline; it wakes then, or when `wake` says."""
    Case.objects.filter(pk=case.pk).update(respond_by=to, wake_at=wake or to)
    return Case.objects.get(pk=case.pk)
