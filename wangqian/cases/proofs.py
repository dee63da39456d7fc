"""† The second proof of a binding act: a one-time code, bound to the user, the step and the text shown."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db.models import F

from wangqian.cases.act import Act, NeedsProof
from wangqian.cases.models import Proof, digest
from wangqian.chart.words import Refused
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Throttle, User
from wangqian.people.prepared import Prepared

LOCKED = Prepared(lambda pk: Proof.objects.select_for_update().filter(pk=pk))
ISSUED = Prepared(lambda pk: Proof.objects.filter(pk=pk, used_at=None, verified_at=None))


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
    phone = keyed("proof-phone", user.phone)
    if not Throttle.spend(f"proof-minute:{phone}", 1, timedelta(minutes=1)):
        raise Refused("验证码刚刚发送过，请在 1 分钟后再获取。")
    if not Throttle.spend(f"proof-hour:{phone}", 10, timedelta(hours=1)):
        raise Refused("1 小时内获取验证码次数过多，请稍后再试。")
    code = f"{secrets.randbelow(10**6):06d}"
    proof = Proof(user=user, step=step, items=sorted(items), items_sha256=digest(sorted(items)), issued_at=now(), method=method)
    proof.code_digest = code_digest(proof, code)
    proof.save(force_insert=True)
    return proof, code


def wait_seconds(user: User) -> int:
    """Seconds until this phone may get the next code."""
    row = Throttle.objects.filter(key=f"proof-minute:{keyed('proof-phone', user.phone)}").first()
    return max(0, 60 - int((now() - row.since).total_seconds())) if row else 0


def code_digest(proof: Proof, code: str) -> str:
    return keyed("proof-code", str(proof.pk), code)


def verify(proof: Proof, code: str, moment: datetime | None = None) -> None:
    """Enter the code: at most five tries within ten minutes. Counted even when the act is later refused."""
    moment = moment or now()
    if proof.verified_at or proof.used_at or moment >= proof.issued_at + Proof.CODE_LIVES:
        raise CodeRefused("验证码已失效，请重新获取。")
    right = hmac.compare_digest(proof.code_digest, code_digest(proof, code.strip()))
    found = {"verified_at": moment} if right else {}
    if not Proof.objects.filter(pk=proof.pk, tries__lt=Proof.TRIES).update(tries=F("tries") + 1, **found):
        raise CodeRefused("验证码输入错误次数过多，请重新获取。")
    if not right:
        raise CodeRefused("验证码不正确，请核对最近一条短信中的 6 位数字。")
    proof.verified_at = moment


def require_proof(act: Act, text: str) -> None:
    """Refuse unless a fresh proof by this user covers this step on this text."""
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
    )
