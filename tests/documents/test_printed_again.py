"""The agreement to be stamped in its case: made on arrival, again for a new version, never for what is only registered."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.answers import UNIT
from tests.cast import Cast, edit
from wangqian.cases.models import Case, Outbox, broken_link
from wangqian.documents.evidence import package
from wangqian.documents.make import work
from wangqian.documents.models import AGREEMENT, STAMPING, Artefact
from wangqian.documents.offline import verify
from wangqian.documents.paper import paper_for
from wangqian.documents.printing import compile_pages
from wangqian.documents.read import agreement_state, pages, pdf
from wangqian.documents.stamping import StampingPaper
from wangqian.documents.verify import by_code, by_number
from wangqian.documents.verify_file import Verdict, by_file

IP = "192.0.2.1"
REASON = {"reason": "单位不再招聘"}
REGISTRATION = {
    "nature": "39", "industry": "34", "region": UNIT["region"], "job_category": "13", "hukou": "no", "dossier_receipt": "none",
    "because": "行业有误",
}  # fmt: skip


def renamed(cast: Cast, case: Case) -> Case:
    """The school corrected the major; the graduate confirmed the new text."""
    graduate = cast.graduate.membership.graduate
    assert graduate
    edit(graduate, major="软件工程")
    cast.act(case, "reconfirm_paper", cast.graduate)
    return Case.objects.get(pk=case.pk)


def standing(case: Case, version: int | None = None) -> tuple[str, bool]:
    found = by_code(case.verification_code or "", IP, None, version)
    assert found
    return found.state, found.in_force


def test_it_is_made_when_the_agreement_is_approved(cast: Cast, files: Path) -> None:
    review = cast.offline_review()
    assert (work(), agreement_state(review)) == (0, ("none", None))
    case = cast.approved(review)
    assert agreement_state(case) == ("making", None)
    assert work() == 1
    made = Artefact.objects.get()
    assert (made.kind, made.template, made.pages, made.seal is not None) == (STAMPING, "2026-1-paper/1", 2, True)
    assert agreement_state(case) == ("ready", made)
    assert case.events.get(step="filed").data["artefact_sha256"] == made.sha256
    assert broken_link(Case.objects.get(pk=case.pk)) is None
    paper = paper_for(case)
    assert isinstance(paper, StampingPaper) and paper.version == 1
    assert pages(case) == compile_pages(paper)
    assert (pdf(made).name or "").startswith("2027-10001-31-")


def test_a_new_version_is_a_second_file_under_the_same_number(cast: Cast, files: Path) -> None:
    case = cast.stamping()
    work()
    old = pdf(Artefact.objects.get()).read()
    again = renamed(cast, case)
    assert agreement_state(again) == ("making", None) and pages(again) == []
    assert standing(again, 1) == ("已变更", False)
    work()
    state, newest = agreement_state(again)
    assert state == "ready" and isinstance(newest, Artefact) and newest.terms.version == 2
    assert (again.number, Artefact.objects.filter(kind=STAMPING).count()) == (case.number, 2)
    assert (pdf(newest).name or "").endswith("-v2.pdf")
    checked = by_file(old, IP)
    assert checked.verdict is Verdict.KEPT and checked.facts is not None
    assert (checked.facts.state, checked.facts.newer) == ("已变更", 2)
    assert standing(again, 2) == ("待盖章，尚未生效", False)
    assert by_code(again.verification_code or "", IP, None, 3) is None


def test_coming_back_to_be_stamped_makes_nothing_new(cast: Cast, files: Path) -> None:
    case = cast.stamping()
    work()
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    cast.act(case, "withdraw_paper", cast.graduate)
    assert Outbox.objects.filter(consumer="documents").count() == 1
    work()
    assert Artefact.objects.count() == case.events.filter(step="filed").count() == 1


@pytest.mark.parametrize("online", [True, False])
def test_a_correction_of_what_is_registered_changes_no_paper(cast: Cast, files: Path, online: bool) -> None:
    case = cast.signed() if online else cast.signed_on_paper()
    work()
    before = Artefact.objects.get()
    cast.hand_in(case, "basis", cast.school_reviewer)
    cast.act(case, "correct", cast.school_reviewer, REGISTRATION)
    work()
    case = Case.objects.get(pk=case.pk)
    assert case.versions.count() == before.terms.version + 1
    assert agreement_state(case) == ("ready", before) and Artefact.objects.get().kind == (AGREEMENT if online else STAMPING)
    assert standing(case, before.terms.version) == ("有效", True)


def test_its_word_in_every_state(cast: Cast) -> None:
    case = cast.stamping()
    found = by_number(case.number or "", "曹文公", IP)
    assert found and (found.state, found.pending) == ("待盖章，尚未生效", True)
    assert "签约日期" not in dict(found.rows()) and dict(found.rows())["用人单位"] == "长风零部件厂"
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    assert standing(case) == ("审核中，尚未生效", False)
    cast.approved(case, "approve_paper")
    assert standing(case) == ("有效", True)
    signed = by_code(case.verification_code or "", IP)
    assert signed and "签约日期" in dict(signed.rows())
    ending = cast.ending(case)
    assert standing(case) == ("有效", True)
    given = {"by": "phone", "whom": "人事部钱主任", "on": "2026-11-20"}
    cast.act(ending, "approve", cast.school_reviewer, given)
    assert standing(case) == ("已解约", False)


def test_a_number_given_up_is_void(cast: Cast) -> None:
    case = cast.stamping()
    cast.act(case, "give_up", cast.graduate, REASON)
    assert standing(case) == standing(case, 1) == ("已作废", False)


def test_what_was_never_approved_is_not_found(cast: Cast) -> None:
    case = cast.offline_review()
    assert (case.number, case.verification_code) == (None, None)


def test_the_evidence_of_a_paper_that_was_printed_twice(cast: Cast, files: Path, tmp_path: Path) -> None:
    case = cast.stamping()
    work()
    case = renamed(cast, case)
    work()
    with zipfile.ZipFile(io.BytesIO(package(case, cast.graduate))) as made:
        names = made.namelist()
        made.extractall(tmp_path / "package")
        shown = made.read("agreement.pdf")
    newest = agreement_state(case)[1]
    assert isinstance(newest, Artefact) and shown == pdf(newest).read() and "seal/certificates.pem" in names
    assert verify.main([str(tmp_path / "package")]) == 0
