"""A login name and a password at the door: how many tries, when a challenge, and one neutral answer.

Never a hard lock (A21): a solved challenge gets every try looked at. Beyond a name's share of wrong ones a day, a password alone
opens nothing: whether it was right is not shown, and a code to the account's own phone must come back besides (`code.Process`). A
device on which the account was opened before has a share of its own, so strangers cannot use it up.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.http import HttpRequest

from wangqian.people import accounts, limits
from wangqian.people.models import User
from wangqian.web import challenge
from wangqian.web.door import asking, device
from wangqian.web.middleware import line


@dataclass(frozen=True)
class Tried:
    """`user`: whose password it was, if anybody's. `alone`: it is enough; otherwise nobody may see which of both it was."""

    user: User | None
    alone: bool = True


def admitted(request: HttpRequest, form: challenge.Challenged, typed: str, password: str) -> Tried:
    """No such account and a wrong password look alike, and cost the same.

    Raises `challenge.Stale` or `limits.Over` where a challenge is due and was not met.
    """
    name, here = limits.spelled(typed), device.of(request)
    misses, user = limits.spent("misses", name), accounts.by_login_name(typed)
    share = asking.share(typed, here, here.knows(user))
    if challenged(request, misses) or limits.exhausted("guesses", *share):
        challenge.require(request, form, name)
    alone = limits.allowed("guesses", *share)
    found = authenticate(request, account=user, password=password)
    if alone and isinstance(found, User):
        limits.clear("misses", name)
        limits.give_back("guesses", *share)
        return Tried(found)
    limits.allowed("misses", name)
    if not misses:
        limits.sprayed(line(request))
    return Tried(found if isinstance(found, User) else None, alone)


def challenged(request: HttpRequest, misses: int) -> bool:
    """After wrong passwords for this name; and when a device or an address asks more often than people do."""
    often = not limits.allowed("device", device.of(request).number)
    crowded = not limits.allowed("address", line(request))
    return often or crowded or (misses >= limits.LIMITS["misses"].count and not limits.tracking(limits.LIMITS["misses"]))
