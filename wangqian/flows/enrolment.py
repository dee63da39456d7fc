"""学籍状态 (flows.md §12): a graduate with cases is never deleted; leaving is refused while a case holds him."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from wangqian.cases.engine import lock_graduate, system
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows.corrections import STAFF, Why, check_scope, note
from wangqian.people.field_classes import STATUS
from wangqian.people.models import Actor, Capacity, Graduate, GraduateChange, Status

HELD = gettext_noop("该毕业生有办理中或生效中的签约（登记），请先由学校解除，再更改学籍状态。")


def refusal(graduate: Graduate) -> Refused | None:
    """Why he cannot leave now."""
    return Refused(HELD) if Case.objects.filter(graduate=graduate, holds=True).exists() else None


def change_status(graduate: UUID, status: Status, by: Actor, reason: str) -> list[GraduateChange]:
    """Write the new status, under the graduate's lock; open invitations of one who leaves become void at once.

    Raises `Refused`: not the school, nothing to change, or a case still holds.
    """
    with transaction.atomic():
        found = lock_graduate(graduate)
        check_scope(found, by)
        if by.membership.kind != Capacity.SCHOOL:
            raise Refused("学籍状态由学校更改。")
        if found.status == status:
            raise Refused("学籍状态已经是“{status}”，没有改动。", status=status.label)
        if status != Status.ENROLLED and (held := refusal(found)):
            raise held
        before, found.status = Status(found.status), status
        found.save(update_fields=["status"])
        rows = note(found, {STATUS: (before.label, status.label)}, by, Why(STAFF, reason))
        if status != Status.ENROLLED:
            end_invitations(found)
        return rows


def end_invitations(graduate: Graduate) -> None:
    for case in Case.objects.filter(graduate=graduate, exclusive="invitation").order_by("pk"):
        try:
            system(case, "invalidate", None)
        except Refused:  # overdue at this very moment: the clock lapses it
            continue
