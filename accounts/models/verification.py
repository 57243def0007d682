"""How the city knows that somebody lives here: verifications, codes by letter, matches, conflicts, corrections."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person
from accounts.models.places import Municipality
from accounts.purposes import IDENTITY


class Verification(models.Model):
    """That a person is a resident, by which method, and by whom it was confirmed. Rows are added, never changed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="verifications")
    method = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()
    personal = dict.fromkeys(["person", "method", "by", "at", "until"], IDENTITY)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.method} {self.at:%Y-%m-%d}"


class LetterCode(models.Model):
    """A code sent by post that proves an address. Only its hash is kept; five wrong tries end it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="letter_codes")
    code_hash = models.CharField(max_length=64)
    expires_on = models.DateField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    personal = dict.fromkeys(["person", "code_hash", "expires_on", "wrong_tries", "used_at", "created_at"], IDENTITY)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="letter_code_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(used_at__isnull=True), name="letter_code_open_once"),
        ]

    def __str__(self) -> str:
        return f"code of {self.created_at:%Y-%m-%d}"


class RegisterMatch(models.Model):
    """One row of an imported register extract: keyed hash, district, date of voting age, nothing else."""

    identity_hash = models.CharField(max_length=64, unique=True)
    district = models.ForeignKey(Municipality, on_delete=models.PROTECT)
    voting_from = models.DateField()
    delete_on = models.DateField()
    personal = dict.fromkeys(["identity_hash", "district", "voting_from", "delete_on"], IDENTITY)

    def __str__(self) -> str:
        return self.identity_hash[:12]


class IdentityConflict(models.Model):
    """Two records that seem to be one human, or a claim that does not fit; decided by a clerk."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SAME = "same", _("the same person")
        DIFFERENT = "different", _("different people")

    claimed = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    existing = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    personal = dict.fromkeys(["claimed", "existing", "method", "state", "decided_by", "created_at"], IDENTITY)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(claimed=models.F("existing")), name="conflict_of_two"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True) | ~Q(state="open") & Q(decided_by__isnull=False),
                name="conflict_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("claimed")) & ~Q(decided_by=models.F("existing")),
                name="conflict_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["claimed", "existing"], condition=Q(state="open"), name="conflict_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.get_state_display()}"


class PersonCorrection(models.Model):
    """A correction of verified master data at the desk: entered by one clerk, confirmed by another."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    personal = dict.fromkeys(
        ["person", "changes", "reason", "state", "entered_by", "decided_by", "created_at"], IDENTITY
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("entered_by")) & ~Q(decided_by=models.F("person")),
                name="correction_decided_by_another",
            ),
            models.CheckConstraint(condition=~Q(entered_by=models.F("person")), name="correction_entered_by_another"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True) | ~Q(state="open") & Q(decided_by__isnull=False),
                name="correction_decided_by_someone",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="correction_open_once"),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"
