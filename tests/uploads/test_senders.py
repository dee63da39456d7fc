"""Whose files a question holds: a graduate's are his own, staff act beside them, and what is only laid ready is nobody else's."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.papers import BECAUSE, FAULT, acted, again, corrected
from tests.screens.pages import enter
from tests.uploads.making import jpeg
from wangqian.cases.files import Sender
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, Evidence
from wangqian.chart.words import FLOWS
from wangqian.documents import uploads
from wangqian.people.models import Actor

pytestmark = pytest.mark.django_db
EVIDENCE = FLOWS["destination"].steps["submit"].needs[0].fields


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


def laid_ready(case: Case, slot: str, by: Actor, name: str) -> Evidence:
    return uploads.receive(again(case), slot, name, picture(name), owner=by.user)


def picture(name: str) -> bytes:
    """Another one for every name."""
    return jpeg(300 + len(name), 200 + ord(name[0]) % 100)


def in_review(cast: Cast) -> tuple[Case, Evidence]:
    case = cast.begun("destination", topic="postgraduate")
    his = laid_ready(case, "evidence", cast.graduate, "录取通知书.jpg")
    return acted(cast, case, "submit", cast.graduate, DESTINATIONS["postgraduate"]), his


def offered(actor: Actor, case: Case, step: str) -> str:
    return enter(actor).get(f"/cases/{case.pk}/do/{step}/").content.decode()


def files_of(case: Case) -> list[str]:
    """Of the last act: the bytes it rests on."""
    event = case.events.order_by("-number").filter(data__has_key="files").first()
    assert event is not None
    return list(event.data["files"]["evidence"])


def test_what_a_reviewer_lays_ready_and_leaves_changes_nothing(cast: Cast) -> None:
    case, his = in_review(cast)
    theirs = laid_ready(case, "evidence", cast.college_reviewer, "换掉的.jpg")
    page = offered(cast.college_reviewer, case, "revise")
    assert "录取通知书.jpg" in page and f"/files/{theirs.pk}/drop/" in page
    assert f"/files/{his.pk}/drop/" not in page and f"/files/{his.pk}/turn/" not in page
    assert page.count('name="replaces"') == 1, "his own alone may be taken again"
    case = acted(cast, case, "send_back", cast.college_reviewer, FAULT)
    form = offered(cast.graduate, case, "resubmit")
    assert "录取通知书.jpg" in form and "换掉的.jpg" not in form
    case = acted(cast, case, "resubmit", cast.graduate, DESTINATIONS["postgraduate"])
    assert files_of(case) == [his.sha256]


@pytest.mark.parametrize("what", ["drop", "turn"])
def test_nobody_else_takes_away_or_turns_what_somebody_handed_in(cast: Cast, what: str) -> None:
    case, his = in_review(cast)
    for actor in (cast.college_reviewer, cast.school_reviewer, cast.graduate):  # he himself not while it is reviewed
        assert enter(actor).post(f"/files/{his.pk}/{what}/").status_code == 404
    his.refresh_from_db()
    assert (his.dropped_at, his.turned) == (None, 0)
    assert again(case).version == case.version


def test_red_control_without_senders_a_reviewer_takes_it_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, his = in_review(cast)
    monkeypatch.setattr(Sender, "may_change", lambda self, row: True)
    assert enter(cast.college_reviewer).post(f"/files/{his.pk}/drop/").status_code == 302
    his.refresh_from_db()
    assert his.dropped_at is not None


def test_what_a_colleague_left_is_not_taken_along(cast: Cast) -> None:
    case, his = in_review(cast)
    laid_ready(case, "evidence", cast.second_school_user, "别人的.jpg")
    own = laid_ready(case, "evidence", cast.college_reviewer, "补充.jpg")
    assert "别人的.jpg" not in offered(cast.college_reviewer, case, "revise")
    case = acted(cast, case, "revise", cast.college_reviewer, {**DESTINATIONS["postgraduate"], "topic": "postgraduate", **BECAUSE})
    assert files_of(case) == [his.sha256, own.sha256]


def test_each_correction_brings_evidence_of_its_own(cast: Cast) -> None:
    """What an earlier one rested on does not do for the next; the same paper may be handed in again."""
    case = cast.registered()
    corrected(cast, case)
    first = Evidence.objects.get(slot="basis")
    given = {"topic": case.topic, **DESTINATIONS[case.topic], **BECAUSE}
    with pytest.raises(Invalid, match="请上传依据材料"):
        cast.act(again(case), "correct", cast.school_reviewer, given)
    Evidence.objects.filter(pk=first.pk).update(sha256=sha256(picture("来函")).hexdigest())
    second = uploads.receive(again(case), "basis", "来函.jpg", picture("来函"), owner=cast.school_reviewer.user, anew=True)
    assert second.pk != first.pk
    cast.act(again(case), "correct", cast.school_reviewer, given)

