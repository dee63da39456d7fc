"""操作手册: open to everybody, every chapter, and no label in it that is not on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.documents.guide import chapters, labels

CATALOGUE = Path("wangqian/locale/en/LC_MESSAGES/django.po")


def test_every_label_it_quotes_is_said_by_the_program() -> None:
    with CATALOGUE.open("rb") as file:
        said = {one for message in read_po(file) if message.id for one in ([message.id] if isinstance(message.id, str) else message.id)}
    quoted = {(chapter.slug, label) for chapter in chapters() for text in chapter.sentences() for label in labels(text)}
    assert len(quoted) > 100
    assert {one for one in quoted if one[1] not in said} == set()


@pytest.mark.django_db
def test_its_contents_lead_to_every_chapter_and_each_to_the_next() -> None:
    who, order = PageClient(), [f"/guide/{chapter.slug}/" for chapter in chapters()]
    assert [url for _words, url in read(who.get("/guide/")).links if url.startswith("/guide/") and url != "/guide/"] == order
    for at, (url, chapter) in enumerate(zip(order, chapters(), strict=True)):
        page = read(who.get(url))
        assert page.headings[0] == chapter.title
        assert [one for _words, one in page.links if one in order] == order[at + 1 : at + 2]
    assert who.get("/guide/nothing/").status_code == 404


def test_the_way_there(cast: Cast) -> None:
    for page in (PageClient().get("/"), enter(cast.graduate).get("/home/")):
        assert [words for words, url in read(page).links if url == "/guide/"] == ["操作手册"]
