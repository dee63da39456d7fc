"""Red control: messages are noted after the commit, in the same process, as `transaction.on_commit` invites one to do."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.kills import window
from wangqian.wsgi import application  # sets Django up: what is changed below can be imported only afterwards

__all__ = ["application"]


def postponed() -> None:
    from django.db import transaction

    from wangqian.cases import record

    leave = record.leave_outbox

    def late(act: Any) -> None:
        window.opens()  # what a slow machine, a mail server, a garbage collection would take
        leave(act)

    record.leave_outbox = lambda act: transaction.on_commit(partial(late, act))


postponed()
