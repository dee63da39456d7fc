"""What a password must be: the profiles, the lists, and nothing from the person's own data."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError

from tests.cast import Cast, number
from wangqian.people import accounts, breached, hashers, passwords, tuning
from wangqian.people.clock import now
from wangqian.people.models import Graduate, OldPassword, School
from wangqian.people.passwords import Facts

GOOD = "yun-shan-cang-cang"
BETTER = "Yun-Shan-cang-7cang"
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SPELLED = [  # typed by hand
    "zhao", "qian", "sun", "li", "zhou", "wu", "zheng", "wang", "feng", "chen", "chu", "wei", "jiang", "shen",
    "han", "yang", "zhu", "qin", "you", "xu", "he", "lv", "shi", "zhang", "kong", "cao", "yan", "hua", "jin", "wei",
    "tao", "jiang",
]  # fmt: skip
TYPED = {
    "李试用": ["lishiyong", "shiyongli", "LiShiYong", "li.shi-yong", "lǐshìyòng", "li3shi4yong4"],
    "吕一": ["lvyi", "luyi", "lyuyi", "yilv"],
    "单雄信": ["shanxiongxin", "danxiongxin", "xiongxinshan"],
    "曾国藩": ["zengguofan", "guofanzeng"],
    "欧阳锋": ["ouyangfeng", "fengouyang", "ouyang"],
    "示范大学": ["shifandaxue", "shifan", "fandaxue", "sfdx", "SFDX"],
    "重庆大学": ["chongqing", "cqdx"],
    "阿依古丽·买买提": ["ayiguli", "maimai"],
    "示例科技公司": ["shilikeji", "gongsi", "slkj"],
}
HONEST = [
    "qingqing-hebian-cao", "mingyue-songjian-zhao", "correct-horse-battery", "chuntian-zai-nali",
    "wo-xihuan-chi-mian", "zhongguo-de-yueliang-hen-yuan", "beijing-qiutian-luoye", "yun-huan-liang-fan",
    "shubao-yugang-taideng",
]  # fmt: skip
EVERYBODYS = [
    "woaini1314520", "5201314woaini", "woaizhongguo1949", "beijing2008aoyun", "qwe123!@#asd", "woaini20270415",
    "haohaoxuexi2027", "a123456789qwe",
]  # fmt: skip


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda name: monkeypatch.setattr(settings, "PASSWORDS", name)


def short(found: list[str]) -> list[str]:
    return [sentence[:6] for sentence in found]


# --- profiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "password", "refused"),
    [
        ("modern", "yun-shan-cang", []),
        ("modern", "yun-shan-ca", ["密码至少 1"]),
        ("modern", "云山苍苍江水泱泱先生之风", []),  # any characters count
        ("modern", "ha " * 42 + "ha", []),  # 128
        ("modern", "kq7-" * 33, ["密码最多 1"]),
        ("dengbao", "yun-shan-cang", ["密码须有大写"]),
        ("dengbao", "yun-shan-cang-7", []),
        ("dengbao", "Yunshan-cang", []),
        ("shanghai", "Yunshan-cangq", ["密码须同时有"]),
        ("shanghai", BETTER, []),
    ],
)
def test_length_and_classes(rules: Any, profile: str, password: str, refused: list[str]) -> None:
    rules(profile)
    found = [one for one in passwords.faults(password, Facts()) if "猜到" not in one]
    assert short(found) == refused


def test_everything_wrong_is_said_at_once(rules: Any) -> None:
    rules("shanghai")
    found = passwords.faults("mima2004", Facts((("手机号码", "13820041111"),)))
    assert short(found) == ["密码至少 1", "密码须同时有", "密码中有您的", "密码中有本网", "这个密码容易"]


@pytest.mark.parametrize("password", ["sunshine1234", "qwertyuiop123", "iloveyou1314520", "aaaaaaaaaaaaaaaa", "Abcdefghijkl1"])
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert short(passwords.faults(password, Facts())) in (["这个密码在已"], ["这个密码容易"])


def test_a_password_ages_and_does_not_come_back(cast: Cast, rules: Any) -> None:
    rules("dengbao")
    user, words = cast.graduate.user, [f"{BETTER}{serial}" for serial in range(7)]
    for word in words:
        assert passwords.faults(word, Facts(), user) == []
        accounts.set_password(user, word)
    assert [bool(passwords.faults(word, Facts(), user)) for word in words] == [False, False, True, True, True, True, True]
    assert OldPassword.objects.filter(user=user).count() == 4
    assert not passwords.overdue(user)
    user.password_set_at = now() - timedelta(days=90)
    assert passwords.overdue(user)
    rules("modern")
    assert not passwords.overdue(user)


# --- one's own data ----------------------------------------------------------------------------------


KNOWN = {
    "证件号码": "identity", "手机号码": "phone", "学号": "student_number", "考生号": "exam_number", "出生日期": "born_on",
    "邮箱": "email", "QQ 号": "qq", "家庭电话": "home_phone",
}  # fmt: skip
WHOLE = "密码中有您的姓名、学校名称或单位名称（写成拼音也算），请换掉。"


def graduates(count: int) -> Iterator[tuple[Graduate, dict[str, str]]]:
    """Invented graduates with every field filled, and what others know of each, by field, without separators."""
    chance, school = random.Random(2027), School(name="示范大学")
    for serial in range(count):
        birth = date(2003, 1, 1) + timedelta(days=chance.randrange(1200))
        known = {
            "identity": number(serial, birth, chance.choice(("430102", "110108", "320102"))),
            "phone": f"13{chance.randrange(10**9):09d}",
            "student_number": f"{chance.choice(('2023', 'S', 'B'))}{chance.randrange(10**6):06d}",
            "exam_number": f"23{chance.randrange(10**12):012d}",
            "born_on": f"{birth:%Y%m%d}",
            "email": "".join(chance.sample("abcdefghijklmnopqrstuvwxyz", 8)),
            "qq": f"{chance.randrange(10**9, 10**10)}",
            "home_phone": f"0731{chance.randrange(10**7, 10**8)}",
        }
        graduate = Graduate(school=school, name="".join(chance.sample(NAMES, chance.choice((2, 3)))))
        graduate.set_identity("resident", known["identity"])
        for field in ("phone", "student_number", "exam_number", "qq"):
            setattr(graduate, field, known[field])
        graduate.born_on, graduate.email = str(birth), f"{known['email'][:3]}.{known['email'][3:]}@example.com"
        graduate.home_phone = f"{known['home_phone'][:4]}-{known['home_phone'][4:]}"
        yield graduate, known


def slices(value: str) -> list[str]:
    return [value[at : at + 4] for at in range(len(value) - 3)]


def named(what: str) -> str:
    return f"密码中有您的{what}里连续的 4 个字符，请换掉。"


def around(piece: str) -> tuple[str, str]:
    """Passwords that hold it, whole and with something between."""
    return f"kq-{piece}-vbn-zhe", f"kq-{piece[:2]}.{piece[2:]}-vbn-zhe"


def test_of_500_graduates_no_password_holds_four_characters_of_their_data(db: None) -> None:
    """Every four characters of every field are refused by the name of that field, so none of them may be forgotten."""
    accepted, tried = [], 0
    for graduate, known in graduates(500):
        facts = passwords.facts_of_graduate(graduate)
        wanted = [(named(what), piece) for what, field in KNOWN.items() for piece in slices(known[field])]
        wanted += [(WHOLE, word) for word in (graduate.name, graduate.school.name, *in_pinyin(graduate.name), *TYPED["示范大学"])]
        for sentence, piece in wanted:
            for password in around(piece):
                tried += 1
                if sentence not in passwords.own(password, facts):
                    accepted.append(password)
    assert tried > 60_000
    assert accepted == []


def test_what_is_refused_of_a_persons_data_is_said_with_all_the_rest(db: None) -> None:
    """The same by the way every password takes, one piece of every field: nothing else hides it."""
    chance = random.Random(2028)
    for graduate, known in graduates(50):
        facts = passwords.facts_of_graduate(graduate)
        for what, field in KNOWN.items():
            assert named(what) in passwords.faults(around(chance.choice(slices(known[field])))[0], facts), what


@pytest.mark.parametrize("what", KNOWN)
def test_red_control_each_fact_forgotten_is_a_password_taken(what: str, db: None) -> None:
    graduate, known = next(graduates(1))
    facts = passwords.facts_of_graduate(graduate)
    less = Facts(tuple(piece for piece in facts.pieces if piece[0] != what), facts.words)
    assert len(less.pieces) == len(facts.pieces) - 1 == len(KNOWN) - 1
    password = f"{around(slices(known[KNOWN[what]])[0])[0]}-lü"
    assert named(what) in passwords.faults(password, facts)
    assert named(what) not in passwords.faults(password, less)
    assert passwords.faults(password, Facts()) == []


def test_the_facts_of_an_account_are_those_of_its_roster_rows(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    facts = passwords.facts_of(cast.graduate.user)
    values = {value for _name, value in facts.pieces}
    assert {graduate.identity_number(), graduate.phone, graduate.student_number, cast.graduate.user.phone} <= values
    assert {"曹文公", "示范大学"} <= set(facts.words)
    with pytest.raises(ValidationError) as wrong:
        passwords.Validator().validate(f"kq-{graduate.identity_number()[6:10]}-vbn-zhe", cast.graduate.user)
    assert any("证件号码" in one for one in wrong.value.messages)


def test_full_width_and_letter_case_hide_nothing() -> None:
    facts = Facts((("学号", "SX20230017"),), ("曹文公",))
    for password in ("kq-ｓｘ２０-vbn-zhe", "kq-sX20-vbn-zhe", "kq-曹 文 公-vbn-zhe", "kq-SX20-VBN-ZHE"):
        assert list(passwords.own(password, facts)), password


def in_pinyin(name: str) -> tuple[str, str]:
    """A name in letters, as it is written and with the surname last."""
    parts = [SPELLED[NAMES.index(char)] for char in name]
    return "".join(parts), "".join([*parts[1:], parts[0]])


@pytest.mark.parametrize(("word", "typed"), [(word, typed) for word, all_of in TYPED.items() for typed in all_of])
def test_a_word_typed_as_pinyin_is_found(word: str, typed: str) -> None:
    assert list(passwords.own(f"{typed}-77-kqm", Facts(words=(word,)))) == [WHOLE]
    assert list(passwords.own(f"{typed}-77-kqm", Facts())) == []


@pytest.mark.parametrize("word", TYPED)
@pytest.mark.parametrize("password", HONEST)
def test_an_honest_sentence_is_taken_whatever_one_is_called(password: str, word: str) -> None:
    assert passwords.faults(password, Facts(words=(word, "徐环", "黄建军"))) == []


@pytest.mark.parametrize("password", ["lishiyong520520", "woshilishiyong", "shifandaxue2027"])
def test_name_and_school_in_letters_are_refused_by_the_way_every_password_takes(password: str) -> None:
    assert WHOLE in passwords.faults(password, Facts(words=("李试用", "示范大学")))


@pytest.mark.parametrize("password", EVERYBODYS)
def test_what_everybody_takes_counts_for_nothing(password: str) -> None:
    assert short(passwords.faults(password, Facts())) in (["这个密码在已"], ["这个密码容易"])


def test_four_characters_of_a_long_name_in_a_row_are_enough() -> None:
    assert list(passwords.own("kq-林业科技-vbn-zhe", Facts(words=("中南林业科技大学",)))) == [WHOLE]
    assert list(passwords.own("kq-林业-vbn-zhe", Facts(words=("中南林业科技大学",)))) == []


def test_staff_and_employers_may_not_use_where_they_work(cast: Cast) -> None:
    assert "示范大学" in passwords.facts_of(cast.school_reviewer.user).words
    employer = cast.employer.membership.employer
    assert employer and employer.name in passwords.facts_of(cast.employer.user).words
    with pytest.raises(ValidationError) as wrong:
        passwords.Validator().validate("Shifandaxue-2027-kqm", cast.school_reviewer.user)
    assert WHOLE in wrong.value.messages


# --- leaked passwords --------------------------------------------------------------------------------


@pytest.fixture
def leaked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A file as it is offered for download: sorted digests, each with how often it was seen; some lines end differently."""
    words = [f"leaked-word-{serial}" for serial in range(997)]
    lines = sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{len(word) ** 3}" for word in words)
    file = tmp_path / "pwned.txt"
    file.write_text("\r\n".join(lines), encoding="ascii")
    monkeypatch.setattr(settings, "BREACHED_PASSWORDS", str(file))
    breached.size.cache_clear()
    return words


def test_every_line_of_the_file_is_found_and_nothing_else(leaked: list[str]) -> None:
    assert [word for word in leaked if not breached.listed(word)] == []
    assert [serial for serial in range(2000) if breached.listed(f"not-leaked-{serial}")] == []
    assert short(passwords.faults("leaked-word-17", Facts())) == ["这个密码在已"]


def test_the_file_is_searched_not_read(leaked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    usual = breached.line_at
    monkeypatch.setattr(breached, "line_at", lambda file, at: reads.append(at) or usual(file, at))
    assert breached.listed(leaked[500])
    assert len(reads) <= 18


def test_without_a_file_nothing_is_leaked() -> None:
    assert settings.BREACHED_PASSWORDS == ""
    assert not breached.listed("password")


# --- the hash ----------------------------------------------------------------------------------------


def test_argon2id_with_the_settings_of_this_machine() -> None:
    assert make_password(GOOD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_never_more_hashes_at_a_time_than_there_are_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    class Counting:
        def __enter__(self) -> None:
            hashers_slots.acquire()
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])

        def __exit__(self, *_error: Any) -> None:
            with lock:
                inside[0] -= 1
            hashers_slots.release()

    hashers_slots = hashers.SLOTS
    monkeypatch.setattr(hashers, "SLOTS", Counting())
    encoded = make_password(GOOD)
    threads = [threading.Thread(target=check_password, args=(GOOD, encoded)) for _one in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most[0] <= settings.HASHES


def test_tuning_takes_the_most_work_that_is_quick_enough() -> None:
    found = [tuning.Measured(2, 19456, 1, 20), tuning.Measured(3, 19456, 1, 45), tuning.Measured(1, 65536, 1, 49)]
    found.append(tuning.Measured(4, 65536, 1, 300))
    best = tuning.best(found)
    assert best and best.setting == "1,65536,1"
    assert tuning.best([tuning.Measured(2, 19456, 1, 51)]) is None
    assert tuning.measure(1, 64, rounds=1).ms > 0
