"""The page of verification: what it says of a file, a number, a code; what it never shows; how often, and how one goes on."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.documents.test_verify import other_number
from tests.screens.door import solved
from tests.screens.pages import PageClient
from wangqian.cases.models import Case
from wangqian.codes import serial
from wangqian.documents import read, stamps
from wangqian.documents.make import work
from wangqian.documents.models import Artefact
from wangqian.people import limits
from wangqian.people.models import AccessLog
from wangqian.web import challenge


@pytest.fixture(autouse=True)
def files(tmp_path: object, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[operator]
    settings.VAR = tmp_path


@pytest.fixture
def agreement(cast: Cast) -> bytes:
    case = cast.signed()
    work()
    return read.pdf(Artefact.objects.get(case=case)).read()


def sent(data: bytes, name: str = "agreement.pdf") -> HttpResponse:
    return PageClient().post("/verify/file/", {"file": SimpleUploadedFile(name, data, "application/pdf")})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_file_is_confirmed_with_the_stored_facts(agreement: bytes) -> None:
    page = sent(agreement)
    assert page.status_code == 200
    assert "您上传的文件与存档的文件完全一致。这份协议书现在有效。" in text(page)
    assert "曹**" in text(page) and "越综合企业" in text(page)
    for secret in ("曹文公", "12000", "12,000", "13900001111"):
        assert secret not in text(page)
    assert AccessLog.objects.get(what="verification").why == "上传文件"


@pytest.mark.parametrize(
    ("more", "title"), [(b"\n", "这份文件不是存档的那一份"), (b"\n" * 100_000, "这份文件不是存档的那一份")]
)
def test_a_changed_file_is_never_valid(agreement: bytes, more: bytes, title: str) -> None:
    page = sent(agreement + more)
    assert (page.status_code, title in text(page)) == (200, True)
    for word in ("现在有效", "曹", "越综合企业"):
        assert word not in text(page)


def test_nothing_of_the_uploaded_file_is_shown(db: None) -> None:
    page = sent(stamps.blank() + b"/Title (SHOWN) <b>SHOWN</b>", name="SHOWN<script>.pdf")
    assert page.status_code == 200 and "没有查到" in text(page)
    assert "SHOWN" not in text(page)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这个文件是空的"),
        (b"GIF89a", "这不是 PDF 文件"),
        (b"%PDF-1.7\n" + b"x" * (10 * 2**20), "文件超过 10 MB"),
    ],
)
def test_anything_else_is_refused_at_the_field(db: None, data: bytes, sentence: str) -> None:
    page = sent(data)
    assert (page.status_code, sentence in text(page), "有 1 处需要修改，文件请重新选择" in text(page)) == (422, True, True)


def test_no_file_is_asked_for(db: None) -> None:
    page = PageClient().post("/verify/file/", {})
    assert (page.status_code == 422 and "必填" in text(page)) or "请选择" in text(page) or "没有提交" in text(page)
    assert PageClient().get("/verify/file/").headers["Location"] == "/verify/"


# --- how often -----------------------------------------------------------------------------------------


def test_many_files_of_one_address_lead_to_a_challenge_and_on(db: None) -> None:
    def file(**more: str) -> HttpResponse:
        return PageClient().post("/verify/file/", {"file": SimpleUploadedFile("a.pdf", stamps.blank()), **more})

    for _try in range(limits.LIMITS["verify-file"].count):
        assert file().status_code == 200
    assert file().status_code == 200  # the slow lane, once
    page = file()
    assert (page.status_code, "10 分钟内只能提交一次" in text(page)) == (429, True)
    assert file(work=solved("verify")).status_code == 422  # another page's
    assert file(work=solved("verify-file")).status_code == 200


def typed(case: Case, name: str = "曹文公", **more: str) -> HttpResponse:
    return PageClient().post("/verify/", {"number": more.pop("number", str(case.number)), "name": name, **more})


def test_number_and_name_take_a_challenge_from_the_first_time(cast: Cast) -> None:
    case = cast.signed()
    for _try in range(8):
        assert "这份协议书现在有效" in text(typed(case, work=solved("verify")))
    used = solved("verify")
    assert typed(case, work=used).status_code == 200
    for bad in (used, "nonsense", solved("ask")):
        page = typed(case, work=bad)
        assert (page.status_code, "安全验证已过期" in text(page), "曹**" in text(page)) == (422, True, False)


def test_without_a_script_number_and_name_go_the_slow_lane(cast: Cast) -> None:
    case = cast.signed()
    assert "这份协议书现在有效" in text(typed(case))
    page = typed(case)
    assert (page.status_code, "10 分钟内只能提交一次" in text(page)) == (429, True)
    assert typed(case, work=solved("verify")).status_code == 200


def test_red_control_without_the_challenge_nothing_slows_a_guesser(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.signed()
    assert [typed(case, "李斯").status_code for _try in range(3)] == [200, 429, 429]
    monkeypatch.setattr(challenge, "require", lambda *_given: None)
    assert [typed(case, "李斯").status_code for _try in range(3)] == [200, 200, 200]


def test_a_wrong_name_and_an_unknown_number_are_the_same_answer(cast: Cast) -> None:
    """Byte for byte and header for header, but for what was typed and what is random."""
    case = cast.signed()
    unknown, answers = other_number(case), []
    for number in (str(case.number), unknown):
        page = typed(case, "李斯", number=number, work=solved("verify"))
        assert (page.status_code, "没有查到相符的文件" in text(page)) == (200, True)
        body = re.sub(r'(name="csrfmiddlewaretoken" value="|data-challenge=")[^"]*"', "", text(page).replace(number, ""))
        answers.append((body, {**page.headers}))
    assert answers[0] == answers[1]


def test_scanning_is_a_plain_page_and_where_many_scan_one_press_more(cast: Cast) -> None:
    case, anybody = cast.signed(), PageClient()
    for _try in range(limits.LIMITS["verify-code"].count):
        assert "这份协议书现在有效" in text(anybody.get(f"/verify/{case.verification_code}/"))
    crowded = anybody.get(f"/verify/{case.verification_code}/")
    assert (crowded.status_code, "没有查到" in text(crowded), "曹**" in text(crowded)) == (429, False, False)
    assert f'value="{serial.pretty(str(case.verification_code))}"' in text(crowded) and "请点“核验”继续" in text(crowded)
    assert "data-eager" in text(crowded)
    code = str(case.verification_code)
    for _try in range(3):
        assert "这份协议书现在有效" in text(typed(case, "", number=code, work=solved("verify")))
    assert "这份协议书现在有效" in text(typed(case, "", number=code))  # without a script: the slow lane
    assert typed(case, "", number=code).status_code == 429
    assert "这份协议书现在有效" in text(PageClient(REMOTE_ADDR="192.0.2.9").get(f"/verify/{code}/"))


def test_one_line_of_version_six_is_one_address(cast: Cast) -> None:
    url = f"/verify/{cast.signed().verification_code}/"
    for host in range(limits.LIMITS["verify-code"].count):
        assert PageClient(REMOTE_ADDR=f"2001:db8::{host + 1:x}").get(url).status_code == 200
    assert PageClient(REMOTE_ADDR="2001:db8::ffff").get(url).status_code == 429
    assert PageClient(REMOTE_ADDR="2001:db8:1::1").get(url).status_code == 200


def test_an_unsealed_agreement_says_so(cast: Cast, settings: Settings) -> None:
    settings.SEAL_DEMO = False
    case = cast.signed()
    work()
    assert "未加盖电子印章" in text(PageClient().get(f"/verify/{case.verification_code}/"))
