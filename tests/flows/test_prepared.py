"""Reads whose SQL is built once give what their queries give, on both engines."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tests.cast import Cast
from wangqian.cases import act, engine, proofs, receipts
from wangqian.cases.models import Case, Proof, Receipt
from wangqian.flows import parties, rules
from wangqian.people.models import Membership
from wangqian.people.prepared import Prepared
from wangqian.web import middleware


def capacity(case: Case, kind: str) -> Membership:
    """Somebody's of that kind, or (for "", the read of all kinds) anybody's."""
    found = Membership.objects.filter(kind=kind).first() if kind else case.graduate.membership
    assert found is not None, kind
    return found


def values(case: Case) -> dict[Prepared, tuple[Any, ...]]:
    """For every prepared read of the project, values under which it finds something."""
    event = case.events.order_by("number").last()
    assert event is not None and event.user is not None and event.membership is not None
    fresh = Proof.objects.get(used_at=None)
    receipt = Receipt.objects.get()
    child = Case.objects.get(parent=case)
    return {
        engine.CASE: (case.pk,),
        engine.CHILD: (child.pk,),
        engine.GRADUATE: (case.graduate_id,),
        engine.ACTIVE: (event.membership.pk,),
        act.LATEST: (case.pk,),
        act.BEFORE: (case.pk,),
        proofs.LOCKED: (event.proof_id,),
        proofs.ISSUED: (fresh.pk,),
        receipts.KEPT: (receipt.actor_id, receipt.key),
        rules.HOLDING: (case.graduate_id, uuid4()),
        parties.CASE: (case.pk,),
        **{read: (capacity(case, kind).user_id, capacity(case, kind).pk) for kind, read in middleware.CHOSEN.items()},
        **{read: (capacity(case, kind).user_id,) for kind, read in middleware.FIRST.items()},
        parties.PRESENT["school"]: (case.school_id,),
        parties.PRESENT["college"]: (case.school_id, case.college_id),
        parties.PRESENT["counsellor"]: (case.school_id, case.college_id, case.cohort_id, "1 班"),
    }


@pytest.fixture
def known(cast: Cast) -> dict[Prepared, tuple[Any, ...]]:
    case = cast.signed()
    cast.counsellor("陈老师", "1 班")
    assert cast.operator
    cast.termination(case)
    user = cast.graduate.user
    spent = Proof.objects.filter(used_at__isnull=False).first()
    assert spent is not None
    spent.pk, spent.used_at, spent.verified_at = uuid4(), None, None
    spent.save(force_insert=True)
    Receipt.objects.create(actor=user, key="a-key", body_sha256="0" * 64)
    return values(case)


def deep(row: Any) -> Any:
    """A row with everything that was read with it."""
    if isinstance(row, tuple):
        return row
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    towards = [field for field in row._meta.concrete_fields if field.is_relation and field.is_cached(row)]
    joined = {field.name: (other := getattr(row, field.name)) and deep(other) for field in towards}
    return type(row), fields, joined, row._state.adding, row._state.db


def test_every_prepared_read_is_tried_here(known: dict[Prepared, tuple[Any, ...]]) -> None:
    assert set(known) == set(Prepared.every)


def test_a_prepared_read_gives_what_its_query_gives(known: dict[Prepared, tuple[Any, ...]]) -> None:
    for read, given in known.items():
        with transaction.atomic():
            usual = [deep(row) for row in read.make(*given)]
            assert usual != []
            assert [deep(row) for row in read(*given)] == usual
            assert [deep(row) for row in read(*given)] == usual  # and from what was built, too
            assert deep(read.first(*given)) == usual[0]


def test_other_values_find_nothing(known: dict[Prepared, tuple[Any, ...]]) -> None:
    for read, given in known.items():
        strange = tuple(uuid4() if isinstance(value, UUID) else "another" for value in given)
        with transaction.atomic():
            assert (read(*strange), read.first(*strange)) == ([], None)


@pytest.mark.django_db
def test_a_value_the_sql_has_no_place_for_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="not every value"):
        Prepared(lambda pk, other: Case.objects.filter(pk=pk), UUID, UUID).build()
