"""Doors through other houses."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.door.house import House, running
from tests.notices.wechat_stage import wechat

__all__ = ["house", "wechat"]


@pytest.fixture
def house(settings: Any) -> Iterator[House]:
    with running() as url:
        made = House(url, settings)
        made.configure()
        yield made
