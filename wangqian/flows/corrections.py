"""A change of a graduate's own data: by himself, by his college or school, by a correction request. One function writes them all.

In one transaction: lock the graduate; check who may change what, and that what was on the screen still stands; write; 核对 again
after a watched field; open reviews follow; a row for every field says who, when, before and after, why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from wangqian.cases.act import NotYours
from wangqian.cases.engine import lock_graduate
from wangqian.cases.rewrapping import follow_person
from wangqian.chart.words import Refused, differing
from wangqian.flows import roster
from wangqian.flows.parties import CLASS, own_place
from wangqian.people import field_classes, renumbered
from wangqian.people.clock import now
from wangqian.people.field_classes import DATA, Datum, Edits
from wangqian.people.ids import new_id
from wangqian.people.models import Actor, Capacity, College, Graduate, GraduateChange, Membership

SELF, STAFF, REQUEST, SLIP = "self", "staff", "request", "slip"
CLASHES = {
    "identity": gettext_noop("该证件号已登记给本届另一名毕业生，请核对。"),
    "exam": gettext_noop("该考生号已登记给本届另一名毕业生，请核对。"),
    "student": gettext_noop("该学号已登记给本届另一名毕业生，请核对。"),
}


@dataclass(frozen=True)
class Why:
    """By which way a change came, in whose words; `case` is the correction request that was granted, the slip that was spent."""

    source: str
    reason: str = ""
    case: UUID | None = None


class Wrong(Refused):
    """A value that does not fit; `field` says where it was typed."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def may_change(datum: Datum, graduate: Graduate, membership: Membership) -> Refused | None:
    """Why this member may not change this field of this graduate; None when he may. The place is checked elsewhere."""
    kind = membership.kind
    if kind == Capacity.GRADUATE:
        return own_refusal(datum, graduate)
    if kind not in (Capacity.COLLEGE, Capacity.SCHOOL):
        return Refused("毕业生的信息由院系或学校更正。")
    if datum.edits is Edits.ALWAYS:
        return Refused("此项由毕业生本人修改。")
    if datum.edits is Edits.NEVER and kind == Capacity.COLLEGE:
        return Refused("此项只能由学校更正。")
    return None


def own_refusal(datum: Datum, graduate: Graduate) -> Refused | None:
    if datum.own_page:
        return Refused("手机和邮箱须凭验证码修改，请到“账号与安全”办理。")
    if datum.edits is Edits.NEVER:
        return Refused("此项不能自行修改，有误请申请更正。")
    if datum.edits is Edits.UNTIL and graduate.college_confirmed_at is not None:
        return Refused("院系已确认您的信息，此项有误请申请更正。")
    return None


def in_place(graduate: Graduate, membership: Membership) -> bool:
    """Whether the graduate is the member himself, or of the member's place."""
    if membership.kind == Capacity.GRADUATE:
        return membership.graduate_id == graduate.pk
    columns = own_place(membership)
    return columns is not None and not differing(graduate, columns)


def correct(
    graduate: UUID, values: Mapping[str, str], by: Actor, why: Why, seen: Mapping[str, str] | None = None
) -> list[GraduateChange]:
    """Write these values (by field, in the form of `field_classes`); returns a row per field that differs.

    `seen` is what the screen said of them. Raises `Refused`, or `Wrong` for one field; nothing has then changed.
    """
    with transaction.atomic():
        found = lock_graduate(graduate)
        check_scope(found, by)
        before = {name: field_classes.read(found, DATA[name]) for name in values}
        fresh = {name: value for name, value in values.items() if not field_classes.same(DATA[name], before[name], value)}
        for name in fresh:
            if seen is not None and before[name] != seen[name]:
                raise Refused("{field}刚刚有变动，请核对最新内容后重新提交。", field=field_classes.label(name))
            if refusal := may_change(DATA[name], found, by.membership):
                raise refusal
        if not fresh:
            return []
        write(found, fresh)
        return note(found, {name: (before[name], value) for name, value in fresh.items()}, by, why)


def check_scope(graduate: Graduate, by: Actor) -> None:
    """The membership as it is now; out of its place nothing exists."""
    current = Membership.objects.filter(pk=by.membership.pk, active=True, user__is_active=True).first()
    if current is None or not in_place(graduate, current):
        raise NotYours("找不到此事项。")


def write(graduate: Graduate, values: Mapping[str, str]) -> None:
    """Set, check the whole, save, and let follow what follows."""
    person, called = graduate.person, graduate.name
    columns = {column for name, value in values.items() for column in field_classes.assign(graduate, DATA[name], value)}
    whole(graduate, values)
    if field_classes.WATCHED & values.keys() and graduate.confirmed_at is not None:
        graduate.confirmed_at = None
        columns.add("confirmed_at")
    if "identity" in values:
        renumber(graduate)
    try:
        with transaction.atomic():
            graduate.save(update_fields=sorted(columns))
    except IntegrityError as clash:
        raise clash_sentence(clash) from clash
    if "identity" in values:
        follow_person(graduate.pk, person.open(), graduate.person.open())
    if "name" in values:
        renumbered.follow_names({graduate.pk: (called, graduate.name)})
    roster.after_edit([graduate.pk])


def whole(graduate: Graduate, values: Mapping[str, str]) -> None:
    """What must hold of the values together."""
    if not graduate.exam_number and not graduate.student_number:
        raise Wrong("student_number", "考生号和学号不能都为空。")
    if graduate.training_mode in ("2", "4") and not graduate.entrusting_unit:
        raise Wrong("entrusting_unit", "定向、委培的毕业生须填写定向或委培单位。")
    if "college" in values and not College.objects.filter(
        pk=graduate.college_id, school=graduate.school_id, active=True
    ).exists():
        raise Wrong("college", "请选择本校在用的院系。")


def renumber(graduate: Graduate) -> None:
    """The account goes with the number, unless it would become somebody else's."""
    index = {graduate.pk: bytes(graduate.identity_index)}
    if reasons := renumbered.reasons_against(index):
        raise Wrong("identity", reasons[graduate.pk])
    renumbered.follow(index)


def clash_sentence(clash: IntegrityError) -> Exception:
    """The database's own guard as a sentence; anything else is a bug and stays one."""
    for word, sentence in CLASHES.items():
        if word in str(clash):
            return Refused(sentence)
    return clash


def renew(graduate: UUID, name: str, value: str, by: Actor | None, why: Why) -> Graduate:
    """A phone or an address its owner has proven by a code: a row of his on the roster says the same. In the caller's transaction."""
    found = lock_graduate(graduate)
    before = getattr(found, name)
    if before != value:
        setattr(found, name, value)
        found.save(update_fields=["private"])
        note(found, {name: (before, value)}, by, why)
    return found


def note(
    graduate: Graduate, changes: Mapping[str, tuple[str, str]], by: Actor | None, why: Why
) -> list[GraduateChange]:
    """The rows of one act, under the person's key; without an actor the graduate's own, who had no capacity to act in yet."""
    act, moment, key = new_id(), now(), graduate.person.open()
    rows = []
    for name, (before, after) in changes.items():
        row = GraduateChange(
            graduate=graduate, at=moment, user=by.user if by else None, membership=by.membership if by else None,
            capacity=by.membership.kind if by else Capacity.GRADUATE.value,
            source=why.source, act=act, case=why.case, field=name, person=graduate.person,
        )  # fmt: skip
        row.sealed = GraduateChange.seal(row.pk, key, before, after, why.reason)
        rows.append(row)
    return GraduateChange.objects.bulk_create(rows)


def moved(changes: list[GraduateChange]) -> bool:
    """Whether the graduate went to another college or class."""
    return any(change.field in ("college", CLASS[1]) for change in changes)
