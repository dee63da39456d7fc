"""Who a person of a campus login is here: one account per person there, one person there per account. Only digests are kept."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from wangqian.people.clock import now
from wangqian.people.identity import blind_index, keyed
from wangqian.people.models import OutsideLink, User


def settle(user: User, issuer: str, subject: str) -> bool:
    """Whether this subject may come in as this account; the first time makes it so.

    False when the subject came in as somebody else before, or somebody else of that house as this account: what it says of people
    has changed, and which of the two is right is not for us to guess.
    """
    index, house = blind_index("outside", f"{issuer}\0{subject}"), keyed("outside", issuer)
    if stands(user, index):
        return True
    try:
        with transaction.atomic():
            OutsideLink.objects.create(user=user, issuer=house, subject_index=index, linked_at=now())
    except IntegrityError:
        return stands(user, index)  # somebody else's; or made by another request at this moment
    return True


def stands(user: User, index: bytes) -> bool:
    return OutsideLink.objects.filter(subject_index=index, user=user).exists()
