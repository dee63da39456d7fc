"""Files put beside a form (`Input.FILES`): what an act takes along, and what it must not go without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from wangqian.cases.act import Act, Bearer, Files
from wangqian.cases.forms import Invalid, asked, form_class
from wangqian.cases.models import Case, Event, Evidence
from wangqian.chart.fields import Field, Input, Need
from wangqian.chart.words import Role
from wangqian.people.models import Actor


@dataclass(frozen=True)
class Sender:
    """Whose files a question holds: those of one account (its key), or what came by one capability link.

    What a graduate hands in is his own. Staff act beside it: what an act rests on already goes along (`beside`), and is not theirs
    to take away or turn. What somebody else has only laid ready is nobody's but his.
    """

    owner: Any = None
    link: UUID | None = None
    beside: bool = False

    @classmethod
    def of(cls, by: Actor | Role | Bearer) -> Sender:
        if isinstance(by, Bearer):
            return cls(link=by.link)
        return cls(by.user.pk, beside=by.membership.party != "graduate") if isinstance(by, Actor) else cls()

    def files(self, case: Case, field: Field) -> QuerySet[Evidence]:
        """What was put there and not taken away again, in order, whatever its state; by way of the case, whose key opens it."""
        found = case.evidence.filter(slot=field.name, link=self.link, dropped_at=None).order_by("position", "id")
        if self.link:
            return found
        mine = Q(owner=self.owner, bound_at=None) if field.anew else Q(owner=self.owner)
        return found.filter(mine | Q(bound_at__isnull=False) if self.beside and not field.anew else mine)

    def usable(self, case: Case, field: Field) -> QuerySet[Evidence]:
        """What an act may rest on, once it is checked."""
        return self.files(case, field).exclude(state="refused")

    def may_change(self, row: Evidence) -> bool:
        return row.link == self.link and (self.link is not None or row.owner_id == self.owner)


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
    """The files of every question asked, as far as they are this sender's.

    Raises `Invalid` where one is missing, too many or not checked yet.
    """
    found: Files = {}
    sender = Sender.of(act.by)
    for need, field in slots(needs):
        if not asked(field, act.raw):
            continue
        found[field.name] = list(sender.usable(act.case, field)) if act.case.version else []
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
