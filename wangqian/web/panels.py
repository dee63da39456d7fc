"""What a page shows, as plain data: a view declares these, `templates/parts/` draws them.

Lists stand in `lists.py`, the kinds of page in `pages.py` and `doors.py`. Every text is translated
already and is escaped when drawn; pass `Markup` only for markup of our own. Times are aware, printed in
Asia/Shanghai. `part` names the macro of `templates/parts/` that draws the object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.forms import BaseForm, BoundField

Tone = Literal["ok", "warn", "off", "bad", "info"]
Progressing = Literal["done", "now", "later", "failed"]
Doing = Progressing | Literal["going"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A state word: "待您确认"."""

    text: str
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class Link:
    """A way back, a download, a document beside the point. In a list one without `url` leads nowhere now; `note` says why."""

    label: str
    url: str
    note: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """An act or a way on.

    `method="get"`: a link to `url`. `"post"`: a form of its own, posted to `url` with `fields` as hidden
    values. `"submit"`: submits the form it stands in, as `name=value`, to `url` if given. `disabled_reason`
    shows the button dead with the rule's own sentence beside it. `icon`: a name in `static/icons.svg`. `again`: posted as often
    as wanted (a download). `key`: pressed instead of it, outside of fields, by whoever switched keys on.
    """

    label: str
    url: str = ""
    method: Literal["get", "post", "submit"] = "get"
    primary: bool = False
    danger: bool = False
    quiet: bool = False
    disabled_reason: str = ""
    name: str = ""
    value: str = ""
    fields: Sequence[tuple[str, str]] = ()
    icon: str = ""
    again: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A message that belongs to the page. `text` is a sentence, `items` a list under it."""

    part: ClassVar = "alert"
    tone: Tone
    title: str
    text: str = ""
    items: Sequence[str] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies `text`, where scripts run; `key` is unique on the page."""

    label: str
    text: str
    key: str = "copy"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The form was saved on another page since this one was loaded: one of the two contents is chosen.

    `url` shows theirs; `version` of theirs comes back as `over` when this page's shall stand instead. `rows`: what differs.
    """

    title: str
    url: str
    version: str
    rows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of facts. `change_url` draws 更改; `long` keeps line breaks, over the whole width."""

    label: str
    value: object
    note: str = ""
    change_url: str = ""
    long: bool = False
    tag: Tag | None = None
    link: Link | None = None
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A card of facts; `note` under the rows says where they come from and who corrects them.

    `folded`: all that is seen of it at first, beside the title; the rest unfolds.
    """

    part: ClassVar = "facts"
    title: str
    rows: Sequence[Fact]
    note: str = ""
    change_url: str = ""
    buttons: Sequence[Button] = ()
    folded: str = ""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One stop of the progress bar."""

    label: str
    state: Progressing
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """What happened: when, who, what; `note` is the reason given."""

    when: datetime
    who: str
    what: str
    note: str = ""
    tone: Tone = "info"
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The memory of a case, newest first as given."""

    part: ClassVar = "timeline"
    title: str
    items: Sequence[TimelineItem]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the graduate's list; `sentence` says since when, whose turn it is, or why not yet."""

    label: str
    state: Doing
    sentence: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tasks:
    part: ClassVar = "tasks"
    title: str
    items: Sequence[Task]


@dataclass(frozen=True, slots=True)
class TurnCard:
    """What is waiting for me (`mine`), or whose turn it is. `due` prints as words and as a date ("24:00")."""

    part: ClassVar = "turn"
    tag: Tag
    title: str
    sentence: str = ""
    due: datetime | None = None
    since: datetime | None = None
    buttons: Sequence[Button] = ()
    mine: bool = True
    url: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Nothing here: why, and what to do."""

    part: ClassVar = "empty"
    title: str
    sentence: str = ""
    button: Button | None = None
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading and its paragraphs in the exact text."""

    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class ExactText:
    """The text that will be signed; `version` and `digest` name it, as the event will."""

    part: ClassVar = "exact"
    title: str
    clauses: Sequence[Clause]
    version: str = ""
    digest: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A correction: before and after."""

    label: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    part: ClassVar = "changes"
    title: str
    rows: Sequence[Change]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of a PDF, a QR code, a scanned paper, as an image from our own site. `words` under it make a card to be shown: the same
    in characters."""

    part: ClassVar = "picture"
    url: str
    alt: str
    caption: str = ""
    width: int = 0
    height: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A card of sentences (paragraphs), numbered steps, then items, with pictures, links or buttons."""

    part: ClassVar = "prose"
    title: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    links: Sequence[Link] = ()
    buttons: Sequence[Button] = ()
    steps: Sequence[str] = ()
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Work in the background: percent and counts.

    `poll_url` answers with this part alone (`parts/progress.page.html` with `progress` in its context) and is
    asked every `every` seconds until `finished`; without JavaScript `next_url` or reloading shows the same.
    """

    part: ClassVar = "progress"
    title: str
    done: int
    total: int | None = None
    sentence: str = ""
    poll_url: str = ""
    next_url: str = ""
    every: int = 2
    finished: bool = False
    tone: Tone = "info"

    @property
    def percent(self) -> int | None:
        """Whole percent, or None while the total is unknown; 100 only when done."""
        return min(100, self.done * 100 // self.total) if self.total else (100 if self.finished else None)


@dataclass(frozen=True, slots=True)
class CodeProof:
    """By what an act is proven. `field` is the form's field for a code, typed where `types`; where `sends`, a button submits the
    same form as `send_name=1` (to `send_url` if given), so nothing typed is lost. `sent_to` masked; "" = not sent yet. `again`: sent,
    but the page does not say where (a stranger learns nothing).
    `passkey`: a button that asks the browser. `note`: which ways there are; `enrol`: where to get one, when there is none."""

    field: BoundField
    sent_to: str = ""
    send_url: str = ""
    send_name: str = "send_code"
    wait_seconds: int = 0
    passkey: bool = False
    types: bool = True
    sends: bool = True
    again: bool = False
    note: str = ""
    enrol: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One way to decide, folded under its name: what it asks stands in a form of its own, posted to `url`.

    `confirm` names the form's checkbox field. `key`: pressed instead of unfolding it, by whoever switched keys on.
    """

    label: str
    url: str
    form: BaseForm
    act: Button
    lead: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    tone: str = ""
    confirm: str = ""
    proof: CodeProof | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fieldset:
    """Fields of the form under one heading; names not in the form are skipped."""

    title: str
    fields: Sequence[str]
    note: str = ""
