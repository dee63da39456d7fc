"""How every state of the flows on paper is reached through the door."""

from __future__ import annotations

from collections.abc import Callable

from tests.answers import VERIFIED
from tests.cast import Cast
from tests.papers import FAULT, REFUSAL, RELEASE, acted, again, corrected, disputed
from wangqian.cases.models import Case
from wangqian.cases.tick import tick

GONE = {"reason": "单位不再录用"}
LEAVING = {
    "dossier_transfer": "origin",
    "dossier_unit": "长沙县人才服务中心",
    "dossier_address": "长沙县星沙大道 1 号",
    "dossier_contact": "周老师",
    "dossier_phone": "0731-84000000",
    "hukou_transfer": "origin",
    "authorise": "yes",
}
ANSWER = {"answer": "与单位核实，登记无误"}


def released(cast: Cast, case: Case) -> Case:
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    return acted(cast, case, "confirm_release", cast.second_school_user)


def leaving(cast: Cast, basis: Case) -> Case:
    """离校确认 of what is in force."""
    assert basis.word.kind == "done"
    return cast.start("departure", "confirm", cast.graduate, LEAVING, graduate=cast.graduate.membership.graduate)


def left_anew(cast: Cast) -> Case:
    """Confirmed, then something else came into force and was confirmed."""
    first = cast.registered()
    old = leaving(cast, first)
    cast.act(first, "void", cast.graduate)
    leaving(cast, cast.registered("freelance"))
    return Case.objects.get(pk=old.pk)


def returned(cast: Cast, case: Case) -> Case:
    by = cast.school_reviewer if case.turn == "school" else cast.college_reviewer
    return acted(cast, case, "send_back", by, FAULT)


def ended(cast: Cast, agreement: Case) -> Case:
    return acted(cast, cast.ending(agreement), "approve", cast.school_reviewer, VERIFIED)


def parent(case: Case) -> Case:
    return Case.objects.get(pk=case.parent_id)


def asked_to_void(cast: Cast) -> Case:
    _ = cast.school
    cast.school.profiles.update(void_needs_review=True)
    return acted(cast, cast.registered(), "void", cast.graduate)


def put_right(cast: Cast) -> Case:
    """The school corrected it and has still to answer."""
    entry = cast.registered()
    case = disputed(cast, entry)
    corrected(cast, entry)
    return case


def late(cast: Cast) -> Case:
    case = put_right(cast)
    cast.overdue(case)
    tick()
    return again(case)


def overtaken(cast: Cast) -> Case:
    case = cast.ending(cast.signed_on_paper())
    released(cast, parent(case))
    return again(case)


def answered(cast: Cast, step: str) -> Case:
    return acted(cast, put_right(cast), step, cast.school_reviewer, ANSWER)


PAPER_REACH: dict[tuple[str, str], Callable[[Cast], Case]] = {
    ("offline", "draft"): lambda c: c.begun("offline"),
    ("offline", "review"): lambda c: c.offline_review(),
    ("offline", "returned"): lambda c: returned(c, c.offline_review()),
    ("offline", "stamping"): lambda c: c.stamping(),
    ("offline", "stamped_review"): lambda c: c.stamped_review(),
    ("offline", "signed"): lambda c: c.signed_on_paper(),
    ("offline", "cancelled"): lambda c: acted(c, c.stamping(), "give_up", c.graduate, GONE),
    ("offline", "refused"): lambda c: acted(c, c.offline_review(), "refuse", c.college_reviewer, REFUSAL),
    ("offline", "paper_refused"): lambda c: acted(c, c.stamped_review(), "refuse_paper", c.college_reviewer, REFUSAL),
    ("offline", "terminated"): lambda c: parent(ended(c, c.signed_on_paper())),
    ("offline", "released"): lambda c: released(c, c.stamping()),
    ("offline_termination", "draft"): lambda c: acted(c, c.ending(c.paper_registered()), "withdraw", c.graduate),
    ("offline_termination", "review"): lambda c: c.ending(c.paper_registered()),
    ("offline_termination", "returned"): lambda c: returned(c, c.ending(c.paper_registered())),
    ("offline_termination", "terminated"): lambda c: ended(c, c.paper_registered()),
    ("offline_termination", "refused"): lambda c: acted(
        c, c.ending(c.paper_registered()), "refuse", c.school_reviewer, REFUSAL
    ),
    ("offline_termination", "cancelled"): lambda c: acted(
        c, returned(c, c.ending(c.paper_registered())), "cancel", c.graduate
    ),
    ("offline_termination", "released"): overtaken,
    ("paper", "draft"): lambda c: c.begun("paper"),
    ("paper", "review"): lambda c: c.paper_review(),
    ("paper", "returned"): lambda c: returned(c, c.paper_review()),
    ("paper", "registered"): lambda c: c.paper_registered(),
    ("paper", "refused"): lambda c: acted(c, c.paper_review(), "refuse", c.college_reviewer, REFUSAL),
    ("paper", "cancelled"): lambda c: acted(c, c.begun("paper"), "cancel", c.graduate),
    ("paper", "terminated"): lambda c: parent(ended(c, c.paper_registered())),
    ("paper", "released"): lambda c: released(c, c.paper_registered()),
    ("destination", "draft"): lambda c: c.begun("destination", topic="looking"),
    ("destination", "review"): lambda c: c.destination_review(),
    ("destination", "returned"): lambda c: returned(c, c.destination_review()),
    ("destination", "registered"): lambda c: c.registered(),
    ("destination", "voiding"): asked_to_void,
    ("destination", "refused"): lambda c: acted(c, c.destination_review(), "refuse", c.college_reviewer, REFUSAL),
    ("destination", "cancelled"): lambda c: acted(c, c.begun("destination", topic="looking"), "cancel", c.graduate),
    ("destination", "voided"): lambda c: acted(c, c.registered(), "void", c.graduate),
    ("destination", "released"): lambda c: released(c, c.registered()),
    ("dispute", "open"): put_right,
    ("dispute", "late"): late,
    ("dispute", "upheld"): lambda c: answered(c, "uphold"),
    ("dispute", "rejected"): lambda c: answered(c, "reject"),
    ("dispute", "withdrawn"): lambda c: acted(c, disputed(c, c.registered()), "withdraw", c.graduate),
    ("departure", "confirmed"): lambda c: leaving(c, c.registered()),
    ("departure", "replaced"): left_anew,
}
