"""From the outbox to messages: who is told, when, by what, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.walk import nearly_due
from wangqian.cases.models import Case, Outbox
from wangqian.cases.tick import tick
from wangqian.notices import expand as expanding
from wangqian.notices.deliver import expand, unmade
from wangqian.notices.models import Channel, Notice
from wangqian.people.clock import now
from wangqian.people.models import Actor


def told(step: str, channel: str = Channel.INBOX) -> set[str]:
    """Names of those who got a message of a step."""
    found = Notice.objects.filter(event__step=step, channel=channel).select_related("recipient")
    return {notice.recipient.name for notice in found}


def test_an_invitation_tells_the_graduate_and_the_employers_colleagues(cast: Cast) -> None:
    colleague = cast.actor("人事二", "employer", employer=cast.employer.membership.employer)
    cast.actor("离职人事", "employer", employer=cast.employer.membership.employer, active=False)
    cast.invited()
    assert expand() == 1
    assert told("invite") == {"曹文公", cast.employer.user.name, colleague.user.name}
    assert told("invite", Channel.SMS) == {"曹文公"}


def test_the_actor_gets_no_mail_of_his_own_act_his_colleague_does(cast: Cast) -> None:
    cast.actor("人事二", "employer", employer=cast.employer.membership.employer)
    cast.invited()
    expand()
    assert told("invite", Channel.EMAIL) == {"曹文公", "人事二"}


def test_no_address_no_message_by_that_channel(cast: Cast) -> None:
    cast.graduate.user.email = cast.graduate.user.phone = ""
    cast.graduate.user.save()
    cast.invited()
    expand()
    mine = Notice.objects.filter(recipient=cast.graduate.user)
    assert list(mine.values_list("channel", flat=True)) == [Channel.INBOX]


def test_a_channel_that_is_not_connected_gets_no_messages(cast: Cast, settings: Settings) -> None:
    settings.TESTING = settings.DEMO = False
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    cast.invited()
    expand()
    assert set(Notice.objects.values_list("channel", flat=True)) == {Channel.INBOX}


def test_stored_addresses_are_masked(cast: Cast) -> None:
    cast.invited()
    expand()
    sms = Notice.objects.get(channel=Channel.SMS)
    assert sms.address == f"138****{cast.graduate.user.phone[-4:]}"
    assert set(Notice.objects.filter(channel=Channel.EMAIL).values_list("address", flat=True)) == {"u***@example.com"}


def test_a_late_expansion_tells_the_level_of_the_event(cast: Cast) -> None:
    """The college has already approved when the message of its turn is made: it still goes to the college."""
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    expand()
    assert told("accept") == {cast.employer.user.name, "王老师"}
    assert told("approve") == {"李主任"}


def test_the_deadline_is_the_one_the_event_set_however_late_it_is_read(cast: Cast) -> None:
    case = cast.invited(valid_days="7")
    until = (now() + timedelta(days=20)).date()
    cast.act(case, "extend", cast.employer, {"until": until.isoformat()})
    cast.act(case, "retract", cast.employer)
    expand()
    mine = Notice.objects.filter(channel=Channel.INBOX, recipient=cast.graduate.user)
    invited, extended = mine.get(event__step="invite"), mine.get(event__step="extend")
    seventh = (now() + timedelta(hours=8, days=7)).date()
    assert f"{seventh.month} 月 {seventh.day} 日 24:00" in invited.body
    assert f"{until.month} 月 {until.day} 日 24:00" in extended.body


def test_a_reminder_goes_to_the_graduate_alone(cast: Cast) -> None:
    case = cast.invited()
    nearly_due(case)
    tick()
    expand()
    assert told("remind") == {"曹文公"}
    assert Notice.objects.get(event__step="remind", channel="inbox").subject == "签约邀请还有约 24 小时到期"


@pytest.mark.parametrize("asker", ["graduate", "employer"])
def test_a_reminder_of_a_termination_goes_to_whose_turn_it_is(cast: Cast, asker: str) -> None:
    by: Actor = getattr(cast, asker)
    other = cast.employer if asker == "graduate" else cast.graduate
    nearly_due(cast.termination(cast.signed(), by))
    tick()
    Case.objects.filter(flow="online_termination").update(turn="")  # it has gone on before the message is made
    expand()
    assert told("remind") == {other.user.name}
    said = Notice.objects.get(event__step="remind", channel="inbox").body
    assert said.startswith("曹文公申请解约" if asker == "graduate" else "越综合企业申请解约")


def test_a_second_expansion_of_the_same_event_says_nothing_twice(cast: Cast) -> None:
    case = cast.invited()
    event = case.events.get()
    expand()
    before = Notice.objects.count()
    Outbox.objects.create(event=event, consumer="notices")
    assert (expand(), Notice.objects.count()) == (1, before)


def test_an_event_that_cannot_be_told_holds_up_no_other_and_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = cast.invited().events.get()
    cast.invited(cast.other_employer)
    whole = expanding.notices_of

    def one_breaks(event: object, moment: object) -> object:
        if event == broken:
            raise LookupError("曹文公")
        return whole(event, moment)  # type: ignore[arg-type]

    monkeypatch.setattr(expanding, "notices_of", one_breaks)
    assert expand() == 1
    row = unmade().get()
    assert (row.event, row.error, row.tries) == (broken, "LookupError", 1)
    assert expand() == 0  # not before its time
    monkeypatch.undo()
    Outbox.objects.update(next_at=now())
    assert (expand(), unmade().count()) == (1, 0)


def test_other_consumers_rows_are_left_alone(cast: Cast) -> None:
    cast.signed()
    expand()
    assert set(Outbox.objects.values_list("consumer", flat=True)) == {"documents"}


def test_each_reads_his_own_words(cast: Cast) -> None:
    cast.act(cast.termination(cast.signed()), "decline", cast.employer, {"reason": "项目急需"})
    expand()
    told = Notice.objects.filter(event__step="decline", channel="inbox").select_related("membership")
    said = {notice.membership.kind: notice.body for notice in told}
    assert said == {
        "graduate": "对方没有同意解除您与越综合企业的就业协议，协议仍然有效。\n原因：项目急需\n双方协商一致后可以再次申请。",
        "employer": "贵单位没有同意解除贵单位与曹文公的就业协议，协议仍然有效。\n原因：项目急需\n双方协商一致后可以再次申请。",
    }
