"""The sealed slip at the counter: printed once, by those whose graduate it is; afterwards the code is only on paper."""

from __future__ import annotations

import pypdfium2
from django.test import Client

from tests.cast import Cast
from tests.flows.test_activating import SLIP, newcomer
from tests.screens.employer_stage import entered, words
from tests.screens.filled import filled
from wangqian.cases.models import Case
from wangqian.flows import activating
from wangqian.flows.models import Slip
from wangqian.people.models import Graduate


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def at_the_counter(cast: Cast, graduate: Graduate) -> tuple[Case, Client]:
    """Asked for on the graduate's page by the college, confirmed by the school."""
    college, school = entered(cast.college_reviewer), entered(cast.school_reviewer)
    assert "发放激活码" in words(college.get(f"/graduates/{graduate.pk}/"))
    college.post(f"/start/activation_slip/request/graduate/{graduate.pk}/", SLIP)
    case = Case.objects.get(flow="activation_slip")
    page = words(school.get(f"/cases/{case.pk}/"))
    assert "确认发放" in page and "打印密封激活码" not in page
    confirming = school.get(f"/cases/{case.pk}/do/confirm/")
    assert "登记的手机号已停用" in words(confirming) and "居民身份证" in words(confirming)
    school.post(f"/cases/{case.pk}/do/confirm/confirm/", filled(confirming.content))
    return Case.objects.get(pk=case.pk), college


def test_printed_once_and_then_only_on_paper(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, college = at_the_counter(cast, graduate)
    assert case.state == "issued"
    code = Slip.objects.get().code
    pdf = college.post(f"/cases/{case.pk}/slip/")
    assert pdf.headers["Cache-Control"] == "no-store"
    text = text_of(pdf.content)
    assert f"{code[:5]}-{code[5:]}" in text and "陆*" in text and "陆游" not in text and "/activate/" in text
    assert Slip.objects.get().code == ""
    again = college.post(f"/cases/{case.pk}/slip/", follow=True)
    assert "只能打印一次" in words(again) and "王老师" in words(again) and code[:5] not in again.content.decode()
    assert activating.accept_slip(graduate, code, "13711112222").user.binding_from


def test_only_at_his_own_counters(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, _college = at_the_counter(cast, graduate)
    for stranger in (cast.outsider_reviewer, cast.employer, cast.graduate, cast.operator):
        assert entered(stranger).post(f"/cases/{case.pk}/slip/").status_code == 404
    assert Slip.objects.get().code and Slip.objects.get().printed_at is None


def test_withdrawn_is_not_printed(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, college = at_the_counter(cast, graduate)
    cast.act(case, "withdraw", cast.school_reviewer, {"reason": "本人没有来"})
    assert "不再打印" in words(college.post(f"/cases/{case.pk}/slip/", follow=True))


def test_the_desk_says_who_stands_at_the_counter_but_not_to_who_asked(cast: Cast) -> None:
    """Whoever may be the second person sees it on his first page and that it is his turn; nobody else sees anything."""
    graduate = newcomer(cast)
    case = cast.start("activation_slip", "request", cast.college_reviewer, SLIP, graduate=graduate)
    colleague = cast.actor("钱老师", "college", school=cast.school, college=cast.college)
    waits, url = "陆游的激活码等待另一位老师确认", f"/cases/{case.pk}/"
    for who, told in {cast.school_reviewer: True, colleague: True, cast.college_reviewer: False, cast.outsider_reviewer: False}.items():
        assert (waits in words(entered(who).get("/home/"))) is told
        assert (waits in words(entered(who).get("/home/?tab=correction_request"))) is told
    for who, whose in {cast.school_reviewer: "轮到您办理", cast.college_reviewer: "等待另一位老师办理"}.items():
        page = words(entered(who).get(url))
        assert whose in page and graduate.masked_identity() in page and (graduate.student_number or "") in page
    assert url in entered(cast.college_reviewer).get(f"/graduates/{graduate.pk}/").content.decode(), "the way to the one under way"
    cast.act(case, "confirm", cast.school_reviewer)
    assert waits not in words(entered(colleague).get("/home/"))
