"""A roster against the graduates already there: nothing twice, nothing erased by silence, nothing changed unseen."""

from __future__ import annotations

import pytest

from tests.cast import Cast, edit
from tests.exchange.files import PINYIN, counts, identity, imported, national, person, table, the, upload, xlsx
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.exchange.models import StagedRow
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.views import additions, changes, errors
from wangqian.exchange.roster.work import work
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, College, Graduate, PersonKey


def sentences(job: object) -> list[tuple[str, str]]:
    return [(wrong.cell, wrong.sentence) for row in errors(job) for wrong in row.wrong]  # type: ignore[arg-type]


def test_the_same_file_again_doubles_nothing(cast: Cast) -> None:
    content = national([person(1), person(2)])
    imported(cast, content)
    before = list(Graduate.objects.order_by("pk").values())
    job = upload(cast, content)
    assert (job.status, *counts(job)) == ("checked", 0, 0, 2, 0)
    with pytest.raises(Refused, match=r"^没有需要导入的行。$"):
        desk.confirm(job, cast.school_reviewer, only_good=False)
    assert list(Graduate.objects.order_by("pk").values()) == before


def test_blank_keeps_and_the_mark_clears(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    keep = {key: "" for key in PINYIN if key not in ("xh", "sfzh", "xm")}
    job = upload(cast, national([person(1, **keep)]))
    assert counts(job) == (0, 0, 1, 0)
    job = upload(cast, national([person(1, **keep | {"qq": "[清空]", "mz": "[清空]", "ksh": "[清空]"})]))
    assert counts(job) == (0, 1, 0, 0)
    (row,) = changes(job)
    assert {change.label: (change.old, change.new) for change in row.changes} == {
        "民族": ("汉族", ""),
        "考生号": ("27430102000001", ""),
        "QQ": ("12345678", ""),
    }
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    graduate = the(1)
    assert (graduate.qq, graduate.ethnicity, graduate.ethnicity_name, graduate.exam_number) == ("", "", "", None)
    assert graduate.email == "s1@example.com"


def test_a_graduate_keeps_at_least_one_number(cast: Cast) -> None:
    imported(cast, national([person(1, ksh="")]))
    job = upload(cast, national([person(1, ksh="", xh="[清空]")]))
    assert sentences(job) == [("", "考生号和学号不能都清空")]


def test_changes_are_shown_before_they_are_made(cast: Cast) -> None:
    imported(cast, national([person(1), person(2)]))
    law = College.objects.create(school=cast.school, name="法学院")
    job = upload(
        cast, national([person(1, mobilephone="13700000000", szyx="法学院", xldm="41", xl="专科生毕业"), person(2)])
    )
    assert counts(job) == (0, 1, 1, 0)
    (row,) = changes(job)
    assert (row.number, row.name, row.student_number) == (2, "学生乙", "202300001")
    assert {change.label: (change.old, change.new) for change in row.changes} == {
        "手机号码": ("13900000001", "13700000000"),
        "所在院系": ("信息学院", "法学院"),
        "学历": ("本科生毕业", "专科生毕业"),
    }
    assert (the(1).phone, the(1).college.name) == ("13900000001", "信息学院")
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    graduate = the(1)
    assert (graduate.phone, graduate.college_id, graduate.education, graduate.education_name) == (
        "13700000000",
        law.pk,
        "41",
        "专科生毕业",
    )


def test_new_graduates_are_listed_masked(cast: Cast) -> None:
    job = upload(cast, national([person(1)]))
    (row,) = additions(job)
    number = identity(1)
    assert (row.number, row.name, row.student_number, row.college, row.major) == (
        2, "学生乙", "202300001", "信息学院", "计算机科学与技术",
    )  # fmt: skip
    assert row.identity == number[:4] + "*" * 10 + number[-4:]


def test_unknown_columns_merge(cast: Cast) -> None:
    headers = [*PINYIN, "宿舍", "导师"]
    imported(cast, xlsx([headers, [*table([person(1)])[0], "3栋", "张"]]))
    job = imported(cast, xlsx([headers, [*table([person(1)])[0], "", "李"]]))
    assert counts(job) == (0, 1, 0, 0)
    assert the(1).extra == {"宿舍": "3栋", "导师": "李"}
    imported(cast, xlsx([headers, [*table([person(1)])[0], "[清空]", ""]]))
    assert the(1).extra == {"导师": "李"}


def test_keys_that_point_at_two_people(cast: Cast) -> None:
    imported(cast, national([person(1), person(2)]))
    job = upload(cast, national([person(3, ksh=person(1)["ksh"], sfzh=identity(2), xb="", xbdm="", xh="999")]))
    assert sentences(job) == [("", "考生号对应的是学生乙、证件号对应的是学生丙，不是同一名毕业生，请核对")]


def test_a_number_given_to_another_person(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    job = upload(cast, national([person(3, xh=person(1)["xh"])]))
    assert sentences(job) == [("", "此学号已登记给学生乙，姓名和证件号都与本行不同，请核对")]


def test_found_by_exam_number_then_student_number_then_identity(cast: Cast) -> None:
    imported(cast, national([person(1), person(2), person(3)]))
    job = imported(
        cast,
        national([person(1, xh="A1"), person(2, ksh="B2"), person(3, ksh="C3", xh="D3")]),
    )
    assert counts(job) == (0, 3, 0, 0)
    assert sorted(Graduate.objects.values_list("exam_number", "student_number")) == [
        ("27430102000001", "A1"), ("B2", "202300002"), ("C3", "D3"),
    ]  # fmt: skip


def test_editing_watched_fields_asks_for_confirmation_again(cast: Cast) -> None:
    imported(cast, national([person(1), person(2)]))
    Graduate.objects.update(confirmed_at=now())
    job = imported(cast, national([person(1, zy="软件工程"), person(2, mobilephone="13700000000")]))
    assert counts(job) == (0, 2, 0, 0)
    assert (the(1).confirmed_at, the(2).confirmed_at is None) == (None, False)
    log = AccessLog.objects.filter(subject__isnull=False)
    assert sorted((line.subject_id, line.what, line.why) for line in log) == sorted(
        [(the(1).pk, "roster_import", "专业"), (the(2).pk, "roster_import", "手机号码")]
    )


def test_a_corrected_identity_number_takes_the_account_along(cast: Cast) -> None:
    actor = cast.graduate_named("曹文公", exam_number="K1")
    old = actor.membership.graduate
    fields = {"ksh": "K1", "xh": "", "xm": "曹文公", "csrq": "", "xb": "", "xbdm": ""}
    job = upload(cast, national([person(7, **fields)]))
    assert counts(job) == (0, 1, 0, 0), sentences(job)
    labels = {change.label: (change.old, change.new) for change in next(iter(changes(job))).changes}
    number = identity(7)
    assert labels["身份证号"] == (old.masked_identity(), number[:4] + "*" * 10 + number[-4:])
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    graduate = Graduate.objects.select_related("person").get(pk=old.pk)
    actor.user.refresh_from_db()
    assert graduate.identity_number() == number
    assert bytes(actor.user.identity_index) == bytes(graduate.identity_index) == bytes(graduate.person_id)
    assert graduate.confirmed_at is None


def test_a_corrected_name_takes_the_account_along(cast: Cast) -> None:
    actor = cast.graduate_named("曹文公", exam_number="K1")
    number = actor.membership.graduate.identity_number()
    same = dict.fromkeys(("xh", "csrq", "xb", "xbdm"), "")
    imported(cast, national([person(7, ksh="K1", sfzh=number, xm="曹文功", **same)]))
    actor.user.refresh_from_db()
    assert (Graduate.objects.get(pk=actor.membership.graduate_id).name, actor.user.name) == ("曹文功", "曹文功")


def test_a_correction_the_account_cannot_follow(cast: Cast) -> None:
    one = cast.graduate_named("曹文公", exam_number="K1")
    other = cast.graduate_named("孟宪章", cohort=cast.cohort_of(cast.outsider_school), college=cast.outsider_college)
    number = other.membership.graduate.identity_number()
    row = person(7, ksh="K1", xh="", xm="曹文公", sfzh=number, csrq="", xb="", xbdm="")
    job = upload(cast, national([row]))
    assert sentences(job) == [("", "新的证件号已有另一个账号，不能改到此毕业生名下，请核对")]
    one.user.refresh_from_db()
    assert bytes(one.user.identity_index) == bytes(one.membership.graduate.identity_index)


def test_one_person_in_two_schools_has_one_key(cast: Cast) -> None:
    outsider = cast.outsider.membership.graduate
    imported(cast, national([person(1, sfzh=outsider.identity_number(), csrq="", xb="", xbdm="")]))
    assert PersonKey.objects.count() == 1
    assert the(1).identity_number() == outsider.identity_number()


def test_a_change_of_college_moves_open_reviews(cast: Cast) -> None:
    cast.graduate_named("曹文公")
    case = cast.in_review()
    graduate = case.graduate
    assert graduate is not None
    law = College.objects.create(school=cast.school, name="法学院")
    before = Case.objects.values("state", "version", "turn", "since").get(pk=case.pk)
    number = graduate.identity_number()
    row = person(
        7, ksh="", xh=graduate.student_number or "", xm="曹文公", sfzh=number, csrq="", xb="", xbdm="", szyx="法学院"
    )
    job = imported(cast, national([row]))
    assert counts(job) == (0, 1, 0, 0), sentences(job)
    moved = Case.objects.get(pk=case.pk)
    assert (moved.college_id, moved.klass, moved.school_id) == (law.pk, "计科2301", cast.school.pk)
    assert Case.objects.values("state", "version", "turn", "since").get(pk=case.pk) == before


def test_what_changed_after_the_check_is_not_overwritten(cast: Cast) -> None:
    imported(cast, national([person(1), person(2)]))
    job = upload(
        cast,
        national([person(1, mobilephone="13700000001"), person(2, mobilephone="13700000002"), person(3), person(4)]),
    )
    assert counts(job) == (2, 2, 0, 0)
    edit(the(1), phone="13600000000")
    imported(cast, national([person(4)]))
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    job.refresh_from_db()
    assert (job.status, *counts(job)) == ("done", 1, 1, 0, 2)
    assert (the(1).phone, the(2).phone, the(3).phone) == ("13600000000", "13700000002", "13900000003")
    sentence = "检查之后，这名毕业生的资料又有变动，本行没有导入；请重新上传核对"
    assert [(row.number, row.name, row.wrong[0].sentence) for row in errors(job)] == [
        (2, "学生乙", sentence), (5, "学生戊", sentence),
    ]  # fmt: skip


def test_only_the_good_rows(cast: Cast) -> None:
    job = upload(cast, national([person(1), person(2, xm="")]))
    with pytest.raises(Refused) as refused:
        desk.confirm(job, cast.school_reviewer, only_good=False)
    assert str(refused.value) == "还有1行有错误。请改正后重新上传，或只导入没有错误的行。"
    assert Graduate.objects.count() == 0
    desk.confirm(job, cast.school_reviewer, only_good=True)
    work()
    assert list(Graduate.objects.values_list("student_number", flat=True)) == ["202300001"]
    assert list(StagedRow.objects.values_list("number", "status")) == [(3, "error")]
