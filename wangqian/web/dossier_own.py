"""档案和户口: where mine go, filled in from what is registered; what is left open is chosen when leaving is confirmed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.flows.departure import DepartureConfirmation, Standing, standing
from wangqian.people.models import Actor, Capacity, Graduate
from wangqian.web.departure_panels import household
from wangqian.web.frame import acting, show
from wangqian.web.graduate_data import own
from wangqian.web.pages import Panel, SheetPage
from wangqian.web.panels import Button, EmptyState, Fact, Facts, Link, Text


@acting(Capacity.GRADUATE)
@require_safe
def dossier(request: HttpRequest, actor: Actor) -> HttpResponse:
    graduate = own(actor)
    stands = standing(graduate)
    page = SheetPage(
        title=_("档案和户口"),
        lead=_("毕业后档案寄到哪里、户口迁到哪里。签约或登记去向时约定的，自动填在这里。"),
        back=Link(_("返回首页"), reverse("home")),
        panels=[*(household(stands) or [nothing()]), *deciding(graduate, stands)],
        side=[before(graduate), kinds()],
    )
    return show(request, page)


def nothing() -> Panel:
    button = Button(_("去登记"), reverse("home"), primary=True)
    return EmptyState(_("还没有登记在案的毕业去向"), _("签约完成或去向登记审核通过后，档案和户口去向在这里显示。"), button)


def deciding(graduate: Graduate, stands: Standing) -> list[Panel]:
    """Where the choice is made, or changed."""
    if stands.confirmed:
        url = reverse("step", args=[stands.confirmed.case_id, DepartureConfirmation.amend.name])
        words = _("档案或户口去向有变化的，在这里更改；登记信息表重新生成，编号不变。")
        return [Text(_("更改"), [words], buttons=[Button(_("更改档案和户口去向"), url)])]
    if stands.due:
        words = _("办理离校确认时，选择没有约定的部分，并核对全部内容。")
        return [Text(_("选择和确认"), [words], buttons=[Button(_("去离校确认"), reverse("departure"), primary=True)])]
    return []


def before(graduate: Graduate) -> Panel:
    """What the school knows from his entering."""
    rows = [
        (_("生源所在地"), graduate.origin_name),
        (_("入学前档案所在单位"), graduate.former_dossier),
        (_("入学前户口所在地派出所"), graduate.former_police),
        (_("档案是否转入学校"), graduate.dossier_moved),
        (_("户口是否转入学校"), graduate.hukou_moved),
    ]
    return Facts(_("入学时的情况"), [Fact(*row) for row in rows if row[1]], note=_("有误的请在“我的信息”中申请更正。"))


def kinds() -> Panel:
    return Text(
        _("怎样选择"),
        items=[
            _("单位有人事档案管理权限的，由签约单位或其上级主管单位接收；没有的，由单位托管的人才服务机构接收。"),
            _("升学的，档案寄到录取学校，地址以调档函为准。"),
            _("没有单位接收的，转回生源地，或申请在学校保留，最多两年。"),
            _("入学时没有迁户口的，选择“不迁移”。"),
        ],
    )
