"""Other houses: WeChat's service account and the campus login. Neither is needed for signing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.notices.channels import CHANNELS
from wangqian.notices.models import Channel
from wangqian.notices.wechat import cards, config, token
from wangqian.notices.wechat.codes import Refusal
from wangqian.operating import outside_login
from wangqian.operating.findings import Finding, bad, off, ok


def wechat() -> Finding:
    said = CHANNELS[Channel.WECHAT].sentence()
    if not config.wanted():
        return off(said, _("可以不接；接通后毕业生能绑定微信，在微信里收通知和登录。"), _("未接入"))
    if config.gaps() or len(cards.listed()) < len(cards.registered()):
        return bad(said, _("按 docs/operate.md 补全后重启。"))
    return ok(said)


def wechat_answers() -> Finding:
    """WeChat lets us in."""
    configured = wechat()
    if not config.connected():
        return configured
    try:
        token.token()
    except Refusal as refusal:
        return bad(_("微信没有给出访问凭据：%(why)s。") % {"why": refusal.words}, _("核对 AppID、AppSecret 和公众平台的 IP 白名单。"))
    return ok(_("微信已应答，访问凭据有效。"))


def outside() -> Finding:
    said = outside_login.sentence()
    if not outside_login.wanted():
        return off(said, _("可以不接；接通后毕业生能用学信网、一网通办或校园账号登录。"), _("未接入"))
    return bad(said, _("按 docs/operate.md 补全后重启。")) if outside_login.gaps() else ok(said)
