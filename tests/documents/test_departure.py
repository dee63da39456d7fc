"""离校确认: what is confirmed, its paper, who may verify it, and what makes it stale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
import zxingcpp

from tests.answers import POST, UNIT
from tests.cast import Cast
from tests.documents.reading import squeezed
from tests.screens.paper_states import LEAVING
from wangqian.cases.act import Act
from wangqian.cases.engine import new_case, perform
from wangqian.cases.models import Case, broken_link
from wangqian.chart.words import FLOWS, Refused
from wangqian.codes import serial
from wangqian.documents.certificate import Certificate, certificate_of
from wangqian.documents.make import work
from wangqian.documents.models import CERTIFICATE, Artefact
from wangqian.documents.read import pdf
from wangqian.documents.verify import Facts, by_code, by_number
from wangqian.documents.verify_file import Verdict, by_file
from wangqian.flows.departure import standing
from wangqian.flows.models import Departure
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor

IP = "192.0.2.1"
OWN = LEAVING
STAY = {"hukou_transfer": "stay", "authorise": "yes"}
RELEASE = {"reason": "not_graduated", "basis": "延长学制决定 教字〔2027〕12 号"}


def confirmed(cast: Cast, given: dict[str, str], by: Actor | None = None) -> Case:
    by = by or cast.graduate
    return cast.start("departure", "confirm", by, given, graduate=by.membership.graduate)


def refusal(cast: Cast, step: str = "confirm") -> str:
    """Why he cannot confirm now; "" when he can."""
    case = new_case("departure", cast.graduate.membership.graduate)
    act = Act(case, FLOWS["departure"].steps[step], cast.graduate, now())
    return next((str(found) for rule in act.step.only_if if (found := rule.refusal(act))), "")


def of(cast: Cast) -> Certificate:
    graduate = cast.graduate.membership.graduate
    assert graduate
    found = certificate_of(graduate)
    assert found
    return found


def content(case: Case) -> dict[str, Any]:
    version = case.versions.order_by("-version")[0]
    version.case = case
    return version.content


def state(cast: Cast, version: int | None = None) -> tuple[str, bool] | None:
    found = by_code(of(cast).verification_code, IP, None, version)
    return (found.state, found.in_force) if found else None


def with_name(code: str, name: str, ip: str) -> Facts | None:
    return by_code(code, ip, name=name)


def test_an_agreement_decides_where_the_dossier_goes(cast: Cast) -> None:
    cast.signed()
    said = content(confirmed(cast, {**OWN, **STAY}))
    assert said["transfer"] == {
        "dossier_transfer": "employer",
        "dossier_transfer_name": "签约单位接收",
        "dossier_unit": "越综合企业",
        "dossier_address": "福州市鼓楼区 1 号",
        "dossier_contact": "张三",
        "dossier_phone": "0591-88880000",
        "dossier_postcode": "",
        "kept_years": "",
        "hukou_transfer": "stay",
        "hukou_transfer_name": "不迁移",
        "hukou_address": "",
    }
    assert (said["destination"]["code"], said["employer"]["name"]) == ("10", "越综合企业")


@pytest.mark.parametrize("topic", ["postgraduate", "contract", "freelance", "looking"])
def test_every_destination_is_confirmed_with_what_it_states(cast: Cast, topic: str) -> None:
    cast.registered(topic)
    said = content(confirmed(cast, OWN))
    labels = [label for label, _value in said["stated"]]
    assert {"postgraduate": "录取学校全称", "contract": "单位名称", "freelance": "从事的工作", "looking": "具体类型"}[topic] in labels
    assert not {"打算和进展", "联系人手机", "月均收入", "档案接收"} & set(labels)
    decided = topic == "contract"
    assert said["transfer"]["dossier_transfer"] == ("agent" if decided else "origin")


def test_a_household_that_the_employer_settles_goes_there(cast: Cast) -> None:
    cast.signed_on_paper(hukou="yes", hukou_address="长沙市岳麓区派出所集体户")
    with pytest.raises(Exception, match="请从列表中选择"):
        confirmed(cast, STAY)
    said = content(confirmed(cast, {"hukou_transfer": "unit", "authorise": "no"}))["transfer"]
    assert (said["hukou_transfer_name"], said["hukou_address"]) == ("迁入单位集体户", "长沙市岳麓区派出所集体户")


def test_nothing_in_force_nothing_to_confirm(cast: Cast) -> None:
    assert "没有登记在案的毕业去向" in refusal(cast)
    cast.in_review()
    assert "没有登记在案的毕业去向" in refusal(cast)


def test_what_the_school_corrected_is_answered_first(cast: Cast) -> None:
    case = cast.registered("contract")
    cast.hand_in(case, "basis", cast.school_reviewer)
    given = {"topic": "contract", "because": "单位名称有误", **UNIT, **POST, "hukou": "no", "dossier_receipt": "none"}
    cast.act(case, "correct", cast.school_reviewer, given)
    assert "请先在该登记中确认更正" in refusal(cast)
    dispute = cast.start("dispute", "dispute", cast.graduate, {"about": "单位", "reason": "不对"}, parent=case)
    assert "等学校答复" in refusal(cast)
    cast.act(dispute, "withdraw", cast.graduate)
    cast.act(case, "confirm_correction", cast.graduate)
    assert refusal(cast) == ""


def test_one_confirmation_for_what_is_in_force(cast: Cast) -> None:
    cast.registered()
    confirmed(cast, OWN)
    with pytest.raises(Refused, match="已经确认过"):
        confirmed(cast, OWN)
    assert Departure.objects.count() == 1


def test_the_paper_says_what_was_confirmed(cast: Cast, files: Path) -> None:
    cast.signed()
    work()
    case = confirmed(cast, STAY)
    assert of(cast).file == "making"
    work()
    made = Artefact.objects.get(kind=CERTIFICATE)
    found = of(cast)
    assert (found.file, found.state, found.in_force, made.pages, made.seal is not None) == ("ready", "有效", True, 1, True)
    assert case.events.get(step="filed").data["artefact_sha256"] == made.sha256
    assert broken_link(Case.objects.get(pk=case.pk)) is None
    with pdfium.PdfDocument(pdf(made).read()) as document:
        page = document[0]
        text = page.get_textpage()
        said = squeezed(text.get_text_range())
        picture = page.render(scale=2, grayscale=True).to_pil()
        text.close()
        page.close()
    for words in (found.transfer_number, found.verification_code, "越综合企业", "签约单位接收", "0591-88880000", "曹文公", "不迁移"):
        assert squeezed(words) in said
    number = cast.graduate.membership.graduate.identity_number()  # type: ignore[union-attr]
    assert number not in said and f"{number[:4]}**********{number[-4:]}" in said
    code = Case.objects.get(pk=case.pk).verification_code
    assert zxingcpp.read_barcodes(picture)[0].text.endswith(f"/verify/{code}?v=1&p=1&n=1")


def test_numbers_are_found_with_the_name_only_and_while_authorised(cast: Cast) -> None:
    cast.registered()
    case = confirmed(cast, OWN)
    found = of(cast)
    for number, by in ((found.transfer_number, by_number), (found.verification_code, with_name)):
        answer = by(number, "曹文公", IP)
        assert answer and dict(answer.rows())["毕业生"] == "曹**" and answer.what == "毕业去向登记信息表"
        assert not any("中部大学" in value or "曹文公" in value for _label, value in answer.rows())
        assert by(number, "李斯", IP) is None
    assert by_code(found.verification_code, IP) is not None and by_number(found.verification_code, "曹文公", IP) is None
    seen = AccessLog.objects.filter(subject=case.graduate_id)
    assert [one.why for one in seen] == ["编号和姓名（去向登记信息表）", *["核验编号（去向登记信息表）"] * 2]
    cast.act(case, "withdraw_authorisation", cast.graduate)
    answers = [by_number(found.transfer_number, "曹文公", IP), by_code(found.verification_code, IP)]
    assert answers == [None, None] and seen.count() == 3
    cast.act(case, "authorise", cast.graduate)
    assert state(cast) == ("有效", True)


def test_the_file_of_a_withdrawn_one_is_unknown(cast: Cast, files: Path) -> None:
    cast.registered()
    case = confirmed(cast, {**OWN, "authorise": "no"})
    work()
    data = pdf(Artefact.objects.get(kind=CERTIFICATE)).read()
    assert by_file(data, IP).verdict is Verdict.UNKNOWN
    cast.act(case, "authorise", cast.graduate)
    assert by_file(data, IP).verdict is Verdict.KEPT


def test_an_amended_one_is_a_new_version_under_the_same_numbers(cast: Cast, files: Path) -> None:
    cast.registered()
    case = confirmed(cast, OWN)
    before = of(cast).transfer_number
    work()
    cast.act(case, "amend", cast.graduate, {**OWN, "dossier_transfer": "kept", "kept_years": "2"})
    work()
    assert of(cast).transfer_number == before
    assert sorted(Artefact.objects.filter(kind=CERTIFICATE).values_list("terms__version", flat=True)) == [1, 2]
    assert (state(cast, 1), state(cast, 2), state(cast, 3)) == (("已变更", False), ("有效", True), None)


def test_whatever_ends_the_destination_makes_it_stale(cast: Cast) -> None:
    first = cast.registered()
    graduate = cast.graduate.membership.graduate
    assert graduate
    old = confirmed(cast, OWN)
    assert not standing(graduate).due
    cast.act(first, "void", cast.graduate)
    assert (standing(graduate).stale, standing(graduate).due, state(cast)) == (True, False, ("已作废", False))
    with pytest.raises(Refused, match="有变动"):
        perform(old, "amend", by=cast.graduate, given=OWN)
    second = cast.registered("contract")
    assert standing(graduate).due
    new = confirmed(cast, STAY)
    assert (Case.objects.get(pk=old.pk).state, Case.objects.get(pk=new.pk).state) == ("replaced", "confirmed")
    assert Departure.objects.values("transfer_number").distinct().count() == 2
    assert state(cast) == ("有效", True)
    cast.ask_release(second, cast.school_reviewer, RELEASE)
    cast.act(second, "confirm_release", cast.second_school_user)
    assert state(cast) == ("已解除", False)


def test_a_terminated_agreement(cast: Cast) -> None:
    termination = cast.termination(cast.signed())
    confirmed(cast, STAY)
    cast.act(termination, "accept", cast.employer)
    cast.act(termination, "approve", cast.school_reviewer)
    assert state(cast) == ("已解约", False)


def test_numbers_have_a_check_character() -> None:
    numbers = {serial.transfer_number() for _ in range(200)}
    assert len(numbers) == 200 and all(serial.transfer_valid(one) for one in numbers)
    one = numbers.pop()
    assert not serial.transfer_valid(one[:-1] + ("2" if one[-1] != "2" else "3"))
    assert not serial.verification_valid(one) and len(serial.pretty(one).split("-")) == 3
