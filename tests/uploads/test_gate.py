"""No attack gets through, every honest file does; and each half of the gate is needed (security.md G5, §3.5)."""

from __future__ import annotations

import pytest

from tests.uploads import attacks, honest, pdf_attacks
from tests.uploads.looking import looking, unclean
from tests.uploads.making import File, jpeg, pdf, png
from wangqian.chart.words import Refused
from wangqian.documents.uploads import gate, policy
from wangqian.documents.uploads.checker import Checked
from wangqian.documents.uploads.measures import NAME, Limits
from wangqian.documents.uploads.verdict import Bad

once = pytest.mark.once


def results(files: list[File]) -> dict[str, tuple[File, Checked | str]]:
    with looking() as look:
        found = {file.title: (file, look(file)) for file in files}
    assert len(found) == len(files), "titles are unique"
    return found


def passed(found: dict[str, tuple[File, Checked | str]]) -> dict[str, Checked]:
    return {title: what for title, (_file, what) in found.items() if isinstance(what, Checked)}


@once
def test_no_attack_is_accepted_unclean() -> None:
    files = attacks.all_pictures() + pdf_attacks.all_papers()
    assert len(files) >= 300
    found = results(files)
    through = passed(found)
    assert [title for title in through if not found[title][0].passes] == []
    assert [(title, why) for title, what in through.items() for one in what.pictures if (why := unclean(one))] == []
    silent = [title for title, (_file, what) in found.items() if isinstance(what, str) and what.startswith("文件无法识别")]
    assert silent == [], "each is refused for a reason, none by breaking the child"


@once
def test_every_honest_file_is_accepted() -> None:
    files = honest.all_files()
    assert len(files) >= 70
    found = results(files)
    assert [(title, what) for title, (_file, what) in found.items() if isinstance(what, str)] == []
    assert [title for title, what in passed(found).items() if any(map(unclean, what.pictures))] == []
    assert {title: what.codes for title, what in passed(found).items() if any(what.codes)} == {
        "with a QR code": [["https://example.edu.cn/verify/ABCD1234"]],
        "with a QR code on each page": [["https://example.edu.cn/verify/EFGH5678"]],
    }


def test_red_control_first_bytes_alone_accept_attacks() -> None:
    files = attacks.all_pictures() + pdf_attacks.all_papers()
    assert len([file for file in files if gate.begins(file.data) and not file.passes]) >= 100


def test_red_control_a_stricter_policy_refuses_an_honest_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first draft of many: page transitions are harmless and common."""
    files = list(honest.harmless())
    assert all(policy.look(file.data).startswith(b"%PDF-") for file in files)
    monkeypatch.setattr(policy, "KEYS", policy.KEYS | {"/Trans"})
    assert [file.title for file in files if refuses(file.data)] == ["a PDF turning_pages"]


def refuses(data: bytes) -> bool:
    try:
        policy.look(data)
    except Bad:
        return True
    return False


def test_red_control_without_the_earlier_revisions_a_script_taken_back_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    (back,) = [file for file in pdf_attacks.revised() if "takes a script back" in file.title]
    assert refuses(back.data)
    monkeypatch.setattr(policy, "earlier", lambda data, part: None)
    assert not refuses(back.data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\a\\扫描 件.PDF", "扫描 件.PDF"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"),
        ("\u202egpj.exe.jpg", "gpj.exe.jpg"),
        ("a\u200b\u2066b\u2069.jpg", "ab.jpg"),
        ("x\0.jpg", "x.jpg"),
        (".jpg", "未命名.jpg"),
        ("  协议  书 .jpg. ", "协议 书.jpg"),
        ("noend", "noend"),
        ("", ""),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert gate.cleaned(given) == kept
    assert len(gate.cleaned("长" * 500 + ".jpg")) <= NAME


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.heic", jpeg(), "兼容性最佳"),
        ("a.webp", jpeg(), "不支持 .webp 图片"),
        ("a.docx", pdf(), "导出为 PDF"),
        ("a.exe", jpeg(), "只能上传"),
        ("a", jpeg(), "只能上传"),
        ("a.png", jpeg(), "与扩展名“.png”不符"),
        ("a.pdf", b"", "文件是空的"),
        ("a.jpg", jpeg()[:150], "文件太小"),
        ("a.jpg", jpeg() + b"\0" * 11_000_000, "超过 10 MB"),
    ],
)
def test_what_is_said_before_anything_is_opened(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        gate.kind_of(name, data, Limits())
    assert words in str(refused.value)


@pytest.mark.parametrize(("name", "data", "kind"), [("a.JPG", jpeg(), "jpeg"), ("c.PnG", png(), "png"), ("d.pdf", pdf(), "pdf")])
def test_kinds(name: str, data: bytes, kind: str) -> None:
    assert gate.kind_of(name, data, Limits()) == kind


def test_a_word_nobody_knows_says_nothing() -> None:
    unknown = str(gate.sentence(Bad("unreadable")))
    assert str(gate.sentence(Bad("<script>"))) == unknown
    assert str(gate.sentence(Bad("too_small"))) == unknown, "its number is missing"
