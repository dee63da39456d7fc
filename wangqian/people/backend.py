"""Who a login name and a password belong to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from wangqian.people import accounts
from wangqian.people.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Phone, e-mail, identity number or account name (`username`), or an `account` already looked up; a miss costs a hash like a hit.

    An account that was switched off, or has no password, is a miss like any other.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user = credentials["account"] if "account" in credentials else accounts.by_login_name(str(credentials.get("username", "")))
        if user is None or not user.has_usable_password():
            return None
        self._did_check_password = True
        right = user.check_password(str(credentials.get("password", "")))
        return user if right and user.is_active else None
