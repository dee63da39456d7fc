"""The time of an answer does not tell a hit from a miss: `bench/neutral.py` at full size, and here its aim is asserted.

Needs a machine where nothing else runs; `WANGQIAN_NEUTRAL` is the number of questions about somebody, and about nobody, per door:
with 40 it is seen to work and the areas are chance (0.5 ± 0.07), with 2 000 they say something (± 0.01).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.storm, pytest.mark.postgres]
ROOT = Path(__file__).resolve().parents[2]
AIM = 0.55
DOORS = ("login", "code", "reset", "names", "activation", "slip", "search", "verification")


@pytest.fixture(scope="module")
def areas() -> dict[str, float]:
    """The area under the curve by door, with and without the floor; in a database beside the tests' own."""
    environ = os.environ | {"WANGQIAN_BENCH_DB": f"{settings.DATABASES['default']['TEST']['NAME']}_neutral"}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "bench", "--here", "neutral"]
    said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout
    parts: dict[str, float] = json.loads(said.splitlines()[-1])["parts"]
    return {name: value for name, value in parts.items() if name != "samples"}


def test_every_door_is_measured(areas: dict[str, float], record_testsuite_property: Callable[[str, object], None]) -> None:
    record_testsuite_property("said", ", ".join(f"{door} {areas[f'{door}_auc']}" for door in DOORS))
    assert set(areas) == {f"{door}_auc{end}" for door in DOORS for end in ("", "_without_floor")}


@pytest.mark.parametrize("door", DOORS)
def test_hit_and_miss_take_the_same(areas: dict[str, float], door: str) -> None:
    assert areas[f"{door}_auc"] <= AIM


def test_red_control_without_the_floor_a_door_tells(areas: dict[str, float]) -> None:
    assert max(areas[f"{door}_auc_without_floor"] for door in DOORS) > AIM
