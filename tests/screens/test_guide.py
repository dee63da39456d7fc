"""操作手册: open to everybody, every chapter, and no label in it that is not on the screen."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.messages.pofile import read_po
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.documents.guide import chapters, labels, pictures, size

CATALOGUE = Path("wangqian/locale/en/LC_MESSAGES/django.po")
IMAGE, PAIR = re.compile(r"<figure[^>]*>\s*<img ([^>]*)>"), re.compile(r'([a-z]+)="([^"]*)"')


def test_every_label_it_quotes_is_said_by_the_program() -> None:
    with CATALOGUE.open("rb") as file:
        said = {one for message in read_po(file) if message.id for one in ([message.id] if isinstance(message.id, str) else message.id)}
    quoted = {(chapter.slug, label) for chapter in chapters() for text in chapter.sentences() for label in labels(text)}
    quoted |= {(one.name, one.mark) for one in pictures() if one.mark}
    assert len(quoted) > 100
    assert {one for one in quoted if one[1] not in said} == set()


@pytest.mark.django_db
def test_its_contents_lead_to_every_chapter_and_each_to_the_next() -> None:
    who, order = PageClient(), [f"/guide/{chapter.slug}/" for chapter in chapters()]
    listed = [url for _words, url in read(who.get("/guide/")).links if url.startswith("/guide/") and url != "/guide/"]
    assert listed == ["/guide/guide.pdf", *order]
    for at, (url, chapter) in enumerate(zip(order, chapters(), strict=True)):
        page = read(who.get(url))
        assert page.headings[0] == chapter.title
        assert [one for _words, one in page.links if one in order] == order[at + 1 : at + 2]
    assert who.get("/guide/nothing/").status_code == 404


@pytest.mark.django_db
def test_each_chapter_shows_its_pictures_with_what_is_on_them_in_words() -> None:
    who = PageClient()
    for chapter in chapters():
        drawn = [dict(PAIR.findall(one)) for one in IMAGE.findall(who.get(f"/guide/{chapter.slug}/").content.decode())]
        assert drawn == [
            {
                "src": f"/static/guide/{one.file}",
                "alt": one.alt,
                "width": str(size(one.file)[0]),
                "height": str(size(one.file)[1]),
                "loading": "lazy",
            }
            for part in chapter.parts
            for one in part.pictures
        ]


def test_every_picture_is_there_and_of_a_phone() -> None:
    for one in pictures():
        found = finders.find(f"guide/{one.file}")
        assert found and Path(found).read_bytes()[8:12] == b"WEBP"
        assert size(one.file)[0] == 780 and 780 <= size(one.file)[1] <= 1400


@pytest.mark.django_db
def test_a_picture_is_served_as_one(client: Client, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    served = client.get(f"/static/guide/{pictures()[0].file}")
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    served.close()


@pytest.mark.django_db
def test_all_of_it_as_one_file(cast: Cast) -> None:
    who = PageClient()
    ((words, url),) = [one for one in read(who.get("/guide/")).links if one[1].endswith(".pdf")]
    for visitor in (who, enter(cast.graduate)):
        served = visitor.get(url)
        assert (served.status_code, served["Content-Type"]) == (200, "application/pdf")
        assert served["Content-Disposition"] == f"inline; filename*=utf-8''{quote('操作手册.pdf')}"
        assert served["Cache-Control"] == ("public" if visitor is who else "private") + ", max-age=3600"
        assert served.content.startswith(b"%PDF-")
    assert words == f"下载操作手册（PDF，约 {round(len(served.content) / 2**20)} MB）"


def test_the_way_there(cast: Cast) -> None:
    for page, called in ((PageClient().get("/"), "操作手册"), (enter(cast.graduate).get("/home/"), "下载操作手册")):  # M003 §3
        assert [words for words, url in read(page).links if url == "/guide/"] == [called]
