"""The menu of each capacity, with what is waiting."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.notices import queries
from wangqian.people.models import Actor, Capacity, Membership
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
        return [(_("首页"), "home"), (_("我的信息"), "my-information")]
    if kind == Capacity.EMPLOYER:
        return [(_("签约／解约"), "home"), (_("档案信息管理"), "dossier"), (_("单位信息"), "employer-information")]
    if kind == Capacity.OPERATOR:
        return [(_("运行情况"), "home"), (_("学校"), "schools"), (_("用人单位"), "employers")]
    found = [(_("待办"), "home"), (_("毕业生"), "graduates")]
    if kind == Capacity.SCHOOL:
        found += [(_("签约情况"), "school-cases"), (_("生源导入"), "roster"), (_("学校设置"), "profile")]
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


def contact(membership: Membership) -> str:
    """Whom to call, in the footer: the school's office."""
    school = membership.graduate.school if membership.graduate else membership.school
    if school is None or not (school.contact or school.phone):
        return ""
    return _("%(school)s%(office)s：%(contact)s %(phone)s %(hours)s") % {
        "school": school.name,
        "office": school.office,
        "contact": school.contact,
        "phone": school.phone,
        "hours": f"（{school.hours}）" if school.hours else "",
    }
