"""The frame, and a form with one field of each sort."""

from django import forms

from wangqian.cases.region import RegionField
from wangqian.web.pages import Chrome, MenuItem
from wangqian.web.panels import Link


class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(label="岗位名称", max_length=60, help_text="按劳动合同上的写法填写。")
    kind = forms.ChoiceField(
        label="职位类别", choices=[("", "请选择"), ("10", "公务员"), ("11", "科学研究人员")]
    )
    salary = forms.IntegerField(
        label="转正起薪", min_value=1, widget=forms.NumberInput(attrs={"data-unit": "元/月"})
    )
    report_by = forms.DateField(label="报到期限", widget=forms.DateInput)
    hukou = forms.ChoiceField(
        label="是否解决户籍", choices=[("yes", "是"), ("no", "否")], widget=forms.RadioSelect
    )
    hukou_place = forms.CharField(
        label="户口迁往何处",
        required=False,
        widget=forms.TextInput(attrs={"data-when": "hukou=yes"}),
        help_text="选“是”时填写。",
    )
    benefits = forms.MultipleChoiceField(
        label="福利",
        choices=[("1", "五险一金"), ("2", "补充医疗"), ("3", "住房补贴")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    origin = RegionField(label="生源所在地", required=False, exact=True, revoked=True)
    note = forms.CharField(label="其他约定", max_length=500, required=False, widget=forms.Textarea)
    paper = forms.FileField(label="佐证材料", required=False, help_text="PDF 或照片，不超过 10 MB。")
    code = forms.CharField(
        label="手机验证码",
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    agreed = forms.BooleanField(label="我已读过协议全文（第 1 版），同意与越综合企业签约")


def chrome(user: str = "王老师", capacity: str = "示范大学 · 信息学院", *, menu: int = 4) -> Chrome:
    """A frame with a menu, messages and the demo's banner."""
    items = [("待办", 37, True), ("毕业生", 0, False), ("学生名单", 0, False), ("设置", 0, False)]
    return Chrome(
        user_name=user,
        capacity=capacity,
        menu=[MenuItem(label, "#", active, count) for label, count, active in items[:menu]],
        inbox_url="#" if user else "",
        inbox_count=3,
        switch_url="#",
        logout_url="#",
        login_url="#",
        contact="示范大学就业指导中心 021-5555 0100（工作日 9:00–17:00）",
        links=[Link("验证协议", "#"), Link("使用说明", "#")],
        demo="演示环境：人物、单位和数据都是虚构的。",
        demo_code="246810",
        demo_link=Link("查看全部“已发送”的消息", "#"),
    )
