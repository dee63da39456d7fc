"""Messages: one row per event, recipient, channel and text; and the record of every attempt to deliver it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from wangqian.cases.models import Event
from wangqian.people.ids import new_id
from wangqian.people.models import Membership, User


class Channel(models.TextChoices):
    """Where a message goes."""

    INBOX = "inbox"
    EMAIL = "email"
    SMS = "sms"


class State(models.TextChoices):
    """`failed` waits for its next try; `dead` is given up, and visible to the operator."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


class Result(models.TextChoices):
    """What became of one attempt."""

    DELIVERED = "delivered"
    INVALID = "invalid"  # the address will never work
    FAILED = "failed"  # worth another try
    UNCONNECTED = "unconnected"


TROUBLE = (State.FAILED.value, State.DEAD.value)
IN_TROUBLE = Q(state__in=TROUBLE)
IN_INBOX, UNREAD = Q(channel=Channel.INBOX.value), Q(read_at__isnull=True)


class Notice(models.Model):
    """One message to one person by one channel, in the words and the language it was sent in.

    `address` is masked, for people to read; the real one is taken from the user when it is sent. `next_at`
    is when the row is due: its first or next try, or, while it is being sent, the moment after which another
    worker takes over. None: nothing is left to do. `event` is None for direct messages; their `key` keeps the
    same message from being sent twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=6)
    template = models.CharField(max_length=100)
    key = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    address = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, default=State.QUEUED)
    outcome = models.CharField(max_length=12, blank=True)  # of the last attempt
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient", "channel", "template"], name="one_notice"),
            models.UniqueConstraint(
                fields=["recipient", "channel", "template", "key"],
                condition=Q(event__isnull=True) & ~Q(key=""),
                name="one_direct_notice",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="notice_due"),
            models.Index(fields=["state", "created_at"], condition=IN_TROUBLE, name="notice_trouble"),
            models.Index(fields=["recipient", "-created_at"], condition=IN_INBOX, name="notice_inbox"),
            models.Index(fields=["recipient"], condition=IN_INBOX & UNREAD, name="notice_unread"),
        ]

    def channel_words(self) -> str:
        """The channel's name for people."""
        from wangqian.notices.channels import CHANNELS

        return CHANNELS[self.channel].label()


class Attempt(models.Model):
    """One try to deliver: when, how it ended, what the provider said in words for people. Only added."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
