"""Who proves how: staff by a device of their own, everybody else also by a code; and the day on which nobody is bound."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.devices import app, code
from wangqian.cases import devices
from wangqian.cases.act import Act, NeedsProof
from wangqian.cases.engine import perform
from wangqian.cases.models import Case
from wangqian.cases.proofs import item
from wangqian.chart.words import FLOWS, Refused
from wangqian.people import factors
from wangqian.people.clock import now
from wangqian.people.models import User


def last_level(cast: Cast) -> tuple[Case, str, Act]:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    case = Case.objects.get(pk=case.pk)
    act = Act(case, FLOWS["online"].steps["approve"], cast.school_reviewer, now(), source=case.word)
    return case, cast.text(act, {}), act


def test_staff_never_by_sms_where_second_factors_are_obligatory(cast: Cast, settings: Any) -> None:
    case, text, act = last_level(cast)
    proof = cast.proof(act, text)
    settings.SECOND_FACTOR = "obligatory"
    with pytest.raises(NeedsProof):
        perform(case, "approve", by=cast.school_reviewer, seen=text, proof=proof)
    settings.SECOND_FACTOR = "offered"  # the control off: the same proof is taken
    assert perform(case, "approve", by=cast.school_reviewer, seen=text, proof=proof).target == "signed"


def test_in_the_demo_staff_by_sms_until_they_have_a_factor(cast: Cast) -> None:
    case, text, act = last_level(cast)
    proof = cast.proof(act, text)
    secret = app(cast.school_reviewer)
    with pytest.raises(NeedsProof):
        perform(case, "approve", by=cast.school_reviewer, seen=text, proof=proof)
    strong = devices.by_app(cast.school_reviewer.user, "online.approve", [item(act, text)], code(secret))
    assert perform(case, "approve", by=cast.school_reviewer, seen=text, proof=strong).proof_method == "totp"


def test_graduates_and_employers_by_sms_everywhere(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "obligatory"
    app(cast.graduate)
    cast.reviewers()
    case = cast.invited()
    assert cast.act(case, "accept", cast.graduate).proof_method == "sms"


def test_who_must_have_one(cast: Cast, settings: Any) -> None:
    member = cast.actor("职员", "employer", employer=cast.employer.membership.employer)
    people = [cast.graduate, member, cast.employer, cast.college_reviewer, cast.school_reviewer, cast.operator]
    settings.SECOND_FACTOR = "obligatory"
    assert [factors.obliged(one.user) for one in people] == [False, False, True, True, True, True]
    settings.SECOND_FACTOR = "offered"
    assert not any(factors.obliged(one.user) for one in people)


def test_for_a_day_after_a_reset_nobody_is_bound(cast: Cast) -> None:
    cast.reviewers()
    case, user = cast.invited(), cast.graduate.user
    user.binding_from = now() + timedelta(hours=24)
    user.save(update_fields=["binding_from"])
    with pytest.raises(Refused, match="之前不能办理有约束力的事项"):
        cast.act(case, "accept", cast.graduate)
    assert Case.objects.get(pk=case.pk).state == "invited"
    user.binding_from = now() - timedelta(seconds=1)  # the control off
    user.save(update_fields=["binding_from"])
    assert cast.act(case, "accept", cast.graduate).target == "review"


def test_what_binds_nobody_goes_on_during_that_day(cast: Cast) -> None:
    cast.reviewers()
    case, user = cast.invited(), cast.graduate.user
    User.objects.filter(pk=user.pk).update(binding_from=now() + timedelta(hours=24))
    user.refresh_from_db()
    assert cast.act(case, "decline", cast.graduate).target == "declined"


@pytest.mark.parametrize(("demo", "asked_for", "found"), [("", "", "obligatory"), ("1", "", "offered"), ("", "offered", "offered")])
def test_in_production_a_second_factor_is_obligatory(demo: str, asked_for: str, found: str) -> None:
    """The suite itself runs with `offered`; what an installation gets is asked of a process of its own."""
    given = {"WANGQIAN_DEMO": demo, "WANGQIAN_SECOND_FACTOR": asked_for, "WANGQIAN_BUILD": "1"}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    for name in (name for name, value in given.items() if not value):
        environment.pop(name, None)
    program = "from wangqian import settings; print(settings.SECOND_FACTOR)"
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == found
