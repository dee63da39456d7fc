"""The world of the matrix: one object of every kind, and everybody's relation to it."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from tests.authenticator import SoftAuthenticator
from tests.cast import Cast
from wangqian.cases.models import Case, Evidence, Outbox
from wangqian.documents.uploads import objects
from wangqian.exchange.models import Import
from wangqian.exchange.roster import desk
from wangqian.flows import links
from wangqian.people import passkeys, resets
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, CodeEdition, FactorReset, Favourite, Membership

NOBODY = UUID("01900000-0000-7000-8000-000000000000")


class World(Cast):
    """曹文公's signed agreement at 示范大学 with 越综合企业, and an open invitation by the same employer to 李清照."""

    @cached_property
    def graduate(self) -> Actor:
        return self.graduate_named("曹文公", klass="1班")

    @cached_property
    def agreement(self) -> Case:
        return self.signed()

    @cached_property
    def second(self) -> Actor:
        return self.graduate_named("李清照", klass="1班")

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
    def class_counsellor(self) -> Actor:
        """Of the class to which 曹文公 and 李清照 belong."""
        _ = self.agreement  # signed in a school that had no counsellors yet: two levels
        return self.counsellor("班级辅导员", "1班")

    @cached_property
    def colleague(self) -> Actor:
        """A plain user of the employer."""
        return self.actor("单位同事", "employer", employer=self.employer.membership.employer)

    @cached_property
    def suspended_employer(self) -> Actor:
        actor = self.employer_named("停用单位")
        self.suspended(actor)
        return actor

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
            "colleague": self.colleague,
            "suspended": self.suspended_employer,
            "former_employer": self.former_employer,
            "counsellor": self.class_counsellor,
            "college": self.college_reviewer,
            "other_college": self.other_college,
            "school": self.school_reviewer,
            "clerk": self.second_school_user,
            "other_school": self.outsider_reviewer,
            "operator": self.operator,
        }

    def failed_paper(self) -> Outbox:
        """A paper the operator may have made again."""
        row = Outbox.objects.filter(consumer="documents").latest("id")
        Outbox.objects.filter(pk=row.pk).update(error="缺少字形：𬭎")
        return row

    def slip(self) -> Case:
        """An activation code asked for by the college and confirmed by the school, not printed yet."""
        given = {"reason": "手机号已停用", "papers": "居民身份证"}
        graduate = self.graduate.membership.graduate
        case = self.start("activation_slip", "request", self.college_reviewer, given, graduate=graduate)
        self.act(case, "confirm", self.school_reviewer)
        return case

    def link(self) -> str:
        """The secret of a capability link, sent to an employer's contact for another graduate's agreement."""
        case = self.stamping(self.graduate_named("陆游"))
        graduate = Actor(Membership.objects.get(graduate=case.graduate_id))
        self.act(case, "ask_employer", graduate, {"mobile": "13900002222"})
        found = links.latest(case)
        assert found
        return links.issue(found, now())

    def passkey(self, actor: Actor) -> Authenticator:
        """A passkey of his."""
        options, state = passkeys.creation(actor.user)
        return passkeys.create(actor.user, "我的手机", state, SoftAuthenticator().create(options))

    def reset(self) -> FactorReset:
        """The operator asked that the college's reviewer's factors be reset; a second administrator is waited for."""
        self.passkey(self.college_reviewer)
        return resets.request(self.operator, self.college_reviewer.membership, "手机遗失，已核对身份证")

    def edition(self) -> CodeEdition:
        """An edition of a table of codes whose day has not come."""
        return CodeEdition.objects.create(
            table="sex",
            number=1,
            effective_on=today(now()) + timedelta(days=9),
            content="code,name,parent,ended,aliases\n9,未说明,,,\n",
            added_by=self.operator.user,
            added_as=self.operator.membership,
            added_at=now(),
        )

    def roster_import(self) -> Import:
        """An upload of the school, waiting to be checked."""
        sheet = "姓名,学号\n曹文公,1\n".encode()
        return desk.receive(self.school_reviewer, self.school, self.cohort, "名单.csv", [sheet])

    def file(self) -> Evidence:
        """A photo handed in for the agreement, checked and accepted."""
        row = Evidence(case=self.agreement, slot="scan", owner=self.graduate.user, name="协议书.jpg", codes=[], kind="jpeg", pages=1)
        row.bound_at = now()
        row.state, row.size, row.uploaded_at, row.sha256 = "accepted", 5, now(), sha256(b"photo").hexdigest()
        row.key = objects.keep_original(row, b"photo", row.uploaded_at)
        objects.keep_pages(row, [b"\xff\xd8page\xff\xd9"])
        row.save(force_insert=True)
        return row

    def session_of(self, actor: Actor) -> UserSession:
        """Another browser in which he is logged in."""
        return UserSession.objects.create(user=actor.user, ip="127.0.0.1", session_key="elsewhere", user_agent="Firefox")

    def favourite_row(self) -> Favourite:
        self.favour(self.employer, self.second)
        return Favourite.objects.get(employer=self.employer.membership.employer, graduate=self.second.membership.graduate)
