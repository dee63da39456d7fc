"""OpenID Connect on allauth's OAuth2 client: discovery, authorization code with PKCE, the ID token checked, the claims read.

What allauth's own provider leaves out is done here: a nonce, the signature of a token also when it came over TLS, the algorithms that
may sign it, and that the user info speaks of the same person.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from wangqian.flows.outside import Claims
from wangqian.operating import outside_login as config

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")  # never "none", never a shared secret
MOST, LEEWAY = 200, 30  # characters of a claim; seconds between two clocks


class Trouble(Exception):
    """The house did not answer, or said what cannot be believed. `down`: trying later may help."""

    def __init__(self, down: bool) -> None:
        super().__init__(down)
        self.down = down


def fetched(url: str, **named: Any) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(url, **named)
        answer.raise_for_status()
        said = answer.json()
    if not isinstance(said, dict):
        raise ValueError
    return said


def discovered() -> dict[str, str]:
    """The house's addresses. They, and the issuer they belong to, are its own (OpenID Connect Discovery §4.3)."""
    given = settings.OIDC["discovery"]
    try:
        said = fetched(given)
        found = {name: str(said[name]) for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")}
    except (requests.RequestException, OSError, ValueError, KeyError) as wrong:
        raise Trouble(down=True) from wrong
    if found["issuer"].rstrip("/") + config.WELL_KNOWN != given:
        raise Trouble(down=False)
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return {**found, "userinfo_endpoint": str(said.get("userinfo_endpoint", "")), "basic": "yes" if "client_secret_basic" in ways else ""}


def client(request: HttpRequest, house: Mapping[str, str]) -> OAuth2Client:
    back, given = f"{settings.SITE_URL}{reverse('outside-back')}", settings.OIDC
    return OAuth2Client(
        request, given["client_id"], given["client_secret"], "POST", house["token_endpoint"], back, basic_auth=bool(house["basic"])
    )


def challenge() -> dict[str, str]:
    """What the session keeps beside the state: bound to this login alone."""
    made = generate_code_challenge()
    return {"nonce": secrets.token_urlsafe(24), "verifier": made["code_verifier"], "challenge": made["code_challenge"].decode()}


def away(request: HttpRequest, house: Mapping[str, str], state: str, bound: Mapping[str, str]) -> str:
    """Where to send him."""
    more = {"state": state, "nonce": bound["nonce"], "code_challenge": bound["challenge"], "code_challenge_method": "S256"}
    url: str = client(request, house).get_redirect_url(house["authorization_endpoint"], settings.OIDC["scope"].split(), more)
    return url


def claims(request: HttpRequest, code: str, bound: Mapping[str, str]) -> Claims:
    """What the house says of who came back with `code`. Raises `Trouble`. Tokens go no further than this function."""
    house = discovered()
    try:
        given = client(request, house).get_access_token(code, pkce_code_verifier=bound["verifier"])
        told = checked(str(given["id_token"]), house, bound["nonce"])
        if house["userinfo_endpoint"]:
            more = fetched(house["userinfo_endpoint"], headers={"Authorization": f"Bearer {given['access_token']}"})
            if more.get("sub") != told["sub"]:
                raise Trouble(down=False)
            told = {**more, **told}
    except (requests.RequestException, OSError) as wrong:
        raise Trouble(down=True) from wrong
    except (OAuth2Error, jwt.PyJWTError, ValueError, KeyError, TypeError, StopIteration) as wrong:
        raise Trouble(down=False) from wrong
    said = {ours: text(told.get(theirs)) for ours, theirs in config.claims().items()}
    return Claims(house["issuer"], str(told["sub"]), **said)


def checked(token: str, house: Mapping[str, str], nonce: str) -> dict[str, Any]:
    """Signature, issuer, audience, time, and that it answers this login."""
    ours, head = settings.OIDC["client_id"], jwt.get_unverified_header(token)
    if head.get("alg") not in ALGORITHMS:
        raise Trouble(down=False)
    told: dict[str, Any] = jwt.decode(
        token,
        key=signing_key(house, head.get("kid")),
        algorithms=[head["alg"]],
        audience=ours,
        issuer=house["issuer"],
        leeway=LEEWAY,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
    )
    several = isinstance(told["aud"], list) and len(told["aud"]) > 1
    same = hmac.compare_digest(str(told["nonce"]).encode(), nonce.encode())
    if not same or (several and told.get("azp") != ours) or not told["sub"]:
        raise Trouble(down=False)
    return told


def signing_key(house: Mapping[str, str], name: object) -> jwt.PyJWK:
    """The house's key of that name; a token that names none is signed by its only one (OpenID Connect Core §10.1)."""
    keys = [key for key in jwt.PyJWKSet.from_dict(fetched(house["jwks_uri"])).keys if key.public_key_use in (None, "sig")]
    if name is None and len(keys) == 1:
        return keys[0]
    return next(key for key in keys if key.key_id == name)


def text(value: object) -> str:
    return value.strip()[:MOST] if isinstance(value, str) else ""
