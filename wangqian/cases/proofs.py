"""† The second proof of a binding act, bound to the user, the step and the text shown; and the proof by a code sent to him.

Proofs by his own devices (passkey, authenticator app) stand in `devices.py`.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import F

from wangqian.cases.act import Act, NeedsProof
from wangqian.cases.models import Proof, digest
from wangqian.chart.words import Refused
from wangqian.people import factors, limits
from wangqian.people.clock import SHANGHAI, now
from wangqian.people.identity import keyed, masked_email, masked_phone
from wangqian.people.models import User
from wangqian.people.prepared import Prepared

LOCKED = Prepared(lambda pk: Proof.objects.select_for_update().filter(pk=pk))
ISSUED = Prepared(lambda pk: Proof.objects.filter(pk=pk, used_at=None, verified_at=None))
SENT = ("sms", "email")  # methods whose code travels; the others need the person's own device


class CodeRefused(Refused):
    """The code itself is the trouble; said where it is typed."""

    status = 422


def subject(act: Act) -> str:
    """What is acted on: the case, or, before there is one, who starts what with whom."""
    case = act.case
    if case.version:
        return str(case.pk)
    return f"new:{case.graduate_id or ''}:{case.employer_id or ''}:{case.parent_id or ''}"


def item(act: Act, text: str) -> str:
    return f"{subject(act)}:{text}"


def issue(user: User, step: str, items: list[str], method: str = "sms") -> tuple[Proof, str]:
    """A new proof and its six digits; whoever sends them must not store them. One a minute, ten an hour per phone."""
    limits.spend("proof-minute", user.phone)
    limits.spend("proof-hour", user.phone)
    code = f"{secrets.randbelow(10**6):06d}"
    proof = new(user, step, items, method)
    proof.code_digest = code_digest(proof, code)
    proof.evidence = {"method": method, "sent_to": sent_to(user, method), "sent_at": spelled(proof.issued_at)}
    proof.save(force_insert=True)
    return proof, code


def new(user: User, step: str, items: list[str], method: str) -> Proof:
    """An unsaved proof of these items."""
    ordered = sorted(items)
    return Proof(user=user, step=step, items=ordered, items_sha256=digest(ordered), issued_at=now(), method=method)


def sent_to(user: User, method: str) -> str:
    """Where a code goes, masked."""
    return masked_email(user.email) if method == "email" else masked_phone(user.phone)


def spelled(moment: datetime) -> str:
    """A moment as it stands in evidence: UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def wait_seconds(user: User) -> int:
    """Seconds until this phone may get the next code."""
    return limits.wait("proof-minute", user.phone)


def code_digest(proof: Proof, code: str) -> str:
    return keyed("proof-code", str(proof.pk), code)


def verify(proof: Proof, code: str, moment: datetime | None = None) -> None:
    """Enter the code: at most five tries within ten minutes. Counted even when the act is later refused."""
    moment = moment or now()
    if proof.verified_at or proof.used_at or moment >= proof.issued_at + Proof.CODE_LIVES:
        raise CodeRefused("验证码已失效，请重新获取。")
    right = hmac.compare_digest(proof.code_digest, code_digest(proof, code.strip()))
    evidence = {**proof.evidence, "entered_at": spelled(moment)}
    found = {"verified_at": moment, "evidence": evidence} if right else {}
    if not Proof.objects.filter(pk=proof.pk, tries__lt=Proof.TRIES).update(tries=F("tries") + 1, **found):
        raise CodeRefused("验证码输入错误次数过多，请重新获取。")
    if not right:
        raise CodeRefused("验证码不正确，请核对最近一条短信中的 6 位数字。")
    proof.verified_at, proof.evidence = moment, evidence


def again(pk: UUID, items: list[str], code: str) -> Proof | None:
    """The proof whose code was right before and that was not used: the answer was lost, or the act broke off after the code.

    It lives no longer for being entered again, proves the same items, and counts its tries.
    """
    proof = Proof.objects.filter(pk=pk, items=sorted(items), used_at=None).exclude(verified_at=None).first()
    if proof is None or not Proof.objects.filter(pk=pk, tries__lt=Proof.TRIES).update(tries=F("tries") + 1):
        return None
    return proof if hmac.compare_digest(proof.code_digest, code_digest(proof, code.strip())) else None


def too_soon(act: Act) -> Refused | None:
    """Whoever got in by paper, or lost his factors, binds nobody for a day: time for the owner to hear of it."""
    opens = act.membership.user.binding_from if act.membership else None
    if opens is None or opens <= act.now or not act.step.needs_proof(act):
        return None
    return Refused(
        "您的账号刚刚重新验证过身份，在 {opens} 之前不能办理有约束力的事项。如果不是您本人操作，请立即联系学校就业部门或平台。",
        opens=opens.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    )


def require_proof(act: Act, text: str) -> None:
    """Refuse unless a fresh proof by this user covers this step on this text."""
    if refusal := too_soon(act):
        raise refusal
    proof = act.proof
    if proof is not None:
        proof = LOCKED.first(proof.pk)
    if proof is None or not covers(act, proof, item(act, text)):
        raise NeedsProof(text)
    act.proof = proof


def covers(act: Act, proof: Proof, wanted: str) -> bool:
    assert act.membership is not None
    batch = len(proof.items) > 1
    lives = Proof.FRESH_BATCH if batch else Proof.FRESH
    return (
        proof.verified_at is not None
        and act.now < proof.verified_at + lives
        and (batch or proof.used_at is None)
        and proof.user_id == act.membership.user_id
        and proof.step == f"{act.flow.slug}.{act.step.name}"
        and wanted in proof.items
        and (proof.method not in SENT or factors.code_suffices(act.membership))
    )
