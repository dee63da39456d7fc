"""The named cast of every test: invented persons with valid numbers, and an outsider.

曹文公 is the graduate, 越综合企业 invites him, 王老师 (college) and 李主任 (school) review; 海纳科技 is another employer,
孟宪章 a graduate of another school, whose people are the outsiders.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from tests.answers import DESTINATIONS, ENROLLED, OFFLINE, TERMINATION, TERMS
from wangqian.cases import proofs
from wangqian.cases.act import Act
from wangqian.cases.engine import new_case, open_case, perform
from wangqian.cases.models import Case, Event, Evidence, Proof, digest
from wangqian.cases.rehearse import move_deadline
from wangqian.chart.words import FLOWS
from wangqian.codes import resident_id, uscc
from wangqian.people.clock import now, today
from wangqian.people.models import (
    Actor,
    Cohort,
    College,
    CounsellorClass,
    Employer,
    EmployerDossier,
    Favourite,
    Graduate,
    Membership,
    School,
    SchoolProfile,
    User,
)


def edit(row: Any, **changes: Any) -> None:
    """Behind everybody's back, as UPDATE would; sealed columns know no UPDATE."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def number(serial: int, birth: date = date(2004, 5, 1), region: str = "430102") -> str:
    """A valid identity number of nobody."""
    return resident_id.make(region, birth + timedelta(days=serial // 900), serial % 900 + 1)


class Cast:
    """Everybody is made on first mention."""

    serial = 0

    def user(self, name: str, **fields: Any) -> User:
        Cast.serial += 1
        phone = f"138{Cast.serial:08d}"
        return User.objects.create(
            username=f"u{Cast.serial}",
            name=name,
            phone=phone,
            email=f"u{Cast.serial}@example.com",
            password="!",
            **fields,
        )

    def actor(self, name: str, kind: str, **place: Any) -> Actor:
        user = place.pop("user", None) or self.user(name)
        membership = Membership.objects.create(user=user, kind=kind, **place)
        return Actor(membership, "127.0.0.1", "test")

    def school_named(self, code: str, name: str, **dials: Any) -> School:
        school = School.objects.create(code=code, name=name, contact="就业办", phone="021-55550100")
        SchoolProfile.objects.create(school=school, version=1, edited_at=now(), **dials)
        return school

    @cached_property
    def school(self) -> School:
        return self.school_named("10001", "示范大学")

    @cached_property
    def college(self) -> College:
        return College.objects.create(school=self.school, name="信息学院")

    @cached_property
    def cohort(self) -> Cohort:
        return self.cohort_of(self.school)

    def cohort_of(self, school: School, opens: int = -30, closes: int = 200) -> Cohort:
        moment = now()
        times = {"opens_at": moment + timedelta(days=opens), "closes_at": moment + timedelta(days=closes)}
        return Cohort.objects.create(school=school, year=2027, **times)

    def graduate_named(
        self, name: str, college: College | None = None, cohort: Cohort | None = None, **more: Any
    ) -> Actor:
        Cast.serial += 1
        college, cohort = college or self.college, cohort or self.cohort
        fields = {
            **ENROLLED,
            "name": name,
            "student_number": f"S{Cast.serial:07d}",
            "phone": f"136{Cast.serial:08d}",
            "confirmed_at": now(),
            **more,
        }
        graduate = Graduate(school=college.school, college=college, cohort=cohort, **fields)
        graduate.set_identity("resident", number(Cast.serial))
        graduate.save(force_insert=True)
        user = self.user(name, identity_index=bytes(graduate.identity_index))
        return self.actor(name, "graduate", graduate=graduate, user=user)

    @cached_property
    def graduate(self) -> Actor:
        return self.graduate_named("曹文公")

    def employer_named(self, name: str, certified: bool = True) -> Actor:
        Cast.serial += 1
        employer = Employer.objects.create(
            name=name,
            uscc=uscc.make("91350100", Cast.serial),
            nature="39",
            nature_name="其他企业",
            industry="34",
            industry_name="信息传输、软件和信息技术服务业",
            address="福州市鼓楼区 1 号",
            postcode="350001",
            certified_at=now() if certified else None,
        )
        actor = self.actor(f"{name}人事", "employer", employer=employer, admin=True)
        EmployerDossier.objects.create(
            employer=employer,
            receipt="employer",
            receipt_name="签约单位接收",
            unit=name,
            address="福州市鼓楼区 1 号",
            contact="张三",
            phone="0591-88880000",
            edited_by=actor.user,
            edited_at=now(),
        )
        return actor

    @cached_property
    def employer(self) -> Actor:
        return self.employer_named("越综合企业")

    @cached_property
    def other_employer(self) -> Actor:
        return self.employer_named("海纳科技")

    @cached_property
    def college_reviewer(self) -> Actor:
        return self.actor("王老师", "college", school=self.school, college=self.college)

    @cached_property
    def school_reviewer(self) -> Actor:
        return self.actor("李主任", "school", school=self.school, admin=True)

    @cached_property
    def second_school_user(self) -> Actor:
        return self.actor("赵老师", "school", school=self.school)

    def counsellor(
        self, name: str, *classes: str, college: College | None = None, cohort: Cohort | None = None
    ) -> Actor:
        """A counsellor with these classes of one cohort."""
        college = college or self.college
        actor = self.actor(name, "counsellor", school=college.school, college=college)
        for each in classes:
            CounsellorClass.objects.create(membership=actor.membership, cohort=cohort or self.cohort, name=each)
        return actor

    @cached_property
    def operator(self) -> Actor:
        return self.actor("平台值班", "operator")

    @cached_property
    def second_operator(self) -> Actor:
        return self.actor("平台复核", "operator")

    @cached_property
    def outsider_school(self) -> School:
        return self.school_named("10002", "江南理工大学")

    @cached_property
    def outsider_college(self) -> College:
        return College.objects.create(school=self.outsider_school, name="信息学院")

    @cached_property
    def outsider(self) -> Actor:
        """A graduate of another school."""
        cohort = self.cohort_of(self.outsider_school)
        return self.graduate_named("孟宪章", self.outsider_college, cohort)

    @cached_property
    def outsider_reviewer(self) -> Actor:
        return self.actor("外校老师", "school", school=self.outsider_school, admin=True)

    # --- acts, through the door ---------------------------------------------------------------------

    def favour(self, employer: Actor, graduate: Actor) -> None:
        Favourite.objects.get_or_create(
            employer=employer.membership.employer,
            graduate=graduate.membership.graduate,
            defaults={"added_by": employer.user, "added_at": now()},
        )

    def reviewers(self) -> None:
        """Both levels have somebody."""
        _ = self.college_reviewer, self.school_reviewer

    def start(self, flow: str, step: str, by: Actor, given: dict[str, str] | None = None, **about: Any) -> Case:
        """Open a case as a person does: read the text, prove it, send it."""
        case = new_case(flow, about.get("graduate"), about.get("employer"), about.get("parent"))
        text, proof = self.prepare(case, step, by, given or {})
        event = open_case(flow, step, by=by, given=given, seen=text, proof=proof, **about)
        return Case.objects.get(pk=event.case_id)

    def act(self, case: Case, step: str, by: Actor, given: dict[str, str] | None = None) -> Event:
        """Take a step as a person does."""
        case = Case.objects.get(pk=case.pk)
        text, proof = self.prepare(case, step, by, given or {})
        return perform(case, step, by=by, given=given, seen=text, proof=proof)

    def prepare(self, case: Case, step: str, by: Actor, given: dict[str, str]) -> tuple[str, Proof | None]:
        act = Act(case, FLOWS[case.flow].steps[step], by, now(), given, source=case.word if case.version else None)
        text = self.text(act, given)
        return act.on_screen(text), self.proof(act, text) if act.step.proof else None

    def text(self, act: Act, given: dict[str, str]) -> str:
        from wangqian.cases.files import collected
        from wangqian.cases.forms import Invalid, clean_all

        if act.step.writes is None:
            return digest(act.content())
        try:
            needs = act.step.asks(act)
            kept = clean_all(needs, given)
            act.files = collected(act, needs)
        except Invalid:
            return ""
        act.given = {name: value for answers in kept.values() for name, value in answers.items()}
        return digest(act.step.writes(act))

    def proof(self, act: Act, text: str) -> Proof:
        """A verified proof, as if the code had just been entered."""
        assert isinstance(act.by, Actor)
        items = [proofs.item(act, text)]
        return Proof.objects.create(
            user=act.by.user,
            step=f"{act.flow.slug}.{act.step.name}",
            items=items,
            items_sha256=digest(items),
            code_digest="",
            issued_at=now(),
            verified_at=now(),
        )

    def invited(self, employer: Actor | None = None, graduate: Actor | None = None, **terms: str) -> Case:
        employer, graduate = employer or self.employer, graduate or self.graduate
        self.favour(employer, graduate)
        return self.start(
            "online",
            "invite",
            employer,
            {**TERMS, **terms},
            graduate=graduate.membership.graduate,
            employer=employer.membership.employer,
        )

    def in_review(self, employer: Actor | None = None, graduate: Actor | None = None) -> Case:
        self.reviewers()
        case = self.invited(employer, graduate)
        self.act(case, "accept", graduate or self.graduate)
        return Case.objects.get(pk=case.pk)

    def signed(self, employer: Actor | None = None, graduate: Actor | None = None) -> Case:
        case = self.in_review(employer, graduate)
        self.act(case, "approve", self.college_reviewer)
        self.act(case, "approve", self.school_reviewer)
        return Case.objects.get(pk=case.pk)

    def certified(self, employer: Actor | None = None) -> Case:
        """The employer's certification, through the door."""
        place = (employer or self.employer).membership.employer
        assert place
        Employer.objects.filter(pk=place.pk).update(certified_at=None)
        place.refresh_from_db()
        return self.start("certification", "certify", self.operator, {"note": "营业执照已核"}, employer=place)

    def suspended(self, employer: Actor | None = None, case: Case | None = None) -> Case:
        """Asked by one operator, confirmed by the other."""
        case = case or self.certified(employer)
        self.act(case, "request_suspension", self.operator, {"reason": "营业执照已被吊销"})
        self.act(case, "confirm_suspension", self.second_operator)
        return Case.objects.get(pk=case.pk)

    def ask_release(self, case: Case, by: Actor, given: dict[str, str]) -> Event:
        """提请学校解除, with the document that it rests on."""
        self.hand_in(case, "document", by)
        return self.act(case, "request_release", by, given)

    def ask_correction(self, about: str, value: str, by: Actor | None = None, **more: str) -> Case:
        """更正申请: chosen, written with its proof, handed in."""
        by = by or self.graduate
        case = self.start("correction_request", "fill", by, {"topic": about}, graduate=by.membership.graduate)
        self.hand_in(case, "evidence", by)
        self.act(case, "apply", by, {about: value, "reason": "登记时写错", **more})
        return Case.objects.get(pk=case.pk)

    def termination(self, case: Case, by: Actor | None = None) -> Case:
        return self.start("online_termination", "ask", by or self.graduate, TERMINATION, parent=case)

    # --- on paper (flows 3 to 6) ---------------------------------------------------------------------

    def hand_in(self, case: Case, slot: str, by: Actor | None = None, **more: Any) -> Evidence:
        """A file in a slot, as the gate leaves it once it is checked."""
        Cast.serial += 1
        return Evidence.objects.create(
            case=Case.objects.get(pk=case.pk),
            slot=slot,
            uploaded_at=now(),
            checked_at=now(),
            **{
                "owner": (by or self.graduate).user,
                "name": "扫描件.jpg",
                "kind": "jpeg",
                "size": 1000,
                "pages": 1,
                "codes": [[]],
                "state": "accepted",
                "key": f"evidence/{Cast.serial}",
                "sha256": sha256(str(Cast.serial).encode()).hexdigest(),
                **more,
            },
        )

    def begun(self, flow: str, by: Actor | None = None, step: str = "fill", **given: str) -> Case:
        """A draft of his."""
        by = by or self.graduate
        self.reviewers()
        return self.start(flow, step, by, given, graduate=by.membership.graduate)

    def offline_review(self, by: Actor | None = None, **more: str) -> Case:
        case = self.begun("offline", by)
        self.act(case, "submit", by or self.graduate, {**OFFLINE, **more})
        return Case.objects.get(pk=case.pk)

    def approved(self, case: Case, step: str = "approve", given: dict[str, str] | None = None) -> Case:
        """By college and school."""
        self.act(case, step, self.college_reviewer, given)
        self.act(case, step, self.school_reviewer, given)
        return Case.objects.get(pk=case.pk)

    def stamping(self, by: Actor | None = None, **more: str) -> Case:
        return self.approved(self.offline_review(by, **more))

    def stamped_review(self, by: Actor | None = None, **more: str) -> Case:
        case = self.stamping(by, **more)
        self.hand_in(case, "scan", by)
        self.act(case, "hand_in", by or self.graduate)
        return Case.objects.get(pk=case.pk)

    def signed_on_paper(self, by: Actor | None = None, **more: str) -> Case:
        return self.approved(self.stamped_review(by, **more), "approve_paper")

    def paper_review(self, by: Actor | None = None, **more: str) -> Case:
        case = self.begun("paper", by)
        self.hand_in(case, "scan", by)
        self.act(case, "submit", by or self.graduate, {**OFFLINE, "signed_on": str(today(now())), **more})
        return Case.objects.get(pk=case.pk)

    def paper_registered(self, by: Actor | None = None) -> Case:
        return self.approved(self.paper_review(by))

    def destination_review(self, topic: str = "postgraduate", by: Actor | None = None, **more: str) -> Case:
        case = self.begun("destination", by, topic=topic)
        self.hand_in(case, "evidence", by)
        self.act(case, "submit", by or self.graduate, {**DESTINATIONS[topic], **more})
        return Case.objects.get(pk=case.pk)

    def registered(self, topic: str = "postgraduate", by: Actor | None = None) -> Case:
        return self.approved(self.destination_review(topic, by))

    def ending(self, agreement: Case, by: Actor | None = None) -> Case:
        """Flow 4 in review."""
        by = by or self.graduate
        case = self.start("offline_termination", "apply", by, {}, parent=agreement)
        self.hand_in(case, "letter", by)
        self.act(case, "submit", by, TERMINATION)
        return Case.objects.get(pk=case.pk)

    def move_deadline(self, case: Case, to: datetime) -> Case:
        """Tests move the deadline, not the clock."""
        return move_deadline(case, to)

    def overdue(self, case: Case) -> Case:
        return self.move_deadline(case, now() - timedelta(seconds=1))
