"""What an import changes leaves the same rows as any other edit: before and after of every field, under the person's key."""

from __future__ import annotations

from tests.cast import Cast
from tests.exchange.files import identity, imported, national, person, the
from wangqian.people.field_classes import DATA, read, shown
from wangqian.people.models import College, GraduateChange


def rows() -> dict[str, tuple[str, str]]:
    found = GraduateChange.objects.select_related("person").order_by("id")
    return {row.field: (shown(row.field, row.words[0]), shown(row.field, row.words[1])) for row in found}


def test_a_first_import_changes_nothing_yet(cast: Cast) -> None:
    imported(cast, national([person(1), person(2)]))
    assert GraduateChange.objects.count() == 0


def test_every_changed_field_is_a_row(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    before = {name: read(the(1), datum) for name, datum in DATA.items()}
    law = College.objects.create(school=cast.school, name="法学院")
    job = imported(cast, national([person(1, szyx="法学院", zy="法学", mzdm="03", mz="回族", qq="[清空]", mobilephone="13700000009")]))
    assert rows() == {
        "college": ("信息学院", "法学院"),
        "major": ("计算机科学与技术", "法学"),
        "ethnicity": ("汉族", "回族"),
        "qq": ("12345678", ""),
        "phone": ("13900000001", "13700000009"),
    }
    row = GraduateChange.objects.get(field="college")
    assert row.words[1] == f"{law.pk}|法学院"
    for each in GraduateChange.objects.all():
        assert each.words[:2] == (before[each.field], read(the(1), DATA[each.field]))
        who = (each.user, each.membership, each.capacity, each.source)
        assert who == (job.confirmed_by, job.confirmed_as, "school", "roster")
    assert GraduateChange.objects.values("act").distinct().count() == 1


def test_a_corrected_number_is_a_row_under_the_new_key(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    old, number = the(1).identity_number(), identity(77)
    imported(cast, national([person(1, sfzh=number, csrq="", xb="", xbdm="")]))
    row = GraduateChange.objects.select_related("person").get(field="identity")
    assert row.words[:2] == (f"resident|{old}", f"resident|{number}")
    assert row.person_id == the(1).person_id
    assert old.encode() not in bytes(row.sealed) and number.encode() not in bytes(row.sealed)


def test_the_graduate_reads_it(cast: Cast) -> None:
    from tests.screens.pages import enter

    one = cast.graduate_named("曹文公", student_number="202300001")
    graduate = one.membership.graduate
    assert graduate
    again = person(7, ksh="", xh="202300001", xm="曹文公", sfzh=graduate.identity_number(), csrq="", xb="", xbdm="", zy="法学")
    imported(cast, national([again]))
    page = enter(one).get("/me/changes/").content.decode()
    assert "导入生源信息" in page and "计算机科学与技术" in page and "法学" in page


def test_a_college_out_of_use_takes_nobody(cast: Cast) -> None:
    from tests.exchange.files import upload
    from wangqian.exchange.roster.views import errors

    College.objects.create(school=cast.school, name="旧学院", active=False)
    job = upload(cast, national([person(1, szyx="旧学院")]), create_colleges=True)
    assert [wrong.sentence for row in errors(job) for wrong in row.wrong] == ["此院系已停用，不能再分配毕业生"]
