"""What stays of a meeting: resolutions with their numbers, who does what by when, and the minutes."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OFFICE, OPINION
from audit.models import Published
from audit.personal import Personal
from councils.models import Council, Membership
from documents.models import File
from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting


class Resolution(models.Model):
    """What a council resolved on an item, under a number that runs through the year ("2026/14"). Never changed."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="resolutions")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="resolved")
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    text = models.TextField()
    resolved_at = models.DateTimeField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "year", "number"], name="resolution_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"


class Promise(models.Model):
    """Who does what by when, said in a meeting. The next agenda begins with those that are open."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="promises")
    who = models.CharField(max_length=100)
    what = models.CharField(max_length=300)
    due_on = models.DateField(null=True, blank=True)
    promised_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    personal = {"who": OFFICE}

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kept_at__isnull=True, outcome="")
                | models.Q(kept_at__isnull=False) & ~models.Q(outcome=""),
                name="promise_kept_with_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


class Minutes(Published):
    """The minutes of a meeting. They write themselves from what happened; approving freezes their content.

    Written by the secretariat and the chair, laid before the members, corrected on objection, approved by a later
    meeting and then published. What was closed stands in a file of its own.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("minutes", "being written")
        LAID = "laid", pgettext_lazy("minutes", "laid before the members")
        APPROVED = "approved", pgettext_lazy("minutes", "approved")

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    laid_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_in = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField(null=True, blank=True)
    closed_content = models.JSONField(null=True, blank=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(
                    approved_at__isnull=False, approved_in__isnull=False, content__isnull=False, file__isnull=False
                ),
                name="minutes_approved_are_frozen",
            )
        ]
        verbose_name = _("minutes")

    def __str__(self) -> str:
        return str(_("Minutes of “%(meeting)s”") % {"meeting": self.meeting.title})

    def get_absolute_url(self) -> str:
        return reverse("meetings:minutes", args=[self.meeting_id])


class MinutesNote(models.Model):
    """The secretariat's own words beside what is generated, on one item or on the whole (no item)."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="notes")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="notes")
    text = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    personal = dict.fromkeys(["written_by", "written_at"], OFFICE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minutes", "item"], name="note_once_an_item", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.minutes}: {self.item or ''}"


class Objection(models.Model):
    """That a member finds the minutes wrong, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "open")
        ACCEPTED = "accepted", pgettext_lazy("objection", "corrected")
        DISMISSED = "dismissed", pgettext_lazy("objection", "not taken up")

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="objections")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    raised_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    personal = {
        **dict.fromkeys(["membership", "text", "raised_at"], OPINION),
        **dict.fromkeys(["entered_by", "decided_by", "decided_at"], OFFICE),
    }

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True)
                | ~models.Q(state="open") & models.Q(decided_at__isnull=False) & ~models.Q(answer=""),
                name="objection_decided_with_an_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.text[:40]}"
