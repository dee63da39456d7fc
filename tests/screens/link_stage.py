"""An agreement that waits for its stamp, a link sent to the employer's contact, and the browsers he opens it with."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.cast import Cast
from tests.screens.door import solved
from tests.screens.pages import PageClient
from tests.uploads.making import drawing, saved
from wangqian.cases.models import Case, Event
from wangqian.documents import read
from wangqian.documents.models import Artefact
from wangqian.flows import links
from wangqian.flows.models import Link, LinkCode
from wangqian.people.clock import now
from wangqian.people.models import Actor, Throttle

PHONE = "13900002222"
PNG = b"\x89PNG\r\n\x1a\n"


class Sent:
    """A link, as the SMS brought it."""

    def __init__(self, cast: Cast, by: Actor | None = None, phone: str = PHONE, case: Case | None = None) -> None:
        self.cast, self.by = cast, by or cast.graduate
        self.case = case or cast.stamping(by)
        self.again(phone)

    def again(self, phone: str = PHONE) -> str:
        """Sent once more: another secret."""
        self.cast.act(self.case, "ask_employer", self.by, {"mobile": phone})
        found = links.latest(self.case)
        assert found
        self.link = Link.objects.get(pk=found.pk)
        self.secret = links.issue(self.link, now())
        return self.secret

    @property
    def url(self) -> str:
        return f"/l/{self.secret}/"

    def fresh(self) -> Link:
        return Link.objects.get(pk=self.link.pk)

    def received(self) -> int:
        return Event.objects.filter(case=self.case, step="receive").count()


def pause() -> None:
    """The minute, the hour, the ten minutes of the slow lane have passed."""
    Throttle.objects.all().delete()


def ask(who: PageClient, url: str, **more: str) -> HttpResponse:
    response: HttpResponse = who.post(f"{url}code/", {"send_code": "1", "work": solved("link"), **more})
    return response


def code_of(link: Link) -> str:
    """The digits as they went out."""
    return LinkCode.objects.filter(link=link).order_by("-made_at", "-pk")[0].shown


def enter(who: PageClient, url: str, code: str) -> HttpResponse:
    response: HttpResponse = who.post(f"{url}code/", {"code": code})
    return response


def inside(sent: Sent, who: PageClient | None = None) -> PageClient:
    """A browser that has shown the phone."""
    who = who or PageClient()
    pause()
    assert ask(who, sent.url)["Location"] == f"{sent.url}code/"
    assert enter(who, sent.url, code_of(sent.link))["Location"] == sent.url
    return who


def photo(name: str = "第1页.jpg", turn: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, saved(drawing(320 + turn, 240), "JPEG", quality=80), "image/jpeg")


def upload(who: PageClient, url: str, *files: SimpleUploadedFile, **more: Any) -> HttpResponse:
    response: HttpResponse = who.post(f"{url}files/", {"files": list(files) or [photo()], **more})
    return response


def submit(who: PageClient, url: str) -> HttpResponse:
    response: HttpResponse = who.post(f"{url}confirm/")
    return response


def text(response: HttpResponse) -> str:
    return response.content.decode()


def with_paper(monkeypatch: Any, case: Case, page: bytes = PNG) -> Artefact:
    """The paper as the worker leaves it: two pages and a file."""
    paper = Artefact(case=case, kind="stamping", pages=2, sha256="0" * 64, key="none", size=4)
    monkeypatch.setattr(read, "agreement_state", lambda one: ("ready", paper))
    monkeypatch.setattr(read, "pages", lambda one: [page + b"1", page + b"2"])
    monkeypatch.setattr(read, "pdf", lambda found: SimpleUploadedFile("a.pdf", b"%PDF"))
    return paper


def is_dead(response: HttpResponse) -> bool:
    return response.status_code == 404 and "这个链接不能使用" in text(response)
