"""禤靐龘 goes through everything, as everybody concerned sees it: imported, activated, found, invited, signed, verified, ended."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.answers import TERMS
from tests.canary import later
from tests.canary.ears import Watched
from tests.canary.words import Word
from tests.cast import Cast
from tests.exchange.files import PINYIN, person, xlsx
from tests.notices.conftest import Vendors
from tests.notices.wechat_stage import Stage, number_in
from tests.notices.weixin import openid
from tests.screens.door import PASSWORD, solved, with_password
from tests.screens.employer_stage import words as words_of
from tests.screens.filled import filled
from wangqian.cases.models import Case
from wangqian.exchange.models import Import
from wangqian.flows import meeting_codes
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Graduate, Membership, Throttle, User
from wangqian.worker import Worker, usual_jobs

NAME, NUMBER, PHONE = Word("name", "禤靐龘"), Word("number", "653125200402293479"), Word("phone", "17367289415")
NEW_PHONE, EMAIL = Word("new phone", "19187364520"), Word("e-mail", "xuan.bingda@canary.example")
HOME, QQ = Word("address", "麦盖提县枭獍巷 7 号"), Word("qq", "8675309421")
OPENID = Word("openid", openid("禤靐龘"))
WORDS = (NAME, NUMBER, PHONE, NEW_PHONE, OPENID)
ALL = (*WORDS, later.SLIP_PHONE, EMAIL, HOME, QQ)
ABOUT = f"{NAME.said}（{NUMBER.said}，{PHONE.said}）"  # as careless people write it into any free field


class Story:
    """Everybody has a password, as after the first days; pages are asked for by `who(actor)`."""

    def __init__(self, cast: Cast, vendors: Vendors, wechat: Stage) -> None:
        self.cast, self.vendors, self.wechat = cast, vendors, wechat
        self.clients: dict[object, Watched] = {}
        self.worker = Worker(usual_jobs(lambda: False))
        cast.reviewers()
        staff = (cast.school_reviewer, cast.second_school_user, cast.college_reviewer, cast.operator)
        for actor in (*staff, cast.employer, cast.other_employer):
            with_password(actor.user)

    def who(self, actor: Actor) -> Watched:
        key = actor.membership.pk
        if key not in self.clients:
            self.clients[key] = Watched()
            self.clients[key].enter(actor)
        return self.clients[key]

    def work(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            for job in self.worker.jobs:
                job.attempt(0)
                assert not job.failures, (job.name, job.error, job.place)

    def later(self) -> None:
        """No limit of a minute stands in the way."""
        Throttle.objects.all().delete()

    def code(self) -> str:
        """The code of the latest SMS that had one."""
        for taken in reversed(self.vendors.aliyun.taken):
            if found := re.search(r"(?<!\d)\d{6}(?!\d)", taken["text"]):
                return found.group()
        raise AssertionError("no code was sent")

    # --- the story, in order -------------------------------------------------------------------------

    def imported(self) -> None:
        """By the school, with an unknown column that says it all again; once with errors, once rightly, once changed."""
        school = self.who(self.cast.school_reviewer)
        assert self.cast.college
        row = person(
            1, xm=NAME.said, sfzh=NUMBER.said, mobilephone=PHONE.said, email=EMAIL.said, jtdz=HOME.said, qq=QQ.said,
            csrq="20040229", syszddm="653125", syszd="新疆维吾尔自治区喀什地区莎车县", xbdm="1", xb="男",
        )  # fmt: skip
        wrong = self.upload(school, {**row, "mobilephone": f"{PHONE.said}0"})
        assert NAME.said in school.get(f"/school/roster/{wrong.pk}/").content.decode()
        school.get(f"/school/roster/{wrong.pk}/errors.xlsx")
        school.post(f"/school/roster/{wrong.pk}/cancel/")
        for changed in ({}, {"xz": "5"}):
            job = self.upload(school, {**row, **changed})
            assert job.status == "checked", (job.status, job.error)
            school.get(f"/school/roster/{job.pk}/")
            school.post(f"/school/roster/{job.pk}/confirm/")
            self.work()
        graduate = self.graduate
        assert (graduate.name, graduate.identity_number()) == (NAME.said, NUMBER.said)
        assert graduate.extra == {"备注": f"{NAME.said} {PHONE.said}"}

    def upload(self, school: Watched, row: dict[str, str]) -> Import:
        content = xlsx([[*PINYIN, "备注"], [*(row.get(key, "") for key in PINYIN), f"{NAME.said} {PHONE.said}"]])
        file = SimpleUploadedFile("生源.xlsx", content)
        school.post("/school/roster/", {"cohort": str(self.cast.cohort.pk), "file": file})
        self.work()
        return Import.objects.latest("uploaded_at")

    @property
    def graduate(self) -> Graduate:
        return Graduate.objects.select_related("person", "college", "school").get(student_number="202300001")

    @property
    def me(self) -> Actor:
        member = Membership.objects.select_related("user", "graduate").get(kind=Capacity.GRADUATE, graduate=self.graduate)
        return Actor(member, "127.0.0.1", "test")

    def activated(self) -> None:
        """Wrong facts, a password of her own data, then rightly."""
        browser, graduate = Watched(), self.graduate
        facts = {"school": str(graduate.school_id), "name": NAME.said, "kind": "resident", "number": NUMBER.said}
        for wrong in ({"number": "653125200402293495"}, {"name": f"{NAME.said}一"}, {}):
            page = browser.post("/activate/", {**facts, **wrong, "work": solved("activate")}, follow=True)
            assert page.redirect_chain, page.content.decode()
            self.later()
        self.work()
        browser.post("/activate/code/", {"code": "000000"})
        browser.post("/activate/code/", {"code": self.code()}, follow=True)
        own = f"Xk-{PHONE.said}-zz"
        assert browser.post("/activate/password/", {"password1": own, "password2": own}).status_code == 422
        page = browser.post("/activate/password/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
        assert page.status_code == 200 and User.objects.get(pk=self.me.user.pk).activated_at
        self.clients[self.me.membership.pk], browser.own = browser, f">{NAME.said}<".encode()
        page = browser.get("/me/confirm/")
        assert NAME.said in page.content.decode()
        browser.post("/me/confirm/", {**filled(page.content), "confirmed": "on", "right": "on"}, follow=True)
        Graduate.objects.filter(pk=graduate.pk, confirmed_at=None).update(confirmed_at=now())

    def logged_in(self) -> None:
        """Wrong and right, by phone, number and e-mail; forgotten names and passwords."""
        for typed in (PHONE.said, NUMBER.said, EMAIL.said, NAME.said):
            Watched().post("/login/", {"login": typed, "password": f"not {NAME.said}"})
            self.later()
            for path in ("/login/code/", "/login/names/", "/login/reset/"):
                Watched().post(path, {"login": typed, "work": solved("ask")}, follow=True)
                self.later()
        self.work()
        answered = Watched().post("/login/", {"login": PHONE.said, "password": PASSWORD})
        assert answered["Location"] == "/home/"

    def bound(self) -> None:
        """Her WeChat: scanned, a wrong number, the right one; then she comes in by it."""
        browser = self.who(self.me)
        browser.post("/account/wechat/code/")
        browser.get("/account/wechat/qr.svg")
        said = self.wechat.scan(OPENID.said)
        browser.post("/account/wechat/", {"number": "x"})
        browser.post("/account/wechat/", {"number": number_in(said)}, follow=True)
        browser.get("/account/")
        phone = Watched(HTTP_USER_AGENT="MicroMessenger/8.0.50")
        state = re.search(r"state=(\w+)", phone.get("/login/wechat/")["Location"])
        assert state
        back = {"code": self.wechat.weixin.came_with(OPENID.said), "state": state[1]}
        assert phone.get("/login/wechat/back/", back)["Location"] == "/home/"
        self.work()

    def found(self) -> None:
        """By three facts, missed and hit; kept; searched for in the list by name and by number."""
        employer = self.who(self.cast.employer)
        facts = {"kind": "resident", "name": NAME.said, "number": NUMBER.said, "school": str(self.graduate.school_id)}
        assert "加入收藏夹" not in employer.post("/favourites/add/", {**facts, "number": "653125200402293495"}).content.decode()
        page = employer.post("/favourites/add/", facts).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token
        employer.post("/favourites/add/", {"token": token.group(1)}, follow=True)
        for words in ({"name": NAME.said}, {"number": NUMBER.said}, {"name": ABOUT}):
            self.sought(employer, "/home/?tab=favourites", **words)
        code = meeting_codes.make(self.me).code
        other = self.who(self.cast.other_employer)
        other.get("/favourites/code/")
        assert other.get(f"/favourites/code/{code}/").status_code == 200  # as a scanned card leads there
        other.post("/favourites/code/", {"code": code}, follow=True)
        assert self.graduate.favoured.count() == 2

    def sought(self, who: Watched, url: str, **words: str) -> None:
        from tests.screens.pages import sought

        page = sought(who, url, **words)
        assert page.status_code == 200
        assert (NAME.said in page.content.decode()) or words.get("name") == ABOUT

    def invited(self) -> None:
        """Typed wrongly first; the terms name her, and she is even the contact."""
        employer = self.who(self.cast.employer)
        url = f"/start/online/invite/graduate/{self.graduate.pk}/"
        contact = {"contact": NAME.said, "contact_mobile": PHONE.said, "contact_email": EMAIL.said}
        terms = {**TERMS, **contact, "additions": f"与{ABOUT}约定提供宿舍"}
        assert employer.post(url, {**terms, "job_title": ABOUT * 9}).status_code == 422
        assert employer.post(url, terms)["Location"] == f"{url}confirm/"
        self.proven(employer, f"{url}confirm/")
        self.case = Case.objects.get(graduate=self.graduate, flow="online", state="invited")
        self.work()

    def proven(self, who: Watched, url: str, **given: str) -> HttpResponse:
        """A binding act on its page: a wrong code, then the right one by SMS."""
        self.later()
        page = who.get(url)
        assert page.status_code == 200, (url, page.status_code, page.headers.get("Location"))
        fields = {**dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)">', page.content.decode())), **given}
        who.post(url, {**fields, "send_code": "1", "agreed": "on"})
        code = self.code()
        who.post(url, {**fields, "code": "000000" if code != "000000" else "111111", "agreed": "on"})
        answer: HttpResponse = who.post(url, {**fields, "code": code, "agreed": "on"})
        assert answer.status_code == 302, answer.content.decode()[:3000]
        return answer

    def declined_elsewhere(self) -> None:
        other = self.cast.invited(self.cast.other_employer, self.me)
        me = self.who(self.me)
        url = f"/cases/{other.pk}/do/decline/"
        answer = me.post(url, {**filled(me.get(url).content), "reason": f"因家事，{ABOUT}"})
        if answer["Location"].endswith("confirm/"):
            me.post(answer["Location"], filled(me.get(answer["Location"]).content))
        assert Case.objects.get(pk=other.pk).state == "declined"

    def accepted(self) -> None:
        self.proven(self.who(self.me), f"/cases/{self.case.pk}/do/accept/")
        self.work()

    def reviewed(self) -> None:
        """Seen and searched for at both levels, and refused nowhere."""
        for reviewer in (self.cast.college_reviewer, self.cast.school_reviewer):
            who = self.who(reviewer)
            assert NAME.said in who.get("/home/").content.decode()
            assert ABOUT in who.get(f"/cases/{self.case.pk}/").content.decode()
            self.sought(who, "/home/", name=NAME.said)
            self.sought(who, "/graduates/", name=NAME.said, number="2023")
            if reviewer is self.cast.college_reviewer:
                self.in_one_go(who)
            else:
                self.cast.act(self.case, "approve", reviewer)
            self.work()
        self.case.refresh_from_db()
        assert self.case.state == "signed"

    def in_one_go(self, who: Watched) -> None:
        """Approved from the list, as reviewers do in June."""
        assert who.post("/desk/batch/", {"flow": "online", "pick": [str(self.case.pk)]})["Location"] == "/desk/batch/confirm/"
        listed = who.get("/desk/batch/confirm/")
        assert NAME.said in listed.content.decode()
        who.post("/desk/batch/confirm/", {**filled(listed.content), "agreed": "on"})
        assert Case.objects.get(pk=self.case.pk).turn == Capacity.SCHOOL

    def looked_at(self) -> None:
        """By everybody who may: papers, messages, the number itself with a reason."""
        school = self.who(self.cast.school_reviewer)
        self.sought(school, "/school/cases/?tab=signed", name=NAME.said)
        for actor in (self.me, self.cast.employer, self.cast.school_reviewer, self.cast.college_reviewer):
            who = self.who(actor)
            for path in ("", "paper/", "paper/agreement.pdf", "paper/1.png"):
                assert who.get(f"/cases/{self.case.pk}/{path}").status_code == 200, path
            who.get("/inbox/")
            taken = who.get(f"/cases/{self.case.pk}/evidence.zip")
            assert taken.status_code == (404 if actor is self.cast.college_reviewer else 200)
        url = f"/graduates/{self.graduate.pk}/"
        school.get(url)
        shown = school.post(f"{url}identity/", {"reason": f"与{ABOUT}核对"}, follow=True)
        assert NUMBER.said in shown.content.decode()
        operator = self.who(self.cast.operator)
        for path in ("/home/", "/operator/messages/", "/operator/health/", "/operator/jobs/"):
            operator.get(path)
        me = self.who(self.me)
        for path in ("/me/", "/me/changes/", "/me/corrections/", "/account/", "/account/sessions/"):
            assert me.get(path).status_code == 200, path

    def verified(self) -> None:
        """By number and name, rightly, wrongly, and by the code of the paper."""
        for name, right in ((NAME.said, True), (f"{NAME.said}一", False), (ABOUT, False)):
            page = Watched().post("/verify/", {"number": self.case.number, "name": name, "work": solved("verify")}, follow=True)
            assert ("这份协议书现在有效" in page.content.decode()) == right
        Watched().post("/verify/", {"number": NUMBER.said, "name": PHONE.said})
        Watched().get(f"/verify/{self.case.verification_code}/")
        paper = b"".join(self.who(self.me).get(f"/cases/{self.case.pk}/paper/agreement.pdf"))
        for content, right in ((paper, True), (paper + b" ", False)):
            file = SimpleUploadedFile(f"{NAME.said} {NUMBER.said}.pdf", content, "application/pdf")
            page = Watched().post("/verify/file/", {"file": file})
            assert ("与存档的文件完全一致" in page.content.decode()) == right

    def changed(self) -> None:
        """Her phone, her address, what she asks to be corrected."""
        me = self.who(self.me)
        self.later()
        me.post("/account/phone/", {"value": NEW_PHONE.said, "send_code": "1"})
        me.post("/account/phone/", {"value": NEW_PHONE.said, "code": self.code()})
        self.later()
        self.work()
        me.post("/account/contact/enter/", {"code": self.code()})
        assert self.graduate.phone == NEW_PHONE.said
        page = me.get("/me/data/")
        me.post("/me/data/", {**filled(page.content), "home_address": f"{HOME.said} 二楼"}, follow=True)
        school, edited = self.who(self.cast.school_reviewer), f"/graduates/{self.graduate.pk}/edit/"
        done = school.post(edited, {**filled(school.get(edited).content), "klass": "9班", "reason": ABOUT}, follow=True)
        assert self.graduate.klass == "9班", words_of(done)
        url = f"/start/correction_request/fill/graduate/{self.graduate.pk}/"
        begun = me.post(url, {**filled(me.get(url).content), "topic": "name"})
        case = Case.objects.get(flow="correction_request", graduate=self.graduate)
        self.cast.hand_in(case, "evidence", self.me, name=f"{NAME.said}.jpg")
        url = begun["Location"]
        asked = me.post(url, {**filled(me.get(url).content), "name": f"{NAME.said}一", "reason": ABOUT})
        assert asked.status_code == 302, words_of(asked)
        assert Case.objects.get(pk=case.pk).state == "at_school"
        self.work()

    def ended(self) -> None:
        """Asked for by her with an explanation, agreed to, reviewed."""
        case = self.cast.start(
            "online_termination", "ask", self.me, {"reason": "05", "explanation": f"{ABOUT}要求"}, parent=self.case
        )
        self.work()
        employer = self.who(self.cast.employer)
        assert ABOUT in employer.get(f"/cases/{case.pk}/").content.decode()
        self.proven(employer, f"/cases/{case.pk}/do/accept/")
        self.cast.act(case, "approve", self.cast.school_reviewer)
        self.work()
        assert Case.objects.get(pk=self.case.pk).state == "terminated"

    def misled(self, monkeypatch: Any) -> None:
        """Everything wrong that people and programs do; the addresses here are the intruder's own."""
        me, stranger = self.who(self.me), Watched()
        for who in (me, stranger):
            who.get(f"/{NAME.said}/{NUMBER.said}/", hostile=True)
            who.get("/verify/", {"name": NAME.said, "number": NUMBER.said}, hostile=True)
            who.get(f"/home/?name={NAME.said}&q={PHONE.said}", hostile=True)
            who.get("/cases/01900000-0000-7000-8000-000000000000/")
            who.delete("/home/", ABOUT)
            who.post("/home/", {"name": NAME.said})
            who.get("/home/", headers={"host": "elsewhere.example"})
        strict = Watched(enforce_csrf_checks=True)
        strict.post("/login/", {"login": PHONE.said, "password": NAME.said})
        self.broken(me, monkeypatch)

    def broken(self, who: Watched, monkeypatch: Any) -> None:
        """A bug of ours that has everything in its hands when it raises."""
        from wangqian.web import words

        def raising(*_args: object, **_named: object) -> str:
            here = {"name": NAME.said, "number": NUMBER.said}
            raise ValueError(f"cannot say {here} {PHONE.said}")

        who.raise_request_exception = False
        monkeypatch.setattr(words, "title_of", raising)
        monkeypatch.setattr("wangqian.web.casepage.alerts", raising)
        assert who.get(f"/cases/{self.case.pk}/").status_code == 500
        monkeypatch.undo()
        who.raise_request_exception = True

    def told(self, monkeypatch: Any) -> None:
        self.imported()
        self.activated()
        self.logged_in()
        self.bound()
        self.found()
        self.invited()
        self.declined_elsewhere()
        self.accepted()
        self.reviewed()
        self.looked_at()
        self.verified()
        self.changed()
        self.ended()
        later.told(self, ABOUT, NAME.said)
        self.misled(monkeypatch)
