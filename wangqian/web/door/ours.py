"""What our versions of allauth's views share: the form goes into a page of ours, and every answer keeps the device's cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.web.door import device
from wangqian.web.frame import show
from wangqian.web.pages import Page
from wangqian.web.panels import Alert, Link

AS = {
    "student": (gettext_lazy("学生登录"), gettext_lazy("用学校登记的手机号登录；第一次使用请先激活账号。")),
    "employer": (gettext_lazy("单位登录"), gettext_lazy("用单位联系人的手机号登录；第一次登录请用验证码。")),
    "school": (gettext_lazy("学校登录"), gettext_lazy("就业部门、院系和辅导员从这里登录；第一次登录请用验证码。")),
}


class Ours:
    """Goes before the view of allauth's whose page it replaces. `page` declares it."""

    request: HttpRequest
    refusal: Refused | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **named)  # type: ignore[misc]
        if device.COOKIE not in {*request.COOKIES, *response.cookies}:
            device.keep(response, device.of(request))
        return response

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """The form alone: what else allauth collects belongs to templates we do not have."""
        return {"form": named.get("form") or self.get_form()}  # type: ignore[attr-defined]

    def render_to_response(self, context: dict[str, Any], **_named: Any) -> HttpResponse:
        status = 422 if context["form"].errors else 200
        return show(self.request, self.page(context["form"]), self.refusal.status if self.refusal else status)

    def page(self, form: Any) -> Page:
        raise NotImplementedError

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        """The page again, with what was typed and the reason."""
        self.refusal = refusal
        return self.render_to_response(self.get_context_data(form=form))

    def _redirect_to_pending_stage(self, *_request_and_stage: Any) -> None:
        """Whoever asks for another page of the door begins anew; allauth would lead him back to what he left."""

    def refused(self) -> list[Alert]:
        """Why it could not be done now, above the form."""
        return [Alert("warn", str(self.refusal))] if self.refusal else []


def party(request: HttpRequest) -> str:
    """Through which door of the start page: "student", "employer", "school", or "" for none of them."""
    asked = request.GET.get("as", "")
    return asked if asked in AS else ""


def to(request: HttpRequest, label: str, route: str) -> Link:
    """A way to another page of the door, through the same door and with the same page to go on to."""
    kept = {name: request.GET[name] for name in ("as", "next") if request.GET.get(name)}
    return Link(label, f"{reverse(route)}?{urlencode(kept)}" if kept else reverse(route))


def first_time(request: HttpRequest) -> list[Link]:
    """激活账号: for graduates, unless another door was chosen."""
    return [] if party(request) in ("employer", "school") else [Link(_("第一次使用？激活账号"), reverse("activate"))]


def way_back(request: HttpRequest) -> Link:
    return to(request, _("返回登录"), "account_login")
