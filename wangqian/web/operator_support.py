"""平台客服: the contact under every page, beside the login and in messages; each edit stays on record."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.people.clock import now
from wangqian.people.models import SUPPORT, Actor, Capacity, Support
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import support_words
from wangqian.web.pages import Panel, PlainPage
from wangqian.web.panels import Alert, Button
from wangqian.web.wording import clock

SHOWN = 20
PHONE = RegexValidator(r"^\+?[0-9][0-9 \-转()（）]{2,38}$", gettext_lazy("请填写电话号码，可以带区号和分机"))


class SupportForm(forms.Form):
    phone = forms.CharField(label=gettext_lazy("客服电话"), max_length=40, required=False, validators=[PHONE])
    email = forms.EmailField(label=gettext_lazy("客服邮箱"), max_length=100, required=False)
    hours = forms.CharField(
        label=gettext_lazy("服务时间"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如：工作日 9:00–17:00"),
    )

    def clean(self) -> dict[str, str]:
        given = super().clean() or {}
        if not self.errors and not (given.get("phone") or given.get("email")):
            self.add_error("phone", _("电话和邮箱至少填一项"))
        return given


@acting(Capacity.OPERATOR)
def support(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The contact as it stands, the form, and who changed it when."""
    current = SUPPORT.read()
    standing = {"phone": current.phone, "email": current.email, "hours": current.hours}
    form = SupportForm(request.POST) if request.method == "POST" else SupportForm(initial=standing)
    if request.method == "POST" and form.is_valid():
        Support.objects.create(**form.cleaned_data, edited_by=actor.user, edited_at=now())
        SUPPORT.forget()
        messages.success(request, _("客服联系方式已更新，各页面最迟半分钟后显示。"))
        return redirect("support")
    unsaid = Alert("warn", _("还没有客服联系方式"), _("单位和未登录的访客遇到问题时，现在看不到可以联系谁。"))
    page = PlainPage(
        title=_("客服联系方式"),
        lead=_("显示在登录页和每一页的页脚（学校和毕业生看到的是本校就业部门），也写在给单位的通知里。"),
        alerts=[] if support_words() else [unsaid],
        form=form,
        act=Button(_("保存"), method="submit", primary=True),
        after=history(),
    )
    return show(request, page, 422 if form.errors else 200)


def history() -> list[Panel]:
    rows = [
        Row([Cell(clock(one.edited_at)), Cell(one.edited_by.name), Cell(one.phone), Cell(one.email), Cell(one.hours)])
        for one in Support.objects.select_related("edited_by")[:SHOWN]
    ]
    names = (_("时间"), _("修改人"), _("客服电话"), _("客服邮箱"), _("服务时间"))
    return [Table(_("修改记录"), [Column(name) for name in names], rows)] if rows else []
