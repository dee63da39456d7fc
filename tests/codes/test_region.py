"""行政区划: the table against its sources, names, what is meant by words, the city of a place."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest

from wangqian.codes.editions import Edition
from wangqian.codes.region import Regions, city_of, normal, regions
from wangqian.codes.rows import Code, Table
from wangqian.codes.table import FOLDER, read, table

DAY = date(2026, 6, 1)

# Figures of the standard's editions: provincial, prefectural and county level with their groups (市辖区 …), as counted
# in each edition, and the code that each brought or took away, typed by hand.
EDITIONS = {
    date(2002, 12, 31): (34, 344, 3132),
    date(2003, 12, 31): (34, 346, 3142),
    date(2008, 12, 31): (34, 345, 3146),
    date(2011, 10, 31): (34, 344, 3136),
    date(2014, 10, 31): (34, 345, 3133),
    date(2016, 7, 31): (34, 344, 3130),
}
# Cities of the 兵团 which the editions did not list while they existed already.
UNLISTED = ["659005", "659007", "659008"]


@pytest.fixture(scope="module")
def places() -> Regions:
    return Regions(table("region"), DAY)


def test_there_are_34_provinces_333_prefectures_and_2844_counties() -> None:
    today = [row for row in table("region") if row.valid_on(DAY)]
    levels = Counter(row.extra["level"] for row in today)
    assert levels == {"province": 34, "prefecture": 333, "county": 2844, "group": 290}
    assert len(today) == len({row.code for row in today})


def test_the_table_holds_587_revoked_rows() -> None:
    rows = list(table("region"))
    assert (len(rows), len({row.code for row in rows}), sum(row.valid_to is not None for row in rows)) == (
        4088,
        4021,
        587,
    )


@pytest.mark.parametrize("day", EDITIONS)
def test_on_the_day_of_an_edition_the_table_has_what_the_edition_has(day: date) -> None:
    there = {row.code for row in table("region") if row.valid_on(day)} - set(UNLISTED)
    kinds = Counter(2 * (code.endswith("0000")) or code.endswith("00") for code in there)
    assert (kinds[2], kinds[1], kinds[0]) == EDITIONS[day]


def test_provinces_agree_with_their_own_table() -> None:
    whole = [(row.code, row.name) for row in table("region") if row.extra["level"] == "province"]
    assert whole == [(row.code, row.name) for row in table("province")]
    assert [table("region").name_of(code) for code in ("710000", "810000", "820000")] == [
        "台湾省",
        "香港特别行政区",
        "澳门特别行政区",
    ]


def test_every_row_lies_in_one_above_it_and_knows_its_source() -> None:
    rows = table("region")
    for row in rows:
        assert row.source
        above = rows.get(row.parent)
        assert bool(above) == (row.extra["level"] != "province"), row
        if above:
            assert row.code.startswith(above.code.rstrip("0")[:2]), row


def test_successors_were_there_when_the_revoked_ended() -> None:
    rows = table("region")
    heirs = [row for row in rows if row.extra["successor"]]
    assert len(heirs) == 420
    for row in heirs:
        assert row.valid_to is not None and row.extra["successor"] in rows and row.extra["successor"][:2] == row.code[:2]


def test_development_zones_and_statistical_areas_are_left_out() -> None:
    codes = {row.code for row in table("region")}
    assert not {code for code in codes if code[4] == "7" and not code.endswith("0")}
    assert not {"320576", "340176", "232761", "632857", "620171"} & codes


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("430104", "湖南省长沙市岳麓区"),
        ("310100", "上海市市辖区"),
        ("310101", "上海市黄浦区"),
        ("500243", "重庆市彭水苗族土家族自治县"),
        ("429004", "湖北省仙桃市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("469025", "海南省白沙黎族自治县"),
        ("441900", "广东省东莞市"),
        ("710000", "台湾省"),
        ("430124", "湖南省长沙市宁乡县"),
        ("542421", "西藏自治区那曲地区那曲县"),
        ("420607", "湖北省襄阳市襄州区"),
    ],
)
def test_full_names_leave_groups_out(places: Regions, code: str, name: str) -> None:
    assert places.full_name(code) == name


def test_a_revoked_place_lies_where_it_lay(places: Regions) -> None:
    """思茅地区 had its name while 思茅市 lay in it; the names are those of its last day."""
    place = places.place("430124")
    assert (place.revoked, place.successor, place.text) == (True, "湖南省长沙市宁乡市", "430124 湖南省长沙市宁乡县")
    assert places.place("430104").text == "湖南省长沙市岳麓区"


def test_a_name_of_an_earlier_day_is_readable(places: Regions) -> None:
    rows = table("region")
    assert (rows.get("420600", date(2009, 1, 1)).name, rows.get("420600", DAY).name) == ("襄樊市", "襄阳市")
    assert rows.get("110103", date(2009, 1, 1)).name == "崇文区"
    assert rows.get("110103", DAY) is None
    assert rows.name_of("110103") == "崇文区"


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("湖南省长沙市岳麓区", ["430104"]),
        ("湖南省 长沙市 岳麓区", ["430104"]),
        ("湖南省/长沙市/岳麓区", ["430104"]),
        ("湖南长沙岳麓区", ["430104"]),
        ("长沙市岳麓区", ["430104"]),
        ("岳麓区", ["430104"]),
        ("430104", ["430104"]),
        ("４３０１０４", ["430104"]),
        ("430104 湖南省长沙市岳麓区", ["430104"]),
        ("430104 湖南省长沙市芙蓉区", []),
        ("上海市黄浦区", ["310101"]),
        ("上海市市辖区黄浦区", ["310101"]),
        ("上海", ["310000"]),
        ("上海市市辖区", ["310100"]),
        ("长沙市市辖区", ["430101"]),
        ("湖北省仙桃市", ["429004"]),
        ("湖北省省直辖县级行政区划仙桃市", ["429004"]),
        ("朝阳区", ["110105", "220104"]),
        ("吉林", ["220000", "220200"]),
        ("北京朝阳区", ["110105"]),
        ("鼓楼区", ["320106", "320302", "350102", "410204"]),
        ("崇川区", ["320613"]),
        ("320602", ["320602"]),
        ("宁乡县", ["430124"]),
        ("襄樊市", ["420600"]),
        ("湖北省襄樊市襄城区", ["420602"]),
        ("广东省岳麓区", []),
        ("岳麓", []),
        ("市", []),
        ("县", []),
        ("", []),
        ("999999", []),
        ("湖南省长沙市岳麓区麓山南路 1 号", []),
    ],
)
def test_words_mean_a_place_or_not(places: Regions, text: str, codes: list[str]) -> None:
    assert places.meant(text) == codes


@pytest.mark.parametrize(
    ("code", "text", "agree"),
    [
        ("430104", "湖南省长沙市岳麓区", True),
        ("430104", "岳麓区", True),
        ("430104", "湖南省长沙市", False),
        ("430104", "湖南省长沙市芙蓉区", False),
        ("320602", "江苏省南通市崇川区", True),
        ("420600", "湖北省襄樊市", True),
        ("420600", "湖北省襄阳市", True),
        ("110228", "北京市密云县", True),
    ],
)
def test_a_name_agrees_with_a_code_by_any_name_it_ever_had(places: Regions, code: str, text: str, agree: bool) -> None:
    assert places.agrees(code, text) is agree


def test_looking_up_finds_by_part_by_characters_and_by_code(places: Regions) -> None:
    def names(text: str, revoked: bool = False) -> list[str]:
        return [place.text for place in places.search(text, revoked, 4)]

    assert names("长沙岳麓") == ["湖南省长沙市岳麓区"]
    assert names("岳麓") == ["湖南省长沙市岳麓区"]
    assert names("湖南") == ["湖南省", "湖南省长沙市", "湖南省株洲市", "湖南省湘潭市"]
    assert names("4301") == ["湖南省长沙市", "湖南省长沙市芙蓉区", "湖南省长沙市天心区", "湖南省长沙市岳麓区"]
    assert names("沧浪区") == []
    assert names("沧浪区", revoked=True) == ["320502 江苏省苏州市沧浪区"]
    assert names("崇川", revoked=True) == ["江苏省南通市崇川区", "320602 江苏省南通市崇川区"]
    assert names("") == names(".*") == names("\\") == names("(" * 50) == []


def test_stepping_down_opens_groups(places: Regions) -> None:
    assert [place.code for place in places.within()] == [row.code for row in table("province")]
    assert [place.own for place in places.within("430100")] == [
        "芙蓉区", "天心区", "岳麓区", "开福区", "雨花区", "望城区", "长沙县", "浏阳市", "宁乡市",
    ]  # fmt: skip
    assert [place.own for place in places.within("310000")][:3] == ["黄浦区", "徐汇区", "长宁区"]
    assert [place.own for place in places.within("420000")][-4:] == ["仙桃市", "潜江市", "天门市", "神农架林区"]
    assert places.within("441900") == places.within("999999") == []
    assert len(places.within("500000")) == 38


def test_every_place_of_today_is_reached_by_steps_and_by_its_own_name(places: Regions) -> None:
    reached = set()
    pending = [place.code for place in places.within()]
    while pending:
        code = pending.pop()
        reached.add(code)
        pending += [place.code for place in places.within(code)]
    today = {row.code for row in table("region") if row.valid_on(DAY) and row.extra["level"] != "group"}
    assert reached == today
    assert [code for code in sorted(today) if places.meant(places.place(code).text) != [code]] == []


def test_every_revoked_place_is_found_again_by_what_its_field_shows(places: Regions) -> None:
    gone = {row.code for row in table("region")} - {row.code for row in table("region") if row.valid_on(DAY)}
    assert len(gone) == 520
    assert [code for code in sorted(gone) if places.meant(places.place(code).text) != [code]] == []


# --- editions, city, cost -----------------------------------------------------------------------


def test_a_place_to_come_is_not_there_yet() -> None:
    from wangqian.codes.editions import applied

    new = Code("430183", "新县", None, None, "430100", "test", {"level": "county", "successor": ""})
    rows = Table("region", applied(table("region"), [Edition(date(2026, 7, 1), (new,), whole=False)]))
    assert (Regions(rows, DAY).meant("430183"), Regions(rows, DAY).search("新县")[:0]) == ([], [])
    assert "新县" not in [place.own for place in Regions(rows, DAY).within("430100")]
    assert Regions(rows, date(2026, 7, 1)).meant("湖南省长沙市新县") == ["430183"]


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("310000", "310100"),
        ("110000", "110100"),
        ("120000", "120100"),
        ("500000", "500100"),
        ("310101", "310100"),
        ("310100", "310100"),
        ("310230", "310200"),
        ("500243", "500200"),
        ("430104", "430100"),
        ("430100", "430100"),
        ("430000", "430000"),
        ("441900", "441900"),
        ("429004", "429000"),
        ("810000", "810000"),
    ],
)
def test_the_city_of_a_place(code: str, city: str) -> None:
    assert city_of(code) == city
    assert city in table("region")


def test_loading_costs_less_than_a_tenth_of_a_second() -> None:
    """Of the processor, best of five: a busy machine must not speak for the code."""
    taken = []
    for _try in range(5):
        begun = time.thread_time()
        Regions(Table("region", read(FOLDER / "region.csv")), DAY)
        taken.append(time.thread_time() - begun)
    assert min(taken) < 0.1
    assert (FOLDER / "region.csv").stat().st_size < 400_000


def test_the_regions_are_made_once() -> None:
    assert regions() is regions()
    assert normal("湖南省－长沙市 / 岳麓区") == "湖南省长沙市岳麓区"
