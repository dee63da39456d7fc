"""Whom other houses say somebody is: a WeChat bound to an account, the scan that would bind one, a person of a campus login.

What the others call him is sealed and found by a blind index: the database alone tells nobody whose WeChat it is.
"""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id
from wangqian.people.vault import Sealed


class WechatLink(models.Model):
    """A WeChat and the account it tells and opens: one of either. Unbound, the row is gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField("people.User", models.CASCADE, related_name="wechat_link")
    openid = Sealed()
    openid_index = models.BinaryField(max_length=32, unique=True)  # exact: upper and lower case differ
    bound_at = models.DateTimeField()


class WechatScan(models.Model):
    """A QR code shown to its owner, and the WeChat that scanned it. In force only when he has typed the number WeChat got.

    `scene` is the digest of what the code carries, `url` what is drawn. `contested`: a second WeChat scanned it, so it binds none.
    """

    TRIES = 3

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField("people.User", models.CASCADE, related_name="wechat_scan")
    scene = models.CharField(max_length=64, unique=True)
    url = Sealed()
    openid = Sealed()
    number = Sealed()
    tries = models.PositiveSmallIntegerField(default=0)
    contested = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)


class OutsideLink(models.Model):
    """A person of a campus login, by an index of issuer and subject, and the account he was matched with. No token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("people.User", models.CASCADE, related_name="outside_links")
    issuer = models.CharField(max_length=64)  # a digest
    subject_index = models.BinaryField(max_length=32, unique=True)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "issuer"], name="one_subject_per_issuer")]
