"""What flows 5 and 6 share: a destination is stated with its evidence, reviewed, registered (M003 §8, §9; flows.md §5–6)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from wangqian.chart.words import DONE, FAILED, VOID, State
from wangqian.flows.correcting import confirming
from wangqian.flows.handing_in import cancelling, drafting, saving, withdrawing
from wangqian.flows.parties import GRADUATE
from wangqian.flows.release import Releasable
from wangqian.flows.reviewing import passing_over

CONFIRM_AGAIN = gettext_noop("学校更正了您的基本信息。请核对下面的内容，确认后学校继续审核。")


class Registering(Releasable, abstract=True):
    """States and steps of both; each flow adds its form, its reviews and its end."""

    draft = drafting()
    review = State("审核中", holds=True, chain="registration")
    returned = State(
        "待提交（老师退回）", holds=True, turn=GRADUATE, mine="待您修改后重新提交",
        otherwise="请按退回的意见修改后重新提交；在此之前学校不会继续审核。",
    )
    registered = State("已登记", DONE, holds=True, verify="有效")
    refused = State("审核不通过", FAILED)
    cancelled = State("已取消", VOID)

    save = saving(draft, "submit")
    cancel = cancelling((draft, returned), cancelled, "取消后这份登记结束，已填写的内容不再保留；以后可以重新填写。")
    withdraw = withdrawing(review, draft)
    save_again = saving(returned, "resubmit")
    skip = passing_over(review)
    confirm_correction = confirming(registered)
