"""The machine on paper: flows 3 to 6, 异议 and 离校确认, with the employer's link; a certified employer invites beside them."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION, VERIFIED
from tests.machine.door import ENDING, REASON, Door
from tests.papers import BECAUSE, CONTACT, FAULT, REFUSAL, REGISTRATION, RELEASE, days_ago, holder
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, CurrentDestination
from wangqian.cases.queries import Move
from wangqian.chart.words import FLOWS, Flow, Step
from wangqian.flows.models import Link
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Graduate, SchoolProfile

LIVED = ("offline", "paper", "destination", "offline_termination", "dispute", "departure")
HAPPENINGS = {
    "take": 40,
    "begin": 3,
    "contact": 6,
    "depart": 3,
    "deadline": 3,
    "tick": 2,
    "invite": 1,
    "cohort": 1,
    "certification": 1,
    "roster": 2,
    "training": 1,
    "staff": 1,
    "dial": 2,
    "status": 1,
}
ONWARD = (
    *("submit", "resubmit", "approve", "approve_paper", "approve_void", "hand_in", "ask_employer", "accept"),
    *("apply", "ask", "confirm_release", "reconfirm", "reconfirm_paper", "void", "withdraw_paper", "withdraw_void"),
)
SELDOM = ("request_release", "dispute", "refuse", "refuse_paper", "give_up", "cancel", "refuse_void")  # else lives are short
CHILDREN = ENDING, FLOWS["offline_termination"], FLOWS["dispute"]
TOPICS = ("postgraduate", "contract", "looking")
LEAVING = {"dossier_transfer": "kept", "kept_years": "1", "hukou_transfer": "stay"}
ANSWER = {"answer": "与单位核实，登记无误"}
DISPUTE = {"about": "单位行业", "reason": "应当是制造业"}
ANSWERS: dict[str, dict[str, str]] = {
    "online.refuse": {"about": "pay", **REASON},
    "online_termination.ask": TERMINATION,
    "offline.submit": OFFLINE,
    "offline_termination.submit": TERMINATION,
    "offline_termination.approve": VERIFIED,
    "offline.ask_employer": {"mobile": CONTACT},
    "dispute.dispute": DISPUTE,
    "departure.amend": LEAVING,
}
BY_STEP: dict[str, dict[str, str]] = {
    **dict.fromkeys(("send_back", "send_paper_back"), FAULT),
    **dict.fromkeys(("refuse", "refuse_paper", "refuse_void"), REFUSAL),
    **dict.fromkeys(("uphold", "reject"), ANSWER),
    "request_release": RELEASE,
}


class PaperDoor(Door):
    happenings: ClassVar[dict[str, int]] = HAPPENINGS
    onward: ClassVar[tuple[str, ...]] = ONWARD
    elsewhere: ClassVar[tuple[str, ...]] = ("invite", "fill")
    children: ClassVar[tuple[type[Flow], ...]] = CHILDREN
    orderly: ClassVar[int] = 3

    @initialize(luck=st.integers(0, 2**32 - 1))
    def born(self, luck: int) -> None:
        """Most lives begin where it took long to come to."""
        self.birth = f"{luck} "
        cast, by = self.company, self.company.graduates[0]
        stages = (
            cast.stamping,
            cast.stamped_review,
            cast.signed_on_paper,
            cast.paper_registered,
            self.parting,
            lambda by: cast.registered(Random(luck).choice(TOPICS), by),
            lambda by: None,
        )
        Random(f"born {luck}").choice(stages)(by)

    def parting(self, by: Actor) -> None:
        """A termination in review; what it ends was there before it."""
        agreement = self.company.signed_on_paper(by)
        self.lawful()
        self.company.ending(agreement, by)

    def begin(self, chance: Random) -> None:
        """Somebody, seldom another than the graduate himself, begins one of his three entries."""
        graduate, flow = chance.choice(self.company.graduates), chance.choice(("offline", "paper", "destination"))
        by = graduate if chance.randrange(8) else chance.choice(self.company.people)
        given = {"topic": self.topic(chance, graduate.membership.graduate)} if flow == "destination" else {}  # type: ignore[arg-type]
        about = graduate.membership.graduate
        self.attempt(lambda: self.company.start(flow, "fill", by, given, graduate=about))

    def topic(self, chance: Random, graduate: Graduate) -> str:
        """What somebody of his training would state, or, seldom, not."""
        training = Graduate.objects.values_list("training_mode", flat=True).get(pk=graduate.pk)
        return "entrusted" if (training == "2") == bool(chance.randrange(8)) else chance.choice(TOPICS)

    def weight(self, move: Move) -> int:
        """What was not yet done in this life is tried first."""
        step = move.step
        usual = 6 if step.name in self.onward else 1 if step.name in SELDOM else 2
        return usual if f"{move.flow.slug}.{step.name}" in self.lived else 3 * usual

    def lives(self, case: Case) -> bool:
        return super().lives(case) or case.flow == "departure"

    def binds(self, case: Case) -> bool:
        return case.holds or case.parent_id is not None

    def openings(self, case: Case) -> list[Step]:
        children = CHILDREN if case.employer_id else CHILDREN[1:]  # what is asked online names the employer in its text
        return [step for flow in children for step in flow.steps.values() if step.starts]

    def depart(self, chance: Random) -> None:
        """离校确认, of who has something in force, if anybody has."""
        settled = set(CurrentDestination.objects.values_list("graduate", flat=True))
        graduates = [one for one in self.company.graduates if one.membership.graduate_id in settled]
        graduate = chance.choice(graduates or self.company.graduates)
        given = {**LEAVING, "authorise": chance.choice(("yes", "no"))}
        about = graduate.membership.graduate
        self.attempt(lambda: self.company.start("departure", "confirm", graduate, given, graduate=about))

    def contact(self, chance: Random) -> None:
        """Who has a link hands in by it: mostly the last one of a paper that waits, which one of four times is too old."""
        links = list(Link.objects.select_related("case").order_by("made_at", "pk"))
        asked = [link for link in links if link.case.state == "stamping"]
        if not links or (chance.randrange(4) and not asked):
            self.take(chance)
            return
        link = chance.choice(asked[-1:] or links)
        if not chance.randrange(4):
            Link.objects.filter(pk=link.pk).update(expires_at=now() - timedelta(seconds=1))
        self.company.hand_in(link.case, "scan", owner=None, link=link.pk)
        self.attempt(lambda: perform(link.case, "receive", by=holder(link)))

    def deadline(self, chance: Random) -> None:
        """Days go by: for a paper that waits for its stamp, or for what has a deadline."""
        stamping = list(Case.objects.filter(state="stamping").order_by("pk"))
        if stamping and chance.randrange(2):
            days_ago(chance.choice(stamping), chance.choice((7, 14, 28)))
        else:
            super().deadline(chance)

    def training(self, chance: Random) -> None:
        """培养方式 becomes 定向, three times of four 非定向 again."""
        graduate = chance.choice(self.company.graduates).membership.graduate_id
        mode, name = ("1", "非定向") if chance.randrange(4) else ("2", "定向")
        Graduate.objects.filter(pk=graduate).update(training_mode=mode, training_mode_name=name)

    def dial(self, chance: Random) -> None:
        """作废 is reviewed, or takes effect at once."""
        SchoolProfile.objects.filter(school=self.company.school).update(void_needs_review=chance.randrange(2) > 0)

    def answers(self, case: Case, step: Step, chance: Random) -> dict[str, str]:
        name = f"{case.flow}.{step.name}"
        if step.starts:
            return DISPUTE if step.name == "dispute" else TERMINATION if step.name == "ask" else {}
        if step.name == "choose":
            return {"topic": self.topic(chance, case.graduate)}  # type: ignore[arg-type]
        if step.name in ("submit", "resubmit"):
            return self.form(case)
        if step.name in ("revise", "correct"):
            topic = self.topic(chance, case.graduate) if case.topic else ""  # type: ignore[arg-type]
            return {**(DESTINATIONS[topic] if topic else REGISTRATION), **BECAUSE, "topic": topic}
        if step.name == "ask_employer" and not chance.randrange(4):
            return {"mobile": case.graduate.phone}  # type: ignore[union-attr]
        return ANSWERS.get(name) or BY_STEP.get(step.name) or REASON

    def form(self, case: Case) -> dict[str, str]:
        forms = {"offline": OFFLINE, "paper": {**OFFLINE, "signed_on": str(today(now()))}, "offline_termination": TERMINATION}
        return forms.get(case.flow) or DESTINATIONS.get(case.topic, {})
