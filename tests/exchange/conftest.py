"""Uploads of these tests go to a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """The storage of uploads, empty at first."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path
