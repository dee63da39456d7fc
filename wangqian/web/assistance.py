"""用人单位协助回传, as the graduate sees it: to whom it went, whether it was opened, whether the paper came (M003 §6.3)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.cases.models import Case
from wangqian.flows.links import case_links
from wangqian.flows.models import Link as Capability
from wangqian.notices.deliver import link_messages, link_progress, link_sentence
from wangqian.notices.models import Notice
from wangqian.people.identity import masked_phone
from wangqian.people.models import Actor
from wangqian.web.pages import Panel
from wangqian.web.panels import Fact, Facts, Tag, Tone
from wangqian.web.wording import clock, until

SHOWN = 5


def assistance_panels(case: Case, actor: Actor) -> list[Panel]:
    """Every link of this agreement, newest first; nobody sees the link itself."""
    found = case_links(case.pk) if case.flow == "offline" else []
    if not found:
        return []
    sent = link_messages(found[:SHOWN])
    rows = [fared(one, sent.get(str(one.pk))) for one in found[:SHOWN]]
    note = _("链接只发给单位联系人，72 小时内有效。号码填错了，可以重新发给正确的号码，原来的链接随即失效；每天最多 3 次。")
    return [Facts(_("用人单位协助回传"), rows, note=note if actor.membership.party == "graduate" else "")]


def words(link: Capability) -> str:
    """When what happened."""
    parts = [_("%(at)s 请求发送") % {"at": clock(link.made_at)}]
    if link.opened_at:
        parts.append(_("%(at)s 打开") % {"at": clock(link.opened_at)})
    if link.used_at:
        parts.append(_("%(at)s 回传") % {"at": clock(link.used_at)})
    else:
        parts.append(_("%(due)s 前有效") % {"due": until(link.expires_at)})
    return " · ".join(parts)


def fared(link: Capability, notice: Notice | None) -> Fact:
    """To whom, what came of it, and what to do where it did not arrive."""
    wrong = link_sentence(link, notice)
    tone: Tone = "bad" if wrong else "ok" if link.used_at else "info"
    return Fact(masked_phone(link.mobile), words(link), note=wrong, tag=Tag(link_progress(link, notice), tone))
