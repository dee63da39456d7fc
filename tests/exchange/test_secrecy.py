"""No identity number is ever at rest in plain: not in a column, not in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection

from tests.cast import Cast
from tests.exchange.files import PINYIN, identity, person, table, upload, xlsx
from wangqian.exchange import vault
from wangqian.exchange.models import StagedRow
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.work import work
from wangqian.people.models import Graduate

NUMBERS = [identity(1), identity(2), identity(5), identity(7)]
PERSONAL = ["学生乙", "13900000001", "s1@example.com"]


def everything(media: Path) -> str:
    """Every value of every table, and every file, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found += [flat(value) for row in cursor.fetchall() for value in row]
    found += [flat(path.read_bytes()) for path in media.rglob("*") if path.is_file()]
    return "\n".join(found)


def flat(value: object) -> str:
    return bytes(value).decode("utf-8", "ignore") if isinstance(value, bytes | memoryview) else str(value)


def test_identity_numbers_are_nowhere_in_plain(cast: Cast, media: Path) -> None:
    headers = [*PINYIN, "父亲身份证号"]
    rows = [person(1), person(2, xm=""), person(1, ksh="9", xh="9", zyfx=identity(5))]
    lines = [[*line, f"{identity(7)} 父"] for line in table(rows)]
    job = upload(cast, xlsx([headers, *lines, [*table([person(3)])[0], identity(7)]]))
    assert (job.status, job.new, job.errors) == ("checked", 1, 3)
    text = everything(media)
    assert [number for number in NUMBERS if number in text] == []
    assert [word for word in PERSONAL if word in text] == []
    desk.confirm(job, cast.school_reviewer, only_good=True)
    work()
    text = everything(media)
    assert [number for number in (*NUMBERS, identity(3)) if number in text] == []
    graduate = Graduate.objects.get()
    assert graduate.identity_number() == identity(3)
    assert graduate.extra == {"父亲身份证号": identity(7)[:4] + "*" * 10 + identity(7)[-4:]}
    assert "这些列含有证件号码，只保存打码后的内容：父亲身份证号" in job.notes


def test_the_scan_finds_what_is_in_plain(cast: Cast, media: Path) -> None:
    """The control: a number put into a column and into a file is seen."""
    (media / "note.txt").write_text(identity(1), encoding="utf-8")
    cast.school.office = identity(2)
    cast.school.save()
    text = everything(media)
    assert [number for number in NUMBERS if number in text] == NUMBERS[:2]


def test_a_sealed_row_opens_only_in_its_place(cast: Cast) -> None:
    job = upload(cast, xlsx([PINYIN, *table([person(1), person(2)])]))
    one, other = StagedRow.objects.order_by("number")
    assert vault.open_row(job.pk, one.number, one.sealed)["values"]["identity"] == identity(1)
    with pytest.raises(InvalidTag):
        vault.open_row(job.pk, other.number, one.sealed)
