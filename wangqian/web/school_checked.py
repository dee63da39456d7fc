"""院系确认信息, for one graduate or for a list: the ticked ones, or everybody whom the filters show. One result each."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.flows import confirming
from wangqian.notices import deliver
from wangqian.people.models import Actor, Capacity, Graduate
from wangqian.web.frame import acting
from wangqian.web.school_batch_list import Lines
from wangqian.web.school_graduates import filtered, in_place

MOST = 500
NAMED = 5


class PickedForm(forms.Form):
    """The ticked rows (`pick` of the list), or all that the filter shows; `one`: asked on the graduate's own page."""

    pick = Lines(required=False)
    everybody = forms.BooleanField(required=False)
    one = forms.BooleanField(required=False)


@acting(Capacity.COLLEGE, Capacity.SCHOOL)
@require_POST
def confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Confirm, tell those confirmed, and say what became of the others."""
    form = PickedForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(next(iter(form.errors.values()))[0]))
        return redirect(back(request))
    given = form.cleaned_data
    wanted = shown(request, actor) if given["everybody"] else [UUID(pk) for pk in given["pick"]]
    if not wanted:
        messages.warning(request, _("没有可以确认的毕业生，请先勾选。"))
        return redirect(back(request))
    with transaction.atomic():
        found = confirming.confirm(wanted, actor)
        rows = {graduate.pk: graduate for graduate in Graduate.objects.filter(pk__in=found)}
        deliver.tell_confirmed([rows[pk] for pk, refusal in found.items() if refusal is None], actor)
    report(request, found, rows)
    if given["one"] and len(found) == 1:
        return redirect("graduate", next(iter(found)))
    return redirect(back(request))


def shown(request: HttpRequest, actor: Actor) -> list[UUID]:
    """Everybody of the list as filtered who can be confirmed, at most `MOST`.

    A search by name or number is kept for the list's own address alone: with one, rows are ticked.
    """
    if "q" in request.GET:
        return []
    ready = filtered(request, actor.membership, in_place(actor.membership))
    ready = ready.filter(college_confirmed_at=None, confirmed_at__isnull=False)
    return list(ready.order_by("id").values_list("pk", flat=True)[:MOST])


def back(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('graduates')}?{query}" if query else reverse("graduates")


def report(request: HttpRequest, found: dict[UUID, Refused | None], rows: dict[UUID, Graduate]) -> None:
    """How many were confirmed; the others by reason, with the first names."""
    good = sum(refusal is None for refusal in found.values())
    if good:
        messages.success(request, _("已确认 %(count)d 名毕业生的信息，并已通知本人。") % {"count": good})
    reasons: dict[str, list[str]] = {}
    for pk, refusal in found.items():
        if refusal is not None:
            reasons.setdefault(str(refusal), []).append(rows[pk].name)
    for reason, names in reasons.items():
        more = _(" 等 %(count)d 名") % {"count": len(names)} if len(names) > NAMED else ""
        facts = {"who": "、".join(names[:NAMED]) + more, "reason": reason}
        messages.warning(request, _("没有确认：%(who)s。%(reason)s") % facts)
