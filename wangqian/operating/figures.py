"""How much waits, and for how long: for the pages, the readiness probe and the metrics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_lazy

from wangqian.cases.models import Outbox
from wangqian.documents import make
from wangqian.exchange.models import OPEN, Import
from wangqian.flows.suspension import waiting as invitations_of_suspended
from wangqian.notices import expand, trouble
from wangqian.notices.models import Notice, State
from wangqian.people.clock import now

LATE = timedelta(minutes=5)

# queue → (words, how many wait)
QUEUES: dict[str, tuple[object, Callable[[], int]]] = {
    "events": (gettext_lazy("待通知的事件"), lambda: Outbox.objects.filter(consumer=expand.CONSUMER).count()),
    "messages": (gettext_lazy("待发送的消息"), lambda: Notice.objects.filter(next_at__isnull=False).count()),
    "papers": (gettext_lazy("待生成的协议书"), lambda: Outbox.objects.filter(consumer=make.CONSUMER).count()),
    "imports": (gettext_lazy("处理中的生源导入"), lambda: Import.objects.filter(status__in=OPEN).count()),
    "invitations": (gettext_lazy("待失效的邀请（单位被暂停）"), lambda: invitations_of_suspended().count()),
}


def backlog() -> dict[str, int]:
    """How many rows wait in every queue."""
    return {queue: count() for queue, (_words, count) in QUEUES.items()}


def lag() -> timedelta:
    """How long the oldest event nobody has looked at yet, or the oldest message never tried, has been waiting.

    What was tried and put off does not count: the relay is at work then, and its failures are shown by themselves.
    """
    moment = now()
    untouched = Outbox.objects.filter(tries=0, error="").order_by("id").values_list("event__at", flat=True).first()
    untried = Notice.objects.filter(state=State.QUEUED, tries=0, next_at__lte=moment).order_by("next_at")
    since = [at for at in (untouched, untried.values_list("next_at", flat=True).first()) if at]
    return max((moment - at for at in since), default=timedelta(0))


def dead_letters() -> int:
    """Messages given up, for the operator to send again or to settle."""
    return trouble.given_up().count()


def stuck_papers() -> int:
    """Papers only a person can help: a font is missing."""
    return Outbox.objects.filter(consumer=make.CONSUMER, next_at=make.BY_HAND).count()

