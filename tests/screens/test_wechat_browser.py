"""WeChat's own browser saves no files and has no passkeys: whatever a graduate must do or read is a page of the site."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.screens.pages import PageClient, read
from wangqian.cases.models import Case
from wangqian.documents import make

AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0.50"
CASES: dict[str, Callable[[Cast], Case]] = {
    "release-letter": lambda cast: cast.signed(),
    "flexible": lambda cast: cast.begun("destination", topic="employed"),
    "freelance": lambda cast: cast.begun("destination", topic="freelance"),
}
FILES = re.compile(r"\.(pdf|zip|xlsx|csv)(\?|$)")


def test_a_paper_is_read_as_pages_of_pictures(cast: Cast) -> None:
    case = cast.signed()
    make.work()
    who = PageClient(HTTP_USER_AGENT=AGENT).enter(cast.graduate)
    page = who.get(f"/cases/{case.pk}/paper/").content.decode()
    pictures = re.findall(r'<img src="([^"]+\.png)"', page)
    assert pictures
    for url in pictures:
        answered = who.get(url)
        assert (answered.status_code, answered["Content-Type"]) == (200, "image/png")
        assert "Content-Disposition" not in answered.headers


@pytest.mark.parametrize("form", list(CASES))
def test_a_form_to_be_signed_is_read_as_pages_of_pictures(cast: Cast, form: str) -> None:
    case = CASES[form](cast)
    who = PageClient(HTTP_USER_AGENT=AGENT).enter(cast.graduate)
    ((_label, url),) = [one for one in read(who.get(f"/cases/{case.pk}/")).links if one[1].endswith(f"/forms/{form}/")]
    pictures = re.findall(r'<img src="([^"]+\.png)"', who.get(url).content.decode())
    assert pictures
    for url in pictures:
        answered = who.get(url)
        assert (answered.status_code, answered["Content-Type"]) == (200, "image/png")
        assert "Content-Disposition" not in answered.headers


def test_no_page_of_a_graduate_leads_to_a_file_alone(cast: Cast) -> None:
    """The agreement's PDF stands beside its pages; the evidence package is for a court, not for a step."""
    case = cast.signed()
    make.work()
    who = PageClient(HTTP_USER_AGENT=AGENT).enter(cast.graduate)
    files = set()
    for path in ("/home/", "/inbox/", "/me/", "/me/code/", "/account/", f"/cases/{case.pk}/", f"/cases/{case.pk}/paper/"):
        files |= {url.rpartition("/")[2] for _label, url in read(who.get(path)).links if FILES.search(url)}
    assert files <= {"agreement.pdf", "evidence.zip"}
