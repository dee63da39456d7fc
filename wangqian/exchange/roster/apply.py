"""The worker's second part: staged rows become graduates. A staged row goes away in the transaction that applied it, so a
restart continues where the last one stopped and nothing is done twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wangqian.cases.rewrapping import follow_person
from wangqian.exchange import bulk, vault
from wangqian.exchange.models import Import, RowStatus, Stage, StagedRow
from wangqian.exchange.roster import history, lease
from wangqian.exchange.roster.columns import BY_FIELD, BY_KEY, CLEAR, WATCHED
from wangqian.exchange.roster.keys import Keys, blind, encrypted, seal_private
from wangqian.exchange.roster.match import NULLABLE, PLAIN, Known, known, merged_extra
from wangqian.flows import roster as flows
from wangqian.people import renumbered
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import PRIVATE, AccessLog, Cohort, College, Graduate, Status
from wangqian.people.names import name_index

BATCH = 4000
# Who hears of edited graduates, in the edit's transaction: (school, labels by graduate, key). The worker connects messages.
TELL: list[Callable[[str, dict[UUID, str], str], None]] = []
_TABLE = "people_graduate"
_INSERTED = (
    "id", "school_id", "college_id", "cohort_id", "person_id", "identity_kind", "identity_cipher", "identity_index",
    "status", "confirmed_at", "reopened_until", "private", "name_index", *PLAIN,
)  # fmt: skip
_BLANK = {name: None if name in NULLABLE else "" for name in PLAIN}
_in_order = itemgetter(*PLAIN)
_PLAIN = frozenset({*PLAIN, "identity_kind"})
_ENROLLED = str(Status.ENROLLED)
_INSERTED_TYPES = (
    "uuid", "uuid", "uuid", "uuid", "bytea", "varchar", "bytea", "bytea", "varchar", "timestamptz", "timestamptz", "bytea",
    "bytea", *["varchar"] * len(PLAIN),
)  # fmt: skip
_TYPES = {
    "college_id": "uuid",
    "person_id": "bytea",
    "identity_cipher": "bytea",
    "identity_index": "bytea",
    "private": "bytea",
    "name_index": "bytea",
}


@dataclass
class Row:
    """A staged row, opened."""

    number: int
    graduate: UUID | None
    content: dict[str, Any]

    @cached_property
    def keys(self) -> tuple[str, str, bytes]:
        """考生号, 学号 and blind index as the file gave them."""
        exam, student, index = self.content["keys"]
        return exam, student, bytes.fromhex(index)


def confirm(job: Import) -> None:
    """CONFIRMING → DONE, batch by batch. What changed since the check is not overwritten: it becomes an error."""
    make_colleges(job)
    for status in (RowStatus.NEW, RowStatus.CHANGED):
        last = 0
        while True:
            numbers = _batch(job, status, last)
            if not numbers:
                break
            try:
                apply(job, status, numbers)
            except IntegrityError:
                apply(job, status, numbers)  # somebody took a key meanwhile: the second look sees it
            last = numbers[-1]
    StagedRow.objects.filter(source=job).exclude(status=RowStatus.ERROR).delete()
    name = job.file
    lease.release(job, status=Stage.DONE, finished_at=now(), file="")
    vault.remove(name)


def make_colleges(job: Import) -> None:
    if job.new_colleges:
        wanted = [College(school_id=job.school_id, name=name) for name in job.new_colleges]
        College.objects.bulk_create(wanted, ignore_conflicts=True)


def _batch(job: Import, status: str, last: int) -> list[int]:
    rows = StagedRow.objects.filter(source=job, status=status, number__gt=last).order_by("number")
    return list(rows.values_list("number", flat=True)[:BATCH])


def apply(job: Import, status: str, numbers: Sequence[int]) -> None:
    """One batch, one transaction."""
    with transaction.atomic():
        lease.renew(job, processed=job.processed + len(numbers))
        Cohort.objects.select_for_update(no_key=True).get(pk=job.cohort_id)
        staged = StagedRow.objects.filter(source=job, status=status, number__gte=numbers[0], number__lte=numbers[-1])
        rows = [
            Row(n, g, vault.open_row(job.pk, n, s)) for n, g, s in staged.values_list("number", "graduate", "sealed")
        ]
        there = looked_up(job, rows)
        good, stale = split(rows, there, status)
        act = insert if status == RowStatus.NEW else change
        act(job, good, there)
        staged.exclude(number__in=[row.number for row in stale]).delete()
        refuse(job, stale, status)


def looked_up(job: Import, rows: Sequence[Row]) -> Known:
    exams, students, indexes = zip(*(row.keys for row in rows), strict=True)
    return known(job.cohort, *([key for key in keys if key] for keys in (exams, students, indexes)), lock=True)


def split(rows: Sequence[Row], there: Known, status: str) -> tuple[list[Row], list[Row]]:
    """(rows still as they were checked, rows that meanwhile mean something else)."""
    good: list[Row] = []
    stale: list[Row] = []
    for row in rows:
        found = {graduate["id"]: graduate for _label, graduate in there.of(*row.keys)}
        wanted = set() if status == RowStatus.NEW else {row.graduate}
        fits = found.keys() == wanted and all(_as_shown(row, graduate) for graduate in found.values())
        (good if fits else stale).append(row)
    return good, stale


def _as_shown(row: Row, graduate: Mapping[str, Any]) -> bool:
    return all(present(graduate, name) == old for name, old in row.content["old"].items())


def present(graduate: Mapping[str, Any], name: str) -> str:
    """The value now, in the form in which the check kept the old one."""
    if name == "identity":
        return str(graduate["identity_index"].hex())
    if name == "college":
        return str(graduate["college_id"])
    if name.startswith("extra:"):
        return str(graduate["extra"].get(name[6:], ""))
    return graduate[name] or ""


def college_ids(job: Import) -> dict[str, UUID]:
    """What a staged row calls a college → its id."""
    found = College.objects.filter(school_id=job.school_id).values_list("pk", "name")
    return {spelled: pk for pk, name in found for spelled in (str(pk), f"+{name}")}


def insert(job: Import, rows: Sequence[Row], _there: Known) -> None:
    keys, colleges, school = Keys.of(row.keys[2] for row in rows), college_ids(job), str(job.school_id)
    bulk.insert(_TABLE, _INSERTED, (graduate(job, row, keys, colleges, school) for row in rows), _INSERTED_TYPES)


def graduate(job: Import, row: Row, keys: Keys, colleges: Mapping[str, UUID], school: str) -> tuple[Any, ...]:
    """The columns of a new graduate."""
    values, key = row.content["values"], new_id()
    index, named = row.keys[2], str(key)
    fields = _in_order({**_BLANK, **values})
    private: dict[str, Any] = {name: values[name] for name in PRIVATE if values.get(name)}
    if extra := {header: value for header, value in row.content["extra"].items() if value != CLEAR}:
        private["extra"] = extra
    return (
        key, job.school_id, colleges[values["college"]], job.cohort_id, index, values["identity_kind"],
        encrypted(named, values["identity"], keys.plain[index]), index, _ENROLLED, None, None,
        seal_private(named, private), name_index(school, values["name"]), *fields,
    )  # fmt: skip


def change(job: Import, rows: Sequence[Row], there: Known) -> None:
    """Write the differing fields, grouped by which they are; then what follows from an edit."""
    people = {row["id"]: row for row in there.by_index.values()}
    corrected = {row.graduate: blind(row.content["new"]) for row in rows if "identity" in row.content["new"]}
    before = {key: people[key]["identity_index"] for key in corrected if key}
    numbers = history.numbers_of([key for key in corrected if key])
    keys, colleges = Keys.of({*corrected.values(), *before.values()}), college_ids(job)
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for row in rows:
        assert row.graduate is not None
        columns = dict(written(job, row.content["new"], people[row.graduate], keys, colleges))
        groups[tuple(columns)].append([row.graduate, *columns.values()])
    for names, values in groups.items():
        bulk.update(_TABLE, names, [_TYPES.get(name, "text") for name in names], values)
    ask_again([row.graduate for row in rows if row.graduate and WATCHED & row.content["new"].keys()])
    renumbered.follow({key: index for key, index in corrected.items() if key})
    for key, old in before.items():
        follow_person(key, keys.plain[old], keys.plain[corrected[key]])
    renumbered.follow_names({row.graduate: renamed(row) for row in rows if row.graduate and "name" in row.content["new"]})
    flows.after_edit([row.graduate for row in rows if row.graduate])
    note_edits(job, rows)
    edits = [(row.graduate, row.content["new"]) for row in rows if row.graduate]
    history.note(job, edits, people, numbers, {key: index for key, index in corrected.items() if key})
    for tell in TELL:
        tell(job.school.name, {row.graduate: edited(row.content["new"]) for row in rows if row.graduate}, str(job.pk))


def renamed(row: Row) -> tuple[str, str]:
    return row.content["old"]["name"], row.content["new"]["name"]


def written(
    job: Import, new: Mapping[str, str], person: Mapping[str, Any], keys: Keys, colleges: Mapping[str, UUID]
) -> Iterator[tuple[str, Any]]:
    """(column, value) of one changed graduate."""
    key = person["id"]
    for name, value in new.items():
        if name == "college":
            yield "college_id", colleges[value]
        elif name == "identity":
            index = blind(new)
            yield "person_id", index
            yield "identity_index", index
            yield "identity_cipher", encrypted(key, value, keys.plain[index])
        elif name in _PLAIN:
            yield name, value or (None if name in NULLABLE else "")
    if new.keys() - _PLAIN - {"college", "identity"}:
        yield "private", seal_private(key, private_after(person, new))
    if "name" in new:
        yield "name_index", name_index(job.school_id, new["name"])


def private_after(person: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """The private words of a graduate after a change, empty ones left out."""
    after = {name: new.get(name, person[name]) for name in PRIVATE} | {"extra": merged_extra(person["extra"], new)}
    return {name: value for name, value in after.items() if value}


def ask_again(graduates: Sequence[UUID]) -> None:
    """核对 once more: what he confirmed is no longer what stands there."""
    Graduate.objects.filter(pk__in=graduates, confirmed_at__isnull=False).update(confirmed_at=None)


def note_edits(job: Import, rows: Sequence[Row]) -> None:
    """One line per changed graduate in the access log: he sees that the school edited his data, and which."""
    moment, why = now(), AccessLog._meta.get_field("why")
    columns = ("actor_id", "membership_id", "subject_id", "what", "why", "ip", "at")
    types = ("uuid", "uuid", "uuid", "varchar", "bytea", "inet", "timestamptz")

    def line(row: Row) -> tuple[Any, ...]:
        by, member, about = job.confirmed_by_id, job.confirmed_as_id, row.graduate
        access = AccessLog(actor_id=by, subject_id=about, why=edited(row.content["new"]), at=moment)
        return by, member, about, "roster_import", why.pre_save(access, True), None, moment

    bulk.insert("people_accesslog", columns, (line(row) for row in rows), types)


def edited(new: Mapping[str, str]) -> str:
    """Labels of the edited fields, ≤ 100 characters."""
    labels = [name[6:] if name.startswith("extra:") else _(BY_FIELD[name].label) for name in new if shown(name, new)]
    return "、".join(labels)[:100]


def shown(name: str, new: Mapping[str, str]) -> bool:
    """A code is shown by its name; the kind of a document with its number."""
    return name != "identity_kind" and f"{name}_name" not in new


def refuse(job: Import, stale: Sequence[Row], status: str) -> None:
    """Rows that no longer fit what was shown become errors, counted as such."""
    sentence = _("检查之后，这名毕业生的资料又有变动，本行没有导入；请重新上传核对")
    for row in stale:
        content = {"cells": cells_of(row, job.headers), "problems": [[-1, sentence]]}
        sealed = vault.seal_row(job.pk, row.number, content)
        StagedRow.objects.filter(source=job, number=row.number).update(
            status=RowStatus.ERROR, graduate=None, sealed=sealed
        )
    if stale:
        count = len(stale)
        lease.renew(job, errors=job.errors + count, **{str(status): getattr(job, status) - count})


def cells_of(row: Row, headers: Sequence[Sequence[str]]) -> list[str]:
    """The row as far as the check kept it, in the columns of the file."""
    values = {**row.content.get("values", {}), **row.content.get("new", {})}
    values.setdefault("exam_number", row.keys[0])
    values.setdefault("student_number", row.keys[1])
    values.setdefault("name", row.content.get("name", ""))
    values["college"] = values.get("college_name", values.get("college", "")).removeprefix("+")
    extra = row.content.get("extra", {})
    return [values.get(BY_KEY[key].field, "") if key in BY_KEY else extra.get(header, "") for header, key in headers]
