"""学生收藏夹 (M004 §4): the look-up of one graduate by three exact facts, and who may be invited from the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from wangqian.cases.engine import lock_graduate
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.codes.width import half_width
from wangqian.flows import rules
from wangqian.flows.online import OnlineSigning
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.identity import blind_index
from wangqian.people.models import (
    AccessLog,
    Actor,
    Employer,
    Favourite,
    Graduate,
    SchoolProfile,
    Status,
)
from wangqian.people.names import name_index, plain_name


def may_look_up(employer: Employer) -> Refused | None:
    """Why this employer may not search or keep graduates; None when it may."""
    if employer.certified:
        return None
    if employer.suspended_at:
        return Refused("贵单位的认证已被暂停，暂不能查询学生、发起邀请。")
    return Refused("贵单位尚未通过认证，暂不能查询学生、发起邀请；认证通过后即可办理。")


def find(actor: Actor, name: str, kind: str, number: str, school_id: UUID) -> Graduate | None:
    """The graduate of an open cohort whom all three facts name exactly, or None without saying what was wrong.

    `kind` is a code of the table document_kind. Raises `Refused` (not certified) or `limits.Over` (50 look-ups a day of this
    employer). After 5 misses in 30 days for one name and school, counted over all employers, every answer for that target
    is None. A hit is logged for the graduate to see (`security.md` §2.1).
    """
    employer = own_employer(actor)
    limits.spend("look-up", str(employer.pk))
    target = target_of(name, school_id)
    with transaction.atomic():
        # Counted as a miss before looking: the row stays locked, so racing guesses cannot share the last try.
        counted = limits.count("look-up-target", *target)
        pk = matching(name, kind, number, school_id)
        if pk is None or counted == "refused":
            limits.count("look-up-misses", str(employer.pk))
            return None
        if counted == "allowed":
            limits.give_back("look-up-target", *target)
        return seen(actor, pk)


def looked_up(employer: Employer | None) -> QuerySet[AccessLog]:
    """Whom this employer has found by a number it typed: theirs alone it reads, masked, and finds again by the number.

    Of whoever came by an 应约码 it learns no digit, neither shown nor by trying numbers in a filter (security.md §2.1).
    """
    return AccessLog.objects.filter(what="look_up", membership__employer=employer)


def target_of(name: str, school_id: UUID) -> tuple[str, str]:
    """What misses are counted by: whoever bears this name at this school."""
    return plain_name(name), str(school_id)


def shut_until(graduate: Graduate) -> datetime | None:
    """Until when employers cannot find him by name and number, after too many misses; None while they can."""
    target = target_of(graduate.name, graduate.school_id)
    if not limits.exhausted("look-up-target", *target):
        return None
    return now() + timedelta(seconds=limits.wait("look-up-target", *target))


def reopen(actor: Actor, graduate: Graduate) -> bool:
    """The school opens the search by name again; he sees it on 我的信息. False when it was open."""
    if shut_until(graduate) is None:
        return False
    with transaction.atomic():
        limits.clear("look-up-target", *target_of(graduate.name, graduate.school_id))
        AccessLog.objects.create(
            actor=actor.user, membership=actor.membership, subject=graduate, what="look_up_reopened", ip=actor.ip or None, at=now()
        )
    return True


def own_employer(actor: Actor) -> Employer:
    """The actor's employer as it is now; raises `Refused` unless it is certified."""
    assert actor.membership.employer_id is not None
    employer = Employer.objects.get(pk=actor.membership.employer_id)
    if refusal := may_look_up(employer):
        raise refusal
    return employer


def matching(name: str, kind: str, number: str, school_id: UUID) -> UUID | None:
    """The key of the one row that fits; reads no more for a wrong name than for a wrong number."""
    moment = now()
    reopened = Q(reopened_until__gt=moment)
    found = (
        Graduate.objects.filter(school_id=school_id, person=blind_index(kind, half_width(number)))
        .filter(Q(cohort__opens_at__lte=moment, cohort__closes_at__gt=moment) | reopened)
        .exclude(status__in=[Status.WITHDRAWN, Status.MOVED])
        .order_by("-cohort__year")
        .values_list("pk", "name_index")
    )
    wanted = name_index(school_id, name)
    return next((pk for pk, known in found if bytes(known or b"") == wanted), None)


def seen(actor: Actor, pk: UUID) -> Graduate:
    """The graduate found, with what the card shows; he sees on 我的信息 that this employer looked him up."""
    graduate = Graduate.objects.select_related("school", "college", "cohort", "person").get(pk=pk)
    AccessLog.objects.create(
        actor=actor.user,
        membership=actor.membership,
        subject=graduate,
        what="look_up",
        ip=actor.ip or None,
        at=now(),
    )
    return graduate


def add(actor: Actor, graduate: Graduate) -> tuple[Favourite, bool]:
    """(the favourite, whether it is new). Raises `Refused` when the employer is not certified."""
    return Favourite.objects.get_or_create(
        employer=own_employer(actor),
        graduate=graduate,
        defaults={"added_by": actor.user, "added_at": now()},
    )


def remove(actor: Actor, favourite: Favourite) -> None:
    """Take a graduate off the list. Raises `Refused` while a case of the pair is open or in force."""
    with transaction.atomic():
        lock_graduate(favourite.graduate_id)  # no invitation comes in between
        if open_cases(favourite.employer_id, favourite.graduate_id).exists():
            raise Refused("与该毕业生的签约或解约正在办理或生效中，不能移出收藏夹。")
        Favourite.objects.filter(pk=favourite.pk, employer=actor.membership.employer).delete()


def open_cases(employer_id: UUID, graduate_id: UUID) -> QuerySet[Case]:
    """Invited, in review, signed, or with an open termination."""
    pair = Case.objects.filter(employer_id=employer_id, graduate_id=graduate_id)
    return pair.filter(Q(holds=True) | ~Q(exclusive=""))


def refusals(employer: Employer, graduates: Sequence[Graduate], moment: datetime) -> dict[UUID, Refused]:
    """Why 发起签约邀请 is refused now, by graduate; who is missing may be invited.

    The rules of `OnlineSigning.invite` for a whole list in four queries; the graduates come with their cohorts.
    """
    of_list = {"graduate__in": [graduate.pk for graduate in graduates]}
    invitations = Case.objects.filter(employer=employer, flow=OnlineSigning.slug, **of_list)
    kept = set(Favourite.objects.filter(employer=employer, **of_list).values_list("graduate_id", flat=True))
    waiting = set(
        Case.objects.filter(employer=employer, exclusive="invitation", respond_by__gt=moment, **of_list).values_list(
            "graduate_id", flat=True
        )
    )
    recent = invitations.filter(opened_at__gt=moment - rules.INVITATION_WINDOW)
    sent = Counter(recent.values_list("graduate_id", flat=True))
    schools = {graduate.school_id for graduate in graduates}
    # The newest version comes last and stays.
    profiles = {one.school_id: one for one in SchoolProfile.objects.filter(school__in=schools).order_by("version")}

    def why(graduate: Graduate) -> Refused | None:
        if not employer.certified:
            return rules.suspended(employer) or Refused(rules.certified.sentence)
        if barred := unfit(graduate, profiles[graduate.school_id]) or registration_closed(graduate, moment):
            return barred
        if graduate.pk not in kept:
            return Refused(rules.favourite.sentence)
        if graduate.pk in waiting:
            return Refused(rules.no_open_invitation.sentence)
        return Refused(rules.not_too_often.sentence) if sent[graduate.pk] >= rules.INVITATIONS else None

    return {graduate.pk: refusal for graduate in graduates if (refusal := why(graduate))}


def unfit(graduate: Graduate, profile: SchoolProfile) -> Refused | None:
    """Law L4 and the school's dial: why no employer may invite him, as employers read it."""
    if not profile.offers_online:
        return Refused(rules.offered.sentence)
    return None if rules.may_sign(graduate, profile) else Refused(rules.can_sign.sentence)


def registration_closed(graduate: Graduate, moment: datetime) -> Refused | None:
    """Law L5 for a graduate that came with its cohort; the sentences of `rules.cohort_open`."""
    if moment < graduate.cohort.opens_at:
        return Refused("本届登记尚未开始，请在学校公布的时间内办理。")
    reopened = graduate.reopened_until is not None and moment < graduate.reopened_until
    return None if moment < graduate.cohort.closes_at or reopened else Refused(rules.cohort_open.sentence)
