"""A friendly word after logging in, to those who need no second factor: with a passkey nobody waits for an SMS."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.people import factors
from wangqian.people.models import Actor
from wangqian.web.factors.fresh import records
from wangqian.web.panels import Alert, Link

SECONDS = 600  # after logging in; then it is in nobody's way


def offer(request: HttpRequest, actor: Actor) -> list[Alert]:
    """The card for graduates and employers who have no passkey yet; nothing later in the session."""
    entered = [one["at"] for one in records(request)[:1]]
    if not entered or time.time() - entered[0] > SECONDS or actor.membership.kind in factors.STAFF:
        return []
    if factors.enrolled(actor.user):
        return []
    return [
        Alert(
            "info",
            _("以后签约不用等短信"),
            _("添加通行密钥后，按一下指纹或看一下手机就能登录和确认，别人拿到您的密码也用不了。"),
            link=Link(_("添加通行密钥"), reverse("mfa_add_webauthn")),
        )
    ]
