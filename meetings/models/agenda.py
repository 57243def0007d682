"""The items of an agenda."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OFFICE
from audit.models import Published
from audit.personal import Personal
from councils.models import RulesDraft
from documents.models import File
from meetings.models.meeting import Meeting
from proposals.models import Proposal
from voting.models import Vote


class AgendaItem(Published):
    """An item of an agenda, with the proposal or the draft of rules it treats, its vote and its resolution.

    Of an item that is not public strangers read `public_title` alone. One that was withdrawn stays, with its reason.
    `started_at` and `ended_at` say when it was treated; the one called now has started and not ended.
    """

    class Kind(models.TextChoices):
        MATTER = "matter", pgettext_lazy("agenda item", "matter")
        REPORT = "report", pgettext_lazy("agenda item", "report")
        HEARING = "hearing", pgettext_lazy("agenda item", "hearing of experts")
        MOTION = "motion", pgettext_lazy("agenda item", "motion")
        ELECTION = "election", pgettext_lazy("agenda item", "election")
        QUESTIONS = "questions", pgettext_lazy("agenda item", "questions from the public")
        ASSEMBLY = "assembly", pgettext_lazy("agenda item", "open assembly")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MATTER)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    is_public = models.BooleanField(default=True)
    public_title = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items")
    rules_draft = models.ForeignKey(
        RulesDraft, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.TextField(blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "order"], name="agenda_order_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason=""),
                name="item_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=True) | models.Q(rules_draft__isnull=True),
                name="item_treats_one_text",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=models.Q(started_at__isnull=False, ended_at__isnull=True),
                name="one_item_called_at_a_time",
            ),
        ]
        verbose_name = _("agenda item")

    def __str__(self) -> str:
        return self.title


class AgendaChange(models.Model):
    """What became different on an agenda after the invitation went out, and why. Never changed."""

    class Kind(models.TextChoices):
        ADDED = "added", pgettext_lazy("agenda", "added")
        MOVED = "moved", pgettext_lazy("agenda", "moved")
        WITHDRAWN = "withdrawn", pgettext_lazy("agenda", "withdrawn")

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    order = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = {"by": OFFICE}

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="agenda_change_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.item}: {self.kind}"


READING_WORDS_A_MINUTE = 180
"""German prose read with care; Brysbaert 2019 measured 179 to 260 words a minute over languages and readers."""


class Paper(Published):
    """A paper for an item. Its first page has one form: what is asked, the choices, who disagrees, how long it takes.

    The words are written here; a `file` may be added. Closed if it is not public or its item is not. Handed in by the
    secretariat or the chair; taken back it leaves a tombstone.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(_("title"), max_length=200)
    asked = models.TextField(_("what is asked of you"))
    choices = models.TextField(_("the choices"))
    dissent = models.TextField(_("who disagrees"))
    text = models.TextField(_("text"), blank=True)
    is_public = models.BooleanField(default=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_words = models.PositiveIntegerField(default=0)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked="") & ~models.Q(choices="") & ~models.Q(dissent=""),
                name="paper_first_page_is_filled",
            )
        ]
        verbose_name = _("paper")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:paper", args=[self.pk])

    @property
    def reading_minutes(self) -> int:
        """How long its words and those of its file take, rounded up; computed, never tracked."""
        words = sum(len(part.split()) for part in (self.asked, self.choices, self.dissent, self.text))
        return max(1, -(-(words + self.file_words) // READING_WORDS_A_MINUTE))

    @property
    def choice_lines(self) -> list[str]:
        """The choices, one a line."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]
