"""What an installation had before it was written down when a case was handed in."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tests.answers import OFFLINE
from tests.cast import Cast
from tests.papers import FAULT, acted
from wangqian.cases.models import Case

pytestmark = pytest.mark.django_db
fill = import_module("wangqian.cases.migrations.0013_handed_in").fill


def test_drafts_stay_private_and_everything_else_readable(cast: Cast) -> None:
    """As if the column had just been added: known of every case whether it was handed in, and never before it was begun."""
    people = [cast.graduate_named(f"学生{at}") for at in range(8)]
    cast.begun("offline", people[0])
    acted(cast, cast.begun("paper", people[1]), "cancel", people[1])
    acted(cast, cast.offline_review(people[2]), "withdraw", people[2])
    withdrawn = acted(cast, cast.offline_review(people[3]), "withdraw", people[3])
    acted(cast, withdrawn, "cancel", people[3])
    acted(cast, cast.begun("correction_request", people[4], topic="major"), "cancel", people[4])
    cast.begun("correction_request", people[5], topic="major")
    cast.ask_correction("major", "软件工程", people[6])
    cast.signed(graduate=people[7])
    returned = acted(cast, cast.offline_review(), "send_back", cast.college_reviewer, FAULT)
    acted(cast, returned, "resubmit", cast.graduate, OFFLINE)

    known = dict(Case.objects.values_list("pk", "handed_in_at"))
    Case.objects.update(handed_in_at=None)
    fill(apps, None)
    filled = {case.pk: case for case in Case.objects.all()}
    assert {pk for pk, case in filled.items() if case.handed_in_at} == {pk for pk, at in known.items() if at}
    assert len(known) - sum(at is not None for at in known.values()) == 4
    for pk, at in known.items():
        if at:
            found = filled[pk].handed_in_at
            assert found and filled[pk].opened_at <= found <= at
