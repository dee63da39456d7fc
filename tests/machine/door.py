"""A guided machine against the real door: seven of eight tries are offered to somebody, one is anybody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import ClassVar

from django.db import connection, transaction
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.answers import TERMINATION, TERMS
from tests.cast import Cast
from tests.flows.laws import RELEASE
from tests.machine.history import checked
from tests.machine.snapshot import Snapshot, snapshot
from wangqian.cases.act import Act
from wangqian.cases.engine import perform
from wangqian.cases.files import Sender, slots
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case
from wangqian.cases.queries import Move, moves
from wangqian.cases.tick import tick
from wangqian.chart.words import FLOWS, SYSTEM, Flow, Refused, Step
from wangqian.flows.corrections import Why, correct
from wangqian.flows.enrolment import change_status
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Cohort, Employer, Graduate, Membership, SchoolProfile, Status

# What happens next, and how often; the world around the cases changes seldom.
HAPPENINGS = {
    "take": 24,
    "invite": 3,
    "deadline": 3,
    "tick": 3,
    "cohort": 1,
    "certification": 1,
    "roster": 2,
    "staff": 1,
    "correct": 1,
    "request": 1,
    "status": 1,
}
ONWARD = ("accept", "approve", "ask", "confirm_release", "reconfirm")  # tried more often, so that lives go far
ENDING = FLOWS["online_termination"]
ELSEWHERE = ("invite", "correct", "confirm_correction")  # made otherwise, or part of no life here
REASON = {"reason": "请补充材料"}
SOME = 3  # files in a slot are enough
ANSWERS: dict[str, dict[str, str]] = {
    "online.invite": TERMS,
    "online.refuse": {"about": "pay", **REASON},
    "online.request_release": RELEASE,
    "correction_request.choose": {"topic": "major"},
    "correction_request.grant": {"basis": "学籍证明原件"},
}


class Company(Cast):
    """The cast, whole before the first example: an example's savepoint must not take a person away."""

    def __init__(self, employers: int = 2) -> None:
        self.graduates = self.graduate, self.graduate_named("刘同学")
        self.employers = (self.employer, self.other_employer)[:employers]
        own = {"school": self.school}
        SchoolProfile.objects.update(termination_chain="college,school")
        user = self.college_reviewer.user  # reviews for his college and for the school as well
        both = self.actor("王老师", "school", user=user, **own)
        self.people: tuple[Actor, ...] = (
            *self.graduates,
            *self.employers,
            self.college_reviewer,
            both,
            self.school_reviewer,
            self.second_school_user,
            self.outsider_reviewer,
            self.outsider,
        )
        for employer in self.employers:
            for graduate in self.graduates:
                self.favour(employer, graduate)


class Door(RuleBasedStateMachine):
    happenings: ClassVar[dict[str, int]] = HAPPENINGS
    onward: ClassVar[tuple[str, ...]] = ONWARD
    elsewhere: ClassVar[tuple[str, ...]] = ELSEWHERE
    orderly: ClassVar[int] = 4  # all but one of so many times, whoever should act is asked first
    children: ClassVar[tuple[type[Flow], ...]] = (ENDING,)  # what may start on a case
    company: ClassVar[Company]
    taken: ClassVar[dict[str, int]] = {}  # how often each step was taken, or anything refused, over all examples

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.before: Snapshot = snapshot()
        self.refused = False
        self.lived: set[str] = set()  # what was taken in this life
        self.birth = ""  # what else makes one life unlike another
        self.steps = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    @invariant()
    def lawful(self) -> None:
        """The columns, the chains, the ledger; and each new event against what was before it."""
        after = snapshot()
        if self.refused:
            assert after == self.before, "a refusal changed something"
        for event in checked(self.before, after):
            name = f"{event.flow}.{event.step}"
            self.taken[name] = self.taken.get(name, 0) + 1
            self.lived.add(name)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # the deferred guards, without a commit
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.before, self.refused = after, False

    @rule(luck=st.integers(0, 2**32 - 1))
    def live(self, luck: int) -> None:
        """One thing happens. All choices come from one number: Hypothesis' own would keep to the first case."""
        self.steps += 1
        chance = Random(f"{self.birth}{self.steps} {luck}")  # it likes small numbers, and the same again
        (happens,) = chance.choices(list(self.happenings), list(self.happenings.values()))
        note(f"{happens} {luck}")
        getattr(self, happens)(chance)

    def attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except (Refused, Invalid) as refused:
            note(f"refused: {refused}")
            self.refused = True
            self.taken["refused"] = self.taken.get("refused", 0) + 1

    def invite(self, chance: Random) -> None:
        graduate, employer = chance.choice(self.company.graduates), chance.choice(self.company.employers)
        by = employer if chance.randrange(8) else chance.choice(self.company.people)
        about = {"graduate": graduate.membership.graduate, "employer": employer.membership.employer}
        self.attempt(lambda: self.company.start("online", "invite", by, TERMS, **about))

    def take(self, chance: Random) -> None:
        """7 times of 8 a step that is offered to somebody on a live case; else any step of any case by anybody."""
        cases, people = list(Case.objects.order_by("pk")), list(self.company.people)
        live = [case for case in cases if self.lives(case)]
        if not cases or (chance.randrange(8) and not live):
            return self.begin(chance)
        if chance.randrange(8):
            binding = [case for case in live if self.binds(case)] if chance.randrange(4) else []
            case = chance.choice(binding or live or cases)
            chance.shuffle(people)
            if chance.randrange(self.orderly):
                people.sort(key=lambda actor: not awaited(actor, case))
            offered = next(filter(None, (self.offers(case, by) for by in people)), [])
            return self.move(case, *chance.choice(offered), chance) if offered else self.begin(chance)
        case, by = chance.choice(cases), chance.choice(people)
        steps = [step for step in case.chart.steps.values() if not step.starts and step.who is not SYSTEM]
        return self.move(case, chance.choice([*steps, *self.openings(case)]), by, chance)

    def begin(self, chance: Random) -> None:
        """Where nothing can be moved."""
        return self.invite(chance)

    def lives(self, case: Case) -> bool:
        return case.word.kind == "open" or case.holds

    def binds(self, case: Case) -> bool:
        """The cases that are tried more often."""
        return case.employer_id is not None

    def openings(self, case: Case) -> list[Step]:
        """What anybody may try to start on any case."""
        return [ENDING.steps["ask"]] if case.employer_id else []

    def offers(self, case: Case, by: Actor) -> list[tuple[Step, Actor]]:
        """The buttons this person sees, onward ones more often; nothing for most."""
        flows = (case.chart, *(flow for flow in self.children if case.word in flow.opens_on))
        if not any(step.who.admits(by.membership, case) for flow in flows for step in flow.steps.values()):
            return []
        known = [move for move in moves(case, by) if move.flow in flows and move.step.name not in self.elsewhere]
        return [(move.step, by) for move in known if not move.refusal for _ in range(self.weight(move))]

    def weight(self, move: Move) -> int:
        return 4 if move.step.name in self.onward else 1

    def answers(self, case: Case, step: Step, _chance: Random) -> dict[str, str]:
        return TERMINATION if step.starts else answers(case, step)

    def move(self, case: Case, step: Step, by: Actor, chance: Random) -> None:
        note(f"{by.user} {step.name} on {case}")
        if step.who.automaton:
            return self.attempt(lambda: perform(case, step.name, by=step.who))
        if step.starts:
            start, flow = self.company.start, next(each for each in self.children if step in each.steps.values())
            given = self.answers(case, step, chance)
            return self.attempt(lambda: start(flow.slug, step.name, by, given, parent=case))
        given = self.answers(case, step, chance) if chance.randrange(8) else {}
        if case.word not in step.sources:  # nothing of it is on his screen
            return self.attempt(lambda: perform(case, step.name, by=by, given=given))
        act = Act(case, step, by, now(), given, source=case.word)
        for _need, field in slots(step.asks(act)):
            if Sender.of(by).usable(case, field).count() < SOME:
                self.company.hand_in(case, field.name, by)
        return self.attempt(lambda: self.company.act(case, step.name, by, given))

    def deadline(self, chance: Random) -> None:
        """Time passes for one case: its deadline moves, not the clock."""
        waiting = list(Case.objects.filter(respond_by__isnull=False).order_by("pk"))
        if waiting:
            moment = now()
            due = moment + timedelta(hours=chance.choice((-1, -1, 23, 71)))
            chosen = Case.objects.filter(pk=chance.choice(waiting).pk)
            chosen.update(respond_by=due, wake_at=moment - timedelta(seconds=1))

    def tick(self, _chance: Random) -> None:
        tick()

    def cohort(self, chance: Random) -> None:
        """Closed one time of eight, else open."""
        closes = now() + timedelta(days=100 if chance.randrange(8) else -1)
        Cohort.objects.update(closes_at=closes)

    def certification(self, chance: Random) -> None:
        employer = chance.choice(self.company.employers).membership.employer_id
        suspended = None if chance.randrange(4) else now()
        Employer.objects.filter(pk=employer).update(suspended_at=suspended)

    def roster(self, chance: Random) -> None:
        graduate = chance.choice(self.company.graduates).membership.graduate_id
        Graduate.objects.filter(pk=graduate).update(major=f"专业{chance.randrange(9)}")

    def correct(self, chance: Random) -> None:
        """Anybody corrects a field of anybody: the school may, the others are refused."""
        graduate = chance.choice(self.company.graduates).membership.graduate_id
        by, major = chance.choice(self.company.people), f"专业{chance.randrange(9)}"
        self.attempt(lambda: correct(graduate, {"major": major}, by, Why("staff", "核对")))  # type: ignore[arg-type]

    def request(self, chance: Random) -> None:
        """A graduate begins to ask for a correction; what becomes of it is up to `take`."""
        by, start = chance.choice(self.company.graduates), self.company.start
        self.attempt(lambda: start("correction_request", "fill", by, {"topic": "major"}, graduate=by.membership.graduate))

    def status(self, chance: Random) -> None:
        """Leaving, three times of four coming back: refused while a case holds."""
        graduate = chance.choice(self.company.graduates).membership.graduate_id
        status = Status.ENROLLED if chance.randrange(4) else Status.EXTENDED
        by = self.company.school_reviewer
        self.attempt(lambda: change_status(graduate, status, by, "学籍决定"))  # type: ignore[arg-type]

    def staff(self, chance: Random) -> None:
        college = Membership.objects.filter(pk=self.company.college_reviewer.membership.pk)
        college.update(active=chance.randrange(4) > 0)


def awaited(actor: Actor, case: Case) -> bool:
    """Whether it is this person's kind that should act; on a signed agreement the parties may."""
    return actor.membership.kind in ((case.turn,) if case.turn else ("graduate", "employer"))


def answers(case: Case, step: Step) -> dict[str, str]:
    if step.name == "apply":
        return {"major": f"专业{case.events.count()}{case.pk.hex[-2:]}", "reason": "登记时写错"}
    if step.name == "extend":
        return {"until": today(now() + timedelta(days=29)).isoformat()}
    return ANSWERS.get(f"{case.flow}.{step.name}", REASON)
