"""What a form starts with: the draft, the old case it starts again from, or what is already known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wangqian.cases.models import Draft
from wangqian.people.clock import SHANGHAI
from wangqian.web.subjects import Subject


def prefill(subject: Subject) -> dict[str, Any]:
    draft = Draft.objects.filter(owner=subject.actor.user, subject=subject.draft_key).first()
    if draft:
        return dict(draft.data)
    maker = KNOWN.get(f"{subject.case.flow}.{subject.step.name}")
    return maker(subject) if maker else {}


def invitation(subject: Subject) -> dict[str, Any]:
    """The failed case's terms (再次发起签约), else the last invitation's contact and the dossier's receiver."""
    parent = subject.case.parent
    if parent:
        last = parent.versions.order_by("-version").first()
        return dict(last.content["terms"]) if last else {}
    employer, user = subject.case.employer, subject.actor.user
    dossier = employer.dossiers.first() if employer else None
    return {
        "contact": user.name,
        "contact_mobile": user.phone,
        "contact_email": user.email,
        "dossier_receipt": dossier.receipt if dossier else "",
        "hukou_address": dossier.hukou_address if dossier else "",
        "valid_days": "7",
    }


def extension(subject: Subject) -> dict[str, Any]:
    """Seven days more than now granted."""
    until = subject.case.respond_by
    if until is None:
        return {}
    return {"until": (until.astimezone(SHANGHAI) + timedelta(days=6)).date().isoformat()}


KNOWN = {"online.invite": invitation, "online.extend": extension}
