"""Mail headers name nobody: subjects travel and are logged in plain text."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from tests.cast import Cast
from tests.notices.test_words import names
from tests.notices.walk import WALKS, Walk
from wangqian.notices.deliver import expand, message, send, send_code
from wangqian.notices.models import Channel, Notice
from wangqian.notices.neutral import PLAIN, WORDS, subject
from wangqian.notices.words import DIRECT, TEXTS

pytestmark = pytest.mark.once  # what is said, not how it is kept


@pytest.mark.parametrize("walk", WALKS)
def test_no_header_of_a_walk_names_anybody(cast: Cast, walk: Walk) -> None:
    walk(cast)
    expand(limit=5000)
    send(limit=5000)
    people = {notice.recipient.name for notice in Notice.objects.select_related("recipient")}
    words = people | {"曹文公", "越综合企业", "海纳科技", "示范大学", "新单位"}
    phones = {notice.recipient.phone for notice in Notice.objects.select_related("recipient")}
    assert mail.outbox
    for letter in mail.outbox:
        headers = {name: value for name, value in letter.message().items() if name != "To"}
        said = " ".join([letter.subject, *headers.values()])
        assert [one for one in (*words, *phones) if one in said] == []
        assert letter.message()["To"] == letter.to[0]  # the address alone, no name beside it
        assert re.search(r"\d{6,}|[{}]", letter.subject) is None


def test_red_control_the_inbox_subject_does_name_people(cast: Cast) -> None:
    cast.act(cast.invited(), "accept", cast.graduate)
    expand()
    told = Notice.objects.filter(event__step="accept", membership__kind="employer")
    assert {notice.channel: notice.subject for notice in told} == {
        Channel.INBOX: "曹文公已接受签约邀请",
        Channel.SMS: "曹文公已接受签约邀请",
        Channel.EMAIL: "毕业生已接受签约邀请",
    }


def test_direct_messages_and_codes(cast: Cast) -> None:
    message(cast.graduate.user, "data_changed", {"who": "示范大学", "fields": "专业"}, key="k")
    send()
    send_code(cast.graduate.user, "042017", "接受（越综合企业）", "email")
    assert [letter.subject for letter in mail.outbox] == ["您的登记信息有更改", "验证码"]


def test_every_subject_reads_well_without_names() -> None:
    """Nothing else may stand in a subject: what is neither neutral nor plain is left out."""
    used = {name for text in (*TEXTS.values(), *DIRECT.values()) for name in names(text.subject)}
    assert used <= {*WORDS, *PLAIN}
    assert subject("与{employer}的签约{secret}", {}) == "与用人单位的签约"
