"""The door. `perform` (and `open_case`, which starts one) is the only way anything moves.

In one transaction: lock, re-read, check the state, the actor, the rules, the answers, the version seen and the
proof; move; write the version, the event and the note; run the effects; leave a row per consumer. Nothing is sent
from inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from wangqian.cases import record
from wangqian.cases.act import Act, Bearer, NotYours, Stale
from wangqian.cases.files import collected, hashes
from wangqian.cases.forms import clean_all
from wangqian.cases.models import Case, Event, Proof, digest
from wangqian.cases.proofs import require_proof
from wangqian.cases.tally import counted
from wangqian.chart.words import FLOWS, SYSTEM, Refused, Role, differing
from wangqian.people.clock import now
from wangqian.people.models import PARTY_OF, Actor, Employer, Graduate, Membership, SchoolProfile
from wangqian.people.prepared import Prepared

PLACE = ("school", "college", "cohort")  # a graduate's, copied to his cases
AROUND = ("employer", "profile", *PLACE)
CASE = Prepared(lambda pk: Case.objects.select_for_update(of=("self",)).select_related(*AROUND).filter(pk=pk))
CHILD = Prepared(
    lambda pk: Case.objects.select_for_update(of=("self",)).select_related(*AROUND, "parent").filter(pk=pk)
)
# With the person, whose key opens the texts of his cases.
GRADUATE = Prepared(
    lambda pk: Graduate.objects.select_for_update(no_key=True, of=("self",)).select_related("person").filter(pk=pk)
)
ACTIVE = Prepared(lambda pk: Membership.objects.filter(pk=pk, active=True, user__is_active=True))

CLASHES = {
    "one_hold_per_graduate": gettext_noop("毕业生已有一份生效中或办理中的签约（登记），不能同时再办一份。"),
    "one_open_invitation": gettext_noop("已向该毕业生发出邀请，对方尚未答复；在应约有效期内不能再次邀请。"),
    "one_open_termination": gettext_noop("对方已申请解约，请先回应。"),
    "one_open_dispute": gettext_noop("您对这条登记的异议正在处理，请等学校答复。"),
    "one_draft_per_flow": gettext_noop("您已有一份没有提交的草稿，请继续填写，或先取消它。"),
}


def perform(
    case: Case,
    step: str,
    *,
    by: Actor | Role | Bearer,
    given: Mapping[str, Any] | None = None,
    seen: str = "",
    proof: Proof | None = None,
    cause: Event | None = None,
    facts: Mapping[str, str] | None = None,
) -> Event:
    """Take one step of a case.

    `given` are raw answers by field name; `seen` is what `Act.on_screen` says of the text that was read; `facts` is what an
    automaton found out and the event shall say (people give answers instead). Raises `Refused` (a sentence), `Invalid` (errors
    by field), `Stale`, `NeedsProof` or `NotYours`; nothing has then happened.
    """
    with counted(case.flow, step), transaction.atomic():
        locked = lock(case)
        act = Act(locked, FLOWS[locked.flow].steps[step], by, now(), given or {}, seen=seen, proof=proof, cause=cause)
        act.source, act.locked = locked.word, True
        if isinstance(by, Role):
            act.changes.update(facts or {})
        return take(act)


def open_case(
    flow: str,
    step: str,
    *,
    by: Actor | Role,
    graduate: Graduate | None = None,
    employer: Employer | None = None,
    parent: Case | None = None,
    given: Mapping[str, Any] | None = None,
    seen: str = "",
    proof: Proof | None = None,
    cause: Event | None = None,
) -> Event:
    """Start a case; the event returned names it. Same refusals as `perform`."""
    with counted(flow, step), transaction.atomic():
        fresh = new_case(flow, graduate, employer, parent)
        if fresh.graduate_id:
            fresh.graduate = lock_graduate(fresh.graduate_id)
        if fresh.parent_id:
            fresh.parent = Case.objects.select_for_update().get(pk=fresh.parent_id)
        act = Act(fresh, FLOWS[flow].steps[step], by, now(), given or {}, seen=seen, proof=proof, cause=cause)
        return take(act)


def new_case(
    flow: str, graduate: Graduate | None = None, employer: Employer | None = None, parent: Case | None = None
) -> Case:
    """An unsaved case with the columns copied for scopes and indexes; also what `moves` looks at before a start."""
    if parent:
        graduate, employer = parent.graduate, parent.employer if FLOWS[flow].concerns("employer") else None
    case = Case(flow=flow, graduate=graduate, employer=employer, parent=parent)
    if graduate:
        case.school_id, case.college_id = graduate.school_id, graduate.college_id
        case.cohort_id, case.klass = graduate.cohort_id, graduate.klass
        case.profile = SchoolProfile.objects.filter(school_id=graduate.school_id).order_by("-version").first()
    return case


def lock_graduate(pk: Any) -> Graduate:
    """The row every act about a graduate locks first. NO KEY, so that rows pointing at it may still be inserted."""
    graduate: Graduate | None = GRADUATE.first(pk)
    if graduate is None:
        raise NotYours("找不到此事项。")
    return graduate


def lock(case: Case) -> Case:
    """Lock order, always: graduate, agreement, case. Then read the case, and what surrounds it, as they are now."""
    if case.graduate_id:
        graduate = lock_graduate(case.graduate_id)
    if case.parent_id:
        Case.objects.select_for_update().get(pk=case.parent_id)
    locked: Case | None = (CHILD if case.parent_id else CASE).first(case.pk)
    if locked is None:
        raise NotYours("找不到此事项。")
    if case.graduate_id:
        locked.graduate = graduate
        for name in PLACE:  # read after the graduate's lock, unlike anything joined to it
            if getattr(graduate, f"{name}_id") == getattr(locked, f"{name}_id"):
                setattr(graduate, name, getattr(locked, name))
    return locked


def take(act: Act) -> Event:
    """Check everything, then move."""
    authorise(act)
    for prepare in act.step.first:
        prepare(act)
    check_state(act)
    for rule in act.step.only_if:
        refusal = rule.refusal(act)
        if refusal:
            raise refusal
    needs = act.step.asks(act)
    kept = clean_all(needs, act.raw)
    act.files = collected(act, needs)
    if act.files:
        act.changes["files"] = hashes(act.files)
    act.given = {name: value for answers in kept.values() for name, value in answers.items()}
    content = act.step.writes(act) if act.step.writes else None
    text = digest(content if content is not None else act.content())
    if act.step.reads and act.seen != act.on_screen(text):
        raise Stale("内容在您阅读之后有更新，请核对最新内容后再提交。")
    if act.step.needs_proof(act):
        require_proof(act, text)
    for weigh in act.step.weighs:
        weigh(act)
    try:
        return record.write(act, content, kept)
    except IntegrityError as clash:
        raise clash_sentence(clash) from clash


def authorise(act: Act) -> None:
    """The role admits the actor, the membership still counts, and nobody acts for two parties."""
    if act.step.keeps:  # nothing moves by it
        raise NotYours("找不到此事项。")
    if not isinstance(act.by, Actor):
        role = act.by.role if isinstance(act.by, Bearer) else act.by
        elsewhere = isinstance(act.by, Bearer) and act.by.case_id != act.case.pk
        if role is not act.step.who or elsewhere:
            raise NotYours("找不到此事项。")
        return
    current: Membership | None = ACTIVE.first(act.by.membership.pk)
    columns = act.step.who.scope(current) if current else None
    if columns is None:
        raise NotYours("找不到此事项。")
    wrong = differing(act.case, columns)
    if wrong - {"turn"}:
        raise NotYours("找不到此事项。")
    if wrong and act.source and act.source in act.step.sources:
        raise Refused("现在不由您办理此事项，请刷新页面查看最新状态。")
    if other_party(act):
        raise Refused("您已以另一方身份办理过此事项，同一人不能代表两方。")


def other_party(act: Act) -> bool:
    """Whether the user stands on another side of this case: by acting before, or by being its graduate."""
    assert isinstance(act.by, Actor)
    party, user = act.by.membership.party, act.by.user
    graduate, mine = act.case.graduate, user.identity_index
    if party != "graduate" and graduate and mine and bytes(mine) == bytes(graduate.identity_index):
        return True
    return any(past.user_id == user.pk and PARTY_OF[past.capacity] != party for past in act.before)


def check_state(act: Act) -> None:
    if act.step.starts:
        parent = act.case.parent
        if parent and parent.word not in act.flow.opens_on:
            raise Refused("对应的签约现在是“{state}”，不能办理“{step}”。", state=parent.word.label, step=act.step.label)
        if parent is None and act.flow.needs_parent:
            raise NotYours("找不到此事项。")
        return
    if act.source not in act.step.sources:
        assert act.source is not None
        raise Refused(
            "此事项现在是“{state}”，不能再办理“{step}”。请刷新页面查看。",
            state=act.source.label,
            step=act.step.label or "更改",
        )


def clash_sentence(clash: IntegrityError) -> Exception:
    """The database's own guard, as a sentence; anything else is a bug and stays one."""
    text = str(clash)
    for name, sentence in CLASHES.items():
        if name in text:
            return Refused(sentence)
    if "cases_case.graduate_id, cases_case.flow" in text:  # SQLite names the columns, not the constraint
        return Refused(CLASHES["one_draft_per_flow"])
    if "cases_case.graduate_id" in text:
        employer = "cases_case.employer_id" in text
        return Refused(CLASHES["one_open_invitation" if employer else "one_hold_per_graduate"])
    if "cases_case.parent_id" in text:
        return Refused(CLASHES["one_open_termination"])
    return clash


def system(case: Case, step: str, cause: Event | None) -> Event:
    """An effect on another case: through the same door, by SYSTEM, in the same transaction."""
    return perform(case, step, by=SYSTEM, cause=cause)
