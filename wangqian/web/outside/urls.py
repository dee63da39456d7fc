"""The ways in through other houses, and WeChat's pages. Each is there only where it is configured."""

from __future__ import annotations

from django.urls import path

from wangqian.web.outside import login as outside
from wangqian.web.wechat import binding, hook
from wangqian.web.wechat import login as wechat

urlpatterns = [
    path("login/outside/", outside.begin, name="outside-login"),
    path("login/outside/back/", outside.back, name="outside-back"),
    path("login/wechat/", wechat.begin, name="wechat-login"),
    path("login/wechat/back/", wechat.back, name="wechat-back"),
    path("account/wechat/", binding.page, name="wechat"),
    path("account/wechat/code/", binding.code, name="wechat-code"),
    path("account/wechat/qr.svg", binding.picture, name="wechat-qr"),
    path("account/wechat/drop/", binding.drop, name="wechat-drop"),
    path("account/wechat/unbind/", binding.unbind, name="wechat-unbind"),
    path("hooks/wechat/", hook.hook, name="wechat-hook"),
]
