"""The world of the matrix: one object of every kind, and everybody's relation to it."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from tests.cast import Cast
from wangqian.cases.models import Case
from wangqian.exchange.models import Import
from wangqian.exchange.roster import desk
from wangqian.notices.models import Notice
from wangqian.people.clock import now
from wangqian.people.models import Actor, Favourite, Membership

NOBODY = UUID("01900000-0000-7000-8000-000000000000")


class World(Cast):
    """曹文公's signed agreement at 示范大学 with 越综合企业, and an open invitation by the same employer to 李清照."""

    @cached_property
    def agreement(self) -> Case:
        return self.signed()

    @cached_property
    def second(self) -> Actor:
        return self.graduate_named("李清照")

    @cached_property
    def open_invitation(self) -> Case:
        return self.invited(graduate=self.second)

    @cached_property
    def former_employer(self) -> Actor:
        """Left the employer: his membership is no longer active."""
        actor = self.actor("离职者", "employer", employer=self.employer.membership.employer)
        Membership.objects.filter(pk=actor.membership.pk).update(active=False)
        return actor

    @cached_property
    def other_college(self) -> Actor:
        from wangqian.people.models import College

        college = College.objects.create(school=self.school, name="文学院")
        return self.actor("外院老师", "college", school=self.school, college=college)

    @cached_property
    def uncertified(self) -> Actor:
        return self.employer_named("无证单位", certified=False)

    @cached_property
    def people(self) -> dict[str, Actor | None]:
        """The columns of the matrix."""
        return {
            "anonymous": None,
            "graduate": self.graduate,
            "other_graduate": self.graduate_named("同学"),
            "employer": self.employer,
            "other_employer": self.other_employer,
            "uncertified": self.uncertified,
            "former_employer": self.former_employer,
            "college": self.college_reviewer,
            "other_college": self.other_college,
            "school": self.school_reviewer,
            "other_school": self.outsider_reviewer,
            "operator": self.operator,
        }

    def dead_notice(self) -> Notice:
        """A message the operator may send again."""
        person = self.graduate.user
        return Notice.objects.create(
            recipient=person, channel="sms", template="online.invite", state="dead", body="…", created_at=now()
        )

    def roster_import(self) -> Import:
        """An upload of the school, waiting to be checked."""
        sheet = "姓名,学号\n曹文公,1\n".encode()
        return desk.receive(self.school_reviewer, self.school, self.cohort, "名单.csv", [sheet])

    def favourite_row(self) -> Favourite:
        self.favour(self.employer, self.second)
        return Favourite.objects.get(employer=self.employer.membership.employer, graduate=self.second.membership.graduate)
