"""Whom another house's claims mean (flows.md §11): the number and the name together, or school, student number and name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from wangqian.codes.table import table
from wangqian.codes.width import half_width
from wangqian.flows.activating import active
from wangqian.people.identity import blind_index
from wangqian.people.models import Graduate, Status, User
from wangqian.people.names import plain_name


@dataclass(frozen=True)
class Claims:
    """What the house says; "" for what it does not. Kept nowhere but in the sealed session of who activates."""

    issuer: str
    subject: str
    name: str
    number: str = ""
    student_number: str = ""
    school: str = ""

    def __repr__(self) -> str:
        return "Claims(…)"  # never by accident in a trace


@dataclass(frozen=True)
class Meant:
    """An account that was activated, or a graduate who may activate; neither, when nobody fits."""

    user: User | None = None
    graduate: Graduate | None = None


def meant(claims: Claims, only: str = "") -> Meant:
    """`only`: the code of the one school whose graduates this house may speak for."""
    graduate = graduate_of(claims, only)
    if graduate is None:
        return Meant()
    index = bytes(graduate.identity_index)
    user = User.objects.filter(identity_index=index, activated_at__isnull=False).first()
    if user is not None:
        return Meant(user=user) if user.is_active else Meant()
    return Meant() if active(graduate) else Meant(graduate=graduate)


def graduate_of(claims: Claims, only: str) -> Graduate | None:
    """The newest row they all fit; as many queries for a wrong name as for a wrong number."""
    rows = Graduate.objects.filter(named(claims)).exclude(status__in=(Status.WITHDRAWN, Status.MOVED))
    rows = rows.filter(school__code=only) if only else rows
    wanted = plain_name(claims.name)
    found = rows.select_related("cohort", "school").order_by("-cohort__year")
    return next((one for one in found if wanted and plain_name(one.name) == wanted), None)


def named(claims: Claims) -> Q:
    if claims.number:
        number = half_width(claims.number)
        return Q(person__in=[blind_index(kind.code, number) for kind in table("document_kind")])
    if claims.school and claims.student_number:
        return Q(school__code=claims.school, student_number=claims.student_number)
    return Q(pk=None)
