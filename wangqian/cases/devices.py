"""† Proofs by the person's own device: a passkey signs the hash of what is on the screen; an authenticator app shows six digits."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

from django.db.models import F

from wangqian.cases.models import Proof, canonical
from wangqian.cases.proofs import CodeRefused, new, spelled
from wangqian.people import limits, passkeys, totp
from wangqian.people.clock import now
from wangqian.people.models import User

PASSKEY, TOTP = "passkey", "totp"


def begin(user: User, step: str, items: list[str]) -> tuple[Proof, dict[str, Any]]:
    """A proof to be signed, and what the browser is asked. The signature must come within `Proof.FRESH`."""
    limits.spend("proof-passkey", str(user.pk))
    proof = new(user, step, items, PASSKEY)
    proof.evidence = {"method": PASSKEY, "nonce": secrets.token_hex(16)}
    proof.code_digest = challenge(proof).hex()
    proof.save(force_insert=True)
    return proof, passkeys.request(user, challenge(proof))


def challenge(proof: Proof) -> bytes:
    """What is signed: the hash of who does what on which text, made unrepeatable by a nonce. Anybody can compute it again."""
    bound = {
        "items_sha256": proof.items_sha256,
        "nonce": proof.evidence["nonce"],
        "proof": str(proof.pk),
        "step": proof.step,
        "user": str(proof.user_id),
    }
    return sha256(canonical(bound)).digest()


def confirm(proof: Proof, answer: str) -> None:
    """Take the passkey's signature: in time, once, by this user, over exactly this proof."""
    moment = now()
    if proof.verified_at or proof.used_at or proof.method != PASSKEY or moment >= proof.issued_at + Proof.FRESH:
        raise CodeRefused("通行密钥的确认已超时，请再点一次“用通行密钥确认”。")
    if not Proof.objects.filter(pk=proof.pk, tries__lt=Proof.TRIES, verified_at=None).update(tries=F("tries") + 1):
        raise CodeRefused("通行密钥的确认已失效，请再点一次“用通行密钥确认”。")
    try:
        found = passkeys.check(proof.user, bytes.fromhex(proof.code_digest), answer)
    except passkeys.PasskeyRefused as refusal:
        raise CodeRefused(str(refusal)) from refusal
    evidence = {**proof.evidence, **found.evidence, "entered_at": spelled(moment)}
    if not Proof.objects.filter(pk=proof.pk, verified_at=None).update(verified_at=moment, evidence=evidence):
        raise CodeRefused("通行密钥的确认已失效，请再点一次“用通行密钥确认”。")
    proof.verified_at, proof.evidence = moment, evidence


def by_app(user: User, step: str, items: list[str], code: str) -> Proof:
    """A proof by the authenticator app. `CodeRefused` when the code is wrong, used before, or tried too often."""
    try:
        found = totp.enter(user, code)
    except totp.TotpRefused as refusal:
        raise CodeRefused(str(refusal)) from refusal
    proof = new(user, step, items, TOTP)
    proof.verified_at = proof.issued_at
    proof.evidence = {"method": TOTP, "since": spelled(found.created_at), "entered_at": spelled(proof.issued_at)}
    proof.save(force_insert=True)
    return proof
