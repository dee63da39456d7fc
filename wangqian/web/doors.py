"""Pages of their own shape, as data: home, start, log in, agreement, verification, errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.forms import BaseForm

from wangqian.web.pages import Page, Panel
from wangqian.web.panels import Button, CodeProof, Fact, Link, Picture, Progress, Tag, Tasks, TurnCard


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage(Page):
    """Graduate's home: what waits for me, my tasks, other matters, the three entries."""

    template: ClassVar[str] = "pages/home.html"
    waiting: Sequence[TurnCard] = ()
    nothing: str = ""
    tasks: Tasks | None = None
    others: Sequence[TurnCard] = ()
    entries_title: str = ""
    entries: Sequence[Link] = ()
    panels: Sequence[Panel] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A door of the start page."""

    title: str
    sentence: str
    button: Button
    icon: str = "user"


@dataclass(frozen=True, slots=True)
class EnterAs:
    """Demo: a group of persons one may enter as; each button posts."""

    title: str
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage(Page):
    template: ClassVar[str] = "pages/start.html"
    entries: Sequence[Entry]
    enter_as: Sequence[EnterAs] = ()
    enter_note: str = ""
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage(Page):
    """`passkey_form`, sent to `passkey_url`: a passkey alone logs in, a way of its own beside the form. `others`: other ways in,
    under the form."""

    template: ClassVar[str] = "pages/login.html"
    form: BaseForm
    act: Button
    action_url: str = ""
    proof: CodeProof | None = None
    passkey_form: BaseForm | None = None
    passkey_url: str = ""
    others: Sequence[Button] = ()
    help: Sequence[str] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(Page):
    """The agreement as images; `copy_url` is offered for copying; `pending` while it is being made."""

    template: ClassVar[str] = "pages/preview.html"
    pictures: Sequence[Picture] = ()
    copy_url: str = ""
    pending: Progress | None = None
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The answer of a verification: live state, masked names, when checked; nothing else."""

    tag: Tag
    sentence: str
    rows: Sequence[Fact]
    checked_at: datetime
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage(Page):
    """By what is typed, or by the file itself; `miss` under `miss_title` says what was not found."""

    template: ClassVar[str] = "pages/verify.html"
    form: BaseForm
    act: Button
    action_url: str = ""
    method: str = "post"
    file_form: BaseForm | None = None
    file_act: Button | None = None
    file_url: str = ""
    result: Verified | None = None
    miss: str = ""
    miss_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """400, 403, 404, 500, a failed CSRF check: what happened and what to do."""

    template: ClassVar[str] = "pages/error.html"
    code: str
    sentences: Sequence[str] = ()
