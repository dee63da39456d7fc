"""The list of a batch: its forms, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases import proofs
from wangqian.cases.act import Act
from wangqian.cases.models import Case, Draft
from wangqian.chart.words import FLOWS, Step
from wangqian.people.clock import now
from wangqian.people.models import Actor
from wangqian.web.proving import ProofForm
from wangqian.web.school_desk import loaded, waiting
from wangqian.web.school_kinds import BATCHED, Kind

SUBJECT = "batch.approve"
MOST = 100
GONE = gettext_lazy("已不在等您审核的事项中，可能已由他人办理；没有改动。")


class Lines(forms.Field):
    """A repeated field: between one and a hundred lines, each once, in their order."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(str(line) for line in value or []))

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > MOST:
            raise forms.ValidationError(_("一次最多办理 %(most)d 项，请分几次办理。") % {"most": MOST})
        for line in value:
            self.judge(line)

    def judge(self, line: str) -> None:
        try:
            UUID(line)
        except ValueError as wrong:
            raise forms.ValidationError(_("清单有误，请回到待办重新勾选。")) from wrong


class Shown(Lines):
    """Lines "case:digest": what was on the screen."""

    def judge(self, line: str) -> None:
        pk, _colon, text = line.partition(":")
        super().judge(pk)
        if len(text) != 64:
            raise forms.ValidationError(_("清单有误，请回到待办重新勾选。"))


class PickForm(forms.Form):
    flow = forms.ChoiceField(choices=[(name, name) for name in BATCHED])
    pick = Lines(error_messages={"required": gettext_lazy("请先勾选要审核通过的事项。")})


class ItemsForm(forms.Form):
    item = Shown(required=False)


class AgreeForm(ProofForm):
    agreed = forms.BooleanField(label="", error_messages={"required": gettext_lazy("请先勾选，表示您已逐项核对")})
    field_order = ("agreed", "code")

    def __init__(self, count: int, coded: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = _("以上 %(count)d 项我已逐项核对，同意全部审核通过") % {"count": count}
        if not coded:
            self.leave_out_proof()


@dataclass
class Batch:
    """The list of one reviewer. `left` are the cases still waiting, `gone` the ids that no longer do."""

    actor: Actor
    draft: Draft
    left: list[Case]
    gone: list[str]
    moment: datetime

    @property
    def kind(self) -> Kind:
        return BATCHED[self.draft.data["flow"]]

    @property
    def flow(self) -> str:
        return self.kind.flow

    @property
    def step(self) -> Step:
        return FLOWS[self.flow].steps[self.kind.batch]

    @property
    def results(self) -> dict[str, list[str]]:
        """Case id → [tone, sentence] of what was settled."""
        found: dict[str, list[str]] = self.draft.data["results"]
        return found

    def items(self) -> list[str]:
        return [proofs.item(self.act(case), text_of(case)) for case in self.left]

    def act(self, case: Case) -> Act:
        return Act(case, self.step, self.actor, self.moment, source=case.word)

    def binds(self, case: Case) -> bool:
        """Whether approving it is the last level's, which needs the second proof."""
        return self.step.needs_proof(self.act(case))


def text_of(case: Case) -> str:
    """The hash of the newest version of a case that `loaded` read."""
    return max(case.versions.all(), key=lambda version: version.version).sha256


def opened(actor: Actor) -> Batch | None:
    draft = Draft.objects.filter(owner=actor.user, subject=SUBJECT).first()
    if draft is None or draft.data["flow"] not in BATCHED:
        return None
    open_ids = [pk for pk in draft.data["picks"] if pk not in draft.data["results"]]
    here = set(waiting(actor.membership, draft.data["flow"]).filter(pk__in=open_ids).values_list("pk", flat=True))
    left = loaded(actor.membership, [UUID(pk) for pk in open_ids if UUID(pk) in here])
    return Batch(actor, draft, left, [pk for pk in open_ids if UUID(pk) not in here], now())
