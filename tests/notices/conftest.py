"""An installation with SMS providers: real requests to local vendors."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.notices.vendors import APP_ID, KEY_ID, SECRET, SIGN, FakeAliyun, FakeTencent, running
from tests.notices.wechat_stage import wechat
from wangqian.notices.templates import approved

__all__ = ["Vendors", "codes", "vendors", "wechat"]


@dataclass
class Vendors:
    """Both vendors, and the settings that name them."""

    aliyun: FakeAliyun
    tencent: FakeTencent
    settings: Settings

    def use(self, first: str, second: str = "") -> None:
        self.settings.SMS_PROVIDER, self.settings.SMS_FALLBACK = first, second


def codes(slug: str) -> tuple[str, str]:
    number = list(approved()).index(slug) + 1
    return f"SMS_{number:08}", str(1000 + number)


@pytest.fixture
def vendors(settings: Settings, tmp_path: Path) -> Iterator[Vendors]:
    """SMS goes out for real, by 阿里云; every template is approved by both."""
    listed = tmp_path / "sms-templates.csv"
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("slug", "aliyun", "tencent"), *((slug, *codes(slug)) for slug in approved())])
    with running(FakeAliyun()) as aliyun, running(FakeTencent()) as tencent:
        for slug, row in approved().items():
            aliyun.templates[codes(slug)[0]], tencent.templates[codes(slug)[1]] = row.here, row.numbered  # type: ignore[attr-defined]
        keys = {"key_id": KEY_ID, "key_secret": SECRET, "sign": SIGN}
        settings.SMS_ALIYUN = {**keys, "endpoint": aliyun.endpoint}  # type: ignore[attr-defined]
        settings.SMS_TENCENT = {**keys, "app_id": APP_ID, "region": "ap-guangzhou", "endpoint": tencent.endpoint}  # type: ignore[attr-defined]
        settings.SMS_TEMPLATES, settings.SMS_BUDGET, settings.TESTING = str(listed), 1000, False
        found = Vendors(aliyun, tencent, settings)  # type: ignore[arg-type]
        found.use("aliyun")
        yield found
