"""The person hears of every change of his second factors, by every channel: whoever changed them was perhaps not he."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from wangqian.notices import deliver
from wangqian.people import recovery, resets
from wangqian.people.ids import new_id
from wangqian.people.models import Actor, FactorReset, User
from wangqian.web.wording import clock


def added(user: User, what: str) -> None:
    tell(user, "factor_added", what=what)


def removed(user: User, what: str) -> None:
    tell(user, "factor_removed", what=what)


def recovery_used(user: User) -> None:
    tell(user, "recovery_used", left=str(recovery.left(user)))


def recovery_renewed(user: User) -> None:
    tell(user, "recovery_renewed")


def tell(user: User, name: str, **facts: str) -> None:
    deliver.message(user, name, facts, key=str(new_id()), path="/account/factors/")


def reset_asked(found: FactorReset, by: Actor) -> None:
    """The person, in case it was not he; and those who may confirm."""
    who = by.membership.place() or gettext("平台")
    tell(found.membership.user, "reset_asked", who=who)
    for other in resets.others(found):
        deliver.message(other, "reset_waiting", {"who": who, "name": found.membership.user.name}, key=str(found.pk), path="/resets/")


def reset_done(user: User, opens: datetime) -> None:
    tell(user, "reset_done", opens=clock(opens))
