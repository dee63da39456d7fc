"""The code that opens a capability link, and the session it opens (security.md §2.4).

The phone is the one the link went to. A code is bound to this purpose, to its link and to the browser that asked; it lives ten
minutes and takes five tries, counted by one conditional update however many come at once (people/knocks.py says why). Entered, its row
is the session of that browser: thirty minutes, three of them for a link. Whether the link still lives is asked at every step besides.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from wangqian.flows.links import SESSIONS
from wangqian.flows.models import Link, LinkCode
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.knocks import STALE, TRIED, WRONG, CodeRefused

LIVES = timedelta(minutes=10)
SESSION = timedelta(minutes=30)
KEPT = timedelta(hours=1)  # longer than a code and its session take


def ask(link: Link) -> tuple[LinkCode, str]:
    """A new code and its row; whoever sends the digits must not store them. Rows of this link that have ended are forgotten."""
    moment = now()
    LinkCode.objects.filter(link=link, made_at__lt=moment - KEPT).delete()
    row, code = LinkCode(link=link, made_at=moment), f"{secrets.randbelow(10**6):06d}"
    row.digest = digest(row.pk, code)
    row.save(force_insert=True)
    return row, code


def digest(pk: UUID, code: str) -> str:
    return keyed("link-code", str(pk), code)


def standing(link: Link, pk: str) -> LinkCode | None:
    """The code this browser asked for, while it may be entered."""
    row = of_browser(link, pk)
    waits = row is not None and row.proven_at is None and row.tries < LinkCode.TRIES
    return row if row and waits and now() < row.made_at + LIVES else None


def session(link: Link, pk: str) -> LinkCode | None:
    """This browser's session, while it lasts; also of a link that was used from it."""
    row = of_browser(link, pk)
    return row if row and row.proven_at and now() < row.proven_at + SESSION else None


def of_browser(link: Link, pk: str) -> LinkCode | None:
    return LinkCode.objects.filter(pk=pk, link=link).first() if pk else None


def room(link: Link) -> bool:
    """Whether the phone may be shown once more."""
    return link.sessions < SESSIONS


def enter(link: Link, pk: str, code: str) -> LinkCode:
    """The row, now this browser's session. Raises `CodeRefused`; a wrong try counts."""
    row = standing(link, pk)
    if row is None:
        raise CodeRefused(STALE, again=True)
    right = hmac.compare_digest(row.digest, digest(row.pk, "".join(code.split())))
    moment = now()
    with transaction.atomic():
        waiting = LinkCode.objects.filter(pk=row.pk, proven_at=None, tries__lt=LinkCode.TRIES)
        if not waiting.update(tries=F("tries") + 1, **({"proven_at": moment} if right else {})):
            raise CodeRefused(TRIED, again=True)
        if right:
            open_session(link)
    if not right:
        last = row.tries + 1 >= LinkCode.TRIES
        raise CodeRefused(TRIED if last else WRONG, again=last)
    row.proven_at = moment
    return row


def open_session(link: Link) -> None:
    """One of the link's three; the first of them is when it was opened."""
    mine = Link.objects.filter(pk=link.pk, used_at=None, sessions__lt=SESSIONS)
    if not mine.update(sessions=F("sessions") + 1, opened_at=Coalesce("opened_at", now())):
        raise CodeRefused(STALE, again=True)


def close(row: LinkCode) -> None:
    """The paper was handed in from this session: it may still read that, and nothing else. In the act's transaction."""
    LinkCode.objects.filter(pk=row.pk).update(done_at=now())


def done(row: LinkCode) -> bool:
    """Whether it was, by this or another request of the same browser."""
    return LinkCode.objects.filter(pk=row.pk, done_at__isnull=False).exists()
