"""Whom a login name means, what ends sessions, and what is sealed in them."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from tests.cast import Cast
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import Capacity, User
from wangqian.people.sessions import SessionStore


def test_a_proven_phone_goes_before_an_account_name_that_looks_like_it(cast: Cast) -> None:
    User.objects.create_user("13812340000", name="甲")
    owner = cast.user("乙")
    owner.phone, owner.phone_proven_at = "13812340000", now()
    owner.save()
    assert accounts.by_login_name("13812340000") == owner


def test_a_number_is_proven_by_one_account_only(cast: Cast) -> None:
    first, second = cast.user("甲"), cast.user("乙")
    second.phone = first.phone
    second.save()
    assert [accounts.prove(first, "sms"), accounts.prove(second, "sms"), accounts.prove(first, "sms")] == [True, False, True]
    second.refresh_from_db()
    assert (second.phone_proven_at, accounts.by_address("sms", first.phone)) == (None, first)


def test_giving_and_taking_a_capacity_and_a_password_count_the_generation_up(cast: Cast) -> None:
    user = cast.school_reviewer.user
    seen = [user.get_session_auth_hash()]
    made = accounts.give(user, Capacity.EMPLOYER, employer=cast.employer.membership.employer)
    seen.append(user.get_session_auth_hash())
    accounts.take(made)
    user.refresh_from_db()
    seen.append(user.get_session_auth_hash())
    accounts.set_password(user, "yun-shan-cang-cang")
    seen.append(user.get_session_auth_hash())
    assert len(set(seen)) == 4
    assert (user.generation, made.active) == (3, False)


def test_a_session_says_nothing_in_the_database_and_opens_only_under_its_own_key(db: None) -> None:
    store = SessionStore()
    store["told"] = "曹文公 13812345678"
    store.create()
    row = Session.objects.get(pk=store.session_key)
    assert "曹文公" not in row.session_data and "MTM4" not in row.session_data
    assert SessionStore(store.session_key)["told"] == "曹文公 13812345678"
    other = SessionStore()
    other.create()
    Session.objects.filter(pk=other.session_key).update(session_data=row.session_data)
    assert dict(SessionStore(other.session_key).items()) == {}


@pytest.mark.parametrize("broken", ["", "nonsense", "AQRkZW1v", "x" * 400])
def test_a_session_that_does_not_open_is_empty(db: None, broken: str) -> None:
    store = SessionStore()
    store["told"] = "1"
    store.create()
    Session.objects.filter(pk=store.session_key).update(session_data=broken)
    with transaction.atomic():
        assert dict(SessionStore(store.session_key).items()) == {}
