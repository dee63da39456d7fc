"""阿里云短信 and 腾讯云短信 as local HTTP servers: they check requests the way the vendors' documents say, and keep what they took.

Written from the documents, not from our signing code: the canonical request is put together again from the raw bytes received.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import quote, unquote

KEY_ID, SECRET, SIGN, APP_ID = "test-key-id", "test-key-secret", "示范大学就业", "1400006666"
URL = re.compile(r"(?i)https?:|www\.|[a-z0-9]\.(com|cn|net)")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Vendor:
    """`templates`: text by template code. `says`: answer this code instead of taking a message. `mode`: how the line behaves."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.templates: dict[str, str] = {}
        self.says = ""
        self.mode = ""
        self.secret = SECRET
        self.asked = 0
        self.taken: list[dict[str, Any]] = []
        self.nonces: set[str] = set()
        self.port = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        raise NotImplementedError

    def take(self, **message: Any) -> str:
        """Keep it; the id of the message."""
        reference = f"{self.name}-{len(self.taken) + 1}^0"
        self.taken.append({**message, "reference": reference})
        return reference


class FakeAliyun(Vendor):
    """Dysmsapi 2017-05-25."""

    name = "aliyun"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        query = dict(pair.partition("=")[::2] for pair in path.partition("?")[2].split("&"))
        asked = {unquote(name): unquote(value) for name, value in query.items()}
        if wrong := self.unsigned(path.partition("?")[0], asked, headers, body):
            return wrong
        if (headers["x-acs-action"], headers["x-acs-version"]) != ("SendSms", "2017-05-25"):
            return 404, error("InvalidAction.NotFound")
        code = self.says or self.judge(asked)
        if code:
            return 200, {"Code": code, "Message": f"号码 {asked['PhoneNumbers']} 有误", "RequestId": "R-2"}
        reference = self.take(
            phone=asked["PhoneNumbers"],
            text=filled(self.templates[asked["TemplateCode"]], json.loads(asked["TemplateParam"])),
            key=asked.get("OutId", ""),
        )
        return 200, {"Code": "OK", "Message": "OK", "BizId": reference, "RequestId": "R-1"}

    def unsigned(
        self, path: str, asked: dict[str, str], headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any]] | None:
        """V3 请求结构和签名机制."""
        given = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})", headers.get("authorization", "")
        )
        if given is None:
            return 400, error("IncompleteSignature")
        key_id, names, signature = given.groups()
        if key_id != KEY_ID:
            return 404, error("InvalidAccessKeyId.NotFound")
        signed = names.split(";")
        must = {"host", *(name for name in headers if name.startswith("x-acs-"))}
        if signed != sorted(signed) or not must <= set(signed) or headers["x-acs-content-sha256"] != sha256(body):
            return 400, error("IncompleteSignature")
        at = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(at.timestamp() - time.time()) > 900:
            return 400, error("InvalidTimeStamp.Expired")
        if headers["x-acs-signature-nonce"] in self.nonces:
            return 400, error("SignatureNonceUsed")
        self.nonces.add(headers["x-acs-signature-nonce"])
        query = "&".join(f"{quote(n, safe='~')}={quote(v, safe='~')}" for n, v in sorted(asked.items()))
        lines = [f"{name}:{headers[name].strip()}" for name in signed]
        canonical = "\n".join(["POST", path, query, *lines, "", names, sha256(body)])
        to_sign = "ACS3-HMAC-SHA256\n" + sha256(canonical.encode())
        if not hmac.compare_digest(hmac.new(self.secret.encode(), to_sign.encode(), "sha256").hexdigest(), signature):
            return 400, error("SignatureDoesNotMatch", f"server string to sign is:{to_sign}")
        return None

    def judge(self, asked: dict[str, str]) -> str:
        """短信服务 API 错误码."""
        if not re.fullmatch(r"(\+?86|0086)?1[3-9]\d{9}", asked.get("PhoneNumbers", "")):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if asked.get("SignName") != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        if asked.get("TemplateCode") not in self.templates:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        given = json.loads(asked["TemplateParam"])
        if set(given) != set(re.findall(r"\$\{(\w+)\}", self.templates[asked["TemplateCode"]])):
            return "isv.TEMPLATE_MISSING_PARAMETERS"
        if any(not 1 <= len(value) <= 35 for value in given.values()):
            return "isv.PARAM_LENGTH_LIMIT"
        return "isv.PARAM_NOT_SUPPORT_URL" if any(URL.search(value) for value in given.values()) else ""


class FakeTencent(Vendor):
    """SendSms 2021-01-11."""

    name = "tencent"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        if code := self.unsigned(path, headers, body):
            said = "The provided credentials could not be validated. Please check your signature is correct."
            return 200, {"Response": {"Error": {"Code": code, "Message": said}, "RequestId": "R-3"}}
        asked = json.loads(body)
        code = self.says or self.judge(asked)
        sent = {"SerialNo": "", "PhoneNumber": asked["PhoneNumberSet"][0], "Fee": 0, "SessionContext": "", "Code": code or "Ok"}
        if not code:
            values = {str(number): value for number, value in enumerate(asked["TemplateParamSet"], 1)}
            text = filled(self.templates[asked["TemplateId"]], values)
            key = asked.get("SessionContext", "")
            sent |= {"SerialNo": self.take(phone=asked["PhoneNumberSet"][0], text=text, key=key), "Fee": 1, "SessionContext": key}
        return 200, {"Response": {"SendStatusSet": [sent], "RequestId": "R-4"}}

    def unsigned(self, path: str, headers: dict[str, str], body: bytes) -> str:
        """签名方法 v3."""
        given = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if given is None:
            return "AuthFailure.InvalidAuthorization"
        key_id, day, names, signature = given.groups()
        if key_id != KEY_ID:
            return "AuthFailure.SecretIdNotFound"
        moment = int(headers["x-tc-timestamp"])
        if abs(moment - time.time()) > 300 or day != datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d"):
            return "AuthFailure.SignatureExpire"
        signed = names.split(";")
        if signed != sorted(signed) or not {"content-type", "host"} <= set(signed):
            return "AuthFailure.SignatureFailure"
        lines = [f"{name}:{headers[name].strip().lower()}" for name in signed]
        canonical = "\n".join(["POST", path, "", *lines, "", names, sha256(body)])
        to_sign = f"TC3-HMAC-SHA256\n{moment}\n{day}/sms/tc3_request\n{sha256(canonical.encode())}"
        key = ("TC3" + self.secret).encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.new(key, part.encode(), "sha256").digest()
        if not hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), signature):
            return "AuthFailure.SignatureFailure"
        version = (headers.get("x-tc-action"), headers.get("x-tc-version"), bool(headers.get("x-tc-region")))
        return "" if version == ("SendSms", "2021-01-11", True) else "InvalidAction"

    def judge(self, asked: dict[str, Any]) -> str:
        """短信 API 3.0 发送错误码."""
        if asked["SmsSdkAppId"] != APP_ID:
            return "InvalidParameterValue.SdkAppIdNotExist"
        if asked["SignName"] != SIGN:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if not re.fullmatch(r"\+861[3-9]\d{9}", asked["PhoneNumberSet"][0]):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        text = self.templates.get(asked["TemplateId"])
        if text is None:
            return "FailedOperation.TemplateIncorrectOrUnapproved"
        values = asked["TemplateParamSet"]
        if len(values) != len(re.findall(r"\{\d+\}", text)):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        if "验证码" in text and not all(re.fullmatch(r"\d{0,6}", value) for value in values):
            return "InvalidParameterValue.TemplateParameterFormatError"
        return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter" if any(map(URL.search, values)) else ""


def error(code: str, said: str = "") -> dict[str, Any]:
    """阿里云 of a request it does not accept."""
    return {"Code": code, "Message": said or code, "RequestId": "R-0", "HostId": "dysmsapi.aliyuncs.com", "Recommend": ""}


def filled(text: str, values: dict[str, str]) -> str:
    """The SMS as the carrier gets it."""
    return f"【{SIGN}】" + re.sub(r"\$?\{(\w+)\}", lambda found: values[found[1]], text)


@contextmanager
def running(vendor: Any) -> Iterator[Any]:
    """The vendor behind a server on a free port of this machine."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            vendor.asked += 1
            if vendor.mode in SHUT:
                SHUT[vendor.mode](self)
                return
            status, said = vendor.answer(self.path, {n.lower(): v for n, v in self.headers.items()}, body)
            if vendor.mode in LINES:
                LINES[vendor.mode](self, ended)
            else:
                reply(self, status, json.dumps(said, ensure_ascii=False).encode())

        do_GET = do_POST  # where a followed redirect would arrive

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    vendor.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield vendor
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler, ended: threading.Event) -> None:
    """An answer that comes a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not ended.wait(0.1):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


# What stands before the vendor and lets nothing through.
SHUT: dict[str, Any] = {
    "503": lambda handler: reply(handler, 503, b"busy"),
    "elsewhere": lambda handler: reply(handler, 302, b"", Location="http://127.0.0.1:1/"),
}
# How a line may behave after the vendor has taken the message.
LINES: dict[str, Any] = {
    "silent": lambda _handler, ended: ended.wait(30),
    "drips": drip,
    "cut": lambda handler, _ended: handler.connection.close(),
    "nonsense": lambda handler, _ended: reply(handler, 200, b"<html>"),
    "500": lambda handler, _ended: reply(handler, 500, b"oops"),
    "504": lambda handler, _ended: reply(handler, 504, b"oops"),
    "endless": lambda handler, _ended: reply(handler, 200, b'{"a":"' + b"x" * 300_000 + b'"}'),
}
