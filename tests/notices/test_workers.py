"""Several workers at once, and workers that are killed: nothing lost, nothing said twice."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.cast import Cast
from tests.notices.processes import context, together
from tests.notices.standing import Standing
from wangqian.cases.models import Event, Outbox
from wangqian.notices import expand as expanding
from wangqian.notices.channels import Outcome, sms
from wangqian.notices.channels.provider import Short
from wangqian.notices.deliver import expand, send
from wangqian.notices.models import Attempt, Notice, Result, State
from wangqian.people.clock import now

EVENTS = 12
COLUMNS = ("event_id", "recipient_id", "channel", "template")


def invitations(stage: Cast) -> None:
    for number in range(EVENTS):
        stage.invited(graduate=stage.graduate_named(f"毕业生{number}"))


def said() -> Counter[tuple[object, ...]]:
    return Counter(Notice.objects.values_list(*COLUMNS))


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both workers read the same rows, and write only once both have read."""
    gate = context.Barrier(2)
    claim = expanding.claim

    def claimed_by_both(*arguments: object) -> list[Outbox]:
        rows = claim(*arguments)  # type: ignore[arg-type]
        gate.wait(30)
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", lambda query, *_, **__: query)
    monkeypatch.setattr(expanding, "claim", claimed_by_both)


def test_two_expanding_workers_make_each_message_once(stage: Cast) -> None:
    invitations(stage)
    assert together(2, lambda: [expand(3) for _ in range(EVENTS)]) == [0, 0]
    assert Outbox.objects.filter(consumer="notices").count() == 0
    assert set(said().values()) == {1}
    assert Notice.objects.values("event").distinct().count() == Event.objects.count() == EVENTS


@pytest.mark.postgres
def test_the_index_alone_keeps_messages_single(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when both workers expand the very same rows."""
    invitations(stage)
    without_locks(monkeypatch)
    assert together(2, expand) == [0, 0]
    assert set(said().values()) == {1}


@pytest.mark.postgres
def test_red_control_without_the_index_messages_double(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    invitations(stage)
    rule = next(one for one in Notice._meta.constraints if one.name == "one_notice")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Notice, rule)
    try:
        without_locks(monkeypatch)
        assert together(2, expand) == [0, 0]
        assert set(said().values()) == {2}
    finally:
        monkeypatch.undo()
        Notice.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Notice, rule)


def test_two_sending_workers_send_each_message_once(stage: Cast) -> None:
    invitations(stage)
    expand()
    waiting = Notice.objects.filter(state=State.QUEUED).exclude(channel="email")
    Notice.objects.filter(channel="email").update(state=State.SENT, next_at=None)
    count = waiting.count()
    assert together(2, send) == [0, 0]
    assert (Attempt.objects.count(), waiting.count()) == (count, 0)
    assert set(Counter(Attempt.objects.values_list("notice", flat=True)).values()) == {1}


class Deadly(Standing):
    """A provider in whose hands the worker is killed."""

    def send(self, short: Short) -> Outcome:
        os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(Result.DELIVERED)


def test_a_worker_killed_while_sending_loses_nothing(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.invited()
    expand()
    Notice.objects.filter(channel="email").update(state=State.SENT, next_at=None)
    with monkeypatch.context() as patched:
        patched.setattr(sms, "provider", Deadly)
        assert together(1, send) == [-signal.SIGKILL]
    notice = Notice.objects.get(channel="sms")
    assert (notice.state, notice.tries, notice.attempts.count()) == (State.SENDING, 1, 0)
    assert send() == 0  # its lease still runs
    Notice.objects.filter(pk=notice.pk).update(next_at=now())
    assert send() == 1
    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.attempts.count()) == (State.SENT, 2, 1)


def test_a_worker_killed_while_expanding_loses_nothing(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages were inserted, the outbox rows not yet removed: neither counts."""
    invitations(stage)

    def killed(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "delete", killed)
        assert together(1, expand) == [-signal.SIGKILL]
    assert (Notice.objects.count(), Outbox.objects.filter(consumer="notices").count()) == (0, EVENTS)
    assert expand() == EVENTS
    assert set(said().values()) == {1}
