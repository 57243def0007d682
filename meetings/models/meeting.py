"""A session of a council and who was in the room."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Viewer
from accounts.purposes import OFFICE
from audit.models import Published
from audit.personal import Personal
from councils.models import Council, Membership


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Viewer) -> "MeetingQuerySet":
        """Meetings are public; what is closed on an agenda is held back item by item."""
        return self.filter(deleted_at__isnull=True)


class Meeting(Published):
    """A session of a council. Called by the secretariat or the chair, opened and closed once."""

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("meeting", "invited")
        OPEN = "open", pgettext_lazy("meeting", "in session")
        CLOSED = "closed", pgettext_lazy("meeting", "closed")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    objects = MeetingQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_start"
            )
        ]
        verbose_name = _("meeting")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """How its state is marked: happening now, or quiet ("open" means other things elsewhere)."""
        return "now" if self.state == self.State.OPEN else ""


class Presence(models.Model):
    """That a member was in the room from when to when; the quorum counts open rows."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presences")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="presences")
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = dict.fromkeys(["membership", "came_at", "left_at", "entered_by"], OFFICE)

    class Meta:
        ordering = ["came_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"], condition=models.Q(left_at__isnull=True), name="present_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.membership)
