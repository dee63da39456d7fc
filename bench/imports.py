"""Rows per second of our roster import against django-import-export, the same 44 columns from xlsx into the same PostgreSQL.

Ours, in a process of its own as the worker is: upload, the check of every cell with staging, the confirmation that writes
graduates with encrypted identity numbers. Theirs, the same two steps as its admin takes them: `Dataset.load` and a dry run whose
result a person looks at, then load and `ModelResource.import_data`, with its usual settings, into a model of the same columns
with a unique 考生号 by which it looks rows up; no code tables, no encryption. Theirs reads fewer rows (its rate does not
depend on the number). For comparison: `once`, theirs without the dry run; `bulk`, that with bulk_create and no diffs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import roster
from bench.place import ROOT

FEWER = 3_000


def measure(quick: bool = False) -> dict[str, Any]:
    """`import_vs_django_import_export` (our rate ÷ theirs); the absolute limit of 100 000 rows as parts."""
    rows, fewer = (4_000, 500) if quick else (roster.ROWS, FEWER)
    with tempfile.TemporaryDirectory() as folder:
        ours = in_worker(folder, rows)
        content = roster.generated(folder, "theirs.xlsx", fewer, 13_000_000_000).read_bytes()
        looked, once = usual(content)
        _, bulk = usual(content, use_bulk=True, batch_size=1000, skip_diff=True)
    theirs = fewer / (looked + once)
    mine = rows / ours["total"]
    return {
        "import_vs_django_import_export": mine / theirs,
        "import_100k_s": ours["total"] * roster.ROWS / rows,
        "import_100k_mb": ours["peak_mb"],
        "parts": {
            "rows": rows,
            "ours_rows_per_s": round(mine),
            "theirs_rows_per_s": round(theirs),
            "theirs_once_rows_per_s": round(fewer / once),
            "theirs_bulk_rows_per_s": round(fewer / bulk),
            **{name: ours[name] for name in ("upload", "check", "confirm", "own_cpu", "peak_mb")},
        },
    }


def in_worker(folder: str, rows: int) -> dict[str, Any]:
    """Seconds and peak memory (MB) of our import in a fresh process."""
    roster.generated(folder, "ours.xlsx", rows, 13_000_000_000)
    command = [sys.executable, "-m", "bench.imports", str(Path(folder) / "ours.xlsx")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["new"] == rows, found
    return found


def ours(path: str) -> dict[str, float]:
    """One import into a school of its own."""
    import django

    django.setup()
    from wangqian.people.clock import now
    from wangqian.people.models import Actor, Cohort, College, Membership, School, SchoolProfile, User

    school = School.objects.create(code="10001", name="示范大学")
    SchoolProfile.objects.create(school=school, version=1, edited_at=now())
    College.objects.bulk_create([College(school=school, name=f"第{number}学院") for number in range(20)])
    until = now() + timedelta(days=300)
    cohort = Cohort.objects.create(school=school, year=2027, opens_at=now(), closes_at=until)
    user = User.objects.create(username="roster", name="李主任", password="!")
    actor = Actor(Membership.objects.create(user=user, kind="school", school=school))
    return roster.measured(actor, school, cohort, Path(path))


def usual(content: bytes, **options: Any) -> tuple[float, float]:
    """Seconds of django-import-export's dry run and of its import of the file; every row must have arrived."""
    from django.db import connection
    from import_export.resources import modelresource_factory

    model = same_columns()
    with connection.schema_editor() as editor:
        editor.create_model(model)
    options |= {"import_id_fields": ("ksh",), "exclude": ("id",)}
    resource = modelresource_factory(model, meta_options=options)()
    looked, imported = (timed(resource, content, dry_run) for dry_run in (True, False))
    with connection.schema_editor() as editor:
        editor.delete_model(model)
    return looked, imported


def timed(resource: Any, content: bytes, dry_run: bool) -> float:
    from tablib import Dataset

    start = time.perf_counter()
    data = Dataset().load(content, format="xlsx")
    data.headers = [header.lower() for header in data.headers]
    result = resource.import_data(data, dry_run=dry_run, raise_errors=True, use_transactions=True)
    assert result.totals["new"] == len(data), result.totals
    return time.perf_counter() - start


def same_columns() -> Any:
    """A model with one text column per column of the file."""
    from django.apps import apps
    from django.db import models

    from wangqian.exchange.roster.columns import NATIONAL

    if "benchrow" in apps.all_models["exchange"]:
        return apps.all_models["exchange"]["benchrow"]
    body: dict[str, Any] = {column.key.lower(): models.CharField(max_length=200, blank=True) for column in NATIONAL}
    body["ksh"] = models.CharField(max_length=24, unique=True)
    meta = type("Meta", (), {"app_label": "exchange"})  # some installed app; the table is this database's alone
    return type("BenchRow", (models.Model,), {**body, "Meta": meta, "__module__": __name__})


if __name__ == "__main__":
    print(json.dumps(ours(sys.argv[1])))
