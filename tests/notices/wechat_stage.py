"""An installation with a service account, and what people do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.http import urlencode
from pytest_django.fixtures import Settings

from tests.notices import weixin
from tests.notices.vendors import running
from tests.notices.weixin import FakeWeixin, openid
from wangqian.people import wechat as binding
from wangqian.people.models import Actor, User


@dataclass
class Stage:
    weixin: FakeWeixin
    settings: Any

    def secure(self) -> None:
        self.settings.WECHAT = {**self.settings.WECHAT, "aes_key": weixin.AES_KEY}

    def bind(self, actor: Actor, name: str = "") -> str:
        """Behind everybody's back; his openid."""
        mine = openid(name or actor.user.name)
        scan = binding.offer(actor.user, f"scene of {mine}", "http://weixin.qq.com/q/x")
        found = binding.scanned(f"scene of {mine}", mine)
        assert found and scan.pk == found.pk
        binding.confirm(actor.user, found.number)
        self.weixin.followers.add(mine)
        return mine

    def tell(self, body: str, query: dict[str, str] | None = None) -> HttpResponse:
        """As WeChat writes to us."""
        asked = urlencode(weixin.signed() if query is None else query)
        answered: HttpResponse = Client().post(f"/hooks/wechat/?{asked}", body, content_type="text/xml")
        return answered

    def scan(self, who: str, scene: str = "", following: bool = True) -> str:
        """Somebody scans the newest code; the words he gets."""
        scene = scene or self.weixin.scenes[-1]["action_info"]["scene"]["scene_str"]
        self.weixin.followers.add(who)
        kind = ("SCAN", scene) if following else ("subscribe", f"qrscene_{scene}")
        return self.tell(weixin.event(who, *kind)).content.decode()


def number_in(words: str) -> str:
    found = re.search(r"确认号：(\d{4})", words)
    assert found, words
    return found[1]


@pytest.fixture
def wechat(settings: Settings, tmp_path: Path) -> Iterator[Stage]:
    listed = tmp_path / "wechat-templates.csv"
    listed.write_text(weixin.FILE, encoding="utf-8")
    with running(FakeWeixin()) as fake:
        settings.WECHAT = {  # type: ignore[attr-defined]
            "app_id": weixin.APP_ID,
            "app_secret": weixin.SECRET,
            "token": weixin.TOKEN,
            "aes_key": "",
            "endpoint": fake.endpoint,
            "templates": str(listed),
        }
        yield Stage(fake, settings)  # type: ignore[arg-type]


def bound(user: User) -> str:
    return binding.openid_of(user)
