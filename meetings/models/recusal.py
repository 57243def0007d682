"""Recusal: a member whom a matter concerns in person does not vote on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OFFICE
from councils.models import Membership
from meetings.models.agenda import AgendaItem


class Recusal(models.Model):
    """Whether a member is recused on an item: proposed by anyone of the council, decided with a reason, before the vote.

    The recused stays in the room and leaves the count of this item: roll, presence, denominator.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("recusal", "proposed")
        RECUSED = "recused", pgettext_lazy("recusal", "recused")
        DISMISSED = "dismissed", pgettext_lazy("recusal", "not recused")

    class Body(models.TextChoices):
        CHAIR = "chair", _("the chair, nobody objected")
        COUNCIL = "council", _("the council by a vote")

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recusals")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="recusals")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    grounds = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_how = models.CharField(max_length=10, choices=Body, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    personal = dict.fromkeys(
        ["item", "membership", "state", "grounds", "proposed_by", "proposed_at"]
        + ["decided_how", "reason", "decided_by", "decided_at"],
        OFFICE,
    )

    class Meta:
        ordering = ["membership__seat__number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "membership"], name="recusal_asked_once"),
            models.CheckConstraint(
                condition=models.Q(state="proposed", decided_at__isnull=True, decided_how="")
                | ~models.Q(state="proposed")
                & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~models.Q(reason="")
                & ~models.Q(decided_how=""),
                name="recusal_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.item}"
