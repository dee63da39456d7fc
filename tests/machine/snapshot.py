"""What the machine sees of the tables between two steps; which states bind and which are in force, as `flows.md` has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from wangqian.cases.models import Case, Event, Evidence, LedgerEntry, Terms
from wangqian.flows.models import Departure, Link
from wangqian.people.models import Graduate

# flows.md §1, 3, 5, 6: the states marked **holds**, and those by which a destination is in force.
HOLDS = {
    "online": ("review", "signed"),
    "offline": ("review", "returned", "stamping", "stamped_review", "signed"),
    "paper": ("review", "returned", "registered"),
    "destination": ("review", "returned", "registered", "voiding"),
}
IN_FORCE = {
    "online": ("signed",),
    "offline": ("signed",),
    "paper": ("registered",),
    "destination": ("registered", "voiding"),
}


class Person(NamedTuple):
    """What the laws ask about a graduate."""

    closes: datetime
    training: str
    entry: int | None  # in force


class Snapshot(NamedTuple):
    cases: dict[UUID, dict[str, Any]]
    graduates: dict[UUID, Person]
    rows: tuple[int, ...]  # whatever a step may leave besides

    def effective(self, pk: UUID | None) -> bool:
        """Whether this case is what is in force about its graduate."""
        row = self.cases.get(pk) if pk else None
        return row is not None and row["state"] in IN_FORCE.get(row["flow"], ())

    def held(self, graduate: UUID, besides: UUID) -> bool:
        """Whether another case binds him."""
        others = (row for pk, row in self.cases.items() if row["graduate_id"] == graduate and pk != besides)
        return any(row["state"] in HOLDS.get(row["flow"], ()) for row in others)


def snapshot() -> Snapshot:
    people = Graduate.objects.values_list("pk", "cohort__closes_at", "training_mode", "destination__entry")
    bound = Evidence.objects.exclude(bound_at=None)
    left = LedgerEntry.objects, Terms.objects, Event.objects, Link.objects, Departure.objects, bound
    return Snapshot(
        {row["id"]: row for row in Case.objects.values()},
        {pk: Person(*about) for pk, *about in people},
        tuple(each.count() for each in left),
    )
