"""What a roster edit means for the cases of those edited (flows.md §12)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from wangqian.cases.desk import follow_graduate


def after_edit(graduates: Collection[UUID]) -> None:
    """Open reviews go to the college and class where the graduate now is. Runs in the edit's own transaction.

    An edit of 姓名, 证件号, 学历, 专业, 培养方式 changes no version: the review's own rule compares the version with the
    graduate and refuses until he has confirmed again.
    """
    follow_graduate(graduates)
