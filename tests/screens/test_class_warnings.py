"""Classes without a counsellor: what the school is told of them is what happens."""

from __future__ import annotations

import re

import pytest

from tests.cast import Cast
from tests.screens.pages import enter
from tests.screens.test_staff_pages import words
from wangqian.people.models import SchoolProfile

pytestmark = pytest.mark.django_db
ALONE = "1 个班级没有辅导员"
REVIEWS = {
    "signing": "签约审核",
    "termination": "解约审核",
    "agreement": "线下签约：协议审核",
    "stamped": "线下签约：盖章协议书审核",
    "registration": "去向登记审核",
}


@pytest.mark.parametrize(("kind", "label"), REVIEWS.items())
def test_classes_without_a_counsellor_are_warned_of_in_every_chain(cast: Cast, kind: str, label: str) -> None:
    cast.graduate_named("一班生", klass="1班")
    client, profiles = enter(cast.school_reviewer), SchoolProfile.objects.filter(school=cast.school)
    assert ALONE not in words(client.get("/school/staff/"))
    for chain, sentence in (
        ("counsellor,school", f"这些班级的{label}会跳过辅导员一级，转下一级。"),
        ("counsellor,college", f"这些班级的{label}会跳过辅导员一级，转下一级。"),
        ("counsellor", f"这些班级的{label}只经辅导员一级，会一直等到有辅导员为止。"),
    ):
        profiles.update(**{f"{kind}_chain": chain})
        shown = words(client.get("/school/staff/"))
        assert (ALONE in shown, re.findall("这些班级的[^。]*。", shown)) == (True, [sentence]), chain


def test_what_is_said_of_a_class_without_a_counsellor_is_what_happens(cast: Cast) -> None:
    graduate = cast.graduate_named("一班生", klass="1班")
    cast.reviewers()
    cast.school.profiles.update(signing_chain="counsellor,college", registration_chain="counsellor", agreement_chain="counsellor,school")
    shown = words(enter(cast.school_reviewer).get("/school/staff/"))
    assert re.findall("这些班级的[^。]*。", shown) == [
        "这些班级的签约审核、线下签约：协议审核会跳过辅导员一级，转下一级。",
        "这些班级的去向登记审核只经辅导员一级，会一直等到有辅导员为止。",
    ]
    signing, registration = cast.in_review(graduate=graduate), cast.destination_review(by=cast.graduate_named("同班生", klass="1班"))
    assert (signing.turn, registration.turn) == ("college", "counsellor")
