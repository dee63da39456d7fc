"""Handing in and looking at, as a browser does it: who may, what comes back, what the answers allow a browser to do."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from tests.uploads.looking import unclean
from tests.uploads.making import drawing, jpeg, pdf, saved
from tests.uploads.stage import a_case, taken
from wangqian.cases.act import Act
from wangqian.cases.models import Case, Evidence
from wangqian.documents import shelf, uploads
from wangqian.documents.uploads import checker
from wangqian.documents.uploads.checker import Checked, Trouble
from wangqian.documents.uploads.verdict import Bad
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor
from wangqian.web.upload_boxes import boxes, slot_field, viewer

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check without its process."""

    def check(kind: str, data: bytes) -> Checked:
        pages = 2 if kind == "pdf" else 1
        return Checked([jpeg()] * pages, [["X1"]] * pages)

    monkeypatch.setattr(checker, "check", check)


def photo(number: int = 0, name: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name or f"照片{number}.jpg", saved(drawing(320, 240 + number), "JPEG"), "image/jpeg")


def address(case: Case, slot: str = "scan") -> str:
    return f"/cases/{case.pk}/files/{slot}/"


def handed_in(cast: Cast, case: Case, slot: str = "scan", data: bytes = b"", name: str = "协议书.jpg") -> Evidence:
    return uploads.receive(case, slot, name, data or jpeg(), owner=cast.graduate.user)


def relied_on(cast: Cast, case: Case, **what: Any) -> Evidence:
    """Handed in, and an act rests on it."""
    row = handed_in(cast, case, **what)
    Evidence.objects.filter(pk=row.pk).update(bound_at=now())
    return Evidence.objects.get(pk=row.pk)


def bound_case(cast: Cast) -> Case:
    return a_case(cast, "review")


def test_several_at_once_and_back_to_the_page(cast: Cast, case: Case) -> None:
    who = enter(cast.graduate)
    back = f"http://testserver/cases/{case.pk}/"
    answer = who.post(address(case), {"files": [photo(1), photo(2)]}, HTTP_REFERER=back)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/#files-scan")
    assert [row.name for row in uploads.usable(case, "scan")] == ["照片1.jpg", "照片2.jpg"]
    assert "已上传 2 个文件。" in who.get(f"/cases/{case.pk}/").content.decode()
    foreign = who.post(address(case), {"files": [photo(3)]}, HTTP_REFERER="https://elsewhere.example/x")
    assert foreign["Location"] == "/home/#files-scan"


def test_a_script_gets_the_box_alone(cast: Cast, case: Case) -> None:
    who = enter(cast.graduate)
    answer = who.post(address(case), {"files": [photo(1), photo(2, "a.exe")]}, **HTMX)
    page = answer.content.decode()
    assert (answer.status_code, "<!doctype" in page) == (200, False)
    sheet = read(answer)
    assert [form["action"] for form in sheet.forms].count(address(case)) == 2, "take again, and choose"
    assert "已上传 1 个文件。" in page and "“a.exe”：只能上传 jpg、png 图片或 pdf 文件" in page
    assert 'accept="image/jpeg,image/png,application/pdf"' in page and " multiple" in page
    (row,) = Evidence.objects.all()
    assert f"/files/{row.pk}/1/" in page and f"/files/{row.pk}/turn/" in page and f"/files/{row.pk}/drop/" in page


def test_a_full_slot_says_so_and_takes_no_more(cast: Cast, case: Case) -> None:
    who = enter(cast.graduate)
    page = who.post(address(case), {"files": [photo(n) for n in range(5)]}, **HTMX).content.decode()
    assert len(uploads.usable(case, "scan")) == 3
    assert page.count("这里最多上传 3 个文件") == 2 and "已到 3 个文件" in page
    assert 'id="choose-scan"' not in page


def test_nothing_chosen_is_a_sentence(cast: Cast, case: Case) -> None:
    assert "请先选择照片或文件。" in enter(cast.graduate).post(address(case), {}, **HTMX).content.decode()


def test_taken_again_even_when_full(cast: Cast, case: Case) -> None:
    rows = [handed_in(cast, case, data=saved(drawing(320, 240 + n), "JPEG"), name=f"{n}.jpg") for n in range(3)]
    who = enter(cast.graduate)
    who.post(address(case), {"files": [photo(9)], "replaces": str(rows[1].pk)}, **HTMX)
    assert [row.name for row in uploads.usable(case, "scan")] == ["0.jpg", "照片9.jpg", "2.jpg"]
    other = handed_in(cast, case, "letter", saved(drawing(400, 300), "JPEG"))
    who.post(address(case), {"files": [photo(10)], "replaces": str(other.pk)}, **HTMX)
    assert [row.pk for row in uploads.usable(case, "letter")] == [other.pk], "of another slot: it stays"


def test_a_refused_one_does_not_replace(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    row = handed_in(cast, case)

    def bad(*_any: object) -> Checked:
        raise Bad("two_kinds")

    monkeypatch.setattr(checker, "check", bad)
    page = enter(cast.graduate).post(address(case), {"files": [photo(9)], "replaces": str(row.pk)}, **HTMX).content.decode()
    assert "夹带了其他内容" in page and "没有接收</span>" not in page
    assert [one.pk for one in uploads.usable(case, "scan")] == [row.pk]


def test_a_file_being_checked_is_named_and_not_shown(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_any: object) -> Checked:
        raise Trouble

    monkeypatch.setattr(checker, "check", broken)
    who = enter(cast.graduate)
    page = who.post(address(case), {"files": [photo()]}, **HTMX).content.decode()
    assert "1 个文件已收到，检查完成后才能使用。" in page and "检查中" in page and "<img" not in page
    row = Evidence.objects.get()
    assert who.get(f"/files/{row.pk}/1/").status_code == 404
    assert enter(cast.school_reviewer).get(f"/files/{row.pk}/original/").status_code == 404
    Evidence.objects.update(state="refused", tries=3, refusal="文件已损坏，读不出来。请重新拍照，或重新扫描、导出后再上传。")
    assert "读不出来" in who.post(address(case), {}, **HTMX).content.decode(), "refused by the worker: he was not there"


def test_pages_are_pictures_and_nothing_else(cast: Cast, case: Case) -> None:
    row = relied_on(cast, case, data=pdf(), name="a.pdf")
    for actor in (cast.graduate, cast.school_reviewer, cast.college_reviewer):
        answer = enter(actor).get(f"/files/{row.pk}/2/")
        assert (answer.status_code, answer["Content-Type"], unclean(answer.content)) == (200, "image/jpeg", "")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
        assert "Content-Disposition" not in answer
    for number in (0, 3, 99):
        assert enter(cast.graduate).get(f"/files/{row.pk}/{number}/").status_code == 404


def test_the_original_is_for_reviewers_and_written_down(cast: Cast, case: Case) -> None:
    row = relied_on(cast, case, data=pdf(), name="协议书 1.pdf")
    assert enter(cast.graduate).get(f"/files/{row.pk}/original/").status_code == 404
    assert not AccessLog.objects.filter(what="upload").exists()
    answer = enter(cast.school_reviewer).get(f"/files/{row.pk}/original/")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/octet-stream", pdf())
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Security-Policy"].endswith("sandbox") and answer["X-Content-Type-Options"] == "nosniff"
    (line,) = AccessLog.objects.filter(what="upload")
    assert (line.subject_id, line.actor_id, line.why) == (case.graduate_id, cast.school_reviewer.user.pk, "协议书 1.pdf")
    assert "下载了您上传的材料原件" in enter(cast.graduate).get("/me/").content.decode()


def test_turned_and_dropped(cast: Cast, case: Case) -> None:
    row, who = handed_in(cast, case), enter(cast.graduate)
    page = who.post(f"/files/{row.pk}/turn/", **HTMX).content.decode()
    assert "已旋转。" in page
    shown = Image.open(BytesIO(who.get(f"/files/{row.pk}/1/").content))
    assert dict(shown.getexif()) == {0x0112: 6}
    answer = who.post(f"/files/{row.pk}/drop/", HTTP_REFERER=f"http://testserver/cases/{case.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/#files-scan")
    assert uploads.usable(case, "scan") == [] and who.get(f"/files/{row.pk}/1/").status_code == 404
    Evidence.objects.update(bound_at=now())
    assert who.get(f"/files/{row.pk}/1/").status_code == 200, "what an act rests on stays to be read"


def strangers(cast: Cast) -> list[Actor]:
    return [cast.graduate_named("同学"), cast.employer, cast.other_employer, cast.outsider, cast.outsider_reviewer, cast.operator]


def test_what_is_being_prepared_is_nobody_else_s(cast: Cast, case: Case) -> None:
    row = handed_in(cast, case)
    for actor in (cast.school_reviewer, cast.college_reviewer):
        who = enter(actor)
        assert [who.get(f"/files/{row.pk}/{path}").status_code for path in ("1/", "original/")] == [404, 404]
        assert viewer("材料", [row], actor).files == []
    assert enter(cast.graduate).get(f"/files/{row.pk}/1/").status_code == 200


def test_what_is_foreign_does_not_exist(cast: Cast, case: Case) -> None:
    row = relied_on(cast, case)
    nobody = "01900000-0000-7000-8000-000000000000"
    for actor in strangers(cast):
        who = enter(actor)
        for path in ("1/", "original/"):
            foreign, missing = who.get(f"/files/{row.pk}/{path}"), who.get(f"/files/{nobody}/{path}")
            assert (foreign.status_code, missing.status_code) == (404, 404), (actor.membership.kind, path)
        for path in ("drop/", "turn/"):
            assert who.post(f"/files/{row.pk}/{path}").status_code == 404
        assert who.post(address(case), {"files": [photo()]}).status_code == 404
    assert PageClient().get(f"/files/{row.pk}/1/").status_code == 302
    assert (Evidence.objects.count(), Evidence.objects.get().turned, Evidence.objects.get().dropped_at) == (1, 0, None)


def test_only_who_is_asked_may_hand_in_and_only_now(cast: Cast, case: Case) -> None:
    row = handed_in(cast, case)
    for actor in (cast.school_reviewer, cast.college_reviewer):
        assert enter(actor).post(address(case), {"files": [photo(1)]}).status_code == 404
        assert enter(actor).post(f"/files/{row.pk}/drop/").status_code == 404
    who = enter(cast.graduate)
    assert who.post(address(case, "title"), {"files": [photo(1)]}).status_code == 404
    taken(cast, case)
    assert who.post(address(case), {"files": [photo(1)]}).status_code == 404, "it is being reviewed"
    assert who.post(f"/files/{row.pk}/drop/").status_code == 404
    assert who.get(f"/files/{row.pk}/1/").status_code == 200, "he still reads it"


def test_the_question_who_may(cast: Cast, case: Case) -> None:
    field = slot_field(case, cast.graduate, "scan")
    assert field is not None and (field.label, field.most) == ("盖章后的协议书", 3)
    assert slot_field(case, cast.graduate, "nothing") is None
    assert slot_field(case, cast.school_reviewer, "scan") is None
    assert slot_field(bound_case(cast), cast.graduate, "scan") is None
    scan, letter = boxes(Act(case, case.chart.steps["send"], cast.graduate, now(), source=case.word))
    assert (scan.slot, scan.required, scan.most, letter.required, letter.most) == ("scan", True, 3, False, 2)


def test_the_viewer_gives_originals_to_reviewers_alone(cast: Cast, case: Case) -> None:
    relied_on(cast, case, data=pdf(), name="a.pdf")
    mine = viewer("材料", uploads.usable(case, "scan"), cast.graduate)
    theirs = viewer("材料", uploads.usable(case, "scan"), cast.school_reviewer)
    assert (mine.pages, theirs.pages, mine.files[0].original_url, mine.files[0].codes) == (2, 2, "", ())
    assert theirs.files[0].original_url.endswith("/original/") and theirs.files[0].codes == ["X1"]


def test_a_damaged_file_is_said(cast: Cast, case: Case) -> None:
    row = handed_in(cast, case)
    shelf.keep(row.page_key(1), b"something else")
    answer = enter(cast.graduate).get(f"/files/{row.pk}/1/")
    assert (answer.status_code, "与存档时的记录不一致" in answer.content.decode()) == (503, True)


def test_an_erased_file_does_not_exist(cast: Cast, case: Case) -> None:
    row = relied_on(cast, case)
    cast.graduate.membership.graduate.person.destroy()  # type: ignore[union-attr]
    assert enter(cast.school_reviewer).get(f"/files/{row.pk}/1/").status_code == 404


def test_a_token_is_asked_for(cast: Cast, case: Case) -> None:
    who = PageClient(enforce_csrf_checks=True).enter(cast.graduate)
    assert who.post(address(case), {"files": [photo()]}).status_code == 403
    assert not Evidence.objects.exists()


def test_the_parts_page_shows_box_and_viewer(db: None) -> None:
    page = PageClient().get("/demo/parts/").content.decode()
    assert "data-files" in page and "data-viewer" in page
    step = PageClient().get("/demo/parts/?kind=uploads").content.decode()
    form = step[step.index('<form class="stack"') : step.index("</form>", step.index('<form class="stack"'))]
    assert step.count("data-files") == 2 and "data-files" not in form and 'form="step-form"' in step
