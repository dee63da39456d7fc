"""How allauth's OAuth2 client asks over HTTP: in time, no redirects, no more than it can need, and over TLS."""

from __future__ import annotations

from typing import Any

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from wangqian.notices.channels import provider


class Bounded(requests.Session):
    def request(self, method: Any, url: Any, *args: Any, **named: Any) -> requests.Response:
        """Raises `requests.RequestException` for whatever is not an answer."""
        if provider.unsafe(str(url)):
            raise requests.exceptions.InvalidURL("not https")
        given = {**named, "timeout": (provider.CONNECT, provider.READ), "allow_redirects": False, "stream": True}
        given["auth"] = named.get("auth") or (lambda asked: asked)  # else `.netrc` is read
        with super().request(method, url, *args, **given) as answer:
            answer._content = provider.read(answer)
            return answer


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Of allauth.socialaccount only the client is used: no tables, no sign-up, no pages."""

    def get_requests_session(self) -> requests.Session:
        return Bounded()

    def is_open_for_signup(self, *_args: Any) -> bool:
        return False
