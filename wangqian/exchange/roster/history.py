"""What an import changed, field by field, before and after: the rows every other edit of a graduate's data leaves too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from wangqian.exchange import bulk
from wangqian.exchange.models import Import
from wangqian.exchange.roster.keys import Keys
from wangqian.people.clock import now
from wangqian.people.field_classes import DATA, joined
from wangqian.people.ids import new_id
from wangqian.people.models import Capacity, College, Graduate, GraduateChange

SOURCE, REASON = "roster", ""
_COLUMNS = (
    "id", "graduate_id", "at", "user_id", "membership_id", "capacity", "source", "act", "case", "field", "person_id", "sealed",
)  # fmt: skip
_TYPES = (
    "uuid", "uuid", "timestamptz", "uuid", "uuid", "varchar", "varchar", "uuid", "uuid", "varchar", "bytea", "bytea",
)  # fmt: skip
_NAMED = frozenset(f"{name}_name" for name, datum in DATA.items() if datum.halves)


def numbers_of(graduates: Collection[UUID]) -> dict[UUID, str]:
    """The identity numbers that are about to be corrected, as `kind|number`."""
    found = Graduate.objects.filter(pk__in=list(graduates)).select_related("person") if graduates else ()
    return {one.pk: joined(one.identity_kind, one.identity_number()) for one in found}


def note(
    job: Import, edits: Sequence[tuple[UUID, Mapping[str, str]]], people: Mapping[UUID, Mapping[str, Any]],
    numbers: Mapping[UUID, str], corrected: Mapping[UUID, bytes],
) -> None:  # fmt: skip
    """A row per field of every edit (graduate, new values); `people` are the graduates as they were."""
    persons = {key: corrected.get(key) or people[key]["identity_index"] for key, _new in edits}
    keys, moment = Keys.of(persons.values()), now()
    places = {str(pk): name for pk, name in College.objects.filter(school=job.school_id).values_list("pk", "name")}

    def lines() -> Iterator[tuple[Any, ...]]:
        for key, new in edits:
            act, person = new_id(), persons[key]
            for name, before, after in changed(new, people[key], numbers.get(key, ""), places):
                pk = new_id()
                sealed = GraduateChange.seal(pk, keys.plain[person], before, after, REASON)
                who = job.confirmed_by_id, job.confirmed_as_id, str(Capacity.SCHOOL)
                yield (pk, key, moment, *who, SOURCE, act, None, name[:40], person, sealed)

    bulk.insert("people_graduatechange", _COLUMNS, lines(), _TYPES)


def changed(
    new: Mapping[str, str], person: Mapping[str, Any], number: str, places: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """(field, before, after) as `field_classes` writes values; columns that nobody knows under their header."""
    for name in dict.fromkeys(each.removesuffix("_name") if each in _NAMED else each for each in new):
        if name == "identity_kind":
            continue
        if name == "identity":
            yield name, number, joined(new["identity_kind"], new["identity"])
        elif name == "college":
            old = str(person["college_id"])
            yield name, joined(old, places.get(old, "")), _college(new[name], places)
        elif name.startswith("extra:"):
            yield name, str(person["extra"].get(name[6:], "")), new[name]
        elif name in DATA:
            yield name, _value(name, person), _value(name, {**person, **new})


def _college(said: str, places: Mapping[str, str]) -> str:
    """A staged row calls a college by its key, one that the import makes by `+` and its name."""
    if said in places:
        return joined(said, places[said])
    made = said.removeprefix("+")
    return joined(next((key for key, name in places.items() if name == made), ""), made)


def _value(name: str, columns: Mapping[str, Any]) -> str:
    value = str(columns[name] or "")
    return joined(value, str(columns[f"{name}_name"] or "")) if DATA[name].halves else value
