"""What another house has said of who is about to activate: it fills in the form, and proves nothing. Ten minutes, in the sealed session."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wangqian.flows.outside import Claims
from wangqian.operating import outside_login as config
from wangqian.people.models import Graduate
from wangqian.web.outside.entering import LIVES
from wangqian.web.panels import Alert

KEY = "outside_known"


def keep(request: HttpRequest, graduate: Graduate, said: Claims) -> None:
    """The number only as the house gave it; ours is not shown to somebody who has proven nothing to us."""
    facts = {"school": str(graduate.school_id), "name": said.name, "kind": graduate.identity_kind, "number": said.number}
    request.session[KEY] = {"facts": facts, "at": int(time.time())}


def facts(request: HttpRequest) -> dict[str, Any]:
    """For the form; empty when there is nothing, or it is old."""
    kept = request.session.get(KEY)
    return dict(kept["facts"]) if kept and time.time() - kept["at"] <= LIVES else {}


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def alerts(request: HttpRequest) -> list[Alert]:
    if not facts(request):
        return []
    words = _("已按%(name)s的信息填写，请核对。您还没有激活账号，下一步用学校登记的手机收验证码。") % {"name": config.label()}
    return [Alert("info", words)]
