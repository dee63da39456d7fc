"""What a step does besides moving its case: the ledger, the number. Called by the door, inside its transaction."""

from __future__ import annotations

from typing import Any

from wangqian.cases.act import Act
from wangqian.cases.models import Case, CurrentDestination, LedgerEntry, NumberSeries
from wangqian.codes import serial
from wangqian.codes.table import table

CODES = ("destination", "destination_name", "subclass", "subclass_name")


def enter_ledger(destination: str, subclass: str = "") -> Any:
    """An effect that puts a destination (`codes.md` §1), and the sub-class if one is known, in force for the graduate."""

    def effect(act: Act) -> None:
        put_in_force(act, destination, subclass)

    return effect


def put_in_force(act: Act, destination: str, subclass: str = "") -> None:
    """In the place of what this case had in force before, if anything."""
    leave_ledger(act)
    names = table("destination")
    codes = {
        "destination": destination,
        "destination_name": names.name_of(destination),
        "subclass": subclass,
        "subclass_name": names.name_of(subclass) if subclass else "",
    }
    entry = _entry(act, codes, True)
    CurrentDestination.objects.update_or_create(graduate=act.graduate, defaults={"entry": entry})


def leave_ledger(act: Act) -> None:
    """Take this case's destination out of force, if it is in force."""
    current = CurrentDestination.objects.filter(graduate=act.graduate, entry__case=act.case).select_related("entry")
    for destination in current:
        _entry(act, {name: getattr(destination.entry, name) for name in CODES}, False)
        destination.delete()


def _entry(act: Act, codes: dict[str, str], in_force: bool) -> LedgerEntry:
    assert act.event is not None
    return LedgerEntry.objects.create(
        graduate=act.graduate,
        case=act.case,
        event=act.event,
        in_force=in_force,
        **codes,
        effective_at=act.now,
        recorded_at=act.now,
    )


def issue_number(act: Act) -> None:
    """The agreement's number (serial per school, year and degree) and its separate random 核验编号, once."""
    if act.case.number:
        return
    graduate = act.graduate
    key = {"school_id": graduate.school_id, "year": graduate.cohort.year, "degree": graduate.education}
    NumberSeries.objects.bulk_create([NumberSeries(**key)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(**key)
    series.last += 1
    series.save(update_fields=["last"])
    act.case.number = serial.agreement_number(
        graduate.cohort.year, graduate.school.code, graduate.education, series.last
    )
    act.case.verification_code = serial.verification_code()
    act.case.save(update_fields=["number", "verification_code"])


def issue_code(act: Act) -> None:
    """A 核验编号 alone, for what has no number of agreements, once."""
    if not act.case.verification_code:
        act.case.verification_code = serial.verification_code()
        act.case.save(update_fields=["verification_code"])


def when_done(*effects: Any) -> Any:
    """Run the effects only if the step ended in an achieved state (the last way of a fork)."""

    def effect(act: Act) -> None:
        if act.case.word.kind == "done":
            for each in effects:
                each(act)

    return effect


def cases_of(act: Act, flow: str, state: str) -> list[Case]:
    """Other cases of the same graduate, in key order so that locks are taken in one order."""
    found = Case.objects.filter(graduate=act.graduate, flow=flow, state=state).exclude(pk=act.case.pk)
    return list(found.order_by("pk"))


def keep_topic(act: Act) -> None:
    act.case.topic = act.given.get("topic") or act.case.topic
    act.case.save(update_fields=["topic"])


def mark_unconfirmed(act: Act) -> None:
    """待本人确认 until the graduate himself confirms."""
    act.case.unconfirmed_at = act.now
    act.case.save(update_fields=["unconfirmed_at"])


def mark_confirmed(act: Act) -> None:
    """The graduate's own word stands: he confirmed the change, or stated everything anew."""
    if act.case.unconfirmed_at is not None:
        act.case.unconfirmed_at = None
        act.case.save(update_fields=["unconfirmed_at"])
