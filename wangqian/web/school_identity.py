"""The full identity number of a graduate: why, on record, and shown once."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.flows.correction_request import asking, open_requests
from wangqian.flows.parties import REVIEWING
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Graduate
from wangqian.web.factors.fresh import fresh
from wangqian.web.frame import acting, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link
from wangqian.web.school_graduate import in_scope


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("查看原因"),
        max_length=100,
        help_text=gettext_lazy("例如：核对派遣材料。原因会留下记录，毕业生本人可以看到。"),
    )


@acting(*REVIEWING)
@fresh
def identity(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Ask why (GET), write it down and show the number on this one answer (POST)."""
    found = in_scope(actor, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return shown(request, actor, found, form.cleaned_data["reason"])
    page = PlainPage(
        title=_("显示 %(name)s 的完整证件号") % {"name": found.name},
        lead=_("平时只显示首尾几位。请写明为什么需要完整号码。"),
        back=Link(_("返回"), reverse("graduate", args=[pk])),
        form=form,
        act=Button(_("显示完整证件号"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


def asked_for(found: Graduate) -> list[Fact]:
    """The number of an open 更正申请, in full: whoever decides compares it with the document."""
    events = [asking(case) for case in open_requests(found) if case.topic == "identity"]
    return [Fact(_("申请更正为"), event.said["identity"]) for event in events if event and event.said]


def shown(request: HttpRequest, actor: Actor, found: Graduate, reason: str) -> HttpResponse:
    """The record first, then the number; the answer is kept by no cache."""
    AccessLog.objects.create(
        actor=actor.user,
        membership=actor.membership,
        subject=found,
        what="unmask",
        why=reason,
        ip=actor.ip or None,
        at=now(),
    )
    page = PlainPage(
        title=_("%(name)s 的完整证件号") % {"name": found.name},
        back=Link(_("返回"), reverse("graduate", args=[found.pk])),
        alerts=[Alert("info", _("已留下查看记录，毕业生本人可以看到。离开本页后须重新说明原因才能再次查看。"))],
        panels=[Facts(_("证件号码"), [Fact(_("姓名"), found.name), Fact(_("完整号码"), found.identity_number()), *asked_for(found)])],
    )
    answer = show(request, page)
    answer["Cache-Control"] = "no-store"
    return answer
