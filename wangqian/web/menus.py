"""The menu of each capacity, with what is waiting."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.flows.rules import entrusted
from wangqian.flows.staff import managed
from wangqian.notices import queries
from wangqian.people.models import SUPPORT, Actor, Capacity, Membership, School
from wangqian.web.pages import MenuItem

LABELS = {
    Capacity.GRADUATE: gettext_lazy("毕业生"),
    Capacity.EMPLOYER: gettext_lazy("用人单位"),
    Capacity.COUNSELLOR: gettext_lazy("辅导员"),
    Capacity.COLLEGE: gettext_lazy("院系"),
    Capacity.SCHOOL: gettext_lazy("学校"),
    Capacity.OPERATOR: gettext_lazy("平台"),
}


def entries(actor: Actor) -> list[tuple[str, str]]:
    """(label, route) of the capacity's pages."""
    kind = actor.membership.kind
    if kind == Capacity.GRADUATE:
        assert actor.membership.graduate is not None
        own = [(_("首页"), "home"), (_("我的信息"), "my-information")]
        # 定向/委培 sign nothing online (M003 §9.1); whoever may not for other reasons reads them on the page itself.
        return own if entrusted(actor.membership.graduate) else [*own, (_("应约码"), "meeting-codes")]
    if kind == Capacity.EMPLOYER:
        return [(_("签约／解约"), "home"), (_("档案信息管理"), "dossier"), (_("单位信息"), "employer-information")]
    if kind == Capacity.OPERATOR:
        found = [(_("运行情况"), "home"), (_("学校"), "schools"), (_("用人单位"), "employers"), (_("消息发送"), "messages")]
        return [*found, (_("代码表"), "codes"), (_("服务状态"), "health"), (_("后台任务"), "jobs"), (_("客服"), "support")]
    found = [(_("待办"), "home"), (_("毕业生"), "graduates")]
    if kind == Capacity.SCHOOL:
        found += [(_("签约情况"), "school-cases"), (_("生源导入"), "roster"), (_("学校设置"), "profile")]
    if managed(actor.membership) is not None:
        found.append((_("工作人员") if kind == Capacity.SCHOOL else _("辅导员"), "staff"))
    return found


def menu(actor: Actor, path: str) -> list[MenuItem]:
    urls = [(label, reverse(route)) for label, route in entries(actor)]
    here = max((url for _label, url in urls if path.startswith(url)), key=len, default="")
    return [MenuItem(label, url, active=url == here) for label, url in urls]


def capacity_words(membership: Membership) -> str:
    if membership.kind == Capacity.GRADUATE:
        return f"{_('毕业生')} · {membership.graduate.school}"  # type: ignore[union-attr]
    return membership.place() or _("平台")


def several(actor: Actor) -> bool:
    return Membership.objects.filter(user=actor.user, active=True).count() > 1


def unread(actor: Actor) -> int:
    return queries.unread_count(actor.user)


def support_words() -> str:
    """The operator's support, for people: "平台客服：400-000-0000 help@example.com（工作日 9:00–17:00）"; "" when nobody said."""
    found = SUPPORT.read()
    if not found:
        return ""
    ways = " ".join(filter(None, (found.phone, found.email)))
    return _("平台客服：%(ways)s%(hours)s") % {"ways": ways, "hours": f"（{found.hours}）" if found.hours else ""}


def contact(membership: Membership) -> str:
    """Whom to call, in the footer: a graduate his school's office; who reviews the platform's support, below the office it besides;
    everybody else, and whose school names nobody, the platform's support."""
    if membership.graduate:
        return office_words(membership.graduate.school) or support_words()
    office = office_words(membership.school) if membership.kind in (Capacity.COUNSELLOR, Capacity.COLLEGE) else ""
    return " · ".join(filter(None, (office, support_words())))


def office_words(school: School | None) -> str:
    """A school's office, for people; "" when it named nobody."""
    if school is None or not (school.contact or school.phone):
        return ""
    return _("%(school)s%(office)s：%(ways)s%(hours)s") % {
        "school": school.name,
        "office": school.office,
        "ways": " ".join(filter(None, (school.contact, school.phone))),
        "hours": f"（{school.hours}）" if school.hours else "",
    }
