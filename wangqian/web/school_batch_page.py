"""The two faces of a batch: the list to check, and what became of each item."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.models import Case
from wangqian.flows.rules import last_level
from wangqian.flows.warnings import warnings_of
from wangqian.web.lists import BatchResult, Cell, Column, ResultLine, Row, Table
from wangqian.web.pages import PlainPage, StepPage
from wangqian.web.panels import Alert, Button, CodeProof, Link, Tone
from wangqian.web.school_batch_list import GONE, Batch, text_of
from wangqian.web.school_desk import last_content, loaded, matter
from wangqian.web.words import partner

FINGERPRINT = 12


def check_page(found: Batch, form: forms.Form, proof: CodeProof | None) -> StepPage:
    """What is about to be approved: one line each, with the fingerprint of its text."""
    desk = f"{reverse('home')}?tab={found.draft.data['flow']}"
    return StepPage(
        title=_("批量审核通过：请核对 %(count)d 项") % {"count": len(found.left)},
        lead=_(found.step.explain),
        back=Link(_("返回待办"), desk),
        alerts=gone_alert(found),
        panels=[*settled(found), table(found)],
        form=form,
        confirm="agreed",
        proof=proof,
        hidden=[("item", line) for line in found.items()],
        act=Button(_("全部审核通过"), method="submit", primary=True),
        cancel=Link(_("再想想"), desk),
        wide=True,
    )


def table(found: Batch) -> Table:
    about = str(found.kind.about)
    names = (_("毕业生"), _("院系／专业"), _("单位或学校"), about, _("文本指纹"), _("级别"))
    note = _("点毕业生姓名可先查看全文。文本指纹是您将要通过的文本的 SHA-256 的前 12 位；文本有变化时该项不会通过。")
    noticed = warnings_of((case, last_content(case)) for case in found.left)
    rows = [row(found, case, "；".join(sentences)) for case, sentences in zip(found.left, noticed, strict=True)]
    return Table(_("将要通过的事项"), [Column(name) for name in names], rows, note=note)


def row(found: Batch, case: Case, noticed: str) -> Row:
    """One line, with what its own page would warn of."""
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    last = str(found.kind.last) if last_level(found.act(case)) else _("通过后转下一级")
    cells = [
        Cell(graduate.name),
        Cell(case.college.name, note=graduate.major),
        Cell(partner(case)),
        Cell(matter(case), note=noticed),
        Cell(text_of(case)[:FINGERPRINT]),
        Cell(last),
    ]
    return Row(cells, reverse("case", args=[case.pk]))


def gone_alert(found: Batch) -> list[Alert]:
    if not found.gone:
        return []
    return [
        Alert(
            "warn",
            _("%(count)d 项不会办理") % {"count": len(found.gone)},
            _("它们已不在等您审核的事项中，可能已由他人办理，或不在您的审核范围内。"),
        )
    ]


def settled(found: Batch) -> list[BatchResult]:
    """What was settled before the rest was left."""
    done = lines(found, list(found.results))
    return [BatchResult(_("已办理的 %(count)d 项") % {"count": len(done)}, done)] if done else []


def result_page(found: Batch) -> PlainPage:
    """One result per item, failures with their reason."""
    done = lines(found, found.draft.data["picks"])
    good = sum(line.tone == "ok" for line in done)
    facts = {"all": len(done), "good": good}
    return PlainPage(
        title=_("批量审核结果"),
        back=Link(_("返回待办"), f"{reverse('home')}?tab={found.draft.data['flow']}"),
        panels=[
            BatchResult(
                _("%(all)d 项中 %(good)d 项已通过") % facts,
                sorted(done, key=lambda line: line.tone == "ok"),
                "" if good == len(done) else _("没有通过的列在前面，附有原因；仍须办理的还在待办中。"),
            )
        ],
        buttons=[Button(_("继续审核"), f"{reverse('home')}?tab={found.draft.data['flow']}", primary=True)],
    )


def lines(found: Batch, ids: list[str]) -> list[ResultLine]:
    names = {str(case.pk): case for case in loaded(found.actor.membership, [UUID(pk) for pk in ids])}
    made = []
    for pk in ids:
        tone, sentence = found.results.get(pk, ["off", str(GONE)])
        made.append(line(names.get(pk), tone, sentence))  # type: ignore[arg-type]
    return made


def line(case: Case | None, tone: Tone, sentence: str) -> ResultLine:
    """A case out of scope keeps its name to itself."""
    if case is None or case.graduate is None:
        return ResultLine(_("不在您审核范围内的事项"), sentence, tone)
    who = f"{case.graduate.name} · {case.employer.name}" if case.employer else case.graduate.name
    return ResultLine(who, sentence, tone, reverse("case", args=[case.pk]))
