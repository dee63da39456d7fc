"""Two people act on one thing at the same moment: what each duel needs beforehand, and the two attempts."""

from __future__ import annotations

from datetime import timedelta

from tests.answers import TERMINATION
from tests.cast import Cast
from tests.races.attempts import Attempt, on, opening
from tests.races.crowd import Crowd, crowd, one_level
from wangqian.cases.models import Case
from wangqian.people.clock import now, today
from wangqian.people.models import Actor

Pair = tuple[Attempt, Attempt]
REFUSAL = {"about": "pay", "reason": "起薪与劳动合同不一致，请更正后重新发起"}
RELEASE = {"reason": "withdrawn", "basis": "退学决定 教字〔2027〕12 号", "explanation": ""}


def invited(cast: Cast, count: int) -> Crowd:
    one_level(cast)
    return crowd(cast, count, 1)


def reviewed(cast: Cast, count: int) -> list[tuple[Case, Actor, Actor]]:
    """(case in review at its only level, graduate, employer)."""
    people = invited(cast, count)
    for graduate, (case,) in zip(people.graduates, people.invitations, strict=True):
        cast.act(case, "accept", graduate)
    return [(c, g, people.employers[0]) for g, (c,) in zip(people.graduates, people.invitations, strict=True)]


def signed(cast: Cast, count: int) -> list[tuple[Case, Actor, Actor]]:
    agreements = reviewed(cast, count)
    for case, *_ in agreements:
        cast.act(case, "approve", cast.school_reviewer)
    return agreements


def accept_or_retract(cast: Cast, count: int) -> list[Pair]:
    people = invited(cast, count)
    pairs = zip(people.graduates, people.invitations, strict=True)
    return [(on(cast, c, "accept", g), on(cast, c, "retract", people.employers[0])) for g, (c,) in pairs]


def accept_or_extend(cast: Cast, count: int) -> list[Pair]:
    people = invited(cast, count)
    until = {"until": today(now() + timedelta(days=20)).isoformat()}
    pairs = zip(people.graduates, people.invitations, strict=True)
    return [(on(cast, c, "accept", g), on(cast, c, "extend", people.employers[0], until)) for g, (c,) in pairs]


def approve_or_refuse(cast: Cast, count: int) -> list[Pair]:
    one, other = cast.school_reviewer, cast.second_school_user
    return [(on(cast, c, "approve", one), on(cast, c, "refuse", other, REFUSAL)) for c, *_ in reviewed(cast, count)]


def approve_twice(cast: Cast, count: int) -> list[Pair]:
    one, other = cast.school_reviewer, cast.second_school_user
    return [(on(cast, c, "approve", one), on(cast, c, "approve", other)) for c, *_ in reviewed(cast, count)]


def both_terminate(cast: Cast, count: int) -> list[Pair]:
    asks = ("online_termination", "ask")
    return [
        (opening(cast, *asks, g, TERMINATION, parent=fresh(c)), opening(cast, *asks, e, TERMINATION, parent=fresh(c)))
        for c, g, e in signed(cast, count)
    ]


def approve_termination_or_release(cast: Cast, count: int) -> list[Pair]:
    """The last approval of a termination, against the school asking to release the agreement itself."""
    pairs = []
    for agreement, graduate, employer in signed(cast, count):
        termination = cast.termination(fresh(agreement), graduate)
        cast.act(termination, "accept", employer)
        approve = on(cast, termination, "approve", cast.school_reviewer)
        cast.hand_in(agreement, "document", cast.second_school_user)
        pairs.append((approve, on(cast, agreement, "request_release", cast.second_school_user, RELEASE)))
    return pairs


def release_or_accept_termination(cast: Cast, count: int) -> list[Pair]:
    """The school confirms a release it asked for, while the employer agrees to the termination."""
    pairs = []
    for agreement, graduate, employer in signed(cast, count):
        termination = cast.termination(fresh(agreement), graduate)
        cast.ask_release(agreement, cast.second_school_user, RELEASE)
        confirm = on(cast, agreement, "confirm_release", cast.school_reviewer)
        pairs.append((confirm, on(cast, termination, "accept", employer)))
    return pairs


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
