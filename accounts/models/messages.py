"""How messages reach people: letters in batches, the outbox, subscriptions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person
from accounts.models.places import Organization
from accounts.purposes import CONTACT, MESSAGE
from audit.personal import Personal


class LetterBatch(models.Model):
    """Letters printed together: one PDF with its job sheet. Made by a job for the secretariat."""

    created_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Message(models.Model):
    """The outbox: one message to one recipient, written in the transaction that caused it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        PRINTED = "printed", _("printed")
        DONE = "done", _("told by phone")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")

    event = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, blank=True)
    email = models.EmailField(blank=True)
    channel = models.CharField(max_length=10, choices=Person.Channel)
    language = models.CharField(max_length=8, default="de")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    letter = models.JSONField(default=dict)
    about = models.CharField(max_length=100, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(LetterBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    personal = dict.fromkeys(
        ["event", "person", "organization", "email", "channel", "language", "subject", "text", "html", "letter"]
        + ["about", "message_id", "state", "attempt", "next_at", "error", "created_at", "sent_at", "batch", "replaces"],
        MESSAGE,
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "channel", "next_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(organization__isnull=False) | ~Q(email=""),
                name="message_has_a_recipient",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.get_state_display()})"


class Subscription(models.Model):
    """What a person follows, by label ("proposal:12", "company:3"), and how often they want to hear."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="subscriptions")
    subject = models.CharField(max_length=100)
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.WEEKLY)
    created_at = models.DateTimeField()
    personal = dict.fromkeys(["person", "subject", "frequency", "created_at"], CONTACT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "subject"], name="subscription_once")]

    def __str__(self) -> str:
        return self.subject
