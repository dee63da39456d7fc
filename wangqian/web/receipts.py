"""Where SMS providers push delivery receipts.

These two addresses alone take a POST without a CSRF token: the caller is a provider's server, which has no session and no
page of ours to get a token from, and nothing here acts for a logged-in user. A secret part of the address, compared in
constant time, stands in its place; without one in the settings, or with a wrong one, there is nothing here (404).
"""

from __future__ import annotations

import hmac
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wangqian.notices import receipts

MOST_BYTES = 512 * 1024
MOST_ROWS = 1000


@csrf_exempt
@require_POST
def aliyun(request: HttpRequest, token: str) -> HttpResponse:
    """SmsReport (HTTP 批量推送): a JSON array; the answer 阿里云 waits for."""
    rows = pushed(request, token)
    if rows is None:
        return JsonResponse({"code": 1, "msg": "invalid"}, status=400)
    receipts.take("aliyun", rows)
    return JsonResponse({"code": 0, "msg": "接收成功"}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@require_POST
def tencent(request: HttpRequest, token: str) -> HttpResponse:
    """短信下发状态通知: a JSON array; the answer 腾讯云 waits for."""
    rows = pushed(request, token)
    if rows is None:
        return JsonResponse({"result": 1, "errmsg": "invalid"}, status=400)
    receipts.take("tencent", rows)
    return JsonResponse({"result": 0, "errmsg": "OK"})


def pushed(request: HttpRequest, token: str) -> list[object] | None:
    """The rows of a push; None when the body is too long or no JSON array."""
    ours = settings.SMS_RECEIPT_TOKEN
    if not ours or not hmac.compare_digest(token.encode(), ours.encode()):
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
        return None
    try:
        rows = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return rows[:MOST_ROWS] if isinstance(rows, list) else None
