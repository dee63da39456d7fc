"""Asking WeChat: one function for every call that takes the token, and the calls we make.

Nothing of an answer but its code, and nothing of a request, goes into a log or a message for people: token, secret and openid stand in
both, and a token even in the address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from wangqian.notices.channels import provider
from wangqian.notices.wechat import token
from wangqian.notices.wechat.codes import STALE_TOKEN, Refusal, number, refused

OPEN = "https://open.weixin.qq.com/connect/oauth2/authorize"
JSON = {"Content-Type": "application/json"}


def call(path: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """POST with the token; once more with another one when it is not taken. `Refusal` when it was not done."""
    by = token.token()
    said = posted(path, by, given)
    if number(said) in STALE_TOKEN:
        said = posted(path, token.renewed(by), given)
    if code := number(said):
        raise refused(code)
    return said


def posted(path: str, by: str, given: Mapping[str, Any]) -> dict[str, Any]:
    url = f"{settings.WECHAT['endpoint']}{path}?{urlencode({'access_token': by})}"
    return asked(url, json.dumps(given, ensure_ascii=False).encode())


def asked(url: str, body: bytes, method: str = "POST") -> dict[str, Any]:
    try:
        return provider.post(url, JSON, body, method)
    except provider.Trouble as trouble:
        raise Refusal(trouble.reason, trouble.code) from None


def code_url(scene: str, seconds: int) -> str:
    """What a QR code of `scene` says (生成带参数二维码); drawn by ourselves."""
    action = {"expire_seconds": seconds, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    url = call("/cgi-bin/qrcode/create", action).get("url")
    if not isinstance(url, str) or not url.startswith(("http://weixin.qq.com/", "https://weixin.qq.com/")):
        raise refused(-1)
    return url


def send(openid: str, template: str, url: str, data: Mapping[str, str], key: str) -> str:
    """A template message; its id. The same `key` again within ten minutes is not delivered twice."""
    message = {
        "touser": openid,
        "template_id": template,
        "url": url,
        "client_msg_id": key,
        "data": {name: {"value": value} for name, value in data.items()},
    }
    found = call("/cgi-bin/message/template/send", message).get("msgid")
    return str(found) if isinstance(found, int | str) else ""


def menu(buttons: list[dict[str, Any]]) -> None:
    call("/cgi-bin/menu/create", {"button": buttons})


def authorize_url(to: str, state: str) -> str:
    """网页授权, without asking the person (snsapi_base); WeChat wants the parameters in this order."""
    asking = {"appid": settings.WECHAT["app_id"], "redirect_uri": to, "response_type": "code", "scope": "snsapi_base", "state": state}
    return f"{OPEN}?{urlencode(asking)}#wechat_redirect"


def openid_by(code: str) -> str:
    """Whose browser it is. `Refusal` for a code that was used, is old, or never was."""
    given = settings.WECHAT
    asking = {"appid": given["app_id"], "secret": given["app_secret"], "code": code, "grant_type": "authorization_code"}
    said = asked(f"{given['endpoint']}/sns/oauth2/access_token?{urlencode(asking)}", b"", "GET")
    openid = said.get("openid")
    if not isinstance(openid, str) or not openid:
        raise refused(number(said) or -1)
    return openid
