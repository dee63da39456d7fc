"""What flows 5 and 6 share: a destination is stated with its evidence, reviewed, registered (M003 §8, §9; flows.md §5–6)."""

from __future__ import annotations

from wangqian.chart.words import DONE, FAILED, SILENT, STAY, VOID, State, Step
from wangqian.flows.correcting import confirming
from wangqian.flows.parties import GRADUATE
from wangqian.flows.release import Releasable
from wangqian.flows.reviewing import passing_over
from wangqian.flows.rules import unreviewed


class Registering(Releasable, abstract=True):
    """States and steps of both; each flow adds its form, its reviews and its end."""

    draft = State("草稿", turn=GRADUATE, mine="还未提交", exclusive="draft", otherwise="填写的内容会自动保存，提交以后学校才能看到。")
    review = State("审核中", holds=True, chain="registration")
    returned = State(
        "待提交（老师退回）", holds=True, turn=GRADUATE, mine="待您修改后重新提交",
        otherwise="请按退回的意见修改后重新提交；在此之前学校不会继续审核。",
    )
    registered = State("已登记", DONE, holds=True, verify="有效")
    refused = State("审核不通过", FAILED)
    cancelled = State("已取消", VOID)

    save = Step(draft, STAY, GRADUATE, "保存", keeps="submit", tell=SILENT)
    cancel = Step(
        (draft, returned), cancelled, GRADUATE, "取消", tell=SILENT, tone="quiet",
        explain="取消后这份登记结束，已填写的内容不再保留；以后可以重新填写。",
    )
    withdraw = Step(
        review, draft, GRADUATE, "撤回修改", only_if=(unreviewed,), tell=SILENT, tone="quiet",
        explain="学校还没有审核时可以撤回，修改后再提交。",
    )
    save_again = Step(returned, STAY, GRADUATE, "保存", keeps="resubmit", tell=SILENT)
    skip = passing_over(review)
    confirm_correction = confirming(registered)
