"""What is sealed: bound to its row, found only by whole values, gone with the key; and what may stand in plain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection

from tests.cast import Cast, edit
from tests.exchange.files import identity, imported, national, person
from wangqian.cases.models import Case, Draft, Note, Terms, broken_link
from wangqian.chart.fields import Input, Keep, Need
from wangqian.chart.words import FLOWS
from wangqian.flows.columns import COLUMNS
from wangqian.notices.expand import expand
from wangqian.notices.models import Notice
from wangqian.people.clock import now
from wangqian.people.identity import Erased
from wangqian.people.models import AccessLog, EmployerDossier, Graduate, PersonKey
from wangqian.people.names import name_index


def mine(cast: Cast) -> Graduate:
    graduate = cast.graduate.membership.graduate
    assert graduate
    return graduate


# --- bound to its row ------------------------------------------------------------------------------------


def two_of_each(cast: Cast) -> None:
    """Two rows in every place, written through the door."""
    for graduate in (cast.graduate, cast.graduate_named("林晚")):
        refused = cast.in_review(graduate=graduate)
        cast.act(refused, "refuse", cast.college_reviewer, {"about": "pay", "reason": f"起薪有误 {graduate.user.name}"})
        about = {"actor": cast.operator.user, "subject": graduate.membership.graduate, "what": "unmask", "at": now()}
        AccessLog.objects.create(**about, why=f"核对 {graduate.user.name}")
        Draft.objects.create(owner=graduate.user, subject="x", data={"a": graduate.user.name}, saved_at=now())
    _ = cast.other_employer
    expand()


PLACES: list[tuple[type[Any], str]] = [
    (Graduate, "private"), (Terms, "text"), (Note, "words"), (AccessLog, "why"), (Draft, "data"), (Notice, "body"),
    (Notice, "subject"), (EmployerDossier, "phone"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "column"), PLACES)
def test_a_ciphertext_moved_to_another_row_does_not_open(cast: Cast, model: type[Any], column: str) -> None:
    two_of_each(cast)
    rows = list(model.objects.order_by("pk"))
    first, last = rows[0], rows[-1]
    stored = dict(model.objects.values_list("pk", column))
    assert getattr(first, column) and getattr(last, column), "each opens where it stands"
    moved = model.objects.get(pk=first.pk)
    moved.__dict__[column] = stored[last.pk]
    with pytest.raises(InvalidTag):
        getattr(moved, column)


def test_a_key_moved_to_another_case_does_not_open(cast: Cast) -> None:
    case, other = cast.invited(), cast.invited(cast.other_employer)
    case.key = other.key
    with pytest.raises(InvalidTag):
        case.open_key()


def test_equal_words_are_not_equal_in_the_database(cast: Cast) -> None:
    cast.graduate_named("同名"), cast.graduate_named("同名")
    assert len({bytes(value) for value in Graduate.objects.values_list("private", flat=True)}) == 2


# --- read and written as before --------------------------------------------------------------------------


def test_private_words_are_attributes_as_any(cast: Cast) -> None:
    graduate = Graduate.objects.get(pk=mine(cast).pk)
    assert (graduate.name, graduate.home_address, graduate.extra) == ("曹文公", "", {})
    graduate.home_address = "中关村大街 1 号"
    graduate.extra["政审"] = "已完成"
    graduate.save(update_fields=["private"])
    again = Graduate.objects.get(pk=graduate.pk)
    assert (again.name, again.home_address, again.extra) == ("曹文公", "中关村大街 1 号", {"政审": "已完成"})
    edit(again, home_address="", email="")
    assert (Graduate.objects.get(pk=graduate.pk).home_address, again.phone) == ("", graduate.phone)


def test_what_was_not_read_goes_back_as_it_came(cast: Cast) -> None:
    def stored() -> bytes:
        return bytes(Graduate.objects.values_list("private", flat=True).get(pk=mine(cast).pk))

    before = stored()
    Graduate.objects.defer("private").get(pk=mine(cast).pk).save()
    assert stored() == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Notice.objects.filter(body="曹文公"),
        lambda: Notice.objects.update(body="曹文公"),
        lambda: Draft.objects.filter(subject="x").update(data="曹文公"),
    ],
)
def test_nothing_plain_reaches_a_sealed_column(cast: Cast, ask: Callable[[], Any]) -> None:
    Draft.objects.create(owner=cast.graduate.user, subject="x", data={}, saved_at=now())
    with pytest.raises(TypeError, match="sealed"):
        list(ask() or [])


def test_nobody_filters_by_a_private_word(cast: Cast) -> None:
    with pytest.raises(FieldError):
        Graduate.objects.filter(name="曹文公")


def test_a_name_is_found_whole_and_within_its_school(cast: Cast) -> None:
    graduate, other = mine(cast), cast.graduate_named("曹文公", cast.outsider_college, cast.cohort_of(cast.outsider_school))
    school = graduate.school_id
    assert [one.pk for one in Graduate.objects.filter(name_index=name_index(school, " 曹文公 "))] == [graduate.pk]
    assert not Graduate.objects.filter(name_index=name_index(school, "曹文")).exists()
    assert other.membership.graduate and bytes(other.membership.graduate.name_index) != bytes(graduate.name_index)
    edit(graduate, name="買買提•艾力")
    assert Graduate.objects.filter(name_index=name_index(school, "買買提·艾力")).get().pk == graduate.pk


# --- gone with the key -----------------------------------------------------------------------------------


def test_destroying_the_persons_key_erases_text_notes_and_number_and_the_chain_stays_whole(cast: Cast) -> None:
    cast.reviewers()
    case, other = cast.invited(), cast.invited(graduate=cast.graduate_named("林晚"))
    cast.act(case, "decline", cast.graduate, {"reason": "因家事"})
    mine(cast).person.destroy()
    again = Case.objects.get(pk=case.pk)
    for read in (lambda: again.versions.get().content, lambda: again.versions.get().canonical,
                 lambda: Note.objects.get(event__case=again).words,
                 lambda: Graduate.objects.get(pk=mine(cast).pk).identity_number()):  # fmt: skip
        with pytest.raises(Erased):
            read()
    event = again.events.get(step="decline")
    assert (event.note_digest != "", event.said) == (True, {})
    assert broken_link(again) is None
    assert Case.objects.get(pk=other.pk).versions.get().content["terms"]["job_title"] == "研究员"


def test_a_corrected_number_leaves_the_texts_readable_and_under_the_new_key(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    (graduate,) = Graduate.objects.all()
    edit(graduate, confirmed_at=now())
    actor = cast.actor(graduate.name, "graduate", graduate=graduate)
    case = cast.invited(graduate=actor)
    cast.act(case, "decline", actor, {"reason": "因家事"})
    old = PersonKey.objects.get(graduates=graduate)
    imported(cast, national([person(1, sfzh=identity(3))]))
    new = PersonKey.objects.get(graduates=graduate)
    assert new.pk != old.pk
    assert Graduate.objects.get(pk=graduate.pk).identity_number() == identity(3)

    def read() -> tuple[str, str]:
        found = Case.objects.get(pk=case.pk)
        return found.versions.get().content["terms"]["job_title"], found.events.get(step="decline").said["reason"]

    assert (read(), broken_link(Case.objects.get(pk=case.pk))) == (("研究员", "因家事"), None)
    old.destroy()
    assert read() == ("研究员", "因家事"), "whose number it was typed wrongly as has nothing to do with it"
    new.destroy()
    with pytest.raises(Erased):
        read()


# --- what may stand in plain -----------------------------------------------------------------------------


def needs() -> list[Need]:
    return list({need.name: need for flow in FLOWS.values() for step in flow.steps.values() for need in step.needs}.values())


def test_no_event_holds_what_people_wrote() -> None:
    """Events are forever and in plain: days, numbers and choices alone."""
    kinds = {Input.DATE, Input.NUMBER, Input.CODE, Input.CHOICE, Input.YESNO}
    wrong = [(need.name, one.name) for need in needs() if need.keep is Keep.DATA for one in need.fields if one.kind not in kinds]
    assert wrong == []


def test_what_is_written_about_people_has_no_typed_column() -> None:
    personal = {Input.LINES, Input.PHONE, Input.MOBILE, Input.EMAIL}
    kept = [need for need in needs() if need.name in COLUMNS]
    assert [one.name for need in kept for one in need.fields if one.kind in personal and not one.personal] == []
    assert {field.name for field in COLUMNS["terms"]._meta.fields} & {"contact", "contact_mobile", "additions"} == set()


def test_the_typed_columns_are_the_other_answers(cast: Cast) -> None:
    case = cast.invited()
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_title, pay, valid_days FROM flows_onlineterms")
        ((title, pay, days),) = cursor.fetchall()
    assert (title, int(pay), days) == ("研究员", 12000, 7)
    assert case.versions.get().content["terms"]["contact_mobile"] == "13900001111"
