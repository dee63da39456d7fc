"""Who was sent a capability link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.screens.link_stage import Sent


@pytest.fixture
def sent(cast: Cast, settings: Any, tmp_path: Path) -> Sent:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return Sent(cast)
