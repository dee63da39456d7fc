"""A graduate's data on the screen: grouped, each group saying who may change it, and what was changed by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows.correction_request import asking, value
from wangqian.people import field_classes
from wangqian.people.field_classes import DATA, SAID, STATUS, Edits
from wangqian.people.identity import keyed
from wangqian.people.models import Actor, Graduate, GraduateChange
from wangqian.web.pages import Panel
from wangqian.web.panels import Button, Change, Changes, Fact, Facts
from wangqian.web.places import remark
from wangqian.web.wording import clock

PERSON = ("name", "identity", "sex", "born_on", "ethnicity")
ALWAYS_SHOWN = {*PERSON, "student_number", "college", "klass", "education", "major", "training_mode", "years"}
SOURCES = {
    "self": gettext_lazy("本人修改"),
    "staff": gettext_lazy("老师更正"),
    "request": gettext_lazy("按更正申请更正"),
    "roster": gettext_lazy("导入生源信息"),
    "slip": gettext_lazy("凭激活码更换手机"),
}


def data_panels(graduate: Graduate, acts: Mapping[str, Sequence[Button]], whose: str = "") -> list[Panel]:
    """Every field of the roster; `acts` by group: person, study, until, always. `whose` says to others whose rule it is."""
    never = [name for name, datum in DATA.items() if datum.edits is Edits.NEVER]
    place = [Fact(_("学校"), graduate.school.name), Fact(_("届别"), str(graduate.cohort.year))]
    study = place + rows(graduate, [name for name in never if name not in PERSON])
    groups = [
        ("person", _("基本信息"), rows(graduate, PERSON), said(Edits.NEVER)),
        ("study", _("学业信息"), study, said(Edits.NEVER)),
        ("until", _("政治面貌与生源"), rows(graduate, of(Edits.UNTIL)), until_words(graduate)),
        ("always", _("联系方式"), rows(graduate, of(Edits.ALWAYS)), said(Edits.ALWAYS)),
    ]
    return [Facts(title, facts, note=whose + rule, buttons=acts.get(name, ())) for name, title, facts, rule in groups]


def of(edits: Edits) -> list[str]:
    return [datum.name for datum in field_classes.of_class(edits)]


def said(edits: Edits) -> str:
    return _("%(rule)s。") % {"rule": _(SAID[edits])}


def until_words(graduate: Graduate) -> str:
    """The class, and whether its time is over."""
    if graduate.college_confirmed_at is None:
        return said(Edits.UNTIL)
    return _("%(rule)s；院系已经确认，有误请申请更正。") % {"rule": _(SAID[Edits.UNTIL])}


def rows(graduate: Graduate, names: Sequence[str]) -> list[Fact]:
    """Rarely used fields are left out while they are empty; what he may fill in is always there."""
    found = []
    for name in names:
        datum = DATA[name]
        words = shown(graduate, name)
        if words or name in ALWAYS_SHOWN or datum.edits is not Edits.NEVER:
            found.append(Fact(_(datum.label), words, note=remark(graduate.origin) if name == "origin" else ""))
    return found


def shown(graduate: Graduate, name: str) -> str:
    """A field as it stands, for people."""
    if name == "identity":
        return graduate.masked_identity()
    return field_classes.shown(name, field_classes.read(graduate, DATA[name]))


def changes_of(graduate: Graduate, most: int = 100) -> list[GraduateChange]:
    """What was changed, newest first, with everything that is shown of it."""
    related = ("person", "user", "membership__school", "membership__college", "membership__graduate__school")
    return list(graduate.changes.select_related(*related).order_by("-id")[:most])


def change_panels(found: Sequence[GraduateChange], reader: Actor) -> list[Panel]:
    """A card per act: when, who, by which way; before and after of each field; why."""
    acts: dict[object, list[GraduateChange]] = {}
    for change in found:
        acts.setdefault(change.act, []).append(change)
    return [act_panel(rows[::-1], reader) for rows in acts.values()]


def act_panel(found: Sequence[GraduateChange], reader: Actor) -> Changes:
    first = found[0]
    title = f"{clock(first.at)} · {who(first, reader)} · {way(first)}"
    lines = [Change(field_classes.label(one.field), words(one, 0), words(one, 1)) for one in found]
    reason = first.words[2]
    return Changes(title, lines, note=_("原因：%(reason)s") % {"reason": reason} if reason else "")


def way(change: GraduateChange) -> str:
    """By which way the change came."""
    if change.field == field_classes.CONFIRMED:
        return _("确认信息") if change.words[1] else _("撤销确认")
    if change.field == STATUS:
        return _("更改学籍状态")
    return str(SOURCES.get(change.source, change.source))


def words(change: GraduateChange, which: int) -> str:
    """Before (0) or after (1), for people."""
    said = change.words[which]
    if change.field == STATUS:
        return _(said) if said else ""
    if change.field == field_classes.CONFIRMED:
        return _("已确认") if said else _("未确认")
    return field_classes.shown(change.field, said)


def who(change: GraduateChange, reader: Actor) -> str:
    """Colleagues by name, others by their place; oneself as 本人."""
    if change.source in ("self", "slip"):
        return _("本人")
    if change.membership is None:
        return _("系统")
    place = change.membership.place()
    ours = reader.membership.party == "school" and change.membership.school_id == reader.membership.school_id
    return f"{place} {change.user.name}" if ours and change.user else place


def request_panels(case: Case) -> list[Panel]:
    """What a correction request asks for, beside what is registered; once granted, what was changed."""
    graduate = case.graduate
    assert graduate is not None
    asked, name, granted = asking(case), case.topic, granted_change(case)
    if asked is None or not (answers := asked.said):
        return []
    before = words(granted, 0) if granted else shown(graduate, name)
    title = _("更正内容") if granted else _("申请更正的内容")
    return [
        Changes(title, [Change(field_classes.label(name), before, wanted(graduate, name, answers))], note=note(name)),
        Facts(_("申请的原因"), [Fact(_("原因"), answers["reason"], long=True)]),
    ]


def granted_change(case: Case) -> GraduateChange | None:
    rows = GraduateChange.objects.filter(graduate=case.graduate_id, case=case.pk).select_related("person")
    return rows.order_by("id").first() if case.state == "corrected" else None


def wanted(graduate: Graduate, name: str, answers: dict[str, str]) -> str:
    try:
        return field_classes.shown(name, value(graduate, name, answers))
    except Refused:  # no longer fits: the college was renamed meanwhile
        return answers[name]


def note(name: str) -> str:
    if name != "identity":
        return ""
    return _("号码只显示首尾几位。核对时请在毕业生页面“显示完整证件号”，会同时显示申请更正的号码并留下查看记录。")


def fingerprint(graduate: Graduate) -> str:
    """A keyed digest of every field as it stands: what was on the screen, compared with what is there now."""
    return keyed("data", str(graduate.pk), *(field_classes.read(graduate, datum) for datum in DATA.values()))
