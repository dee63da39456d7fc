"""What a school did with somebody's data or rights, told to him in the transaction that did it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from wangqian.notices.direct import message
from wangqian.notices.facts import change_words
from wangqian.people.models import Actor, Capacity, Graduate, GraduateChange, Membership, SchoolChange, User

PATH = "/me/changes/"


def tell_corrected(rows: Sequence[GraduateChange], by: Actor) -> None:
    """Before and after of one act, to its graduate; nothing when nothing changed or he has no account yet."""
    member = account(rows[0].graduate) if rows else None
    if member is None:
        return
    with translation.override(member.user.language):
        facts = {
            "who": by.membership.place(),
            "changes": "\n".join(change_words(row) for row in rows),
            "reason": rows[0].words[2],
        }
    message(member.user, "data_corrected", facts, key=str(rows[0].act), membership=member, path=PATH)


def tell_confirmed(graduates: Iterable[Graduate], by: Actor) -> None:
    """"院系已确认": what he could edit until now is closed."""
    who = {"who": by.membership.place()}
    members = Membership.objects.filter(graduate__in=list(graduates), active=True).select_related("user", "graduate")
    for member in members:
        at = member.graduate.college_confirmed_at  # type: ignore[union-attr]
        message(member.user, "data_confirmed", who, key=f"{member.graduate_id}:{at:%s}", membership=member, path="/me/")


def tell_withdrawn(row: GraduateChange, by: Actor) -> None:
    """The confirmation was taken back, and why."""
    if member := account(row.graduate):
        facts = {"who": by.membership.place(), "reason": row.words[2]}
        message(member.user, "confirmation_withdrawn", facts, key=str(row.act), membership=member, path="/me/")


def account(graduate: Graduate) -> Membership | None:
    return Membership.objects.filter(graduate=graduate, active=True).select_related("user").first()


def tell_staff(change: SchoolChange, lines: Sequence[str]) -> None:
    """To the person whose rights were changed; `lines` say before and after in words."""
    member = change.membership
    assert member is not None
    user: User = member.user
    with translation.override(user.language):
        facts = {
            "school": change.school.name,
            "capacity": capacity(member),
            "changes": "\n".join(lines),
        }
    message(user, "staff_added" if change.what == "staff_added" else "staff_changed", facts, key=str(change.pk), path="/home/")


def capacity(member: Membership) -> str:
    """"院系（信息学院）"."""
    label = str(_(Capacity(member.kind).label))
    return f"{label}（{member.college.name}）" if member.college else label
