"""腾讯云短信: SendSms 2021-01-11, signed by TC3-HMAC-SHA256 (签名方法 v3)."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices.channels import provider
from wangqian.notices.channels.base import Outcome
from wangqian.notices.channels.provider import SIGN, Short, Trouble
from wangqian.notices.models import Reason
from wangqian.notices.templates import approved, provider_codes
from wangqian.people.clock import now

ACTION, VERSION, SERVICE, ALGORITHM = "SendSms", "2021-01-11", "sms", "TC3-HMAC-SHA256"
TYPE = "application/json; charset=utf-8"
# 短信 API 3.0 发送错误码, 公共错误码.
CODES = {
    "InvalidParameterValue.IncorrectPhoneNumber": Reason.ADDRESS,
    "FailedOperation.PhoneNumberInBlacklist": Reason.BLOCKED,
    "FailedOperation.ContainSensitiveWord": Reason.CONTENT,
    "FailedOperation.TemplateIncorrectOrUnapproved": Reason.TEMPLATE,
    "FailedOperation.SignatureIncorrectOrUnapproved": Reason.TEMPLATE,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": Reason.TEMPLATE,
    "FailedOperation.TemplateUnapprovedOrNotExist": Reason.TEMPLATE,
    "FailedOperation.MissingTemplateToModify": Reason.TEMPLATE,
    "FailedOperation.MissingSignature": Reason.TEMPLATE,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": Reason.TEMPLATE,
    "InvalidParameterValue.TemplateParameterFormatError": Reason.TEMPLATE,
    "InvalidParameterValue.TemplateParameterLengthLimit": Reason.TEMPLATE,
    "InvalidParameterValue.ContentLengthLimit": Reason.TEMPLATE,
    "FailedOperation.InsufficientBalanceInSmsPackage": Reason.BALANCE,
    "UnauthorizedOperation.ServiceSuspendDueToArrears": Reason.BALANCE,
    "UnauthorizedOperation.SdkAppIdIsDisabled": Reason.KEY,
    "InvalidParameterValue.SdkAppIdNotExist": Reason.KEY,
    "InternalError.SigVerificationFail": Reason.KEY,
    "InternalError.SigFieldMissing": Reason.KEY,
    "InternalError.Timeout": Reason.UNKNOWN,
    "InternalError.RequestTimeException": Reason.KEY,
}
STARTS = {
    "LimitExceeded": Reason.LIMIT,
    "RequestLimitExceeded": Reason.LIMIT,
    "AuthFailure": Reason.KEY,
    "UnauthorizedOperation": Reason.KEY,
    "IpInBlacklist": Reason.KEY,
    "IpNotInWhitelist": Reason.KEY,
    "InternalError": Reason.DOWN,
    "ServiceUnavailable": Reason.DOWN,
    "ResourceUnavailable": Reason.DOWN,
}


class Tencent:
    name = "tencent"

    def label(self) -> str:
        return _("腾讯云短信")

    def sign(self) -> str:
        return settings.SMS_TENCENT["sign"]

    def gaps(self) -> list[str]:
        given = settings.SMS_TENCENT
        found = [f"SMS_TENCENT_{name.upper()}" for name in ("key_id", "key_secret", "app_id", "region") if not given[name]]
        found += ["SMS_TENCENT_SIGN"] if not SIGN.fullmatch(given["sign"]) else []
        return found + (["SMS_TENCENT_ENDPOINT"] if provider.unsafe(given["endpoint"]) else [])

    def send(self, short: Short) -> Outcome:
        template = provider_codes(self.name).get(short.approved)
        if template is None:
            return provider.outcome(self.name, "FailedOperation.TemplateUnapprovedOrNotExist", CODES, STARTS)
        asked = {
            "PhoneNumberSet": [e164(short.phone)],
            "SmsSdkAppId": settings.SMS_TENCENT["app_id"],
            "SignName": self.sign(),
            "TemplateId": template,
            "TemplateParamSet": [short.variables[name] for name in approved()[short.approved].names],
            "SessionContext": short.key,
        }
        try:
            said = self.ask(json.dumps(asked, ensure_ascii=False).encode())
        except Trouble as found:
            return provider.trouble(self, found)
        code, reference = status(said)
        if code == "Ok":
            return provider.taken(self, reference)
        return provider.outcome(self.name, code, CODES, STARTS)

    def ask(self, body: bytes) -> dict[str, Any]:
        given = settings.SMS_TENCENT
        host = urlsplit(given["endpoint"]).netloc
        headers = signed(host, body, now(), given["key_id"], given["key_secret"])
        return provider.post(f"{given['endpoint']}/", {**headers, "X-TC-Region": given["region"]}, body)


def e164(phone: str) -> str:
    return phone if phone.startswith("+") else f"+86{phone}"


def status(said: dict[str, Any]) -> tuple[str, object]:
    """(code, serial number) of the one message asked for; an error of the whole request comes first."""
    response = said.get("Response")
    if not isinstance(response, dict):
        return "", ""
    if isinstance(response.get("Error"), dict):
        return str(response["Error"].get("Code", "")), ""
    sent = response.get("SendStatusSet")
    one = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
    return str(one.get("Code", "")), one.get("SerialNo")


def signed(
    host: str,
    body: bytes,
    at: datetime,
    key_id: str,
    secret: str,
    service: str = SERVICE,
    action: str = ACTION,
    version: str = VERSION,
) -> dict[str, str]:
    """The headers of a POST of JSON, `Authorization` among them; content type, host and action are signed."""
    moment = int(at.timestamp())
    day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    names = "content-type;host;x-tc-action"
    lines = f"content-type:{TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = "\n".join(("POST", "/", "", lines, names, sha256(body).hexdigest()))
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{moment}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), sha256).hexdigest()
    return {
        "Content-Type": TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": str(moment),
        "Authorization": f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}",
    }
