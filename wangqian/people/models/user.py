"""The account: a person who can log in. What he may do comes from his memberships."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from wangqian.people.ids import new_id
from wangqian.people.vault import BlindIndex, Sealed


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An account; without a password nobody can log in to it."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """`username` is opaque. `identity_index` links the account to the person's graduate rows (set at activation)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = Sealed()
    phone = Sealed()
    phone_index = BlindIndex("phone", "phone")
    email = Sealed()
    email_index = BlindIndex("email", "email")
    # When the person proved that the number, the address is his: only then one logs in by it, and only one account has it.
    phone_proven_at = models.DateTimeField(null=True)
    email_proven_at = models.DateTimeField(null=True)
    identity_index = models.BinaryField(max_length=32, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    # Counted up when rights change: every session begun before ends at its next request.
    generation = models.PositiveIntegerField(default=0)
    password_set_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    # Until then the account may not bind anybody (activated by a slip of paper, a phone bound anew: 24 h).
    binding_from = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=models.Q(phone_proven_at__isnull=False), name="one_account_per_proven_phone"
            ),
            models.UniqueConstraint(
                fields=["email_index"], condition=models.Q(email_proven_at__isnull=False), name="one_account_per_proven_email"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_index"], name="user_by_phone"),
            models.Index(fields=["email_index"], name="user_by_email"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match at every request: it ends with the password, and when `generation` is counted up."""
        found = salted_hmac("wangqian.session", f"{self.generation}:{self.password}", secret=secret, algorithm="sha256")
        return found.hexdigest()
