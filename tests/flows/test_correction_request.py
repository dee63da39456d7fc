"""更正申请: who owns the fact answers; what is granted is written as every edit is; one open request per field."""

from __future__ import annotations

import pytest

from tests.cast import Cast, number
from tests.screens.pages import enter
from wangqian.cases.act import NotYours
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, broken_link
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows import correction_request
from wangqian.flows.correction_request import open_requests
from wangqian.people.clock import now
from wangqian.people.field_classes import Edits, of_class
from wangqian.people.models import Actor, College, Graduate, GraduateChange, Membership
from wangqian.web.upload_boxes import withheld

pytestmark = pytest.mark.django_db
BASIS = {"basis": "核对了学籍证明原件"}


def mine(actor: Actor) -> Graduate:
    return Graduate.objects.get(pk=actor.membership.graduate_id)


def confirmed(cast: Cast) -> None:
    """The college confirmed his data, so what it owns is asked for too."""
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(college_confirmed_at=now())


def ask(cast: Cast, about: str, value: str = "", by: Actor | None = None, **more: str) -> Case:
    by = by or cast.graduate
    case = cast.start("correction_request", "fill", by, {"topic": about}, graduate=mine(cast.graduate))
    cast.hand_in(case, "evidence", by)
    cast.act(case, "apply", by, {"reason": "登记时写错", **({about: value} if value else {}), **more})
    return Case.objects.get(pk=case.pk)


def state(case: Case) -> tuple[str, str]:
    fresh = Case.objects.get(pk=case.pk)
    return fresh.state, fresh.turn


@pytest.mark.parametrize("datum", of_class(Edits.NEVER, Edits.UNTIL), ids=lambda datum: datum.name)
def test_every_field_goes_to_its_owner(cast: Cast, datum: object) -> None:
    """Never-editable ones to the school, those the college confirmed to the college (codes.md §3)."""
    cast.reviewers()
    confirmed(cast)
    other = College.objects.create(school=cast.school, name="文学院")
    values = {
        "name": "曹文功", "identity": number(8100), "sex": "2", "born_on": "2004-05-02", "ethnicity": "02",
        "exam_number": "K1", "student_number": "S9", "college": other.name, "klass": "2班", "branch": "南校区",
        "education": "11", "major_code": "080902", "major": "软件工程", "major_direction": "安全", "training_mode": "5",
        "entrusting_unit": "某县教育局", "years": "3", "enrolled_on": "2023-09", "graduates_on": "2027-06-30",
        "teacher_training": "1", "hardship": "1", "political_status": "13", "origin": "430104", "urban_rural": "农村",
        "former_dossier": "某中学", "former_police": "某派出所", "hukou_moved": "是", "dossier_moved": "否",
    }  # fmt: skip
    name = datum.name  # type: ignore[attr-defined]
    more = {"identity_kind": "resident"} if name == "identity" else {}
    case = ask(cast, name, values[name], **more)
    owner = "school" if datum.edits is Edits.NEVER else "college"  # type: ignore[attr-defined]
    assert state(case) == (f"at_{owner}", owner)
    by = cast.school_reviewer if owner == "school" else cast.college_reviewer
    cast.act(case, "grant", by, BASIS)
    assert state(case) == ("corrected", "")
    row = GraduateChange.objects.get()
    assert (row.field, row.source, row.case, row.user, row.words[2]) == (name, "request", case.pk, by.user, BASIS["basis"])
    assert broken_link(Case.objects.get(pk=case.pk)) is None


def test_a_college_without_anybody_leaves_it_to_the_school(cast: Cast) -> None:
    confirmed(cast)
    _ = cast.school_reviewer
    assert state(ask(cast, "political_status", "13")) == ("at_school", "school")


def test_the_college_answers_only_what_was_put_to_it(cast: Cast) -> None:
    cast.reviewers()
    case = ask(cast, "major", "软件工程")
    for step, given in (("grant", BASIS), ("refuse", {"reason": "x"})):
        with pytest.raises(Refused, match="现在不由您办理"):
            cast.act(case, step, cast.college_reviewer, given)
    confirmed(cast)
    own = ask(cast, "political_status", "13")
    cast.act(own, "pass_on", cast.college_reviewer, {"reason": "须查档案"})
    assert state(own) == ("at_school", "school")
    with pytest.raises(Refused, match="现在不由您办理"):
        cast.act(own, "grant", cast.college_reviewer, BASIS)
    cast.act(own, "grant", cast.school_reviewer, BASIS)


def test_the_school_may_answer_for_the_college(cast: Cast) -> None:
    cast.reviewers()
    confirmed(cast)
    case = ask(cast, "political_status", "13")
    cast.act(case, "grant", cast.school_reviewer, BASIS)
    assert mine(cast.graduate).political_status_name == "群众"


def test_strangers_see_and_do_nothing(cast: Cast) -> None:
    cast.reviewers()
    confirmed(cast)
    case = ask(cast, "political_status", "13")
    other = College.objects.create(school=cast.school, name="文学院")
    strangers = (
        cast.actor("外院老师", "college", school=cast.school, college=other),
        cast.counsellor("辅导员", ""),
        cast.outsider_reviewer,
        cast.graduate_named("同学"),
        cast.employer,
        cast.operator,
    )
    for by in strangers:
        for step, given in (("grant", BASIS), ("refuse", {"reason": "x"}), ("withdraw", {}), ("pass_on", {})):
            with pytest.raises(NotYours):
                cast.act(case, step, by, given)
        with pytest.raises(NotYours):
            ask(cast, "major", "软件工程", by)
    assert state(case) == ("at_college", "college")


UNASKED = [("political_status", "您可以在“我的信息”中自己修改"), ("phone", "请从列表中选择"), ("", "请选择更正哪一项")]
REFUSED = [
    ("major", {"major": "计算机科学与技术"}, "与现在登记的相同"),
    ("name", {"name": "曹 2"}, "姓名应由文字组成"),
    ("identity", {"identity_kind": "resident", "identity": "430102200405010012"}, "校验码不符"),
    ("college", {"college": "没有学院"}, "学校没有这个名称的院系"),
    ("college", {"college": "x|信息学院"}, "学校没有这个名称的院系"),
    ("major", {"major": "软|" * 60}, "最多"),
    ("education", {"education": "99"}, "请从列表中选择"),
    ("major", {"major": ""}, "请填写专业"),
    ("major", {"major": "软件工程", "reason": ""}, "请填写原因"),
]


@pytest.mark.parametrize(("about", "sentence"), UNASKED)
def test_what_is_not_asked_for_is_said_before_anything_is_written(cast: Cast, about: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        ask(cast, about, "x")
    assert Case.objects.count() == 0


@pytest.mark.parametrize(("about", "given", "sentence"), REFUSED)
def test_what_does_not_fit_is_said_at_its_field(cast: Cast, about: str, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        ask(cast, about, **given)
    assert state(Case.objects.get()) == ("draft", "graduate")


def test_the_proof_is_asked_of_what_only_the_school_corrects(cast: Cast) -> None:
    cast.reviewers()
    confirmed(cast)
    given = {"reason": "登记时写错"}
    case = cast.begun("correction_request", topic="major")
    with pytest.raises(Invalid, match="请上传证明材料"):
        cast.act(case, "apply", cast.graduate, {"major": "软件工程", **given})
    cast.act(case, "choose", cast.graduate, {"topic": "political_status"})
    cast.act(case, "apply", cast.graduate, {"political_status": "13", **given})
    assert state(case) == ("at_college", "college")


def test_a_counsellor_reads_none_of_its_files(cast: Cast) -> None:
    """He decides nothing here, and the files are identity papers."""
    cast.reviewers()
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(klass="1班")
    counsellor = cast.counsellor("辅导员", "1班")
    correction, other = ask(cast, "major", "软件工程"), cast.begun("destination", topic="postgraduate")
    proof, letter = correction.evidence.get(), cast.hand_in(other, "evidence", bound_at=now())
    Case.objects.filter(pk=correction.pk).update(klass="1班")
    for row, hidden in ((proof, True), (letter, False)):
        assert [withheld(row, by) for by in (counsellor, cast.school_reviewer, cast.graduate)] == [hidden, False, False]
    assert enter(counsellor).get(f"/files/{proof.pk}/1/").status_code == 404
    assert enter(counsellor).get(f"/cases/{correction.pk}/").status_code == 200


def test_what_the_college_has_not_confirmed_is_not_handed_in(cast: Cast) -> None:
    """Begun while it was asked for; the confirmation was withdrawn meanwhile."""
    confirmed(cast)
    case = cast.begun("correction_request", topic="political_status")
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(college_confirmed_at=None)
    with pytest.raises(Refused, match="您可以在“我的信息”中自己修改"):
        cast.act(case, "apply", cast.graduate, {"political_status": "13", "reason": "写错"})


def test_one_draft_and_none_of_it_is_asked(cast: Cast) -> None:
    case = cast.begun("correction_request", topic="major")
    with pytest.raises(Refused, match="已有一份没有提交的草稿"):
        cast.begun("correction_request", topic="klass")
    assert open_requests(mine(cast.graduate)) == []
    cast.act(case, "cancel", cast.graduate)
    assert state(case) == ("cancelled", "")
    cast.begun("correction_request", topic="klass")


def test_one_open_request_per_field(cast: Cast) -> None:
    cast.reviewers()
    first = ask(cast, "major", "软件工程")
    with pytest.raises(Invalid, match="正在办理"):
        ask(cast, "major", "网络工程")
    ask(cast, "klass", "2班")
    cast.act(first, "withdraw", cast.graduate)
    assert state(first) == ("withdrawn", "")
    ask(cast, "major", "网络工程")
    assert len(open_requests(mine(cast.graduate))) == 2


def test_what_was_refused_is_asked_again(cast: Cast) -> None:
    cast.reviewers()
    case = ask(cast, "major", "软件工程")
    cast.act(case, "refuse", cast.school_reviewer, {"reason": "与学籍不符"})
    assert (state(case), mine(cast.graduate).major) == (("refused", ""), "计算机科学与技术")
    ask(cast, "major", "软件工程")


def test_it_is_asked_before_confirming_and_after_the_closing(cast: Cast) -> None:
    from tests.flows.laws import close_cohort

    cast.reviewers()
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(confirmed_at=None)
    close_cohort(cast)
    case = ask(cast, "major", "软件工程")
    cast.act(case, "grant", cast.school_reviewer, BASIS)
    assert mine(cast.graduate).major == "软件工程"


def test_a_granted_name_asks_for_confirmation_and_reconfirmation(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(ask(cast, "name", "曹文功"), "grant", cast.school_reviewer, BASIS)
    assert mine(cast.graduate).confirmed_at is None
    with pytest.raises(Refused, match="须由毕业生先重新确认"):
        cast.act(case, "approve", cast.college_reviewer)


def test_a_number_taken_meanwhile_is_not_granted(cast: Cast) -> None:
    cast.reviewers()
    case = ask(cast, "identity", number(8200), identity_kind="resident")
    other = mine(cast.graduate_named("同学"))
    other.set_identity("resident", number(8200))
    other.save(update_fields=["person", "identity_kind", "identity_cipher", "identity_index"])
    with pytest.raises(Refused, match="已登记给本届另一名毕业生"):
        cast.act(case, "grant", cast.school_reviewer, BASIS)
    assert state(case) == ("at_school", "school")


def test_nobody_answers_his_own_request(cast: Cast) -> None:
    """Graduate and staff in one person: never for two parties of a case."""
    cast.reviewers()
    both = cast.actor("曹文公", "school", school=cast.school, user=cast.graduate.user)
    case = ask(cast, "major", "软件工程")
    with pytest.raises(Refused, match="同一人不能代表两方"):
        cast.act(case, "grant", both, BASIS)


def test_one_who_left_answers_nothing(cast: Cast) -> None:
    cast.reviewers()
    case = ask(cast, "major", "软件工程")
    Membership.objects.filter(pk=cast.school_reviewer.membership.pk).update(active=False)
    with pytest.raises(NotYours):
        cast.act(case, "grant", cast.school_reviewer, BASIS)


def test_it_binds_nobody(cast: Cast) -> None:
    chart = FLOWS["correction_request"]
    assert not any(state.holds for state in chart.states.values())
    assert {state.exclusive for state in chart.states.values()} == {"", "draft"}
    case = ask(cast, "major", "软件工程")
    assert cast.in_review().state == "review"
    assert state(case)[0] == "at_school"


def test_without_the_guard_the_same_field_is_asked_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control of `one open request per field`."""
    cast.reviewers()
    ask(cast, "major", "软件工程")
    monkeypatch.setattr(correction_request, "open_requests", lambda graduate: [])
    assert state(ask(cast, "major", "网络工程"))[0] == "at_school"
