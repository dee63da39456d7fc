"""Messages: one row per event, recipient, channel and text; and the record of every attempt to deliver it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from wangqian.cases.models import Event, Head
from wangqian.people.ids import new_id
from wangqian.people.models import Membership, User
from wangqian.people.vault import Sealed, SealedJSON


class Channel(models.TextChoices):
    """Where a message goes."""

    INBOX = "inbox"
    EMAIL = "email"
    SMS = "sms"
    WECHAT = "wechat"


class State(models.TextChoices):
    """`submitted`: the SMS provider or WeChat has it, its receipt is awaited. `failed` waits for its next try;
    `dead` is given up, and visible to the operator."""

    QUEUED = "queued"
    SENDING = "sending"
    SUBMITTED = "submitted"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


class Result(models.TextChoices):
    """What became of one attempt."""

    DELIVERED = "delivered"
    SUBMITTED = "submitted"  # taken by the provider, who reports later
    INVALID = "invalid"  # the address will never work
    FAILED = "failed"  # worth another try, or not: the reason says
    UNCONNECTED = "unconnected"
    REQUEUED = "requeued"  # no attempt: the operator sent it on its way again
    SETTLED = "settled"  # no attempt: the operator said that it is not to be tried again


class Reason(models.TextChoices):
    """Why an attempt did not succeed; in words for people: `channels/reasons.py`."""

    ADDRESS = "address"
    BLOCKED = "blocked"
    CONTENT = "content"
    CARRIER = "carrier"
    LIMIT = "limit"
    TEMPLATE = "template"
    KEY = "key"
    BALANCE = "balance"
    BUDGET = "budget"
    DOWN = "down"
    UNKNOWN = "unknown"
    OTHER = "other"


FINAL = (Reason.ADDRESS, Reason.BLOCKED, Reason.CONTENT)  # trying again would not help


TROUBLE = (State.FAILED.value, State.DEAD.value)
IN_TROUBLE, AWAITED = Q(state__in=TROUBLE), Q(state=State.SUBMITTED.value)
IN_INBOX, UNREAD = Q(channel=Channel.INBOX.value), Q(read_at__isnull=True)


class Notice(models.Model):
    """One message to one person by one channel, in the words and the language it was sent in.

    `address` is masked, for people to read; the real one is taken from the user when it is sent, unless it is no longer his and
    the message keeps it (`parting`). `next_at` is when the row is due: its first or next try, or, while it is being sent, the moment
    after which another worker takes over. None: nothing is left to do. `event` is None for direct messages; their `key` keeps the
    same message from being sent twice, and `path` is the page they lead to. Of an SMS, `approved` and `variables` name the
    registered template it is sent by (`templates.py`). `attached` is the key of a stored file that goes with an e-mail.
    `instead_of`: the message of another channel that did not arrive. `reason` and `words` are those of the last attempt or receipt.
    `settled_at`: given up, and the operator has said that it stays so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=6)
    template = models.CharField(max_length=100)
    key = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=120, blank=True)
    subject = Sealed()
    body = Sealed()
    address = models.CharField(max_length=100, blank=True)
    parting = Sealed(null=True)
    approved = models.CharField(max_length=40, blank=True)
    variables = SealedJSON(null=True)
    attached = models.CharField(max_length=120, blank=True)
    instead_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=12, default=State.QUEUED)
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)  # by the carrier's receipt
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

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
            models.Index(fields=["sent_at"], condition=AWAITED, name="notice_awaited"),
            models.Index(fields=["instead_of"], condition=Q(instead_of__isnull=False), name="notice_instead"),
            models.Index(fields=["recipient", "-created_at"], condition=IN_INBOX, name="notice_inbox"),
            models.Index(fields=["recipient"], condition=IN_INBOX & UNREAD, name="notice_unread"),
        ]

    def channel_words(self) -> str:
        """The channel's name for people."""
        from wangqian.notices.channels import CHANNELS

        return CHANNELS[self.channel].label()


class Attempt(models.Model):
    """One try to deliver: when, by which provider, how it ended, in words for people. Only added.

    `reference`: the provider's id of the message, by which its receipt finds this row. `by`: the operator who
    had the message sent again, or settled it.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=10, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["reference"], condition=~Q(reference=""), name="attempt_reference"),
            models.Index(fields=["provider", "-id"], condition=~Q(provider=""), name="attempt_provider"),
        ]


class Receipt(models.Model):
    """What the carrier reported of an attempt, once. Only added."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="receipt")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=200, blank=True)


class SmsDay(models.Model):
    """How many SMS segments were handed to providers on a day in Shanghai."""

    day = models.DateField(primary_key=True)
    spent = models.PositiveIntegerField(default=0)


class WechatToken(models.Model):
    """What WeChat lets us in by, shared by all processes. `app`: a digest of the service account; `asked_at`: who asks for a new one
    has said so, and the others wait for his answer."""

    app = models.CharField(primary_key=True, max_length=64)
    value = Sealed()
    expires_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)


class HeadMail(models.Model):
    """What an address outside was last sent of the log's signed heads. `address` is a keyed digest."""

    address = models.CharField(primary_key=True, max_length=64)
    head = models.ForeignKey(Head, models.PROTECT, null=True, related_name="+")
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
