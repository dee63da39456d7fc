"""生源所在地 of a roster: code and name are one place; a doubt is said with the right name and hinders nothing."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.exchange.files import counts, imported, national, person, the, upload

NOTE = "有 {count} 行的生源所在地与代码不是同一个地方，将按文件保存，请核对。{examples}"


@pytest.mark.parametrize(
    ("code", "name", "doubt"),
    [
        ("430102", "湖南省长沙市岳麓区", "430102 是“湖南省长沙市芙蓉区”，文件写的是“湖南省长沙市岳麓区”"),
        ("430102", "湖南省长沙市", "430102 是“湖南省长沙市芙蓉区”，文件写的是“湖南省长沙市”"),
        ("430124", "湖南省长沙市宁乡市", "430124 是“湖南省长沙市宁乡县”，文件写的是“湖南省长沙市宁乡市”"),
        ("430999", "湖南省长沙市", "行政区划代码表中没有 430999"),
        ("430999", "", "行政区划代码表中没有 430999"),
    ],
)
def test_a_name_of_another_place_is_asked_about_and_kept(cast: Cast, code: str, name: str, doubt: str) -> None:
    job = imported(cast, national([person(1, syszddm=code, syszd=name)]))
    assert counts(job)[0] == 1
    assert job.notes == [NOTE.format(count=1, examples=f"第 2 行：{doubt}")]
    assert (the(1).origin, the(1).origin_name) == (code, name)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("430102", "湖南省长沙市芙蓉区"),
        ("430102", "芙蓉区"),
        ("430102", "湖南长沙芙蓉区"),
        ("430124", "湖南省长沙市宁乡县"),
        ("420602", "湖北省襄樊市襄城区"),
        ("430101", "湖南省长沙市市辖区"),
        ("310100", "上海市市辖区"),
        ("429004", "湖北省仙桃市"),
    ],
)
def test_a_name_the_code_ever_had_is_no_doubt(cast: Cast, code: str, name: str) -> None:
    job = imported(cast, national([person(1, syszddm=code, syszd=name)]))
    assert (job.notes, the(1).origin, the(1).origin_name) == ([], code, name)


@pytest.mark.parametrize(
    ("code", "name", "kept"),
    [
        ("430104", "", ("430104", "湖南省长沙市岳麓区")),
        ("430124", "", ("430124", "湖南省长沙市宁乡县")),
        ("", "湖南省长沙市岳麓区", ("430104", "湖南省长沙市岳麓区")),
        ("", "长沙岳麓区", ("430104", "长沙岳麓区")),
        ("", "鼓楼区", ("", "鼓楼区")),
        ("", "老家", ("", "老家")),
        ("", "", ("", "")),
    ],
)
def test_what_is_blank_is_taken_from_the_other(cast: Cast, code: str, name: str, kept: tuple[str, str]) -> None:
    job = imported(cast, national([person(1, syszddm=code, syszd=name)]))
    assert (job.notes, counts(job)[0]) == ([], 1)
    assert (the(1).origin, the(1).origin_name) == kept


def test_clearing_one_of_them_clears_it(cast: Cast) -> None:
    imported(cast, national([person(1)]))
    imported(cast, national([person(1, syszddm="[清空]", syszd="[清空]")]))
    assert (the(1).origin, the(1).origin_name) == ("", "")


def test_many_doubts_are_one_note_with_the_first_five(cast: Cast) -> None:
    rows = [person(serial, syszd="湖南省长沙市岳麓区") for serial in range(1, 9)]
    (note,) = upload(cast, national(rows)).notes
    assert note.startswith("有 8 行的生源所在地")
    assert note.count("430102 是“湖南省长沙市芙蓉区”") == 5


def test_an_identity_number_in_the_name_is_not_shown(cast: Cast) -> None:
    own = person(1)["sfzh"]
    job = upload(cast, national([person(1, syszd=f"湖南省{own[:12]}")]))
    assert own not in "".join(job.notes)
