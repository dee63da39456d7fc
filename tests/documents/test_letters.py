"""Forms to download: what the case knows stands in them, what it does not is left blank."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.documents.reading import squeezed
from wangqian.codes import serial
from wangqian.documents.letters import form_pdf, forms_for


def text(data: bytes) -> str:
    with pdfium.PdfDocument(data) as document:
        assert len(document) == 1
        page = document[0]
        found = page.get_textpage()
        said = squeezed(found.get_text_range())
        found.close()
        page.close()
    return said


def test_the_letter_that_ends_an_agreement(cast: Cast) -> None:
    case = cast.signed_on_paper()
    assert forms_for(case) == {"release-letter": "解约函"}
    said = text(form_pdf(case, "release-letter"))
    for words in ("长风零部件厂", serial.pretty(case.number or ""), "曹文公", "信息学院", "示范大学就业指导中心：", "协商一致"):
        assert squeezed(words) in said


def test_the_letter_of_an_application_names_its_reason(cast: Cast) -> None:
    case = cast.ending(cast.paper_registered())
    said = text(form_pdf(case, "release-letter"))
    assert squeezed("长风零部件厂") in said and "个人职业规划变化" in said


@pytest.mark.parametrize(("topic", "name", "said"), [("freelance", "freelance", "翻译"), ("employed", "flexible", "长风零部件厂")])
def test_forms_of_destinations(cast: Cast, topic: str, name: str, said: str) -> None:
    DESTINATIONS.setdefault("employed", DESTINATIONS["contract"])
    draft = cast.begun("destination", topic=topic)
    assert list(forms_for(draft)) == [name]
    assert said not in text(form_pdf(draft, name)) and "曹文公" in text(form_pdf(draft, name))
    cast.act(draft, "cancel", cast.graduate)
    case = cast.destination_review(topic)
    assert said in text(form_pdf(case, name))


def test_a_name_without_a_glyph_does_not_stop_a_form(cast: Cast) -> None:
    case = cast.begun("destination", cast.graduate_named("王\U0002b740"), topic="freelance")
    assert "王□" in text(form_pdf(case, "freelance"))


def test_other_cases_have_none(cast: Cast) -> None:
    assert forms_for(cast.in_review()) == forms_for(cast.registered("looking", cast.graduate_named("李斯"))) == {}
    with pytest.raises(KeyError):
        form_pdf(cast.invited(cast.other_employer), "freelance")
