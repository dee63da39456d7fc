"""Idempotency: the same key by the same user gets the same answer; another body under that key is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from wangqian.cases.models import Receipt, digest
from wangqian.chart.words import Refused
from wangqian.people.models import User
from wangqian.people.prepared import Prepared

KEPT = Prepared(lambda actor, key: Receipt.objects.select_for_update().filter(actor=actor, key=key), UUID, str)


class OtherBody(Refused):
    status = 422


def earlier(user: User, key: str, body: Mapping[str, object]) -> str | None:
    """The stored location for this key, None when it is new."""
    receipt = next(iter(Receipt.objects.filter(actor=user, key=key)), None)
    return checked(receipt, body) if receipt else None


def checked(receipt: Receipt, body: Mapping[str, object]) -> str:
    if receipt.body_sha256 != digest(body):
        raise OtherBody("这个页面已经提交过不同的内容，请回到事项页面重新打开。")
    return receipt.location


def once(user: User, key: str, body: Mapping[str, object], act: Callable[[], str]) -> str:
    """Run `act` (which returns where to go next) unless this key was answered; row and act are one transaction.

    A second request with the key waits for the first one's row and then gets its answer.
    """
    with transaction.atomic():
        fresh = Receipt(actor=user, key=key, body_sha256=digest(body), status=303)
        Receipt.objects.bulk_create([fresh], ignore_conflicts=True)
        receipt: Receipt = KEPT.first(user.pk, key)
        if receipt.location:
            return checked(receipt, body)
        location = act()
        receipt.location = location
        receipt.save(update_fields=["location"])
        return location
