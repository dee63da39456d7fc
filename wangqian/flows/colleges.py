"""A school's colleges: add, rename, put out of use. One that is still needed stays: the rule says by whom."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from wangqian.cases.act import NotYours
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows.parties import REVIEWING
from wangqian.flows.staff import MISSING, manager
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, College, Graduate, Membership, SchoolChange, Status

ADDED, RENAMED, STOPPED, BACK = "college_added", "college_renamed", "college_stopped", "college_back"
TAKEN = gettext_noop("学校已有这个名称的院系（包括已停用的）。")


def own_school(by: Actor) -> Membership:
    """An administrator of the school, under its lock."""
    own = manager(by)
    if own.kind != Capacity.SCHOOL:
        raise NotYours(MISSING)
    return own


def found(own: Membership, pk: UUID) -> College:
    college = College.objects.filter(school=own.school_id, pk=pk).first()
    if college is None:
        raise NotYours(MISSING)
    return college


def add(by: Actor, name: str) -> SchoolChange:
    with transaction.atomic():
        own = own_school(by)
        made = College(school=own.school, name=name)
        save(made)
        return written(by, ADDED, made, {}, {"name": name})


def rename(by: Actor, pk: UUID, name: str) -> SchoolChange:
    """Papers keep the name of their day."""
    with transaction.atomic():
        college = found(own_school(by), pk)
        if college.name == name:
            raise Refused("没有改动。")
        before, college.name = college.name, name
        save(college)
        return written(by, RENAMED, college, {"name": before}, {"name": name})


def save(college: College) -> None:
    try:
        with transaction.atomic():
            college.save()
    except IntegrityError as clash:
        raise Refused(TAKEN) from clash


def needed(college: College) -> Refused | None:
    """Why it cannot be put out of use now.

    Reviews wait at one of its levels; graduates belong to it who may still sign; an agreement is in force whose end only the
    college would review; somebody is on its staff.
    """
    of_college = Case.objects.filter(college=college)
    reviews = of_college.filter(turn__in=[Capacity.COLLEGE, Capacity.COUNSELLOR]).count()
    if reviews:
        return Refused("该院系还有 {count} 项事项在等待审核或处理，办完后才能停用。", count=reviews)
    graduates = Graduate.objects.filter(college=college, status=Status.ENROLLED, cohort__closes_at__gt=now()).count()
    if graduates:
        return Refused("该院系还有 {count} 名登记未截止的毕业生，请先把他们转到其他院系。", count=graduates)
    last = college.school.profiles.order_by("-version").first()
    alone = last is not None and last.levels("termination")[-1] != Capacity.SCHOOL
    if alone and of_college.filter(holds=True).exists():
        return Refused("解约只由院系审核，而该院系还有生效中的协议；请先在“学校设置”中增加学校一级。")
    staff = Membership.objects.filter(college=college, kind__in=REVIEWING, active=True).count()
    return Refused("该院系还有 {count} 位在岗老师，请先停用或调整他们的身份。", count=staff) if staff else None


def stop(by: Actor, pk: UUID) -> SchoolChange:
    with transaction.atomic():
        college = found(own_school(by), pk)
        if not college.active:
            raise Refused("该院系已经停用。")
        if refusal := needed(college):
            raise refusal
        return switched(by, STOPPED, college, False)


def restore(by: Actor, pk: UUID) -> SchoolChange:
    with transaction.atomic():
        college = found(own_school(by), pk)
        if college.active:
            raise Refused("该院系正在使用。")
        return switched(by, BACK, college, True)


def switched(by: Actor, what: str, college: College, active: bool) -> SchoolChange:
    college.active = active
    college.save(update_fields=["active"])
    return written(by, what, college, {"active": not active}, {"active": active})


def written(by: Actor, what: str, college: College, before: dict[str, object], after: dict[str, object]) -> SchoolChange:
    return SchoolChange.objects.create(
        school=college.school, at=now(), by=by.membership, what=what, college=college, before=before, after=after
    )
