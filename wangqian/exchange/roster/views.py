"""What people see of a checked roster: errors with cell and sentence, changes with old and new, new graduates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from wangqian.exchange import vault
from wangqian.exchange.gate import cell_name
from wangqian.exchange.models import Import, RowStatus, StagedRow
from wangqian.exchange.roster.columns import BY_FIELD
from wangqian.exchange.roster.desk import rows_of
from wangqian.people import identity
from wangqian.people.models import College, Graduate

PER_PAGE = 50


@dataclass(frozen=True)
class Wrong:
    """One error: `cell` like "C12", empty for the row as a whole; `column` is the header as written."""

    cell: str
    column: str
    sentence: str


@dataclass(frozen=True)
class ErrorRow:
    number: int
    name: str
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedRow:
    number: int
    name: str
    student_number: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class NewRow:
    number: int
    name: str
    student_number: str
    identity: str  # masked
    college: str
    major: str


def errors(job: Import, page: int | str = 1) -> Page[Any]:
    """A page of `ErrorRow`; a page number out of range gives the nearest."""
    return _page(job, RowStatus.ERROR, page, lambda rows: [error_row(job, row) for row in rows])


def changes(job: Import, page: int | str = 1) -> Page[Any]:
    """A page of `ChangedRow`: what confirming will overwrite. Identity numbers are masked."""
    return _page(job, RowStatus.CHANGED, page, lambda rows: changed_rows(job, rows))


def additions(job: Import, page: int | str = 1) -> Page[Any]:
    """A page of `NewRow`: whom confirming will add."""
    return _page(job, RowStatus.NEW, page, lambda rows: new_rows(job, rows))


def _page(job: Import, status: RowStatus, page: int | str, made: Any) -> Page[Any]:
    found = Paginator(rows_of(job, status), PER_PAGE).get_page(page)
    found.object_list = made(list(found.object_list))
    return found


def opened(job: Import, row: StagedRow) -> dict[str, Any]:
    return vault.open_row(job.pk, row.number, row.sealed)


def error_row(job: Import, row: StagedRow) -> ErrorRow:
    content = opened(job, row)
    name = next((place for place, (_header, key) in enumerate(job.headers) if key == "xm"), -1)
    cells = content["cells"]
    return ErrorRow(
        row.number,
        cells[name] if 0 <= name < len(cells) else "",
        tuple(
            wrong(job, row.number, where, sentence) for where, sentence in sorted(content["problems"], key=_by_column)
        ),
    )


def _by_column(problem: Sequence[Any]) -> int:
    return int(problem[0])


def wrong(job: Import, number: int, where: int, sentence: str) -> Wrong:
    if where < 0:
        return Wrong("", "", sentence)
    header = job.headers[where][0] if where < len(job.headers) else ""
    return Wrong(cell_name(where, number), header, sentence)


def changed_rows(job: Import, rows: Sequence[StagedRow]) -> list[ChangedRow]:
    people = Graduate.objects.select_related("person").in_bulk([row.graduate for row in rows if row.graduate])
    colleges = _colleges(job)
    result = []
    for row in rows:
        content, person = opened(job, row), people.get(row.graduate) if row.graduate else None
        result.append(
            ChangedRow(
                row.number,
                person.name if person else content["name"],
                (person.student_number if person else content["keys"][1]) or "",
                tuple(listed(content["old"], content["new"], colleges, person)),
            )
        )
    return result


def listed(
    old: Mapping[str, str], new: Mapping[str, str], colleges: Mapping[str, str], person: Graduate | None
) -> list[Change]:
    """One line per field for people: names instead of codes and ids, numbers masked."""
    result = []
    for name in new:
        if name == "identity_kind" or f"{name}_name" in new:
            continue
        label = name[6:] if name.startswith("extra:") else _(BY_FIELD[name].label)
        if name == "identity":
            before = person.masked_identity() if person else ""
            result.append(Change(label, before, identity.masked(new[name])))
        elif name == "college":
            result.append(
                Change(label, colleges.get(old[name], ""), colleges.get(new[name], new[name].removeprefix("+")))
            )
        else:
            result.append(Change(label, old[name], new[name]))
    return result


def new_rows(job: Import, rows: Sequence[StagedRow]) -> list[NewRow]:
    colleges = _colleges(job)
    result = []
    for row in rows:
        values = opened(job, row)["values"]
        college = colleges.get(values["college"], values["college"].removeprefix("+"))
        number = values.get("student_number") or values.get("exam_number", "")
        masked = identity.masked(values["identity"])
        result.append(NewRow(row.number, values["name"], number, masked, college, values["major"]))
    return result


def _colleges(job: Import) -> dict[str, str]:
    found: list[tuple[UUID, str]] = list(College.objects.filter(school_id=job.school_id).values_list("pk", "name"))
    return {str(pk): name for pk, name in found}
