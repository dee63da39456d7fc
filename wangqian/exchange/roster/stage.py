"""The worker's first part: read the sealed upload, check every row, leave staged rows. Restartable at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wangqian.chart.words import Refused
from wangqian.exchange import bulk, gate, vault
from wangqian.exchange.models import HeaderName, Import, RowStatus, Stage, StagedRow
from wangqian.exchange.roster import lease
from wangqian.exchange.roster.accounts import refusals
from wangqian.exchange.roster.check import Checked, Checker, Place
from wangqian.exchange.roster.headers import SEARCHED, Layout, locate
from wangqian.exchange.roster.match import NOBODY, Match, known, match
from wangqian.exchange.roster.secrecy import compared
from wangqian.exchange.sheet import Row, Sheet, inspect
from wangqian.people.models import Graduate

BATCH = 4000
KEYS = ("ksh", "xh", "sfzh")
_COLUMNS = ("source_id", "number", "status", "graduate", "sealed")
_TYPES = ("uuid", "int4", "varchar", "uuid", "bytea")

Batch = list[tuple[int, Row]]


def check(job: Import) -> None:
    """UPLOADED → CHECKED, or MAPPING when required columns are not recognised. Raises Refused for the whole file."""
    try:
        content = vault.fetch(job.pk, job.file)
    except FileNotFoundError:
        raise Refused("上传的文件已不在，请重新上传。") from None
    sheet = Sheet(job.form, content)
    del content
    layout = layout_of(job, sheet)
    if layout.missing():
        ask_for_meanings(job, layout)
        return
    StagedRow.objects.filter(source=job).delete()
    expected = max(sheet.height - layout.last, 0)
    lease.renew(job, total=expected, processed=0, new=0, changed=0, same=0, errors=0, headers=layout.columns)
    checker = Checker(layout, Place.of(job.cohort, job.create_colleges))
    twins, counts = Twins(layout), Counter[str]()
    empty = not Graduate.objects.filter(cohort=job.cohort).exists()
    for batch in batches(sheet, layout, twins):
        with transaction.atomic():
            counts.update(judged(job, checker, batch, empty))
            lease.renew(job, processed=job.processed + len(batch))
    if not job.processed:
        raise Refused("表头下面没有任何数据。")
    if twins.shared:
        with transaction.atomic():
            judge_again(job, checker, sheet, twins, counts)
            lease.renew(job, processed=job.processed)
    finish(job, layout, checker, counts)


def layout_of(job: Import, sheet: Sheet) -> Layout:
    remembered = dict(HeaderName.objects.filter(school=job.school).values_list("header", "field"))
    rows = list(islice(sheet.rows(), SEARCHED + 1))
    if not rows:
        raise Refused("文件是空的，没有任何内容。")
    for number, cells in rows:
        inspect(number, cells)
    return locate(rows, remembered)


def ask_for_meanings(job: Import, layout: Layout) -> None:
    """Someone says what the unknown headers mean; with none to ask about, the file cannot be used."""
    missing = "、".join(_(label) for label in layout.missing())
    if not layout.extras:
        raise Refused("表头缺少：{missing}。请补上这些列，或使用模板填写后重新上传。", missing=missing)
    note = _("没有认出这些列：%(missing)s。请指定它们是文件中的哪一列") % {"missing": missing}
    lease.release(job, status=Stage.MAPPING, headers=layout.columns, notes=[note], total=0, processed=0)


class Twins:
    """Which rows share a key. Known only when the whole file has been read."""

    def __init__(self, layout: Layout) -> None:
        self.places = [(key, place) for key in KEYS if (place := layout.place(key)) is not None]
        self.first: dict[str, dict[str, int]] = {key: {} for key in KEYS}
        self.shared: dict[tuple[str, str], list[int]] = {}

    def see(self, number: int, cells: Row) -> None:
        for key, place in self.places:
            if place < len(cells) and cells[place]:
                text = compared(cells[place])
                if (first := self.first[key].setdefault(text, number)) != number:
                    self.shared.setdefault((key, text), [first]).append(number)

    def rows(self) -> set[int]:
        return {number for numbers in self.shared.values() for number in numbers}


def batches(sheet: Sheet, layout: Layout, twins: Twins) -> Iterator[Batch]:
    """The data rows, each inspected before it is handed on. Raises Refused for formulas and excess."""
    batch: Batch = []
    total = 0
    for number, cells in sheet.rows():
        if number <= layout.last:
            continue
        inspect(number, cells)
        twins.see(number, cells)
        batch.append((number, cells))
        total += 1
        if total > gate.MAX_ROWS:
            raise gate.too_many_rows()
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def judge_again(job: Import, checker: Checker, sheet: Sheet, twins: Twins, counts: Counter[str]) -> None:
    """Rows that share a key were staged before that was known: each is judged once more, naming the others."""
    numbers = twins.rows()
    checker.twins = twins.shared
    rows = ((number, cells) for number, cells in sheet.rows() if number in numbers)
    while batch := list(islice(rows, BATCH)):
        earlier = StagedRow.objects.filter(source=job, number__in=[number for number, _cells in batch])
        counts.subtract(earlier.values_list("status", flat=True))
        earlier.delete()
        counts.update(judged(job, checker, batch, False))


def judged(job: Import, checker: Checker, batch: Batch, empty: bool) -> list[str]:
    """Check, compare and stage a batch; returns the status of each row."""
    width = len(job.headers)
    rows = [checker.check(number, cells, width) for number, cells in batch]
    there = (
        NOBODY
        if empty
        else known(
            job.cohort,
            [row.values["exam_number"] for row in rows if "exam_number" in row.values],
            [row.values["student_number"] for row in rows if "student_number" in row.values],
            [row.index for row in rows if row.index],
        )
    )
    found = [(row, match(row, there, checker.at)) for row in rows]
    found = refusals(found)
    bulk.insert("exchange_stagedrow", _COLUMNS, (staged(job, row, outcome) for row, outcome in found), _TYPES)
    return [outcome.status for _row, outcome in found]


def staged(job: Import, row: Checked, found: Match) -> tuple[Any, ...]:
    """What is kept of a row: its cells when it is wrong, its values when it is right; sealed either way."""
    content: dict[str, Any]
    keys = (row.values.get("exam_number", ""), row.values.get("student_number", ""), row.index.hex())
    if found.status == RowStatus.ERROR:
        content = {"cells": row.cells, "problems": row.problems}
    elif found.status == RowStatus.NEW:
        content = {"values": row.values, "extra": row.extra, "keys": keys}
    elif found.status == RowStatus.CHANGED:
        content = {"old": found.old, "new": found.new, "keys": keys, "name": row.values.get("name", "")}
    else:
        content = {}
    return job.pk, row.number, found.status, found.graduate, vault.seal_row(job.pk, row.number, content)


def finish(job: Import, layout: Layout, checker: Checker, counts: Counter[str]) -> None:
    notes = []
    kept = [header for _place, header in layout.extras]
    if kept:
        notes.append(_("这些列不在标准字段中，将按原样保存：%(columns)s") % {"columns": "、".join(kept)})
    if checker.masked:
        names = "、".join(sorted(checker.masked))
        notes.append(_("这些列含有证件号码，只保存打码后的内容：%(columns)s") % {"columns": names})
    notes += checker.origins.notes()
    colleges = sorted(checker.place.new_colleges.values())
    if colleges:
        notes.append(_("确认后将新建院系：%(names)s") % {"names": "、".join(colleges)})
    numbers = {name: counts[name] for name in (RowStatus.NEW, RowStatus.CHANGED, RowStatus.SAME)}
    lease.release(
        job,
        status=Stage.CHECKED,
        total=job.processed,
        errors=counts[RowStatus.ERROR],
        notes=notes,
        new_colleges=colleges,
        **{str(name): number for name, number in numbers.items()},
    )
