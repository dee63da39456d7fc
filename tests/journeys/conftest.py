"""Chromium against a live server; every page walked through is looked at by axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in this thread

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
ARGUMENTS += ["--in-process-gpu", "--renderer-process-limit=1"]  # processes begun and left for each window cost a quarter of the time
AXE = Path(__file__).with_name("axe.min.js")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
NAMED = {"phone": PHONE, "desktop": DESKTOP}


def sizes(usual: dict[str, int]) -> Any:
    """Each journey at the size of those who make it; at both where `WANGQIAN_SIZES=both` (`./run storm journeys`)."""
    chosen = {name: size for name, size in NAMED.items() if size == usual or os.environ.get("WANGQIAN_SIZES") == "both"}
    return pytest.mark.parametrize("size", list(chosen.values()), ids=list(chosen))


def chromium() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        if "browser" in os.environ.get("WANGQIAN_REQUIRE", ""):
            pytest.fail("Chromium is required (WANGQIAN_REQUIRE=browser) and not installed.")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()
