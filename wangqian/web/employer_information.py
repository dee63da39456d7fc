"""单位信息: the employer as registered, what its certification means, and who acts for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.flows.certification import certification_of, suspension_reason
from wangqian.flows.favourites import may_look_up
from wangqian.people.models import Actor, Capacity, Employer, Membership
from wangqian.web.frame import acting, certified_tag, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import support_words
from wangqian.web.pages import SheetPage
from wangqian.web.panels import Alert, Fact, Facts, Link, Tag
from wangqian.web.wording import clock


def standing(employer: Employer, here: bool = False) -> Alert:
    """Why the employer cannot invite, and what it still can do; with the way to its page, unless we are `here`."""
    link = None if here else Link(_("查看单位信息"), reverse("employer-information"))
    if employer.suspended_at:
        text = _("不能发起新的邀请，尚未答复的邀请失效，审核中的签约暂不能通过。已签约的不受影响，仍可答复解约。")
        return Alert("bad", _("贵单位的认证已被暂停"), text, items=[*because(employer), whom_to_ask()], link=link)
    text = _("您可以查看全部页面，但还不能查询学生、发起邀请。请联系平台提交营业执照和网签授权书，认证通过后即可办理。")
    return Alert("warn", _("贵单位尚未通过认证"), text, link=link)


def because(employer: Employer) -> list[str]:
    """Why it was suspended, in the operator's words, until they are erased."""
    case = certification_of(employer.pk)
    reason = suspension_reason(case) if case else ""
    return [_("原因：%(reason)s") % {"reason": reason}] if reason else []


def whom_to_ask() -> str:
    contact = support_words()
    return _("要求恢复或有异议：%(contact)s") % {"contact": contact} if contact else _("要求恢复或有异议，请联系平台。")


@acting(Capacity.EMPLOYER)
@require_safe
def information(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The employer as registered, what its certification means, and who acts for it."""
    employer = actor.membership.employer
    assert employer is not None
    tag = certified_tag(actor)
    page = SheetPage(
        title=_("单位信息"),
        lead=_("单位名称和统一社会信用代码会印在协议书上；如有变更，请联系平台更正。"),
        tags=[tag] if tag else [],
        alerts=[standing(employer, here=True)] if may_look_up(employer) else [],
        panels=[facts(employer), users(actor)],
        side=[certification(employer)],
    )
    return show(request, page)


def facts(employer: Employer) -> Facts:
    return Facts(
        _("基本信息"),
        [
            Fact(_("单位名称"), employer.name),
            Fact(_("统一社会信用代码"), employer.uscc),
            Fact(_("单位性质"), employer.nature_name),
            Fact(_("单位行业"), employer.industry_name),
            Fact(_("所在地"), employer.region),
            Fact(_("详细地址"), employer.address),
            Fact(_("邮编"), employer.postcode),
        ],
        note=_("以平台登记的为准。"),
    )


def certification(employer: Employer) -> Facts:
    """The state and what it allows."""
    if employer.suspended_at:
        state, meaning, at = Tag(_("认证已暂停"), "bad"), _("不能发起邀请；仍可答复解约。"), employer.certified_at
    elif employer.certified_at:
        state, meaning, at = Tag(_("已认证"), "ok"), _("可以查询学生、发起签约邀请。"), employer.certified_at
    else:
        state, meaning, at = Tag(_("未认证"), "warn"), _("可以查看，还不能查询学生、发起邀请。"), None
    rows = [Fact(_("认证状态"), meaning, tag=state)]
    rows += [Fact(_("认证时间"), clock(at))] if at else []
    rows += [Fact(_("暂停时间"), clock(employer.suspended_at))] if employer.suspended_at else []
    return Facts(_("单位认证"), rows)


def users(actor: Actor) -> Table:
    """账号: everybody who acts for the employer now."""
    colleagues = Membership.objects.filter(employer=actor.membership.employer, kind=Capacity.EMPLOYER, active=True)
    found = colleagues.select_related("user").order_by("created_at", "pk")
    rows = [
        Row(
            [Cell(one.user.name), Cell(clock(one.created_at)), Cell(_("本人") if one.pk == actor.membership.pk else "")]
        )
        for one in found
    ]
    columns = [Column(_("姓名")), Column(_("注册时间")), Column(_("备注"))]
    return Table(_("账号"), columns, rows, note=_("增减账号请联系平台。"))
