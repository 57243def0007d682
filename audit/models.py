"""What happened, in chains that show tampering; long work; the base fields of what is published.

No foreign keys to anything above: objects and actors are labels ("proposal:12", "person:<uuid>"), so that
erasing a person leaves the chain valid and a name is never in it.
"""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.personal import Personal


class Event(models.Model):
    """One thing that happened to one object. Inserted by `audit.services.record`, never changed (a trigger refuses)."""

    chain = models.CharField(max_length=100)
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    actor = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="event_chain_sequence")]
        indexes = [models.Index(fields=["name", "id"]), models.Index(fields=["actor", "id"])]

    def __str__(self) -> str:
        return f"{self.chain}#{self.sequence} {self.name}"


class Job(models.Model):
    """Long work. The row is the truth: a task may be lost or run twice; changed by `audit.jobs` only."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "heartbeat_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"]) ^ models.Q(finished_at__isnull=True),
                name="job_finished_iff_done_or_failed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.state})"


class Heartbeat(models.Model):
    """When the worker and the beat were last alive; the secretariat's page of jobs shows it."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    personal: dict[str, Personal] = {}

    def __str__(self) -> str:
        return self.name


class ClockOffset(models.Model):
    """One row that moves `clock()` in a test or demo database; empty in a real city."""

    seconds = models.FloatField()
    personal: dict[str, Personal] = {}

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="clock_offset_is_one_row")]

    def __str__(self) -> str:
        return f"{self.seconds} s"


class Published(models.Model):
    """Base of what the public can cite: an id that stays, created, modified, and a tombstone instead of a hole."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField(db_index=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Stamp created and modified with the database's clock."""
        from audit.clock import clock

        now = clock()
        self.created_at = self.created_at or now
        self.modified_at = now
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "modified_at"}
        super().save(**kwargs)
