"""微信公众平台 as a local HTTP server: it checks tokens and parameters as the documents say, keeps what it took, and writes to our callback
as WeChat does. Written from the documents, not from our code."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import struct
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef", "callbacktoken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OURS = "gh_0123456789ab"
TEMPLATES = {
    "TPL-progress": ("thing3", "time2"),
    "TPL-deadline": ("thing1", "thing4"),
    "TPL-account": ("thing2", "time5"),
}
FILE = (
    "slug,template_id,fields\nprogress,TPL-progress,what=thing3 at=time2\n"
    "deadline,TPL-deadline,what=thing1 due=thing4\naccount,TPL-account,what=thing2 at=time5\n"
)
TIME = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d")


class FakeWeixin:
    """`says`: an error code for every call with a token. `followers`: who may be written to. `mode`: see vendors.py."""

    name = "wechat"

    def __init__(self) -> None:
        self.says, self.mode, self.port = 0, "", 0
        self.asked = 0
        self.tokens: list[str] = []
        self.valid = ""
        self.lives, self.pause = 7200, 0.0
        self.asked_for: list[bool] = []  # tokens asked for, by force or not
        self.followers: set[str] = set()
        self.sent: list[dict[str, Any]] = []
        self.keys: dict[tuple[str, str], int] = {}
        self.scenes: list[dict[str, Any]] = []
        self.codes: dict[str, str] = {}
        self.menus: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        self.paths.append(parts.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path == "/sns/oauth2/access_token":
            return 200, self.authorized(asked)
        given = json.loads(body)
        if parts.path == "/cgi-bin/stable_token":
            return 200, self.stable(given)
        if asked.get("access_token") not in self.tokens:
            return 200, error(40001)
        if asked["access_token"] != self.valid:
            return 200, error(42001)
        if self.says:
            return 200, error(self.says)
        return 200, CALLS[parts.path](self, given) if parts.path in CALLS else error(40066)

    def stable(self, given: dict[str, Any]) -> dict[str, Any]:
        """getStableAccessToken: the same one again while it lives, unless forced."""
        if given.get("grant_type") != "client_credential":
            return error(40002)
        if given.get("appid") != APP_ID:
            return error(40013)
        if given.get("secret") != SECRET:
            return error(40125)
        time.sleep(self.pause)
        with self.lock:
            self.asked_for.append(bool(given.get("force_refresh")))
            if not self.valid or given.get("force_refresh"):
                self.valid = f"TOKEN-{len(self.tokens) + 1}-{os.urandom(8).hex()}"
                self.tokens.append(self.valid)
        return {"access_token": self.valid, "expires_in": self.lives}

    def expire(self) -> None:
        """The token ends before its time."""
        self.valid = ""

    def scene(self, given: dict[str, Any]) -> dict[str, Any]:
        """生成带参数二维码."""
        text = given.get("action_info", {}).get("scene", {}).get("scene_str", "")
        if given.get("action_name") != "QR_STR_SCENE" or not 1 <= len(text) <= 64:
            return error(40066)
        if not 0 < given.get("expire_seconds", 0) <= 2592000:
            return error(47001)
        self.scenes.append(given)
        return {"ticket": "gQH", "expire_seconds": given["expire_seconds"], "url": f"http://weixin.qq.com/q/{os.urandom(9).hex()}"}

    def template(self, given: dict[str, Any]) -> dict[str, Any]:
        """message/template/send."""
        if given.get("template_id") not in TEMPLATES:
            return error(40037)
        data = given.get("data", {})
        if set(data) != set(TEMPLATES[given["template_id"]]) or not all(fits(name, one.get("value")) for name, one in data.items()):
            return error(47003)
        if not re.fullmatch(r"o[\w-]{27}", given.get("touser", "")):
            return error(40003)
        if given["touser"] not in self.followers:
            return error(43004)
        key = (given["touser"], given.get("client_msg_id", ""))
        if key not in self.keys:
            self.keys[key] = 100000 + len(self.sent)
            self.sent.append({**given, "msgid": self.keys[key]})
        return {"errcode": 0, "errmsg": "ok", "msgid": self.keys[key]}

    def menu(self, given: dict[str, Any]) -> dict[str, Any]:
        """menu/create."""
        buttons = given.get("button", [])
        if not 1 <= len(buttons) <= 3:
            return error(40016)
        for one in buttons:
            if len(one["name"].encode()) > 16:
                return error(40018)
            below = one.get("sub_button", [])
            if len(below) > 5 or any(len(sub["name"].encode()) > 60 or not sub["url"].startswith("http") for sub in below):
                return error(40023)
        self.menus.append(given)
        return error(0)

    def authorized(self, asked: dict[str, str]) -> dict[str, Any]:
        """网页授权: a code serves once."""
        if asked.get("appid") != APP_ID or asked.get("grant_type") != "authorization_code":
            return error(40013)
        if asked.get("secret") != SECRET:
            return error(40125)
        openid = self.codes.pop(asked.get("code", ""), "")
        if not openid:
            return error(40029)
        return {"access_token": "web", "expires_in": 7200, "refresh_token": "r", "openid": openid, "scope": "snsapi_base"}

    def came_with(self, openid: str) -> str:
        """A code as WeChat's browser brings it back."""
        code = os.urandom(16).hex()
        self.codes[code] = openid
        return code


CALLS: dict[str, Any] = {
    "/cgi-bin/qrcode/create": FakeWeixin.scene,
    "/cgi-bin/message/template/send": FakeWeixin.template,
    "/cgi-bin/menu/create": FakeWeixin.menu,
}


def error(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"said for {SECRET}" if code else "ok"}


def fits(name: str, value: Any) -> bool:
    """类目模板: what a keyword's type takes."""
    if not isinstance(value, str) or not value:
        return False
    return bool(TIME.fullmatch(value)) if name.startswith("time") else len(value) <= 20


def openid(name: str) -> str:
    """Somebody's, as they look."""
    return "o" + base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest())[:27].decode()


# --- what WeChat's server writes --------------------------------------------------------------------


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def xml(**fields: str) -> str:
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


def event(who: str, kind: str, key: str = "", at: int = 0, **more: str) -> str:
    times = {"CreateTime": str(at or int(time.time()))}
    return xml(ToUserName=OURS, FromUserName=who, MsgType="event", Event=kind, **times, **({"EventKey": key} if key else {}), **more)


def signed(token: str = TOKEN, at: int | None = None, nonce: str = "847262") -> dict[str, str]:
    moment = str(int(time.time()) if at is None else at)
    return {"signature": sha1(token, moment, nonce), "timestamp": moment, "nonce": nonce}


def cipher() -> Cipher[modes.CBC]:
    key = base64.b64decode(AES_KEY + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def sealed(body: str, app: str = APP_ID) -> str:
    raw = os.urandom(16) + struct.pack("!I", len(body.encode())) + body.encode() + app.encode()
    raw += bytes([32 - len(raw) % 32]) * (32 - len(raw) % 32)
    by = cipher().encryptor()
    return base64.b64encode(by.update(raw) + by.finalize()).decode()


def opened(answer: str) -> str:
    """Our answer in 安全模式, read as WeChat reads it."""
    found = dict(re.findall(r"<(\w+)>([^<]+)</\1>", answer))
    assert found["MsgSignature"] == sha1(TOKEN, found["TimeStamp"], found["Nonce"], found["Encrypt"])
    by = cipher().decryptor()
    raw = by.update(base64.b64decode(found["Encrypt"])) + by.finalize()
    raw = raw[: -raw[-1]]
    (length,) = struct.unpack("!I", raw[16:20])
    assert raw[20 + length :].decode() == APP_ID
    return raw[20 : 20 + length].decode()


def in_envelope(body: str, **wrong: str) -> tuple[dict[str, str], str]:
    """(query, body) of a message in 安全模式."""
    inside, query = sealed(body), signed()
    query |= {"encrypt_type": "aes", "msg_signature": sha1(TOKEN, query["timestamp"], query["nonce"], inside), **wrong}
    return query, xml(ToUserName=OURS, Encrypt=inside)
