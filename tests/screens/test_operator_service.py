"""The operator's pages about the installation: certification suspended, services, jobs, the support contact."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case
from wangqian.notices.deliver import expand, inbox
from wangqian.operating.checks import CHECKS
from wangqian.people.models import SUPPORT, Contact, Support
from wangqian.web.operator_health import JOBS
from wangqian.worker import Worker

CONTACT = {"phone": "400-000-1234", "email": "help@example.com", "hours": "工作日 9:00–17:00"}


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


# --- suspending ----------------------------------------------------------------------------------------


def step(case: Case, name: str) -> str:
    return f"/cases/{case.pk}/do/{name}/"


def buttons(client: PageClient, url: str) -> tuple[set[str], set[str]]:
    """(what can be done, what cannot) on an employer's page."""
    page = read(client.get(url))
    return (
        {text for text, href in page.links if "/do/" in href or href.startswith("/start/")},
        {text for text, attrs in page.buttons if attrs.get("aria-disabled") == "true"},
    )


def test_an_employer_is_suspended_by_two_and_restored_on_its_page(cast: Cast, operator: PageClient) -> None:
    case = cast.certified()
    url, second = f"/operator/employers/{case.employer_id}/", enter(cast.second_operator)
    assert buttons(operator, url) == ({"提请暂停／撤销认证"}, set())
    asked = operator.post(step(case, "request_suspension"), {"reason": "营业执照已被吊销"})
    assert asked["Location"] == url
    assert buttons(operator, url) == ({"撤回提请"}, {"确认暂停／撤销认证"})
    page = second.get(url).content.decode()
    assert "已提请暂停／撤销认证，等待确认" in page and "原因：营业执照已被吊销" in page
    confirm = second.get(step(case, "confirm_suspension")).content.decode()
    assert "营业执照已被吊销" in confirm and "毕业生" not in read(second.get(url)).title
    assert second.post(step(case, "confirm_suspension"), {}).status_code == 422
    unread = second.post(step(case, "confirm_suspension"), {"agreed": "on"})
    assert (unread.status_code, "内容在您阅读之后有更新" in unread.content.decode()) == (409, True)
    read_it = filled(unread.content)
    assert second.post(step(case, "confirm_suspension"), {**read_it, "agreed": "on"})["Location"] == url
    assert "认证已暂停" in operator.get(url).content.decode()
    assert buttons(operator, url) == ({"恢复认证"}, set())
    assert operator.post(step(case, "restore"), {"reason": "已换发营业执照"})["Location"] == url
    assert buttons(operator, url) == ({"提请暂停／撤销认证"}, set())
    happened = operator.get(url).content.decode()
    assert all(words in happened for words in ("营业执照已被吊销", "已换发营业执照", "平台复核"))


WAITS = "1 家单位的暂停等待另一位平台人员确认"


def test_the_home_of_the_second_operator_says_what_waits_for_him(cast: Cast, operator: PageClient) -> None:
    """From the asking to the withdrawal, and again to the confirmation; who asked is not told to confirm."""
    case, second = cast.certified(), enter(cast.second_operator)
    listing = "/operator/employers/?certified=asked"

    def told() -> list[bool]:
        return [WAITS in who.get("/home/").content.decode() for who in (operator, second)]

    assert told() == [False, False]
    assert "没有符合条件的单位" in second.get(listing).content.decode()
    cast.act(case, "request_suspension", cast.operator, {"reason": "营业执照已被吊销"})
    assert told() == [False, True]
    assert ("查看并确认", listing) in read(second.get("/home/")).links
    assert f"/operator/employers/{case.employer_id}/" in {href for _text, href in read(second.get(listing)).links}
    cast.act(case, "withdraw_suspension", cast.operator, {"reason": "弄错了单位"})
    assert told() == [False, False]
    cast.act(case, "request_suspension", cast.second_operator, {"reason": "营业执照已被吊销"})
    assert told() == [True, False]
    cast.act(case, "confirm_suspension", cast.operator)
    assert told() == [False, False]


def test_a_suspended_employer_reads_why_and_whom_to_ask(cast: Cast) -> None:
    Support.objects.create(**CONTACT, edited_by=cast.operator.user, edited_at=cast.certified().opened_at)
    case = Case.objects.get(flow="certification")
    cast.act(case, "request_suspension", cast.operator, {"reason": "营业执照已被吊销"})
    assert "吊销" not in enter(cast.employer).get("/employer/").content.decode()
    cast.act(case, "confirm_suspension", cast.second_operator)
    for url in ("/employer/", "/home/"):
        page = enter(cast.employer).get(url).content.decode()
        assert "贵单位的认证已被暂停" in page and "原因：营业执照已被吊销" in page
        assert "要求恢复或有异议：平台客服：400-000-1234 help@example.com（工作日 9:00–17:00）" in page
    answer = enter(cast.employer).get(f"/cases/{case.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/employer/")


def test_everybody_told_comes_to_a_page_of_his_own(cast: Cast, operator: PageClient) -> None:
    cast.signed()
    case = cast.suspended()
    expand()
    people = (cast.employer, cast.operator, cast.school_reviewer)
    for actor in people:
        assert inbox(actor.user).filter(template__startswith="certification.confirm_suspension").count() == 1
        page = enter(actor).get("/inbox/").content.decode()
        to = "/school/cases/" if actor is cast.school_reviewer else f"/cases/{case.pk}/"
        assert f'href="{to}"' in page
        assert enter(actor).get(to, follow=True).status_code == 200
    assert "贵校毕业生与该单位已签约的不受影响" in enter(cast.school_reviewer).get("/inbox/").content.decode()
    assert inbox(cast.graduate.user).filter(template__startswith="certification").count() == 0


def test_the_operator_reads_certifications_and_no_agreement(cast: Cast, operator: PageClient) -> None:
    signed, case = cast.signed(), cast.certified()
    assert operator.get(f"/cases/{signed.pk}/").status_code == 404
    assert operator.get(f"/cases/{signed.pk}/do/request_release/").status_code == 404
    assert operator.get(f"/cases/{case.pk}/")["Location"] == f"/operator/employers/{case.employer_id}/"


# --- the support contact -------------------------------------------------------------------------------


def footer(client: Client, url: str) -> str:
    page = client.get(url).content.decode()
    return page[page.index("<footer") :]


def test_whom_to_ask_is_under_every_page(cast: Cast, operator: PageClient) -> None:
    words = "平台客服：400-000-1234 help@example.com（工作日 9:00–17:00）"
    everybody = [Client(), enter(cast.employer), operator]
    urls = ["/login/", "/employer/", "/operator/schools/"]
    assert not any("平台客服" in footer(who, url) for who, url in zip(everybody, urls, strict=True))
    assert "还没有客服联系方式" in operator.get("/operator/support/").content.decode()
    assert operator.post("/operator/support/", CONTACT)["Location"] == "/operator/support/"
    assert all(words in footer(who, url) for who, url in zip(everybody, urls, strict=True))
    office = "示范大学就业指导中心：就业办 021-55550100"
    his, office_s = footer(enter(cast.graduate), "/home/"), footer(enter(cast.school_reviewer), "/home/")
    assert (office in his, words in his) == (True, False)
    assert (office in office_s, words in office_s) == (False, True), "an office is not told to ring itself"
    for who in (cast.college_reviewer, cast.counsellor("辅导员", "1班")):
        assert f"{office} · {words}" in footer(enter(who), "/home/")


def test_the_login_page_says_whom_to_ask(operator: PageClient) -> None:
    assert "登录遇到问题？" not in Client().get("/login/").content.decode()
    operator.post("/operator/support/", CONTACT)
    assert "登录遇到问题？平台客服：400-000-1234 help@example.com" in Client().get("/login/").content.decode()


def test_a_school_that_names_nobody_leaves_its_people_to_the_operator(cast: Cast, operator: PageClient) -> None:
    operator.post("/operator/support/", CONTACT)
    school = cast.school
    school.contact = school.phone = ""
    school.save()
    for who in (cast.graduate, cast.college_reviewer, cast.school_reviewer):
        page = footer(enter(who), "/home/")
        assert ("示范大学" in page, "平台客服：400-000-1234" in page) == (False, True)


def test_each_edit_stays_on_record_with_who_and_when(cast: Cast, operator: PageClient) -> None:
    operator.post("/operator/support/", CONTACT)
    enter(cast.second_operator).post("/operator/support/", {"phone": "400-000-5678"})
    assert SUPPORT.read() == Contact("400-000-5678")
    page = operator.get("/operator/support/").content.decode()
    assert all(words in page for words in ("400-000-1234", "400-000-5678", "平台值班", "平台复核"))
    assert Support.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{}, {"hours": "全天"}, {"phone": "打电话"}, {"email": "help"}, {"phone": "1" * 50}, {"phone": "<b>400</b>"}],
)
def test_a_contact_nobody_can_use_is_refused(operator: PageClient, wrong: dict[str, str]) -> None:
    assert operator.post("/operator/support/", wrong).status_code == 422
    assert Support.objects.count() == 0


def test_the_environment_says_it_until_the_operator_does(operator: PageClient, settings: object) -> None:
    settings.SUPPORT = {"phone": "021-55550000", "email": "", "hours": ""}  # type: ignore[attr-defined]
    assert "平台客服：021-55550000" in footer(Client(), "/login/")
    operator.post("/operator/support/", CONTACT)
    assert "021-55550000" not in footer(Client(), "/login/")


# --- services and jobs ---------------------------------------------------------------------------------


def test_the_page_of_services_says_of_each_how_it_is_and_what_to_do(operator: PageClient) -> None:
    page = operator.get("/operator/health/").content.decode()
    assert {str(check.label) for check in CHECKS if check.light and str(check.label) not in page} == set()
    assert "后台进程：后台进程没有运行。" in page and "启动 ./run worker" in page
    assert "没有配置时间戳服务" in page and "站内消息" in page


def test_the_page_of_jobs_shows_what_the_worker_wrote_down(operator: PageClient) -> None:
    assert "没有后台进程" in operator.get("/operator/jobs/").content.decode()
    assert "后台进程没有运行。" in operator.get("/home/").content.decode()
    worker = Worker()
    next(job for job in worker.jobs if job.name == "send").run = lambda: 1 // 0
    worker.once()
    worker.once()
    page = operator.get("/operator/jobs/").content.decode()
    assert {job.name for job in worker.jobs if f">{job.name}<" not in page} == set()
    assert "连续失败" in page and "ZeroDivisionError test_operator_service.py:" in page
    assert {job.name for job in worker.jobs} <= set(JOBS)
    assert "后台任务在失败：send。" in operator.get("/home/").content.decode()


def test_alarms_name_no_person(cast: Cast, operator: PageClient) -> None:
    cast.signed()
    for url in ("/operator/health/", "/operator/jobs/"):
        page = operator.get(url).content.decode()
        assert "曹文公" not in page and "越综合企业" not in page
