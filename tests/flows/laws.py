"""Shared by the tests of the laws: how a holding state is reached, the ledger folded, the cohort closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.cast import Cast
from wangqian.cases.models import Case, CurrentDestination, LedgerEntry
from wangqian.chart.words import FLOWS
from wangqian.people.clock import now
from wangqian.people.models import Cohort, Graduate, SchoolProfile

RELEASE = {"reason": "withdrawn", "basis": "退学决定 教字〔2027〕12 号", "explanation": ""}
HOLDING = [(slug, name) for slug, flow in FLOWS.items() for name, state in flow.states.items() if state.holds]
# Every holding state, reached through the door.
REACH: dict[tuple[str, str], Callable[[Cast], Case]] = {
    ("online", "review"): lambda cast: cast.in_review(),
    ("online", "signed"): lambda cast: cast.signed(),
    ("offline", "review"): lambda cast: cast.offline_review(),
    ("offline", "returned"): lambda cast: returned(cast, cast.offline_review()),
    ("offline", "stamping"): lambda cast: cast.stamping(),
    ("offline", "stamped_review"): lambda cast: cast.stamped_review(),
    ("offline", "signed"): lambda cast: cast.signed_on_paper(),
    ("paper", "review"): lambda cast: cast.paper_review(),
    ("paper", "returned"): lambda cast: returned(cast, cast.paper_review()),
    ("paper", "registered"): lambda cast: cast.paper_registered(),
    ("destination", "review"): lambda cast: cast.destination_review(),
    ("destination", "returned"): lambda cast: returned(cast, cast.destination_review()),
    ("destination", "registered"): lambda cast: cast.registered(),
    ("destination", "voiding"): lambda cast: voiding(cast),
}


def returned(cast: Cast, case: Case) -> Case:
    cast.act(case, "send_back", cast.college_reviewer, {"about": "other", "fault": "wrong", "reason": "请核对单位名称"})
    return again(case)


def voiding(cast: Cast) -> Case:
    """Under the dial that has 作废 reviewed."""
    SchoolProfile.objects.filter(school=cast.school).update(void_needs_review=True)
    case = cast.registered()
    cast.act(case, "void", cast.graduate)
    return again(case)



def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def folded(graduate: Graduate) -> LedgerEntry | None:
    """What the entries say is in force: the last one that came into force and was not taken out."""
    last = None
    for entry in LedgerEntry.objects.filter(graduate=graduate).order_by("id"):
        last = entry if entry.in_force else None
    return last


def current(graduate: Graduate) -> LedgerEntry | None:
    row = CurrentDestination.objects.filter(graduate=graduate).select_related("entry").first()
    return row.entry if row else None


def close_cohort(cast: Cast) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(closes_at=now() - timedelta(seconds=1))
