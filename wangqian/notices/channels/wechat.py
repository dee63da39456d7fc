"""微信服务号: template messages to whoever has bound his WeChat. Not configured, it is not there."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices.channels.base import Outcome, Said
from wangqian.notices.models import Notice, Reason, Result
from wangqian.notices.wechat import cards, client, config
from wangqian.notices.wechat.codes import UNSUBSCRIBED, Refusal
from wangqian.people import wechat
from wangqian.people.models import User

LOGIN = "/login/wechat/"  # opens the account by the WeChat it is read in, then goes on


class Wechat:
    name = "wechat"

    def label(self) -> str:
        return _("微信")

    def connected(self) -> bool:
        return config.connected() or config.shown()

    def ready(self) -> bool:
        return self.connected()

    def sentence(self) -> str:
        if config.shown():
            return _("演示环境：微信消息只在消息页显示，不会发出。")
        if not config.wanted():
            return _("微信未接通：没有设置服务号（WECHAT_APP_ID）。")
        if missing := config.gaps():
            return _("微信未接通。设置缺少或有误：%(names)s。") % {"names": "、".join(missing)}
        left = [slug for slug in cards.registered() if slug not in cards.listed()]
        said = _("微信服务号已接通。")
        return said + (_("还有 %(count)d 个模板没有编号（WECHAT_TEMPLATES）。") % {"count": len(left)} if left else "")

    def address(self, user: User) -> str:
        return wechat.openid_of(user)

    def masked(self, address: str) -> str:
        """Nobody is shown whose WeChat it is."""
        return ""

    def send(self, notice: Notice, address: str, said: Said) -> Outcome:
        if not self.connected():
            return Outcome(Result.UNCONNECTED, self.sentence()[:200])
        if not address:
            return Outcome(Result.INVALID, _("收件人已解除微信绑定。"), Reason.ADDRESS)
        if config.shown():
            return Outcome(Result.DELIVERED, _("演示环境：只显示，不发出。"))
        template = cards.listed().get(said.approved)
        if template is None:
            return failed(Refusal(Reason.TEMPLATE))
        data = {keyword: said.variables[name] for name, keyword in template.keywords.items()}
        url = f"{settings.SITE_URL}{LOGIN}?{urlencode({'next': said.variables['path']}, safe='/')}"
        try:
            reference = client.send(address, template.template, url, data, notice.pk.hex)
        except Refusal as refusal:
            if refusal.said == UNSUBSCRIBED:  # its event did not reach us
                wechat.unbind_openid(address)
                return Outcome(Result.INVALID, _("收件人已取消关注公众号。"), Reason.ADDRESS, self.name)
            return failed(refusal)
        return Outcome(Result.SUBMITTED, _("微信已接收。"), "", self.name, reference)


def failed(refusal: Refusal) -> Outcome:
    result = Result.INVALID if refusal.reason == Reason.ADDRESS else Result.FAILED
    words = _("微信号无效或已取消关注（%(code)s）。") % {"code": refusal.code} if result is Result.INVALID else refusal.words
    return Outcome(result, words, refusal.reason, Wechat.name)
