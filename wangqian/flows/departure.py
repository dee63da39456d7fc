"""离校确认 (flows.md §11, codes.md §6): the graduate confirms what is in force about him, and says who may verify it.

A confirmation is of one entry of the ledger. Whatever puts another in its place, or takes it out of force, leaves the confirmation as
it was and asks for a new one: whether it is current is looked up (`standing`), never written.
"""

from __future__ import annotations

from dataclasses import dataclass

from wangqian.cases.act import Act
from wangqian.cases.effects import issue_code
from wangqian.cases.engine import system
from wangqian.cases.models import Case, CurrentDestination, LedgerEntry
from wangqian.chart.fields import Varying
from wangqian.chart.words import DONE, SILENT, START, STAY, SYSTEM, VOID, Flow, Refused, State, Step, rule
from wangqian.codes import serial
from wangqian.flows.departure_needs import CONSENTING, TRANSFER
from wangqian.flows.departure_text import departure_text, entry_of, questions
from wangqian.flows.dispute import open_dispute
from wangqian.flows.models import Departure
from wangqian.flows.parties import GRADUATE
from wangqian.people.models import Graduate


@dataclass(frozen=True)
class Standing:
    """`entry` is in force about the graduate, `latest` his last confirmation."""

    entry: LedgerEntry | None
    latest: Departure | None

    @property
    def confirmed(self) -> Departure | None:
        """The confirmation of what is in force now."""
        return self.latest if self.latest and self.entry and self.latest.entry_id == self.entry.pk else None

    @property
    def due(self) -> bool:
        """Something is in force that he has not confirmed."""
        return self.entry is not None and self.confirmed is None

    @property
    def stale(self) -> bool:
        """He confirmed something that is no longer so."""
        return self.latest is not None and self.confirmed is None


def standing(graduate: Graduate) -> Standing:
    latest = Departure.objects.select_related("case__graduate__person", "entry__case").filter(case__graduate=graduate)
    return Standing(entry_of(graduate), latest.order_by("-entry_id").first())


def current(departure: Departure) -> bool:
    """Whether what was confirmed is in force."""
    return CurrentDestination.objects.filter(entry=departure.entry_id).exists()


@rule("您现在没有登记在案的毕业去向，不能确认。请先签约或登记去向。")
def something_in_force(act: Act) -> bool:
    return CurrentDestination.objects.filter(graduate=act.graduate).exists()


@rule("现在的登记您已经确认过，不需要再确认。")
def not_confirmed_yet(act: Act) -> bool:
    return not Departure.objects.filter(entry__currentdestination__graduate=act.graduate).exists()


@rule("这次确认之后登记的内容有变动，请重新办理离校确认。")
def still_in_force(act: Act) -> bool:
    return CurrentDestination.objects.filter(entry__departure__case=act.case.pk).exists()


@rule("学校更正了登记的内容，请先在该登记中确认更正，或提出异议。")
def corrections_answered(act: Act) -> bool | Refused:
    """What the school changed is confirmed or disputed where it was changed, before all of it is confirmed here."""
    now = CurrentDestination.objects.select_related("entry__case").filter(graduate=act.graduate).first()
    if now is None:
        return True
    if open_dispute(now.entry.case):
        return Refused("您对这条登记的异议正在处理，请等学校答复后再确认。")
    return now.entry.case.unconfirmed_at is None


@rule("您没有授权核验。", hides=True)
def authorised(act: Act) -> bool:
    return Departure.objects.filter(case=act.case.pk, authorised_at__isnull=False).exists()


@rule("您已授权核验。", hides=True)
def not_authorised(act: Act) -> bool:
    return not Departure.objects.filter(case=act.case.pk, authorised_at__isnull=False).exists()


def keep_departure(act: Act) -> None:
    """Its 转递编号, random and apart from the 核验编号: who knows one knows nothing of the other."""
    entry = entry_of(act.graduate)
    assert entry is not None
    since = act.now if act.given["authorise"] == "yes" else None
    number = serial.transfer_number()
    Departure.objects.create(case=act.case, entry=entry, transfer_number=number, authorised_at=since)


def replace_earlier(act: Act) -> None:
    """Confirmations of what was in force before."""
    earlier = Case.objects.filter(graduate=act.graduate, flow=act.case.flow, state="confirmed").exclude(pk=act.case.pk)
    for case in earlier.order_by("pk"):
        system(case, "replace", act.event)


def allow(act: Act) -> None:
    Departure.objects.filter(case=act.case.pk).update(authorised_at=act.now)


def withdraw(act: Act) -> None:
    Departure.objects.filter(case=act.case.pk).update(authorised_at=None)


class DepartureConfirmation(Flow):
    title = "离校确认"
    slug = "departure"
    source = "flows.md §11; codes.md §6"

    confirmed = State("已确认", DONE, verify="有效", paper="certificate")
    replaced = State("已由新的确认代替", VOID, verify="已变更")

    confirm = Step(
        START, confirmed, GRADUATE, "确认登记信息",
        only_if=(something_in_force, corrections_answered, not_confirmed_yet),
        needs=(Varying(TRANSFER, questions), CONSENTING), writes=departure_text, shows=True,
        then=(issue_code, keep_departure, replace_earlier), tell=SILENT,
        explain="请核对就业方案库中登记的毕业去向、档案和户口去向。确认后生成《毕业去向登记信息表》，有转递编号、核验编号和二维码。"
        "与事实不符的，请不要确认，改为提出异议。",
        ask="以上登记的内容属实",
    )
    amend = Step(
        confirmed, STAY, GRADUATE, "更改档案和户口去向",
        only_if=(still_in_force,), needs=(Varying(TRANSFER, questions),), writes=departure_text, shows=True,
        tell=SILENT, tone="quiet",
        explain="单位已约定接收档案或解决户口的，以约定为准，不能在这里更改。更改后登记信息表重新生成，编号不变。",
        ask="以上登记的内容属实",
    )
    authorise = Step(
        confirmed, STAY, GRADUATE, "授权核验", only_if=(not_authorised,), then=(allow,), tell=SILENT,
        explain="授权后，公安户籍、档案接收单位等凭编号和姓名、或扫码，可以查到登记信息表是否有效。每次核验您都能看到，可以随时收回授权。",
    )
    withdraw_authorisation = Step(
        (confirmed, replaced), STAY, GRADUATE, "收回核验授权", only_if=(authorised,), then=(withdraw,), tell=SILENT, tone="quiet",
        explain="收回后任何人凭编号或扫码都查不到这份登记信息表，与没有这份表一样。",
    )
    replace = Step(confirmed, replaced, SYSTEM, tell=SILENT)
    filed = Step((confirmed, replaced), STAY, SYSTEM, "登记信息表已生成", tell=SILENT)

    path = (confirmed,)
    path_labels = ("确认登记信息", "完成")
