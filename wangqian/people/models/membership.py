"""Memberships: in which capacities a person acts. Every scope starts here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import models

from wangqian.people.ids import new_id
from wangqian.people.models.employer import Employer
from wangqian.people.models.graduate import Graduate
from wangqian.people.models.kept import Kept
from wangqian.people.models.school import College, School
from wangqian.people.models.user import User
from wangqian.people.vault import Sealed


class Capacity(models.TextChoices):
    GRADUATE = "graduate", "毕业生"
    EMPLOYER = "employer", "用人单位"
    COUNSELLOR = "counsellor", "辅导员"
    COLLEGE = "college", "院系"
    SCHOOL = "school", "学校"
    OPERATOR = "operator", "平台"


# One person never acts for two parties of a case; the reviewing levels are one party.
PARTY_OF = {
    Capacity.GRADUATE.value: "graduate",
    Capacity.EMPLOYER.value: "employer",
    Capacity.COUNSELLOR.value: "school",
    Capacity.COLLEGE.value: "school",
    Capacity.SCHOOL.value: "school",
    Capacity.OPERATOR.value: "operator",
}


class Membership(models.Model):
    """One capacity of one user; inactive rows stay, events point at them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=12)
    graduate = models.OneToOneField(Graduate, models.PROTECT, null=True, related_name="membership")
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="memberships")
    college = models.ForeignKey(College, models.PROTECT, null=True, related_name="memberships")
    # As the school that made the membership calls the person; the account may have been there before, under its own name.
    known_as = Sealed(null=True)
    admin = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_names_its_place",
                condition=models.Q(kind="graduate", graduate__isnull=False)
                | models.Q(kind="employer", employer__isnull=False)
                | models.Q(kind="school", school__isnull=False)
                | models.Q(kind="college", school__isnull=False, college__isnull=False)
                | models.Q(kind="counsellor", school__isnull=False, college__isnull=False)
                | models.Q(kind="operator"),
            ),
        ]

    @property
    def party(self) -> str:
        return PARTY_OF[self.kind]

    @property
    def called(self) -> str:
        """The name the school knows the person by."""
        return str(self.known_as or self.user.name)

    @cached_property
    def in_charge(self) -> frozenset[tuple[UUID, str]]:
        """(cohort, class) of a counsellor; as of the first look at this instance."""
        return frozenset(self.classes.values_list("cohort_id", "name"))

    def place(self) -> str:
        """Where the capacity is held, for people: "示范大学 信息学院"."""
        parts: tuple[object, ...] = (self.employer, self.school, self.college)
        if self.graduate_id:
            parts = (self.graduate.school, self.graduate.college)  # type: ignore[union-attr]
        return " ".join(str(part) for part in parts if part)


class MembershipChange(models.Model):
    """A capacity that was ended ("stopped") or given back ("back") by the operator; `by` is nobody for who did it on the server.

    Append-only. What a school does with its own staff is a `SchoolChange`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    what = models.CharField(max_length=20)
    why = Kept()

    class Meta:
        ordering = ["-id"]


@dataclass(frozen=True)
class Actor:
    """Who acts: a user in one capacity, and from where. Automata are roles of the chart, never None."""

    membership: Membership
    ip: str = ""
    agent: str = ""

    @property
    def user(self) -> User:
        return self.membership.user
