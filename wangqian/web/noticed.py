"""请留意: what the school should notice before it decides, on the case's page and on every page where it decides (codes.md §11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from wangqian.cases.models import Case
from wangqian.cases.queries import content_of
from wangqian.chart.check import reviewing
from wangqian.flows.warnings import warnings
from wangqian.people.models import Actor
from wangqian.web.panels import Alert


def noticed(case: Case, actor: Actor, content: dict[str, Any] | None = None) -> list[Alert]:
    """Of what is under review, or would be with this content; never a block."""
    if not case.version or actor.membership.party != "school" or not reviewing(case.chart, case.word):
        return []
    sentences = warnings(case, content_of(case) if content is None else content)
    return [Alert("warn", _("请留意"), items=sentences)] if sentences else []
