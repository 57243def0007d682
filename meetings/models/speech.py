"""Who asks to speak, who speaks, for how long."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OFFICE, OPINION
from councils.models import Membership
from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting


class Speech(models.Model):
    """A hand that went up, and the words that followed. Under a seat, or in an open assembly under a guest's label.

    `number` is the guest's number in this meeting (0 for seats). Started and ended by the chair; withdrawn by whoever
    raised the hand, or by the chair. Of a point of order `asked` says what was moved and `ruling` what was decided.
    `public_name` is the name under which a guest agreed to stand in the minutes; empty is the number alone.
    """

    class Side(models.TextChoices):
        PRO = "pro", pgettext_lazy("speech", "for")
        CONTRA = "contra", pgettext_lazy("speech", "against")
        NEUTRAL = "neutral", pgettext_lazy("speech", "neither")

    class Kind(models.TextChoices):
        SPEECH = "speech", pgettext_lazy("speech", "speech")
        ORDER = "order", _("point of order")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("speech", "waiting")
        SPEAKING = "speaking", pgettext_lazy("speech", "speaking")
        DONE = "done", pgettext_lazy("speech", "has spoken")
        WITHDRAWN = "withdrawn", pgettext_lazy("speech", "withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="speeches")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="speeches")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches")
    number = models.PositiveIntegerField(default=0)
    side = models.CharField(max_length=10, choices=Side, default=Side.NEUTRAL)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SPEECH)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    raised_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    asked = models.CharField(max_length=300, blank=True)
    ruling = models.CharField(max_length=300, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    public_name = models.CharField(max_length=120, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = {
        **dict.fromkeys(
            ["membership", "person", "side", "kind", "state", "raised_at", "started_at", "ended_at", "entered_by"],
            OFFICE,
        ),
        **dict.fromkeys(["asked", "ruling", "ruled_at"], OFFICE),
        "public_name": OPINION,
    }

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership", "kind"], condition=models.Q(state="waiting"), name="one_hand_a_seat"
            ),
            models.UniqueConstraint(
                fields=["meeting", "person", "kind"],
                condition=models.Q(state="waiting", membership__isnull=True),
                name="one_hand_a_guest",
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=models.Q(state="speaking"), name="one_speaks_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(membership__isnull=False, number=0)
                | models.Q(membership__isnull=True, number__gt=0),
                name="speech_of_a_seat_or_a_guest",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "withdrawn"], started_at__isnull=True)
                | models.Q(state="speaking", started_at__isnull=False, ended_at__isnull=True)
                | models.Q(state="done", started_at__isnull=False, ended_at__isnull=False),
                name="speech_times_fit_its_state",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="speech_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(ruled_at__isnull=True, ruling="")
                | models.Q(kind="order", ruled_at__isnull=False) & ~models.Q(asked="") & ~models.Q(ruling=""),
                name="only_points_of_order_are_ruled_on",
            ),
            models.CheckConstraint(
                condition=models.Q(public_name="") | models.Q(membership__isnull=True),
                name="only_guests_are_named_in_the_minutes",
            ),
        ]
        verbose_name = _("speech")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Under what it is called in public: a seat, or a guest's number."""
        if self.membership is not None:
            return str(self.membership.seat)
        return str(_("Guest %(number)s") % {"number": self.number})
