"""阿里云短信: Dysmsapi 2017-05-25 SendSms, signed by ACS3-HMAC-SHA256 (V3 请求结构和签名机制)."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices.channels import provider
from wangqian.notices.channels.base import Outcome
from wangqian.notices.channels.provider import SIGN, Short, Trouble
from wangqian.notices.models import Reason
from wangqian.notices.templates import provider_codes
from wangqian.people.clock import now

ACTION, VERSION, ALGORITHM = "SendSms", "2017-05-25", "ACS3-HMAC-SHA256"
# 短信服务 API 错误码.
CODES = {
    "isv.MOBILE_NUMBER_ILLEGAL": Reason.ADDRESS,
    "isv.MOBILE_COUNT_OVER_LIMIT": Reason.OTHER,
    "isv.BUSINESS_LIMIT_CONTROL": Reason.LIMIT,
    "isv.DAY_LIMIT_CONTROL": Reason.LIMIT,
    "isv.MONTH_LIMIT_CONTROL": Reason.LIMIT,
    "isv.SMS_OVER_LIMIT": Reason.LIMIT,
    "isv.AMOUNT_NOT_ENOUGH": Reason.BALANCE,
    "isv.OUT_OF_SERVICE": Reason.BALANCE,
    "isv.BLACK_KEY_CONTROL_LIMIT": Reason.CONTENT,
    "isv.SMS_CONTENT_ILLEGAL": Reason.CONTENT,
    "isv.UNSUPPORTED_CONTENT": Reason.CONTENT,
    "isv.CUSTOMER_REFUSED": Reason.BLOCKED,
    "isv.PARAM_LENGTH_LIMIT": Reason.TEMPLATE,
    "isv.PARAM_NOT_SUPPORT_URL": Reason.TEMPLATE,
    "isv.INVALID_PARAMETERS": Reason.TEMPLATE,
    "isv.INVALID_JSON_PARAM": Reason.TEMPLATE,
    "isp.RAM_PERMISSION_DENY": Reason.KEY,
    "isp.SYSTEM_ERROR": Reason.DOWN,
    "SignatureDoesNotMatch": Reason.KEY,
    "IncompleteSignature": Reason.KEY,
    "ServiceUnavailable": Reason.DOWN,
    "InternalError": Reason.DOWN,
}
STARTS = {
    "isv.SMS_SIGN": Reason.TEMPLATE,
    "isv.SIGN_": Reason.TEMPLATE,
    "isv.SMS_TEMPLATE": Reason.TEMPLATE,
    "isv.TEMPLATE_": Reason.TEMPLATE,
    "isv.ACCOUNT_": Reason.KEY,
    "isv.PRODUCT_UN": Reason.KEY,
    "isv.DENY_IP": Reason.KEY,
    "InvalidAccessKeyId": Reason.KEY,
    "InvalidTimeStamp": Reason.KEY,
    "Forbidden": Reason.KEY,
    "Throttling": Reason.LIMIT,
}


class Aliyun:
    name = "aliyun"

    def label(self) -> str:
        return _("阿里云短信")

    def sign(self) -> str:
        return settings.SMS_ALIYUN["sign"]

    def gaps(self) -> list[str]:
        given = settings.SMS_ALIYUN
        found = [f"SMS_ALIYUN_{name.upper()}" for name in ("key_id", "key_secret") if not given[name]]
        found += ["SMS_ALIYUN_SIGN"] if not SIGN.fullmatch(given["sign"]) else []
        return found + (["SMS_ALIYUN_ENDPOINT"] if provider.unsafe(given["endpoint"]) else [])

    def send(self, short: Short) -> Outcome:
        template = provider_codes(self.name).get(short.approved)
        if template is None:
            return provider.outcome(self.name, "isv.SMS_TEMPLATE_NOT_LISTED", CODES, STARTS)
        query = {
            "PhoneNumbers": short.phone,
            "SignName": self.sign(),
            "TemplateCode": template,
            "TemplateParam": json.dumps(dict(short.variables), ensure_ascii=False),
            "OutId": short.key,
        }
        try:
            said = self.ask(query)
        except Trouble as found:
            return provider.trouble(self, found)
        if said.get("Code") == "OK":
            return provider.taken(self, said.get("BizId"))
        return provider.outcome(self.name, str(said.get("Code", "")), CODES, STARTS)

    def ask(self, query: Mapping[str, str]) -> dict[str, object]:
        given = settings.SMS_ALIYUN
        headers = signed(
            urlsplit(given["endpoint"]).netloc, query, now(), secrets.token_hex(16), given["key_id"], given["key_secret"]
        )
        return provider.post(f"{given['endpoint']}/?{canonical(query)}", headers, b"")


def signed(
    host: str,
    query: Mapping[str, str],
    at: datetime,
    nonce: str,
    key_id: str,
    secret: str,
    action: str = ACTION,
    version: str = VERSION,
) -> dict[str, str]:
    """The headers of a POST without a body, `Authorization` among them; `host` as in the address, with its port."""
    nothing = sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": nothing,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(("POST", "/", canonical(query), lines, names, nothing))
    to_sign = f"{ALGORITHM}\n{sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), sha256).hexdigest()
    return {**headers, "Authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def canonical(query: Mapping[str, str]) -> str:
    """Sorted, each side percent-encoded after RFC 3986."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query.items()))


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")
