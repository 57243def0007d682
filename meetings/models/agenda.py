"""The items of an agenda."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Published
from audit.personal import Personal
from meetings.models.meeting import Meeting
from proposals.models import Proposal
from voting.models import Vote


class AgendaItem(Published):
    """An item of an agenda, with the proposal it treats, its vote and its resolution."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    is_public = models.BooleanField(default=True)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items")
    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.TextField(blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "order"], name="agenda_order_once", deferrable=models.Deferrable.DEFERRED
            )
        ]
        verbose_name = _("agenda item")

    def __str__(self) -> str:
        return self.title
