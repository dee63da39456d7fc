"""The frame and the seven kinds of page, as data.

A view answers `render(request, page.template, {"page": page, "chrome": chrome})`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.forms import BaseForm

from wangqian.web.file_panels import EvidenceViewer, UploadBox
from wangqian.web.lists import BatchResult, Column, Filter, Pager, Row, Tab, Table
from wangqian.web.panels import (
    Alert,
    Button,
    Changes,
    CodeProof,
    Decision,
    Elsewhere,
    EmptyState,
    ExactText,
    Facts,
    Fieldset,
    Link,
    PathStep,
    Picture,
    Progress,
    Tag,
    Tasks,
    Text,
    Timeline,
    TurnCard,
)

Panel = (
    Alert | Facts | Timeline | Tasks | TurnCard | Table | BatchResult | EmptyState | ExactText | Changes
    | Text | Progress | Picture | UploadBox | EvidenceViewer
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    active: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Chrome:
    """The frame around every page. Signed out: leave `user_name` empty.

    `messages`: what has just happened (Django messages, as alerts). `demo`: the banner's sentence;
    `demo_code`: the one-time code just "sent" in the demo.
    """

    product: str = "网签"
    home_url: str = "/"
    user_name: str = ""
    capacity: str = ""
    capacity_tag: Tag | None = None
    menu: Sequence[MenuItem] = ()
    inbox_url: str = ""
    inbox_count: int = 0
    switch_url: str = ""
    account_url: str = ""
    login_url: str = ""
    logout_url: str = ""
    contact: str = ""
    links: Sequence[Link] = ()
    messages: Sequence[Alert] = ()
    demo: str = ""
    demo_code: str = ""
    demo_link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every kind has: one title (h1 and <title>), a sentence under it, the way back, alerts."""

    template: ClassVar[str]
    title: str
    lead: str = ""
    back: Link | None = None
    tags: Sequence[Tag] = ()
    alerts: Sequence[Alert] = ()
    buttons: Sequence[Button] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage(Page):
    """A list.

    `batch`: buttons with `method="submit"` for the ticked rows (repeated field `pick`), posted to `batch_url`
    together with `batch_form`; `batch_note` says what a batch does. `filters` go to `filter_url`, private ones
    by way of the session.
    """

    template: ClassVar[str] = "pages/desk.html"
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: EmptyState
    tabs: Sequence[Tab] = ()
    tab_sentence: str = ""
    filters: Sequence[Filter] = ()
    filter_url: str = ""
    clear_url: str = ""
    pager: Pager | None = None
    batch: Sequence[Button] = ()
    batch_url: str = ""
    batch_note: str = ""
    batch_form: BaseForm | None = None
    result: BatchResult | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(Page):
    """A matter: whose turn, progress bar, facts (`panels`) and the side column; `buttons` are the moves.

    For whoever decides: `decisions`, and `beside` what is looked at next to the facts.
    """

    template: ClassVar[str] = "pages/case.html"
    path: Sequence[PathStep] = ()
    turn: TurnCard | None = None
    decisions: Sequence[Decision] = ()
    beside: Sequence[Panel] = ()
    panels: Sequence[Panel] = ()
    side: Sequence[Panel] = ()
    timeline: Timeline | None = None
    previous: Link | None = None
    next: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage(Page):
    """Before an act: what it does (`alerts`, `panels` to check, each with 更改), text, form, proof.

    All stands in one form posted to `action_url` ("" = here) by the button `act`. `confirm` names the form's
    checkbox field. Fields that `fieldsets`, `proof` and `confirm` do not name come under no heading. `passkey`: "create", where
    the act's button makes a new passkey (static/passkey.js). `uploads` stand between the form and the act's button, each with forms
    of its own. `drop` gives up the whole matter, on a page of its own. `keep` keeps what is typed; with it the page does so by
    itself as well (static/autosave.js). `elsewhere`: what was typed here is not kept, because it was on another page.
    """

    template: ClassVar[str] = "pages/step.html"
    act: Button
    form: BaseForm | None = None
    cancel: Link | None = None
    path: Sequence[PathStep] = ()
    panels: Sequence[Panel] = ()
    exact: ExactText | None = None
    fieldsets: Sequence[Fieldset] = ()
    proof: CodeProof | None = None
    passkey: str = ""
    uploads: Sequence[UploadBox] = ()
    drop: Button | None = None
    keep: Button | None = None
    confirm: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    action_url: str = ""
    saved: str = ""
    elsewhere: Elsewhere | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage(Page):
    """One record: cards of facts; `side` beside them on a desktop."""

    template: ClassVar[str] = "pages/sheet.html"
    panels: Sequence[Panel]
    side: Sequence[Panel] = ()
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage(Page):
    """Upload → check → confirm. `form` (with a file field) posts to `action_url`; `panels` show preview and
    problems; `buttons` are what can be done now."""

    template: ClassVar[str] = "pages/upload.html"
    path: Sequence[PathStep] = ()
    form: BaseForm | None = None
    act: Button | None = None
    action_url: str = ""
    template_link: Link | None = None
    rules: Sequence[str] = ()
    progress: Progress | None = None
    panels: Sequence[Panel] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that is looked at rather than read."""

    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(Page):
    """Figures and tables; downloads are `buttons`."""

    template: ClassVar[str] = "pages/report.html"
    filters: Sequence[Filter] = ()
    filter_url: str = ""
    figures: Sequence[Figure] = ()
    panels: Sequence[Panel] = ()
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainPage(Page):
    """Sentences, cards, and perhaps one form (a setting, a search)."""

    template: ClassVar[str] = "pages/plain.html"
    panels: Sequence[Panel] = ()
    form: BaseForm | None = None
    fieldsets: Sequence[Fieldset] = ()
    act: Button | None = None
    action_url: str = ""
    method: str = "post"
    after: Sequence[Panel] = ()
