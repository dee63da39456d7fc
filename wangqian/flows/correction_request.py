"""更正申请 (flows.md §11, §12): the graduate says which field is wrong and what is right; who owns the fact answers.

Never-editable fields are the school's to answer, those closed by the college's confirmation the college's (codes.md §3).
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from wangqian.cases.act import Act
from wangqian.cases.effects import keep_topic
from wangqian.cases.forms import complain
from wangqian.cases.models import Case, Event
from wangqian.chart.fields import Need, Varying
from wangqian.chart.words import DONE, FAILED, SILENT, START, STAY, VOID, Flow, Fork, Refused, State, Step, Way, rule
from wangqian.flows.correction_needs import ABOUT, CORRECTION, FORMS, GRANTING, PASSING, REFUSING, typed
from wangqian.flows.corrections import REQUEST, Why, Wrong, correct, own_refusal
from wangqian.flows.handing_in import cancelling, drafting, saving
from wangqian.flows.parties import COLLEGE, GRADUATE, HANDLER, PRESENT, SCHOOL
from wangqian.flows.rules import no_draft
from wangqian.people import field_classes
from wangqian.people.field_classes import DATA, Edits, joined
from wangqian.people.models import Actor, Capacity, College, Graduate

OWN = gettext_noop("院系还没有确认您的信息，此项您可以在“我的信息”中自己修改。")
ASKED = gettext_noop("此项的更正申请正在办理，请等处理结果，或先撤回再申请。")


def schools_to_answer(act: Act) -> bool:
    """A field that only the school corrects, or a college where nobody is there to answer."""
    at = act.case.school_id, act.case.college_id
    return DATA[act.case.topic].edits is Edits.NEVER or not PRESENT[Capacity.COLLEGE](*at)


def asking(case: Case) -> Event | None:
    """The event that asked, with what was asked; None of a draft."""
    return case.events.select_related("note").filter(step="apply").first()


def open_requests(graduate: Graduate) -> list[Case]:
    """Those not answered yet, newest first."""
    states = [CorrectionRequest.at_college.name, CorrectionRequest.at_school.name]
    found = Case.objects.filter(graduate=graduate, flow=CorrectionRequest.slug, state__in=states)
    return list(found.order_by("-opened_at"))


def form_of(act: Act) -> Need:
    return FORMS[act.case.topic]


def value(graduate: Graduate, name: str, answers: dict[str, str]) -> str:
    """The value asked for, cleaned. Raises `Wrong` where it does not fit."""
    try:
        cleaned = field_classes.cleaned(DATA[name], typed(DATA[name], answers))
    except ValueError as wrong:
        raise Wrong(name, str(wrong)) from None
    if DATA[name].kind != "college":
        return cleaned
    college = College.objects.filter(school=graduate.school_id, name=cleaned, active=True).first()
    if college is None:
        raise Wrong(name, "学校没有这个名称的院系，请写全称。")
    return joined(str(college.pk), college.name)


def may_ask(act: Act) -> None:
    """Under the graduate's lock: not his own to edit, not asked for already."""
    name = act.given["topic"]
    if own_refusal(DATA[name], act.graduate) is None:
        raise complain(ABOUT, act.raw, "topic", str(OWN))
    if name in {case.topic for case in open_requests(act.graduate)}:
        raise complain(ABOUT, act.raw, "topic", str(ASKED))


@rule(OWN)
def not_his_own(act: Act) -> bool:
    return own_refusal(DATA[act.case.topic], act.graduate) is not None


@rule(ASKED)
def not_asked_already(act: Act) -> bool:
    return act.case.topic not in {case.topic for case in open_requests(act.graduate)}


def worth_asking(act: Act) -> None:
    """Under the graduate's lock: a value that fits and differs."""
    name, form = act.case.topic, form_of(act)
    try:
        wanted = value(act.graduate, name, act.given)
    except Wrong as wrong:
        raise complain(form, act.raw, name, wrong.sentence) from None
    if field_classes.same(DATA[name], wanted, field_classes.read(act.graduate, DATA[name])):
        raise complain(form, act.raw, name, "与现在登记的相同，不需要更正。")


def write_correction(act: Act) -> None:
    """Write what was asked for, through the function that writes every edit."""
    asked, name = asking(act.case), act.case.topic
    if asked is None or not asked.said:  # erased
        raise Refused("申请的内容已被清除，不能更正。")
    wanted = {name: value(act.graduate, name, asked.said)}
    assert isinstance(act.by, Actor)
    correct(act.graduate.pk, wanted, act.by, Why(REQUEST, act.given["basis"], act.case.pk))


class CorrectionRequest(Flow):
    title = "更正申请"
    slug = "correction_request"
    source = "flows.md §11, §12; codes.md §3"

    draft = drafting()
    at_college = State("待院系处理", turn=COLLEGE, mine="待您处理", otherwise="处理没有期限；处理结果会通知您。")
    at_school = State("待学校处理", turn=SCHOOL, mine="待您处理", otherwise="处理没有期限；处理结果会通知您。")
    corrected = State("已更正", DONE)
    refused = State("不予更正", FAILED)
    withdrawn = State("已撤回", VOID)
    cancelled = State("已取消", VOID)

    waiting = (at_college, at_school)

    fill = Step(
        START, draft, GRADUATE, "申请更正", only_if=(no_draft,), needs=(ABOUT,), weighs=(may_ask,), then=(keep_topic,), tell=SILENT,
        explain="先选择哪一项有误，再写明正确的内容、上传证明材料。学校或院系核对后更正，结果会通知您；在此之前登记的内容不变。",
    )
    choose = Step(
        draft, STAY, GRADUATE, "更换项目", needs=(ABOUT,), weighs=(may_ask,), then=(keep_topic,), tell=SILENT, tone="quiet",
        explain="换成别的项目后，请按新的项目填写。",
    )
    save = saving(draft, "apply")
    cancel = cancelling((draft,), cancelled, "取消后这份申请结束，已填写的内容不再保留；以后可以重新申请。")
    apply = Step(
        draft,
        Fork(
            schools_to_answer,
            Way("由学校更正的项目", at_school, (SCHOOL,)),
            Way("由院系更正的项目", at_college, (COLLEGE,)),
        ),
        GRADUATE, "提交申请",
        only_if=(not_his_own, not_asked_already), needs=(Varying(CORRECTION, form_of),), weighs=(worth_asking,),
        explain="学校或院系核对后更正，结果会通知您；在此之前登记的内容不变。",
    )
    withdraw = Step(
        waiting, withdrawn, GRADUATE, "撤回申请", tell=SILENT, tone="quiet",
        explain="撤回后登记的内容不变，以后可以再次申请。",
    )
    pass_on = Step(
        at_college, at_school, COLLEGE, "转学校处理", needs=(PASSING,), tell=(SCHOOL, GRADUATE), tone="quiet",
        explain="院系不能决定的，转给学校处理。",
    )
    grant = Step(
        waiting, corrected, HANDLER, "同意更正", needs=(GRANTING,), cites=asking, then=(write_correction,), tell=(GRADUATE,),
        explain="同意后立即更正。更正姓名、证件号码、学历、专业或培养方式的，毕业生须重新核对基本信息，办理中的签约须由本人重新确认。",
    )
    refuse = Step(
        waiting, refused, HANDLER, "不予更正", needs=(REFUSING,), cites=asking, tell=(GRADUATE,), tone="danger",
        explain="登记的内容不变。请写明原因；毕业生补齐材料后可以再次申请。",
    )

    path = (draft, (at_college, at_school), corrected)
    path_labels = ("选择项目、填写", "提交", "院系／学校处理", "更正完成")
