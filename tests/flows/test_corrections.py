"""Changes of a graduate's own data: who may change what when, what follows, and the row that stays behind."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast, number
from wangqian.cases.act import NotYours
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows import confirming, corrections, enrolment
from wangqian.flows.corrections import SELF, STAFF, Why, Wrong, correct
from wangqian.flows.texts import same_facts
from wangqian.people import field_classes
from wangqian.people.field_classes import DATA, Edits
from wangqian.people.models import Actor, Capacity, College, Graduate, GraduateChange, Membership, Status, User

pytestmark = pytest.mark.django_db
STAFFED = Why(STAFF, "核对学籍证明")

# codes.md §3, typed from the text: what it names, by class. The rest of the roster is the school's.
NEVER = ("name", "student_number", "identity", "major", "education")
UNTIL = ("political_status", "origin")
ALWAYS = ("phone", "email", "home_address")


def fresh(actor: Actor) -> Graduate:
    return Graduate.objects.get(pk=actor.membership.graduate_id)


def test_the_classes_are_those_of_the_text() -> None:
    named = {name: datum.edits for name, datum in DATA.items()}
    expected = {**dict.fromkeys(NEVER, Edits.NEVER), **dict.fromkeys(UNTIL, Edits.UNTIL), **dict.fromkeys(ALWAYS, Edits.ALWAYS)}
    assert {name: named[name] for name in expected} == expected


def test_what_is_declared_agrees_with_the_roster() -> None:
    """The same fields under the same kinds; labels differ only where people are spoken to otherwise."""
    from wangqian.exchange.roster.columns import BY_FIELD, WATCHED

    columns = {name: column for name, column in BY_FIELD.items() if not name.endswith("_name") and name != "identity_kind"}
    assert set(columns) == set(DATA)
    assert field_classes.WATCHED == WATCHED
    labels = {name: BY_FIELD.get(f"{name}_name", column).label for name, column in columns.items()}
    assert {n for n, d in DATA.items() if d.label != labels[n]} == {"identity", "klass", "college", "branch"}
    kinds = {name: column.kind for name, column in columns.items()}
    assert {n: d.kind for n, d in DATA.items() if d.kind != kinds[n]} == {}


# --- the matrix: class × who × confirmed → may he -----------------------------------------------------

MAY = [
    (Edits.NEVER, "graduate", False, False),
    (Edits.NEVER, "graduate", True, False),
    (Edits.UNTIL, "graduate", False, True),
    (Edits.UNTIL, "graduate", True, False),
    (Edits.ALWAYS, "graduate", False, True),
    (Edits.ALWAYS, "graduate", True, True),
    (Edits.NEVER, "college", False, False),
    (Edits.UNTIL, "college", False, True),
    (Edits.UNTIL, "college", True, True),
    (Edits.ALWAYS, "college", False, False),
    (Edits.NEVER, "school", False, True),
    (Edits.UNTIL, "school", True, True),
    (Edits.ALWAYS, "school", False, False),
    (Edits.NEVER, "counsellor", False, False),
    (Edits.UNTIL, "counsellor", False, False),
    (Edits.ALWAYS, "counsellor", False, False),
]
EXAMPLE = {Edits.NEVER: ("klass", "2班"), Edits.UNTIL: ("political_status", "13|群众"), Edits.ALWAYS: ("qq", "123456")}


@pytest.mark.parametrize(("edits", "who", "confirmed", "allowed"), MAY)
def test_who_may_change_what(cast: Cast, edits: Edits, who: str, confirmed: bool, allowed: bool) -> None:
    graduate = cast.graduate_named("某生", klass="1班")
    people = {"graduate": graduate, "college": cast.college_reviewer, "school": cast.school_reviewer}
    by = cast.counsellor("辅导员", "1班") if who == "counsellor" else people[who]
    if confirmed:
        confirming.confirm([fresh(graduate).pk], cast.college_reviewer)
    name, value = EXAMPLE[edits]
    before = field_classes.read(fresh(graduate), DATA[name])
    if allowed:
        correct(fresh(graduate).pk, {name: value}, by, STAFFED)
        assert field_classes.read(fresh(graduate), DATA[name]) == value
        return
    with pytest.raises(Refused):
        correct(fresh(graduate).pk, {name: value}, by, STAFFED)
    assert field_classes.read(fresh(graduate), DATA[name]) == before
    assert not GraduateChange.objects.filter(field=name).exists()


def test_the_phone_is_changed_on_its_own_page_with_a_code(cast: Cast) -> None:
    with pytest.raises(Refused, match="须凭验证码修改"):
        correct(fresh(cast.graduate).pk, {"phone": "13800000000"}, cast.graduate, Why(SELF))


def test_out_of_place_nothing_exists(cast: Cast) -> None:
    other = College.objects.create(school=cast.school, name="文学院")
    left = cast.actor("离职者", "school", school=cast.school)
    Membership.objects.filter(pk=left.membership.pk).update(active=False)
    foreign = (
        cast.actor("外院老师", "college", school=cast.school, college=other),
        cast.outsider_reviewer,
        cast.outsider,
        left,
        cast.employer,
        cast.operator,
    )
    for by in foreign:
        with pytest.raises(NotYours):
            correct(fresh(cast.graduate).pk, {"political_status": "13|群众"}, by, STAFFED)
        with pytest.raises(NotYours):
            enrolment.change_status(fresh(cast.graduate).pk, Status.EXTENDED, by, "x")
        with pytest.raises(NotYours):
            confirming.withdraw(fresh(cast.graduate).pk, by, "x")
    for by in (foreign[0], cast.outsider_reviewer):
        assert confirming.confirm([fresh(cast.graduate).pk], by) == {}
    assert fresh(cast.graduate).college_confirmed_at is None
    assert GraduateChange.objects.count() == 0


# --- what follows -------------------------------------------------------------------------------------

WATCHED = [
    ("name", "曹文功"),
    ("education", "11|硕士生毕业"),
    ("major", "软件工程"),
    ("training_mode", "5|自筹"),
    ("identity", f"resident|{number(7777)}"),
]


@pytest.mark.parametrize(("name", "value"), WATCHED)
def test_a_watched_edit_asks_again_and_stops_the_review_until_he_confirms(cast: Cast, name: str, value: str) -> None:
    case = cast.in_review()
    correct(case.graduate_id, {name: value}, cast.school_reviewer, STAFFED)  # type: ignore[arg-type]
    assert fresh(cast.graduate).confirmed_at is None
    with pytest.raises(Refused, match="须由毕业生先重新确认本人信息"):
        cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "reconfirm", cast.graduate)
    last = Case.objects.get(pk=case.pk).versions.order_by("-version")[0]
    assert same_facts(last.content, fresh(cast.graduate))
    cast.act(case, "approve", cast.college_reviewer)
    assert Case.objects.get(pk=case.pk).level == 1


def test_another_edit_asks_nothing_again(cast: Cast) -> None:
    case = cast.in_review()
    correct(case.graduate_id, {"political_status": "13|群众"}, cast.school_reviewer, STAFFED)  # type: ignore[arg-type]
    assert fresh(cast.graduate).confirmed_at is not None
    cast.act(case, "approve", cast.college_reviewer)


def test_the_watched_fields_are_those_of_the_text() -> None:
    """姓名, 证件号, 学历, 专业, 培养方式 (flows.md §0)."""
    assert {name for name, _value in WATCHED} == field_classes.WATCHED


def test_another_college_and_class_move_the_open_review(cast: Cast) -> None:
    other = College.objects.create(school=cast.school, name="文学院")
    theirs = cast.actor("外院老师", "college", school=cast.school, college=other)
    case = cast.in_review()
    values = {"college": f"{other.pk}|文学院", "klass": "文1班"}
    correct(case.graduate_id, values, cast.school_reviewer, STAFFED)  # type: ignore[arg-type]
    moved = Case.objects.get(pk=case.pk)
    assert (moved.college_id, moved.klass) == (other.pk, "文1班")
    with pytest.raises(NotYours):
        cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", theirs)


def test_a_corrected_number_takes_account_and_texts_along(cast: Cast) -> None:
    case = cast.signed()
    content = case.versions.order_by("-version")[0].content
    corrected = number(8001)
    correct(case.graduate_id, {"identity": f"resident|{corrected}"}, cast.school_reviewer, STAFFED)  # type: ignore[arg-type]
    mine = fresh(cast.graduate)
    assert mine.identity_number() == corrected
    user = User.objects.get(pk=cast.graduate.user.pk)
    assert bytes(user.identity_index or b"") == bytes(mine.identity_index)
    assert Case.objects.get(pk=case.pk).versions.order_by("-version")[0].content == content


@pytest.mark.parametrize(("account", "after"), [("曹文公", "曹文功"), ("曹　文公", "曹文功"), ("曹老师", "曹老师")])
def test_an_account_goes_by_the_corrected_name_if_it_went_by_the_old_one(cast: Cast, account: str, after: str) -> None:
    """A member of staff, say, whose account was there before under another name, keeps that."""
    user = User.objects.get(pk=cast.graduate.user.pk)
    user.name = account
    user.save(update_fields=["name"])
    correct(fresh(cast.graduate).pk, {"name": "曹文功"}, cast.school_reviewer, STAFFED)
    assert (fresh(cast.graduate).name, User.objects.get(pk=user.pk).name) == ("曹文功", after)


def test_a_number_of_somebody_else_is_refused(cast: Cast) -> None:
    taken = cast.graduate_named("同学").membership.graduate
    assert taken
    with pytest.raises(Wrong, match="已有另一个账号"):
        correct(fresh(cast.graduate).pk, {"identity": f"resident|{taken.identity_number()}"}, cast.school_reviewer, STAFFED)
    Membership.objects.filter(graduate=taken).delete()
    User.objects.filter(identity_index=bytes(taken.identity_index)).update(identity_index=None)
    with pytest.raises(Refused, match="已登记给本届另一名毕业生"):
        correct(fresh(cast.graduate).pk, {"identity": f"resident|{taken.identity_number()}"}, cast.school_reviewer, STAFFED)


@pytest.mark.parametrize("name", ["student_number", "exam_number"])
def test_a_key_of_somebody_else_is_refused(cast: Cast, name: str) -> None:
    cast.graduate_named("同学", **{name: "X1"})
    with pytest.raises(Refused, match="已登记给本届另一名毕业生"):
        correct(fresh(cast.graduate).pk, {name: "X1"}, cast.school_reviewer, STAFFED)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"student_number": ""}, "student_number"),
        ({"training_mode": "2|定向"}, "entrusting_unit"),
        ({"college": "01900000-0000-7000-8000-000000000000|没有"}, "college"),
    ],
)
def test_what_does_not_hold_together_is_refused(cast: Cast, values: dict[str, str], field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        correct(fresh(cast.graduate).pk, values, cast.school_reviewer, STAFFED)
    assert wrong.value.field == field


def test_what_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    seen = {"major": "计算机科学与技术"}
    correct(fresh(cast.graduate).pk, {"major": "软件工程"}, cast.school_reviewer, STAFFED)
    with pytest.raises(Refused, match="专业刚刚有变动"):
        correct(fresh(cast.graduate).pk, {"major": "网络工程"}, cast.school_reviewer, STAFFED, seen)


# --- the row that stays -------------------------------------------------------------------------------


def test_every_change_is_a_row_of_its_own(cast: Cast) -> None:
    graduate = fresh(cast.graduate)
    values = {"major": "软件工程", "klass": "1班", "years": "4"}
    made = correct(graduate.pk, values, cast.school_reviewer, STAFFED)
    rows = GraduateChange.objects.filter(graduate=graduate).order_by("id")
    assert [(row.field, row.words) for row in rows] == [
        ("major", ("计算机科学与技术", "软件工程", "核对学籍证明")),
        ("klass", ("", "1班", "核对学籍证明")),
    ]
    assert {(row.user, row.membership, row.capacity, row.source) for row in rows} == {
        (cast.school_reviewer.user, cast.school_reviewer.membership, Capacity.SCHOOL.value, STAFF)
    }
    assert len({row.act for row in rows}) == 1 and [row.pk for row in made] == [row.pk for row in rows]
    assert correct(graduate.pk, values, cast.school_reviewer, STAFFED) == []
    assert GraduateChange.objects.count() == 2


def test_a_row_says_nothing_in_a_dump_and_never_changes(cast: Cast) -> None:
    correct(fresh(cast.graduate).pk, {"name": "曹文功"}, cast.school_reviewer, STAFFED)
    row = GraduateChange.objects.get()
    assert "曹".encode() not in bytes(row.sealed)
    for statement in ("UPDATE people_graduatechange SET field = 'x'", "DELETE FROM people_graduatechange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert row.person.pk == fresh(cast.graduate).person_id
    row.person.destroy()
    assert GraduateChange.objects.get().words == ("", "", "")


# --- the college's confirmation -----------------------------------------------------------------------


def test_a_batch_confirms_those_who_checked_and_says_why_not_the_others(cast: Cast) -> None:
    other = College.objects.create(school=cast.school, name="文学院")
    good, unchecked = fresh(cast.graduate), fresh(cast.graduate_named("未核对", confirmed_at=None))
    foreign = fresh(cast.graduate_named("他院生", other))
    found = confirming.confirm([good.pk, unchecked.pk, foreign.pk], cast.college_reviewer)
    assert {pk: str(refusal) if refusal else "" for pk, refusal in found.items()} == {
        good.pk: "",
        unchecked.pk: "毕业生还没有核对基本信息，核对后才能确认。",
    }
    again = confirming.confirm([good.pk], cast.college_reviewer)
    assert [str(refusal) for refusal in again.values()] == ["已经确认过。"]
    assert [(row.field, row.graduate_id) for row in GraduateChange.objects.all()] == [("college_confirmed_at", good.pk)]
    with pytest.raises(NotYours):
        confirming.confirm([good.pk], cast.counsellor("辅导员", "1班"))


def test_a_confirmation_is_taken_back_with_a_reason(cast: Cast) -> None:
    graduate = fresh(cast.graduate)
    confirming.confirm([graduate.pk], cast.college_reviewer)
    confirming.withdraw(graduate.pk, cast.school_reviewer, "材料有误")
    assert fresh(cast.graduate).college_confirmed_at is None
    assert GraduateChange.objects.latest("id").words[2] == "材料有误"
    correct(graduate.pk, {"political_status": "13|群众"}, cast.graduate, Why(SELF))
    with pytest.raises(Refused, match="还没有确认"):
        confirming.withdraw(graduate.pk, cast.school_reviewer, "x")


# --- 学籍状态 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.EXTENDED, Status.WITHDRAWN, Status.MOVED])
def test_leaving_is_refused_while_a_case_holds(cast: Cast, status: Status) -> None:
    case = cast.in_review()
    with pytest.raises(Refused, match="请先由学校解除"):
        enrolment.change_status(case.graduate_id, status, cast.school_reviewer, "退学决定")  # type: ignore[arg-type]
    assert fresh(cast.graduate).status == Status.ENROLLED


def test_leaving_after_the_release_ends_open_invitations(cast: Cast) -> None:
    other = cast.invited(cast.other_employer)
    case = cast.signed()
    release = {"reason": "withdrawn", "basis": "退学决定 1 号"}
    cast.ask_release(case, cast.school_reviewer, release)
    cast.act(case, "confirm_release", cast.second_school_user)
    late = cast.invited(cast.employer_named("后来单位"))
    enrolment.change_status(case.graduate_id, Status.WITHDRAWN, cast.school_reviewer, "退学决定 1 号")  # type: ignore[arg-type]
    assert fresh(cast.graduate).status == Status.WITHDRAWN
    assert {Case.objects.get(pk=one.pk).state for one in (other, late)} == {"void"}
    assert GraduateChange.objects.get().words == ("在读", "退学", "退学决定 1 号")
    enrolment.change_status(case.graduate_id, Status.ENROLLED, cast.school_reviewer, "复学")  # type: ignore[arg-type]
    assert cast.invited(cast.employer_named("第三单位")).state == "invited"


def test_only_the_school_changes_the_status(cast: Cast) -> None:
    for by in (cast.college_reviewer, cast.graduate):
        with pytest.raises(Refused, match="由学校更改"):
            enrolment.change_status(fresh(cast.graduate).pk, Status.EXTENDED, by, "x")
    with pytest.raises(Refused, match="没有改动"):
        enrolment.change_status(fresh(cast.graduate).pk, Status.ENROLLED, cast.school_reviewer, "x")


def test_without_the_guard_he_would_leave_a_binding_case_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control of the refusal above."""
    case = cast.in_review()
    monkeypatch.setattr(enrolment, "refusal", lambda graduate: None)
    enrolment.change_status(case.graduate_id, Status.WITHDRAWN, cast.school_reviewer, "x")  # type: ignore[arg-type]
    assert Case.objects.filter(graduate=case.graduate_id, holds=True, graduate__status=Status.WITHDRAWN).exists()


def test_without_the_scope_a_stranger_would_edit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control of the matrix."""
    monkeypatch.setattr(corrections, "check_scope", lambda graduate, by: None)
    assert correct(fresh(cast.graduate).pk, {"major": "软件工程"}, cast.outsider_reviewer, STAFFED)
