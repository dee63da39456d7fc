"""The demo's cases in every state, each taken there through the door by the people it concerns."""

from __future__ import annotations

import random
from datetime import timedelta

from wangqian.cases import proofs
from wangqian.cases.act import Act
from wangqian.cases.engine import new_case, open_case, perform
from wangqian.cases.files import collected
from wangqian.cases.forms import clean_all
from wangqian.cases.models import Case, Proof, digest
from wangqian.cases.rehearse import move_deadline
from wangqian.cases.tick import tick
from wangqian.chart.words import FLOWS
from wangqian.documents import uploads
from wangqian.documents.uploads import Limits
from wangqian.flows import favourites
from wangqian.people.clock import now
from wangqian.people.identity import blind_index
from wangqian.people.models import Actor, User, WechatLink
from wangqian.web.demo_papers import picture, play_papers
from wangqian.web.demo_people import People

JOBS = (
    ("11", "研究员", "12000"),
    ("13", "后端工程师", "15000"),
    ("24", "语文教师", "8000"),
    ("13", "机械工程师", "9500"),
)
# how far each of a batch of graduates has come, and how many of them
PLOTS = (
    ("invited", 14),
    ("soon", 2),
    ("two", 2),
    ("review", 10),
    ("level2", 5),
    ("signed", 16),
    ("declined", 3),
    ("lapsed", 2),
    ("retracted", 2),
    ("refused", 3),
    ("asked_by_graduate", 2),
    ("asked_by_employer", 2),
    ("termination_review", 2),
    ("terminated", 2),
    ("termination_declined", 1),
    ("termination_refused", 1),
    ("termination_withdrawn", 1),
    ("termination_lapsed", 1),
    ("voided", 1),
    ("released_while_asked", 1),
    ("release_requested", 1),
    ("released", 1),
)


class Player:
    """Takes graduates one after the other down a plot."""

    def __init__(self, people: People) -> None:
        self.people, self.chance = people, random.Random(7)

    def reviewer(self, case: Case) -> Actor:
        key = f"college:{case.college_id}" if case.turn == "college" else f"school:{case.school_id}"
        return self.people.staff[key]

    def terms(self, employer: Actor) -> dict[str, str]:
        category, title, pay = self.chance.choice(JOBS)
        return {
            "job_category": category,
            "job_title": title,
            "work_place": employer.membership.employer.address[:9],  # type: ignore[union-attr]
            "trial": "3",
            "trial_pay": str(int(pay) - 2000),
            "pay": pay,
            "damages": "5000",
            "report_place": employer.membership.employer.address,  # type: ignore[union-attr]
            "report_by": "2027-07-15",
            "hukou": "no",
            "dossier_receipt": "employer",
            "contact": employer.user.name,
            "contact_mobile": employer.user.phone,
            "contact_email": employer.user.email,
            "valid_days": str(self.chance.choice((3, 5, 7, 10))),
            "additions": "提供员工宿舍和工作餐。",
        }

    def go(self, case: Case, step: str, by: Actor, given: dict[str, str] | None = None) -> Case:
        """Read the text, prove it, act."""
        act = Act(case, FLOWS[case.flow].steps[step], by, now(), given or {}, source=case.word if case.version else None)
        if act.step.writes:
            needs = act.step.asks(act)
            kept, act.files = clean_all(needs, given or {}), collected(act, needs)
            act.given = {name: value for found in kept.values() for name, value in found.items()}
        text = digest(act.step.writes(act) if act.step.writes else act.content())
        proof = self.proof(act, by, text) if act.step.proof else None
        if case.version:
            event = perform(case, step, by=by, given=given, seen=act.on_screen(text), proof=proof)
        else:
            event = open_case(
                case.flow,
                step,
                by=by,
                graduate=case.graduate,
                employer=case.employer,
                parent=case.parent,
                given=given,
                seen=act.on_screen(text),
                proof=proof,
            )
        return Case.objects.get(pk=event.case_id)

    def proof(self, act: Act, by: Actor, text: str) -> Proof:
        items = [proofs.item(act, text)]
        return Proof.objects.create(
            user=by.user,
            step=f"{act.flow.slug}.{act.step.name}",
            items=items,
            items_sha256=digest(items),
            code_digest="",
            issued_at=now(),
            verified_at=now(),
        )

    def invite(self, graduate: Actor, employer: Actor) -> Case:
        assert graduate.membership.graduate_id
        favourites.add(employer, favourites.seen(employer, graduate.membership.graduate_id))
        fresh = new_case("online", graduate.membership.graduate, employer.membership.employer)
        return self.go(fresh, "invite", employer, self.terms(employer))

    def sign(self, case: Case, graduate: Actor) -> Case:
        case = self.go(case, "accept", graduate)
        while case.state == "review":
            case = self.go(case, "approve", self.reviewer(case))
        return case

    def ask(self, case: Case, by: Actor) -> Case:
        given = {"reason": "05", "explanation": "个人发展方向有变化，双方已经协商一致。"}
        return self.go(new_case("online_termination", parent=case), "ask", by, given)

    def play(self, plot: str, graduate: Actor, employer: Actor, other: Actor) -> None:
        case = self.invite(graduate, employer)
        getattr(self, plot)(case, graduate, employer, other)

    def invited(self, case: Case, *_: Actor) -> None:
        """The invitation waits."""

    def soon(self, case: Case, *_: Actor) -> None:
        move_deadline(case, now() + timedelta(hours=20), wake=now())

    def two(self, case: Case, graduate: Actor, _employer: Actor, other: Actor) -> None:
        self.invite(graduate, other)

    def review(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.go(case, "accept", graduate)

    def level2(self, case: Case, graduate: Actor, *_: Actor) -> None:
        case = self.go(case, "accept", graduate)
        self.go(case, "approve", self.reviewer(case))

    def signed(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.sign(case, graduate)

    def declined(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.go(case, "decline", graduate, {"reason": "已决定继续升学。"})

    def lapsed(self, case: Case, *_: Actor) -> None:
        move_deadline(case, now())

    def retracted(self, case: Case, _graduate: Actor, employer: Actor, _other: Actor) -> None:
        self.go(case, "retract", employer, {"reason": "岗位有调整，稍后重新发出。"})

    def refused(self, case: Case, graduate: Actor, *_: Actor) -> None:
        case = self.go(case, "accept", graduate)
        given = {"about": "report_by", "reason": "报到期限早于毕业时间，请改为 2027 年 7 月 1 日以后重新发起。"}
        self.go(case, "refuse", self.reviewer(case), given)

    def asked_by_graduate(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.ask(self.sign(case, graduate), graduate)

    def asked_by_employer(self, case: Case, graduate: Actor, employer: Actor, _other: Actor) -> None:
        self.ask(self.sign(case, graduate), employer)

    def termination_review(self, case: Case, graduate: Actor, employer: Actor, _other: Actor) -> None:
        self.go(self.ask(self.sign(case, graduate), graduate), "accept", employer)

    def terminated(self, case: Case, graduate: Actor, employer: Actor, _other: Actor) -> None:
        ended = self.go(self.ask(self.sign(case, graduate), graduate), "accept", employer)
        self.go(ended, "approve", self.reviewer(ended))

    def termination_declined(self, case: Case, graduate: Actor, employer: Actor, _other: Actor) -> None:
        asked = self.ask(self.sign(case, graduate), graduate)
        self.go(asked, "decline", employer, {"reason": "岗位已为您保留，请再沟通一次。"})

    def termination_refused(self, case: Case, graduate: Actor, employer: Actor, _other: Actor) -> None:
        asked = self.go(self.ask(self.sign(case, graduate), employer), "accept", graduate)
        self.go(asked, "refuse", self.reviewer(asked), {"reason": "解约原因与说明不一致，请补充后重新申请。"})

    def termination_withdrawn(self, case: Case, graduate: Actor, *_: Actor) -> None:
        asked = self.ask(self.sign(case, graduate), graduate)
        self.go(asked, "withdraw", graduate)

    def termination_lapsed(self, case: Case, graduate: Actor, *_: Actor) -> None:
        move_deadline(self.ask(self.sign(case, graduate), graduate), now())

    def voided(self, case: Case, graduate: Actor, _employer: Actor, other: Actor) -> None:
        self.sign(self.invite(graduate, other), graduate)

    def released_while_asked(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.ask(self.sign(case, graduate), graduate)
        self.release(case)

    def release_requested(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.request_release(self.sign(case, graduate))

    def request_release(self, case: Case) -> Case:
        case = Case.objects.get(pk=case.pk)
        given = {"reason": "not_graduated", "basis": "延长学制决定 教字〔2027〕12 号 2027-03-01"}
        by = self.people.staff[f"school:{case.school_id}"]
        uploads.receive(case, "document", "延长学制决定.jpg", picture("document"), owner=by.user, limit=Limits())
        return self.go(case, "request_release", by, given)

    def released(self, case: Case, graduate: Actor, *_: Actor) -> None:
        self.release(self.sign(case, graduate))

    def release(self, case: Case) -> None:
        case = self.request_release(case)
        self.go(case, "confirm_release", self.people.staff[f"second:{case.school_id}"])


def play(people: People) -> None:
    """Graduates of every college take turns; the first is 曹文公, who has two invitations."""
    player = Player(people)
    able = [one for one in people.graduates if ready(one)]
    able = able[:1] + [one for start in range(1, 97) for one in able[start::97]]
    for actor in able[:60:2]:
        bind_wechat(actor.user)
    certified = people.employers[:4]
    plots = ["two"] + [plot for plot, count in PLOTS for _ in range(count)]
    for number, (plot, graduate) in enumerate(zip(plots, able, strict=False)):
        player.play(plot, graduate, certified[number % 4], certified[(number + 1) % 4])
    play_papers(player, able[len(plots) :])
    tick()


def bind_wechat(user: User) -> None:
    """As if he had scanned the code: the demo has no service account, and shows what it would send."""
    openid = f"demo-{user.pk.hex}"
    WechatLink.objects.create(user=user, openid=openid, openid_index=blind_index("openid", openid), bound_at=now())


def ready(actor: Actor) -> bool:
    graduate = actor.membership.graduate
    return bool(graduate and graduate.confirmed_at and graduate.training_mode == "1" and graduate.cohort.year == 2027)
