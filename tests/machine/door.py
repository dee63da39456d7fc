"""A guided machine against the real door: seven of eight tries fit the state and the actor, one is anybody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.cast import TERMINATION, TERMS, Cast
from tests.flows.laws import RELEASE
from tests.machine.history import Snapshot, checked, snapshot
from wangqian.cases.engine import perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case
from wangqian.cases.tick import tick
from wangqian.chart.words import FLOWS, SYSTEM, Refused, Step
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Cohort, Employer, Graduate, Membership, SchoolProfile

EIGHTH, ANY = st.integers(0, 7), st.integers(0, 10_000)
REASON = {"reason": "请补充材料"}
ANSWERS: dict[str, dict[str, str]] = {
    "online.invite": TERMS,
    "online.refuse": {"about": "pay", **REASON},
    "online.request_release": RELEASE,
    "online_termination.ask": TERMINATION,
}


class Company(Cast):
    """The cast, whole before the first example: an example's savepoint must not take a person away."""

    def __init__(self) -> None:
        self.graduates = self.graduate, self.graduate_named("刘同学")
        self.employers = self.employer, self.other_employer
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


def pick(things: list[Any], index: int) -> Any:
    return things[index % len(things)]


class Door(RuleBasedStateMachine):
    company: ClassVar[Company]
    taken: ClassVar[dict[str, int]] = {}  # how often each step was taken, over all examples

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.before: Snapshot = snapshot()
        self.refused = False

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
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # the deferred guards, without a commit
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.before, self.refused = after, False

    def attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except (Refused, Invalid):
            self.refused = True

    @rule(g=ANY, e=ANY, fits=EIGHTH, who=ANY)
    def invite(self, g: int, e: int, fits: int, who: int) -> None:
        graduate, employer = pick([*self.company.graduates], g), pick([*self.company.employers], e)
        by = employer if fits else pick([*self.company.people], who)
        about = {"graduate": graduate.membership.graduate, "employer": employer.membership.employer}
        self.attempt(lambda: self.company.start("online", "invite", by, TERMS, **about))

    @rule(which=ANY, fits=EIGHTH, who=ANY, right=EIGHTH, answered=EIGHTH)
    def take(self, which: int, fits: int, who: int, right: int, answered: int) -> None:
        """A step of a case, or one that starts on it."""
        found: list[tuple[Case, Step]] = []
        for case in Case.objects.order_by("pk"):
            steps = [*case.chart.steps_from(case.word)] if fits else [*case.chart.steps.values()]
            found += [(case, step) for step in steps if not step.starts and step.who is not SYSTEM]
            if case.word in FLOWS["online_termination"].opens_on or not fits:
                found.append((case, FLOWS["online_termination"].steps["ask"]))
        if found:
            self.move(*pick(found, which), who, right, answered)

    def move(self, case: Case, step: Step, who: int, right: int, answered: int) -> None:
        if step.who.automaton:
            return self.attempt(lambda: perform(case, step.name, by=step.who))
        people = [*self.company.people]
        fitting = [actor for actor in people if step.who.admits(actor.membership, case)] if right else people
        by = pick(fitting or people, who)
        if step.starts:
            start = self.company.start
            return self.attempt(lambda: start("online_termination", "ask", by, TERMINATION, parent=case))
        given = self.answers(case, step) if answered else {}
        return self.attempt(lambda: self.company.act(case, step.name, by, given))

    def answers(self, case: Case, step: Step) -> dict[str, str]:
        if step.name == "extend":
            return {"until": today(now() + timedelta(days=29)).isoformat()}
        return ANSWERS.get(f"{case.flow}.{step.name}", REASON)

    @rule(which=ANY, hours=st.sampled_from([-1, -1, 23, 71]))
    def deadline(self, which: int, hours: int) -> None:
        """Time passes for one case: its deadline moves, not the clock."""
        waiting = [*Case.objects.filter(respond_by__isnull=False).order_by("pk")]
        if waiting:
            case, moment = pick(waiting, which), now()
            due = moment + timedelta(hours=hours)
            Case.objects.filter(pk=case.pk).update(respond_by=due, wake_at=moment - timedelta(seconds=1))

    @rule()
    def tick(self) -> None:
        tick()

    @rule(what=ANY, on=st.booleans(), rare=EIGHTH)
    def world(self, what: int, on: bool, rare: int) -> None:
        """What changes around the cases: the cohort closes, an employer is suspended, a roster edited, staff leaves."""
        if rare:
            on = True
        moment = now()
        graduate, employer = (pick([*some], what) for some in (self.company.graduates, self.company.employers))
        college = Membership.objects.filter(pk=self.company.college_reviewer.membership.pk)
        pick(
            [
                lambda: Cohort.objects.update(closes_at=moment + timedelta(days=100 if on else -1)),
                lambda: Employer.objects.filter(pk=employer.membership.employer_id).update(
                    suspended_at=None if on else moment
                ),
                lambda: Graduate.objects.filter(pk=graduate.membership.graduate_id).update(
                    major="软件工程" if on else "网络工程"
                ),
                lambda: college.update(active=on),
            ],
            what,
        )()
