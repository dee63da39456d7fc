"""What is in force about a graduate, as cards: the destination, where the dossier and the household registration go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from wangqian.cases.models import Case, LedgerEntry
from wangqian.cases.queries import content_of
from wangqian.codes.table import table
from wangqian.documents.certificate import FILE, HOUSEHOLD, YEARS, given, tables
from wangqian.flows.departure import DepartureConfirmation, Standing, current
from wangqian.flows.departure_text import dossier_of, hukou_of, stated, version_of
from wangqian.flows.models import Departure
from wangqian.people.clock import today
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Button, Fact, Facts, Link

Section = tuple[str, list[tuple[str, str]], bool]


def sections(content: Mapping[str, Any]) -> list[Section]:
    """A confirmed text, as it is printed; dossier and household registration are his to change."""
    return [(_(block.title), [(_(label), value) for label, value in block.rows], at in (2, 3)) for at, block in enumerate(tables(content))]


def in_force(entry: LedgerEntry, buttons: list[Button], way: Link) -> Panel:
    """The destination as the ledger has it."""
    sub = f"（{entry.subclass_name}）" if entry.subclass_name else ""
    rows = [
        Fact(_("毕业去向类别"), f"{entry.destination} {entry.destination_name}{sub}", link=way),
        Fact(_("登记日期"), today(entry.effective_at).isoformat()),
        *(Fact(_(label), value) for label, value in stated(version_of(entry).content)),
    ]
    return Facts(_("登记的毕业去向"), rows, buttons=buttons)


def household(stands: Standing) -> list[Panel]:
    """Dossier and household registration: as confirmed, else as far as anything decides them."""
    if stands.entry is None:
        return []
    content = version_of(stands.entry).content
    if stands.confirmed:
        return [*confirmed(stands, content)]
    file = dossier_of(content)
    taken = {**file, "dossier_transfer_name": table("dossier_transfer").name_of(file["dossier_transfer"])} if file else {}
    return [
        card(_("档案"), FILE, taken, decided(bool(file))),
        card(_("户口"), HOUSEHOLD, hukou_of(content), decided(bool(hukou_of(content)))),
    ]


def confirmed(stands: Standing, content: Mapping[str, Any]) -> list[Panel]:
    assert stands.confirmed
    went = content_of(stands.confirmed.case)["transfer"]
    went = {**went, "kept_years": YEARS.get(went["kept_years"], "")}
    return [
        card(_("档案"), FILE, went, origin_of(bool(dossier_of(content)))),
        card(_("户口"), HOUSEHOLD, went, origin_of(bool(hukou_of(content)))),
    ]


def decided(agreed: bool) -> str:
    return origin_of(True) if agreed else _("登记的去向没有约定，确认时由您自己选择。")


def origin_of(agreed: bool) -> str:
    return _("来自登记的协议或去向，以约定为准。") if agreed else _("由您自己选择。")


def card(title: str, labels: Mapping[str, str], values: Mapping[str, str], note: str) -> Panel:
    return Facts(title, [Fact(_(label), value) for label, value in given(labels, values)], note=note)


def moved_on(case: Case) -> list[Alert]:
    """A 离校确认 of what is not in force any more says so."""
    if case.flow != DepartureConfirmation.slug or case.word is not DepartureConfirmation.confirmed:
        return []
    mine = Departure.objects.filter(case=case.pk).first()
    if mine is None or current(mine):
        return []
    return [Alert("warn", _("确认之后登记的内容有变动"), _("这次确认不再代表现在的登记；登记落实以后，请重新办理离校确认。"))]
