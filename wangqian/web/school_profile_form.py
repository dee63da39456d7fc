"""The form of the school's settings: dials, office, cohorts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.people.clock import SHANGHAI, end_of, now
from wangqian.people.models import Capacity, Cohort, School, SchoolProfile
from wangqian.web.panels import Fieldset
from wangqian.web.wording import ZONE

LEVELS = {
    Capacity.COUNSELLOR.value: gettext_lazy("辅导员"),
    Capacity.COLLEGE.value: gettext_lazy("院系"),
    Capacity.SCHOOL.value: gettext_lazy("学校"),
}
CHAINS = (
    "college,school",
    "school",
    "college",
    "counsellor",
    "counsellor,college",
    "counsellor,school",
    "counsellor,college,school",
)
DIALS = {
    "signing_chain": gettext_lazy("签约审核"),
    "termination_chain": gettext_lazy("解约审核"),
    "agreement_chain": gettext_lazy("线下签约：协议审核"),
    "stamped_chain": gettext_lazy("线下签约：盖章协议书审核"),
    "registration_chain": gettext_lazy("去向登记审核"),
    "in_service_can_sign": gettext_lazy("培养方式为“在职”的毕业生可以网上签约"),
    "one_user_many_levels": gettext_lazy("同一位老师可以审核一个事项的多级"),
    "days_to_respond": gettext_lazy("对解约申请的回应期限"),
    "offers_online": gettext_lazy("开通线上签约"),
    "offers_offline": gettext_lazy("开通线下签约和去向登记"),
    "void_needs_review": gettext_lazy("毕业生作废去向须经审核"),
    "college_manages_counsellors": gettext_lazy("院系管理员可以管理本院系的辅导员和班级"),
}
FLOWS_OFFERED = ("offers_online", "offers_offline")
# Law L5 in words: what a cohort's dates mean.
L5 = gettext_lazy(
    "从开放日期 0:00 起、到截止日期 24:00 止可以签约和登记。截止后不能再发起邀请、接受应约、首次提交登记和作废，"
    "页面提示“本届登记已截止，请联系学校”；拒绝、撤回、取消、补交退回的材料、审核、解约、更正和学校解除照常办理。"
    "没有事项因截止而自动结束；可以在毕业生的页面上为个别人重新开放。"
)
OFFICE = {
    "office": gettext_lazy("就业部门"),
    "contact": gettext_lazy("联系人"),
    "phone": gettext_lazy("电话"),
    "hours": gettext_lazy("办公时间"),
    "attestation_place": gettext_lazy("鉴证地点"),
    "attestation_hours": gettext_lazy("鉴证时间"),
}


def sensible(value: date) -> None:
    """Dates of a cohort lie in this century; the ends of the calendar have no day before or after."""
    if not 2000 <= value.year <= 2100:
        raise forms.ValidationError(_("请填写 2000 年到 2100 年之间的日期"))


def chain_words(chain: str) -> str:
    return " → ".join(str(LEVELS[level]) for level in chain.split(","))


def opening(day: date) -> datetime:
    """0:00 of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def last_day(moment: datetime) -> date:
    """The last day before a half-open end."""
    local = moment.astimezone(ZONE)
    return local.date() if local.time() != time() else date.fromordinal(local.date().toordinal() - 1)


class ProfileForm(forms.Form):
    """The dials, the office, two dates per cohort and room for one more cohort."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    signing_chain = forms.ChoiceField(
        label=DIALS["signing_chain"], help_text=gettext_lazy("依次审核的各级；已提交的事项按提交时的设置走完")
    )
    termination_chain = forms.ChoiceField(label=DIALS["termination_chain"])
    agreement_chain = forms.ChoiceField(label=DIALS["agreement_chain"])
    stamped_chain = forms.ChoiceField(label=DIALS["stamped_chain"])
    registration_chain = forms.ChoiceField(
        label=DIALS["registration_chain"], help_text=gettext_lazy("自由职业须经院系和学校两级，不受此项限制")
    )
    days_to_respond = forms.IntegerField(
        label=DIALS["days_to_respond"],
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("1 到 60 天；到期未回应则解约失败，签约仍然有效"),
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("天"), "data-narrow": True}),
    )
    in_service_can_sign = forms.BooleanField(label=DIALS["in_service_can_sign"], required=False)
    one_user_many_levels = forms.BooleanField(
        label=DIALS["one_user_many_levels"], required=False, help_text=gettext_lazy("仅供审核人很少的学校使用")
    )
    offers_online = forms.BooleanField(
        label=DIALS["offers_online"],
        required=False,
        help_text=gettext_lazy("不开通时，单位不能再向本校毕业生发起线上签约邀请；已发出的邀请和已签的协议不受影响"),
    )
    offers_offline = forms.BooleanField(
        label=DIALS["offers_offline"],
        required=False,
        help_text=gettext_lazy("不开通时，毕业生不能新办线下签约、已签协议登记和去向登记；已提交的照常办理"),
    )
    void_needs_review = forms.BooleanField(
        label=DIALS["void_needs_review"], required=False, help_text=gettext_lazy("不勾选时，毕业生作废即时生效，学校可以查看记录")
    )
    college_manages_counsellors = forms.BooleanField(label=DIALS["college_manages_counsellors"], required=False)
    office = forms.CharField(label=OFFICE["office"], max_length=60)
    contact = forms.CharField(label=OFFICE["contact"], max_length=60, required=False)
    phone = forms.CharField(label=OFFICE["phone"], max_length=40, required=False)
    hours = forms.CharField(label=OFFICE["hours"], max_length=60, required=False)
    attestation_place = forms.CharField(
        label=OFFICE["attestation_place"],
        max_length=100,
        required=False,
        help_text=gettext_lazy("在哪里给纸质协议书盖章；不填就不显示，只出现在毕业生和单位的事项中"),
    )
    attestation_hours = forms.CharField(label=OFFICE["attestation_hours"], max_length=60, required=False)
    close_now = forms.BooleanField(
        label=gettext_lazy("确认让上面改动的届别立即截止"),
        required=False,
        help_text=gettext_lazy("所选的截止时间已经过去：保存后毕业生马上不能再应约和登记"),
    )
    year = forms.IntegerField(
        label=gettext_lazy("新增届别（毕业年份）"),
        min_value=2000,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("不新增请留空"),
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("届"), "data-narrow": True}),
    )
    year_opens = forms.DateField(label=gettext_lazy("新届别开放日期"), required=False, validators=[sensible])
    year_closes = forms.DateField(
        label=gettext_lazy("新届别截止日期"),
        required=False,
        validators=[sensible],
        help_text=gettext_lazy("到这一天的 24:00；留空则为当年 8 月 31 日"),
    )

    def __init__(self, school: School, profile: SchoolProfile, *args: Any, **kwargs: Any) -> None:
        self.school, self.profile = school, profile
        self.cohorts = list(school.cohorts.order_by("-year"))
        kwargs["initial"] = self.known()
        super().__init__(*args, **kwargs)
        for name in (name for name in DIALS if name.endswith("_chain")):
            self.fields[name].choices = [(chain, chain_words(chain)) for chain in CHAINS]  # type: ignore[attr-defined]
        for cohort in self.cohorts:
            self.fields[f"opens_{cohort.year}"] = forms.DateField(
                label=_("%(year)d 届开放日期") % {"year": cohort.year}, validators=[sensible]
            )
            self.fields[f"closes_{cohort.year}"] = forms.DateField(
                label=_("%(year)d 届截止日期") % {"year": cohort.year},
                help_text=_("到这一天的 24:00"),
                validators=[sensible],
            )
        if not self.is_bound:
            del self.fields["close_now"]

    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = {"base": self.profile.version}
        found |= {name: getattr(self.profile, name) for name in DIALS}
        found |= {name: getattr(self.school, name) for name in OFFICE}
        for cohort in self.cohorts:
            found[f"opens_{cohort.year}"] = cohort.opens_at.astimezone(ZONE).date()
            found[f"closes_{cohort.year}"] = last_day(cohort.closes_at)
        return found

    def closing(self) -> list[Cohort]:
        """Cohorts that would be closed by saving, and are not now."""
        moment, given = now(), self.cleaned_data
        ends = [(cohort, given.get(f"closes_{cohort.year}")) for cohort in self.cohorts]
        return [cohort for cohort, last in ends if last and end_of(last) <= moment < cohort.closes_at]

    def ask_before_closing(self) -> None:
        """Closing at once needs a tick of its own, which is asked for only then."""
        closing = self.closing()
        if not closing:
            del self.fields["close_now"]
        elif not self.cleaned_data.get("close_now"):
            years = "、".join(str(cohort.year) for cohort in closing)
            self.add_error("close_now", _("%(years)s 届的截止时间已经过去，请确认要立即截止，或改为以后的日期") % {"years": years})

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for cohort in self.cohorts:
            self.in_order(f"opens_{cohort.year}", f"closes_{cohort.year}")
        self.ask_before_closing()
        year = given.get("year")
        if year is None:
            return given
        if any(cohort.year == year for cohort in self.cohorts):
            self.add_error("year", _("已有 %(year)d 届") % {"year": year})
        if not given.get("year_opens"):
            self.add_error("year_opens", _("请选择新届别开放日期"))
        given["year_closes"] = given.get("year_closes") or date(year, 8, 31)
        self.in_order("year_opens", "year_closes")
        return given

    def in_order(self, opens: str, closes: str) -> None:
        first, last = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
        if first and last and last < first:
            self.add_error(closes, _("截止日期不能早于开放日期"))

    def fieldsets(self) -> list[Fieldset]:
        dates = [f"{end}_{cohort.year}" for cohort in self.cohorts for end in ("opens", "closes")]
        reviewing = [name for name in DIALS if name not in FLOWS_OFFERED]
        return [
            Fieldset(_("开通的业务"), FLOWS_OFFERED),
            Fieldset(_("审核与签约"), reviewing, _("修改只影响以后提交的事项。")),
            Fieldset(_("就业部门联系方式"), list(OFFICE), _("显示在毕业生页面的底部，以及毕业生和单位的每个事项中。")),
            Fieldset(_("届别"), [*dates, "close_now", "year", "year_opens", "year_closes"], str(L5)),
        ]
