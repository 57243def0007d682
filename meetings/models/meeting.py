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
    """A session of a council, or an open assembly. Called by the secretariat, opened and closed once, or cancelled.

    `revision` counts the changes that calendars have to follow; `urgency` is the reason for an invitation that comes
    later than the rules ask. `speaking_*` say how the list of speakers is ordered. In an open assembly everybody
    attends and speaks, and the council does not vote.
    """

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("meeting", "invited")
        OPEN = "open", pgettext_lazy("meeting", "in session")
        CLOSED = "closed", pgettext_lazy("meeting", "closed")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    class Kind(models.TextChoices):
        SESSION = "session", _("session of the council")
        ASSEMBLY = "assembly", _("open assembly")

    class Room(models.TextChoices):
        NONE = "", pgettext_lazy("video room", "none")
        BIGBLUEBUTTON = "bbb", _("the city's video room (BigBlueButton)")
        LINK = "link", _("another address")

    class Order(models.TextChoices):
        BALANCED = "balanced", _("for, against and others in turn")
        ARRIVAL = "arrival", _("as the hands went up")
        RANDOM = "random", _("by lot, from a number said aloud")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SESSION)
    urgency = models.TextField(blank=True)
    cancel_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    room = models.CharField(max_length=10, choices=Room, default=Room.NONE, blank=True)
    room_link = models.URLField(max_length=300, blank=True)
    stream_link = models.URLField(max_length=300, blank=True)
    guest_count = models.PositiveIntegerField(default=0)
    speaking_order = models.CharField(max_length=10, choices=Order, default=Order.BALANCED)
    speaking_seed = models.CharField(max_length=100, blank=True)
    speaking_seconds = models.PositiveIntegerField(default=180)
    objects = MeetingQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled") | ~models.Q(cancel_reason=""),
                name="meeting_cancelled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(room="link") | ~models.Q(room_link=""), name="meeting_room_link_has_an_address"
            ),
            models.CheckConstraint(
                condition=~models.Q(speaking_order="random") | ~models.Q(speaking_seed=""),
                name="meeting_lot_has_a_seed",
            ),
        ]
        verbose_name = _("meeting")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def is_assembly(self) -> bool:
        """Whether everybody attends and speaks, and nothing is voted."""
        return self.kind == self.Kind.ASSEMBLY

    @property
    def tone(self) -> str:
        """How its state is marked: happening now, or quiet ("open" means other things elsewhere)."""
        return "now" if self.state == self.State.OPEN else ""


class Presence(models.Model):
    """That a member was in the room from when to when; the quorum counts open rows."""

    class Way(models.TextChoices):
        DESK = "desk", pgettext_lazy("presence", "at the door")
        BADGE = "badge", pgettext_lazy("presence", "badge scanned")
        POSTER = "poster", pgettext_lazy("presence", "code at the door")
        ONLINE = "online", pgettext_lazy("presence", "own device")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presences")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="presences")
    way = models.CharField(max_length=10, choices=Way, default=Way.DESK)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = dict.fromkeys(["membership", "way", "came_at", "left_at", "entered_by"], OFFICE)

    class Meta:
        ordering = ["came_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"], condition=models.Q(left_at__isnull=True), name="present_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.membership)


class Recess(models.Model):
    """A break of a session, from when to when. Begun and ended by the chair; nothing is voted while it lasts."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="recesses")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=models.Q(ended_at__isnull=True), name="one_recess_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("began_at")),
                name="recess_ends_after_it_begins",
            ),
        ]
        verbose_name = _("break")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.began_at:%H:%M}"
