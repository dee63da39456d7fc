"""Where WeChat's server writes to us (消息推送): the only caller is WeChat, known by its signature, not by a session.

Without a service account there is nothing here (404). In 明文模式 the signature covers time and nonce alone, in 安全模式 (WECHAT_AES_KEY)
the message too; where the key is set, nothing plain is taken. The address holds an openid and is logged nowhere.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wangqian.notices.wechat import config, envelope, events

MOST_BYTES = 64 * 1024
SECONDS = 300  # between WeChat's clock and ours


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest) -> HttpResponse:
    """GET: the platform asks whether we are who we should be. POST: it tells something."""
    if not config.connected():
        raise Http404
    asked = request.GET
    recent(asked.get("timestamp", ""))
    if not envelope.signed(asked.get("signature", ""), asked.get("timestamp", ""), asked.get("nonce", "")):
        raise PermissionDenied
    if request.method != "POST":
        return plain(asked.get("echostr", "")[:200])
    try:
        said = told(request)
    except envelope.Unreadable:
        return HttpResponseBadRequest()
    words = events.handle(said)
    if not words:
        return plain("success")
    answer = envelope.reply(said["FromUserName"], said["ToUserName"], words)
    return HttpResponse(answer, content_type="application/xml; charset=utf-8")


def plain(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def recent(timestamp: str) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and abs(time.time() - int(timestamp)) <= SECONDS):
        raise PermissionDenied


def told(request: HttpRequest) -> dict[str, str]:
    """The message. `Unreadable` when it is none; 403 when it is not sealed though it should be, or the seal is not WeChat's."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
        raise envelope.Unreadable
    said = envelope.fields(request.body)
    if settings.WECHAT["aes_key"]:
        said = unsealed(request, said.get("Encrypt", ""))
    if not (said.get("FromUserName") and said.get("ToUserName") and said.get("MsgType")):
        raise envelope.Unreadable
    return said


def unsealed(request: HttpRequest, sealed: str) -> dict[str, str]:
    asked = request.GET
    given = asked.get("msg_signature", "")
    if not sealed or not envelope.signed(given, asked.get("timestamp", ""), asked.get("nonce", ""), sealed):
        raise PermissionDenied
    return envelope.fields(envelope.opened(sealed))
