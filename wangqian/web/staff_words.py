"""What an administrator changed, in words: before and after of a person's rights, of a college, of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.flows import colleges, staff
from wangqian.people.models import Capacity, Membership, School, SchoolChange
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import LABELS
from wangqian.web.panels import Tag
from wangqian.web.wording import clock

WHAT = {
    staff.ADDED: gettext_lazy("添加工作人员"),
    staff.MOVED: gettext_lazy("调整身份"),
    staff.STOPPED: gettext_lazy("停用"),
    staff.BACK: gettext_lazy("恢复"),
    staff.NAMED: gettext_lazy("指定管理员"),
    staff.CLASSES: gettext_lazy("调整所带班级"),
    colleges.ADDED: gettext_lazy("添加院系"),
    colleges.RENAMED: gettext_lazy("院系改名"),
    colleges.STOPPED: gettext_lazy("停用院系"),
    colleges.BACK: gettext_lazy("恢复院系"),
}
NAMES = {
    "kind": gettext_lazy("身份"),
    "college": gettext_lazy("院系"),
    "admin": gettext_lazy("管理员"),
    "active": gettext_lazy("状态"),
    "classes": gettext_lazy("所带班级"),
    "name": gettext_lazy("名称"),
}


def value(name: str, said: Any) -> str:
    """One right in words; nothing stays nothing."""
    if said is None or said == "" or said == []:
        return _("（空）")
    if name == "kind":
        return str(LABELS[Capacity(said)])
    if name == "admin":
        return _("是") if said else _("否")
    if name == "active":
        return _("在用") if said else _("已停用")
    return "、".join(said) if isinstance(said, list) else str(said)


def lines(change: SchoolChange) -> list[str]:
    """"身份：辅导员 → 院系", a line for each right that changed."""
    names = [name for name in NAMES if name in change.after]
    return [
        f"{NAMES[name]}：{value(name, change.before.get(name))} → {value(name, change.after[name])}"
        if name in change.before
        else f"{NAMES[name]}：{value(name, change.after[name])}"
        for name in names
    ]


def who(member: Membership | None) -> str:
    return member.called if member else _("平台")


def history(found: Sequence[SchoolChange]) -> Table:
    """Who changed what, of whom, when; newest first."""
    names = (_("时间"), _("办理人"), _("改了什么"), _("更改内容"))
    rows = [
        Row(
            [
                Cell(clock(change.at)),
                Cell(who(change.by)),
                Cell(str(WHAT.get(change.what, change.what)), note=about(change)),
                Cell("；".join(lines(change))),
            ]
        )
        for change in found
    ]
    return Table(_("修改记录"), [Column(name) for name in names], rows)


def about(change: SchoolChange) -> str:
    """Of whom, or of which college."""
    if change.membership:
        return change.membership.called
    return change.college.name if change.college else ""


def recorded(school: School | None, most: int = 20, **only: object) -> list[SchoolChange]:
    """The last changes of a school, with everybody they name."""
    related = ("by__user", "membership__user", "college")
    found = SchoolChange.objects.filter(school=school, **only).exclude(what="settings")
    return list(found.select_related(*related).order_by("-id")[:most])


def state_tag(member: Membership) -> Tag:
    """In use, waiting for the first login, or out of use."""
    if not (member.active and member.user.is_active):
        return Tag(_("已停用"), "off")
    proven = member.user.phone_proven_at or member.user.last_login
    return Tag(_("在用"), "ok") if proven else Tag(_("尚未登录"), "warn")
