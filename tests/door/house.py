"""Another house: a real OpenID provider on this machine, and a browser that logs in there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from django.http import HttpResponse

from tests.screens.pages import PageClient

BACK = "http://localhost:8000/login/outside/back/"
CLAIMS = "name=name number=identity_number student_number=student_id school=school_code"


@dataclass
class House:
    url: str
    settings: Any
    addresses: list[str] = field(default_factory=list)  # what came back to us

    def configure(self, **more: str) -> None:
        made = requests.post(
            f"{self.url}/oauth2/clients",
            json={"redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile"},
            timeout=5,
        ).json()
        self.settings.OIDC = {
            "name": "学信网登录",
            "discovery": f"{self.url}/.well-known/openid-configuration",
            "client_id": made["client_id"],
            "client_secret": made["client_secret"],
            "scope": "openid profile",
            "claims": CLAIMS,
            "school": "",
            **more,
        }

    def knows(self, subject: str, **claims: str) -> None:
        requests.put(f"{self.url}/users/{quote(subject)}", json=claims, timeout=5).raise_for_status()

    def login(self, to: str, subject: str) -> dict[str, str]:
        """The person logs in at the house; what it sends back with him."""
        answered = requests.post(to, data={"sub": subject}, allow_redirects=False, timeout=5)
        back = answered.headers["Location"]
        assert back.startswith(BACK), back
        self.addresses.append(back)
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    def come(self, who: PageClient, subject: str, path: str = "") -> HttpResponse:
        """The whole way."""
        to = who.get(f"/login/outside/{path}")["Location"]
        answered: HttpResponse = who.get("/login/outside/back/", self.login(to, subject))
        return answered


@contextmanager
def running() -> Iterator[str]:
    with warnings.catch_warnings():
        import authlib.deprecate  # noqa: F401  it turns its own warnings on

        warnings.simplefilter("ignore")  # the provider's libraries speak of their own future
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread(require_client_registration=True) as server:
            yield f"http://localhost:{server.server_port}"
