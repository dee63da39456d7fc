"""Files put beside a form (`Input.FILES`): what an act takes along, and what it must not go without."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from wangqian.cases.act import Act, Bearer, Files
from wangqian.cases.forms import Invalid, asked, form_class
from wangqian.cases.models import Case, Event, Evidence
from wangqian.chart.fields import Field, Input, Need


def usable(case: Case, slot: str, link: UUID | None = None) -> QuerySet[Evidence]:
    """What was put there and not taken away again: through this capability link, or, without one, by people with an account."""
    found = Evidence.objects.filter(case=case, slot=slot, link=link, dropped_at=None).exclude(state="refused")
    return found.order_by("position", "uploaded_at")


def slots(needs: Iterable[Need]) -> list[tuple[Need, Field]]:
    """The questions that files answer."""
    return [(need, field) for need in needs for field in need.fields if field.kind is Input.FILES]


def complaint(field: Field, found: list[Evidence]) -> str:
    """What is wrong with the files of a question, as a sentence; "" when nothing is."""
    if any(one.state == "quarantine" for one in found):
        return gettext("有文件还在检查，请稍等片刻再提交。")
    if len(found) < field.least:
        return gettext("请上传{label}（至少 {least} 份）。").format(label=gettext(field.label), least=field.least)
    if len(found) > field.most:
        return gettext("{label}最多 {most} 份，请删去多余的。").format(label=gettext(field.label), most=field.most)
    return ""


def collected(act: Act, needs: Iterable[Need]) -> Files:
    """The files of every question asked: who holds a link hands in what came by it, people what did not.

    Raises `Invalid` where one is missing, too many or not checked yet.
    """
    found: Files = {}
    link = act.by.link if isinstance(act.by, Bearer) else None
    for need, field in slots(needs):
        if not asked(field, act.raw):
            continue
        found[field.name] = list(usable(act.case, field.name, link)) if act.case.version else []
        if wrong := complaint(field, found[field.name]):
            form = form_class(need)(data=act.raw)
            form.is_valid()
            form.add_error(None, wrong)
            raise Invalid(form)
    return found


def hashes(files: Files) -> dict[str, list[str]]:
    """SHA-256 of each file's bytes, by question: what an event says of them."""
    return {slot: [one.sha256 for one in found] for slot, found in files.items() if found}


def handed_in(event: Event) -> list[Evidence]:
    """Exactly the files this event rests on, whatever was put in their place since."""
    sums = [one for found in event.data.get("files", {}).values() for one in found]
    rows = Evidence.objects.filter(case=event.case_id, sha256__in=sums, bound_at__isnull=False).select_related("case__graduate__person")
    first = {row.sha256: row for row in rows.order_by("-bound_at")}  # the same file twice is one
    return [first[one] for one in dict.fromkeys(sums) if one in first]


def handed_in_last(case: Case) -> Event | None:
    """The last event that brought files."""
    return case.events.filter(data__has_key="files").order_by("-number").first()


def listed(files: Files) -> dict[str, list[dict[str, str]]]:
    """The same for a content that is signed: which bytes, how many pages of what. No names: they are people's own words."""
    return {
        slot: [{"sha256": one.sha256, "kind": one.kind, "pages": str(one.pages)} for one in found]
        for slot, found in files.items()
    }


def bind(files: Files) -> None:
    """An act rests on them: they stay, whatever is put in their place later."""
    from wangqian.people.clock import now

    fresh = [one.pk for found in files.values() for one in found if one.bound_at is None]
    if fresh:
        Evidence.objects.filter(pk__in=fresh).update(bound_at=now())
