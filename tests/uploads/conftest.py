"""A folder of its own for every test's files, and the flow that asks for some."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.uploads.stage import a_case, handing_in
from wangqian.cases.models import Case


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def flow() -> Iterator[None]:
    with handing_in():
        yield


@pytest.fixture
def case(cast: Cast, flow: None) -> Case:
    return a_case(cast)
