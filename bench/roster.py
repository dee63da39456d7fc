"""How long a roster of 100 000 rows × 44 columns takes from upload to confirmation, and how much memory the worker needs.

`python -m bench.roster [rows]` with DATABASE_URL and WANGQIAN_BUILD=1. It makes its own test database, prints seconds per part
and the peak resident memory of the process, then imports the same file again (everything unchanged), then a file in which
every row differs in one field.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROWS = 100_000
FAMILY, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英",
)


def row(serial: int, phone: int = 13_000_000_000) -> list[str]:
    """An invented graduate with every one of the 44 columns filled."""
    from wangqian.codes import resident_id

    born = date(2003, 1, 1) + timedelta(days=serial // 900)
    number = resident_id.make("430102", born, serial % 900 + 1)
    male = int(number[16]) % 2 == 1
    name = FAMILY[serial % len(FAMILY)] + GIVEN[serial // 7 % len(GIVEN)] + GIVEN[serial // 3 % len(GIVEN)]
    college = serial % 20
    return [
        f"27{serial:012d}", number, name, "1" if male else "2", "男" if male else "女", "01", "汉族", "03", "共青团员",
        "10001", "示范大学", "主校区", "31", "本科生毕业", f"0809{college:02d}", f"专业{college}", "综合方向", "1", "非定向",
        "无定向单位", "430102", "湖南省长沙市芙蓉区", "城镇", "4", "20230901", "20270630", "2", "非师范生", "0", "非困难生",
        f"第{college}学院", f"第{college}学院{serial % 60 + 1}班", f"S{serial:09d}", born.strftime("%Y%m%d"), "长沙市第一中学",
        "芙蓉区派出所", "是", "是", str(phone + serial), f"s{serial}@example.com", str(10_000_000 + serial),
        f"湖南省长沙市芙蓉区人民路{serial % 999 + 1}号", f"0731-8{serial % 10_000_000:07d}", "410000",
    ]  # fmt: skip


def write(path: str, rows: int, phone: int) -> None:
    import xlsxwriter

    from wangqian.exchange.roster.columns import NATIONAL

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.key for column in NATIONAL])
        for serial in range(rows):
            for place, cell in enumerate(row(serial, phone)):
                sheet.write_string(serial + 1, place, cell)


def generated(folder: str, name: str, rows: int, phone: int) -> Path:
    """Made by another process, so that its memory does not count."""
    path = Path(folder) / name
    subprocess.run([sys.executable, "-m", "bench.roster", "write", str(path), str(rows), str(phone)], check=True)
    return path


def peak() -> int:
    """MB of resident memory at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(actor, school, cohort, path: Path) -> dict[str, float]:  # type: ignore[no-untyped-def]
    from wangqian.exchange.roster import desk
    from wangqian.exchange.roster.work import work

    started, burnt = time.perf_counter(), time.process_time()
    with path.open("rb") as file:
        job = desk.receive(actor, school, cohort, "roster.xlsx", iter(lambda: file.read(65536), b""))
    uploaded = time.perf_counter()
    work()
    checked = time.perf_counter()
    job.refresh_from_db()
    if job.status != "checked" or job.errors:
        raise SystemExit(f"{job.status} {job.error} {job.errors}")
    if job.new or job.changed:
        desk.confirm(job, actor, only_good=False)
        work()
    confirmed = time.perf_counter()
    return {
        "upload": round(uploaded - started, 2),
        "check": round(checked - uploaded, 2),
        "confirm": round(confirmed - checked, 2),
        "total": round(confirmed - started, 2),
        "own_cpu": round(time.process_time() - burnt, 2),
        "peak_mb": peak(),
        "new": job.new,
        "changed": job.changed,
        "same": job.same,
    }


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangqian.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from wangqian.people.clock import now
    from wangqian.people.models import Actor, Cohort, College, Membership, School, SchoolProfile, User

    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        first, second = (
            generated(folder, "a.xlsx", rows, 13_000_000_000),
            generated(folder, "b.xlsx", rows, 15_000_000_000),
        )
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            school = School.objects.create(code="10001", name="示范大学")
            SchoolProfile.objects.create(school=school, version=1, edited_at=now())
            College.objects.bulk_create([College(school=school, name=f"第{number}学院") for number in range(20)])
            cohort = Cohort.objects.create(
                school=school, year=2027, opens_at=now(), closes_at=now() + timedelta(days=300)
            )
            user = User.objects.create(username="bench", name="李主任", password="!")
            actor = Actor(Membership.objects.create(user=user, kind="school", school=school))
            for name, path in (("new", first), ("same again", first), ("all changed", second)):
                print(json.dumps({"run": name, "rows": rows, **measured(actor, school, cohort, path)}), flush=True)
        finally:
            connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
