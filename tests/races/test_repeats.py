"""The same form sent again and again: one effect, one answer."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races.attempts import Attempt, opening, ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.crowd import graduates_of
from wangqian.cases import receipts
from wangqian.cases.models import Case, Event, Receipt
from wangqian.people.clock import now, today
from wangqian.people.models import User


class Submission(NamedTuple):
    """What the browser sends: key and body; the act would open a new case every time it is taken."""

    user: object
    key: str
    body: dict[str, str]
    attempt: Attempt


def size() -> tuple[int, int]:
    """(keys, concurrent repeats of each)."""
    return (12, 8) if connection.vendor == "postgresql" else (6, 4)


def submit(form: Submission) -> str:
    def act() -> str:
        (each,) = ready([form.attempt])
        return f"/cases/{Event.objects.get(pk=take(each)).case_id}/"

    return receipts.once(User.objects.get(pk=form.user), form.key, form.body, act)


def forms(cast: Cast, count: int) -> list[Submission]:
    """Each reopens the registration of one graduate, which nothing but the key keeps from happening twice."""
    given = {"until": today(now() + timedelta(days=10)).isoformat(), "reason": "补办"}
    school, people = cast.school_reviewer, graduates_of(cast, count)
    attempts = [opening(cast, "reopening", "reopen", school, given, graduate=p.membership.graduate) for p in people]
    return [Submission(school.user.pk, f"key-{n}", given, attempt) for n, attempt in enumerate(attempts)]


def by_key(answers: list[list[Answer]]) -> list[list[Answer]]:
    return [list(same) for same in zip(*answers, strict=True)]


def test_one_effect_and_one_answer_per_key(stage: Cast) -> None:
    keys, racers = size()
    sent = forms(stage, keys)
    answers = race(submit, [sent] * racers)
    assert unexpected(answers) == []
    where = {case.graduate_id: f"/cases/{case.pk}/" for case in Case.objects.all()}
    assert Case.objects.count() == len(where) == keys
    for form, same in zip(sent, by_key(answers), strict=True):
        assert [(answer.kind, answer.said) for answer in same] == [("ok", where[form.attempt.graduate])] * racers
        assert submit(form) == where[form.attempt.graduate]
    assert Receipt.objects.count() == keys


def test_another_body_under_the_same_key_is_refused(stage: Cast) -> None:
    """Half of the racers send another body: one body wins a key, the other half is refused."""
    keys, racers = size()
    sent = forms(stage, keys)
    other = [form._replace(body={**form.body, "reason": "其他"}) for form in sent]
    answers = race(submit, [sent, other] * (racers // 2))
    assert unexpected(answers, "OtherBody") == []
    assert Case.objects.count() == keys
    for same in by_key(answers):
        assert len({answer.item.body["reason"] for answer in same if answer.ok}) == 1
        assert len({answer.said for answer in same if answer.ok}) == 1
        assert [answer.kind for answer in same].count("OtherBody") == racers // 2


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_receipt_per_key",)], indirect=True)
def test_red_control_looking_first_acts_twice(loose_stage: Cast) -> None:
    """Off: writing the receipt first, and its unique constraint; `once` looks, acts, then writes. Forms act twice."""
    keys, racers = size()
    race(submit, [forms(loose_stage, keys)] * racers, off=["slow commit", "receipt first"])
    assert Case.objects.count() > keys
