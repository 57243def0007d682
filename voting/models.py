"""Votes, their rolls and open ballots. Knows who may vote and what was chosen, not what is decided.

Secret ballots have an urn of their own; nothing in this module belongs to one.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OPINION
from audit.models import Published
from audit.personal import Personal


class Vote(Published):
    """One question put to an electorate. Rule, roll and basis are frozen and hashed when it is announced."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("vote", "announced")
        CASTING = "casting", pgettext_lazy("vote", "open")
        CLOSED = "closed", pgettext_lazy("vote", "closed")
        CERTIFIED = "certified", pgettext_lazy("vote", "certified")
        ANNULLED = "annulled", pgettext_lazy("vote", "annulled")

    subject = models.CharField(max_length=100, db_index=True)
    title = models.CharField(max_length=200)
    question = models.TextField()
    rule = models.JSONField()
    rule_hash = models.CharField(max_length=64)
    basis = models.CharField(max_length=100)
    basis_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.ANNOUNCED)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    roll_count = models.PositiveIntegerField()
    roll_hash = models.CharField(max_length=64)
    statutory_members = models.PositiveIntegerField()
    entitled_members = models.PositiveIntegerField()
    members_present = models.PositiveIntegerField()
    result = models.JSONField(null=True, blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["announced", "casting", "annulled"])
                | Q(result__isnull=False, closed_at__isnull=False),
                name="vote_closed_has_result",
            ),
            models.CheckConstraint(
                condition=Q(members_present__lte=models.F("entitled_members"))
                & Q(entitled_members__lte=models.F("statutory_members")),
                name="vote_present_are_entitled_are_members",
            ),
        ]
        verbose_name = _("vote")

    def __str__(self) -> str:
        return self.title

    @property
    def method(self) -> str:
        """ "yes_no", or how options are counted."""
        return str(self.rule["method"])

    def option_titles(self) -> dict[str, str]:
        """Option id → title; empty for a yes/no vote."""
        return {option["id"]: option["title"] for option in self.rule.get("options", ())}


class RollEntry(models.Model):
    """One who may vote in one vote, under the label that is published ("Platz 17"). Frozen with the vote."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    is_excluded = models.BooleanField(default=False)
    exclusion_reason = models.CharField(max_length=200, blank=True)
    personal = dict.fromkeys(["person", "label", "number", "is_excluded", "exclusion_reason"], OPINION)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "person"], name="roll_person_once"),
            models.UniqueConstraint(fields=["vote", "number"], name="roll_number_once"),
        ]

    def __str__(self) -> str:
        return self.label


class OpenBallot(models.Model):
    """A named choice in an open vote: yes, no or abstention, or marks on the options of the rule.

    One per entry; changed until the close, then never.
    """

    class Choice(models.TextChoices):
        YES = "yes", pgettext_lazy("vote", "yes")
        NO = "no", pgettext_lazy("vote", "no")
        ABSTAIN = "abstain", pgettext_lazy("vote", "abstention")

    class Channel(models.TextChoices):
        ONLINE = "online", _("online")
        PAPER = "paper", _("on paper")
        HALL = "hall", _("in the hall")

    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, related_name="ballot")
    choice = models.CharField(max_length=10, choices=Choice, blank=True)
    marks = models.JSONField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cast_at = models.DateTimeField()
    personal = dict.fromkeys(["entry", "choice", "marks", "channel", "entered_by", "confirmed_by", "cast_at"], OPINION)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("entered_by")),
                name="ballot_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(channel="online", entered_by__isnull=True)
                | ~Q(channel="online") & Q(entered_by__isnull=False),
                name="ballot_entered_by_someone_unless_online",
            ),
            models.CheckConstraint(
                condition=Q(choice="", marks__isnull=False) | ~Q(choice="") & Q(marks__isnull=True),
                name="ballot_has_a_choice_or_marks",
            ),
        ]

    def __str__(self) -> str:
        return self.get_choice_display() or str(_("marked"))


class BallotCorrection(models.Model):
    """That a ballot was noted wrongly, found after the close: noted by one, confirmed by another, in the minutes.

    The ballot stays as it was counted; `voting.services.correct_ballot` writes what it should have been beside it.
    """

    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, related_name="correction")
    choice = models.CharField(max_length=10, choices=OpenBallot.Choice, blank=True)
    marks = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    personal = dict.fromkeys(
        ["entry", "choice", "marks", "reason", "noted_by", "noted_at", "confirmed_by", "confirmed_at"], OPINION
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=models.F("noted_by")),
                name="correction_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(choice="", marks__isnull=False) | ~Q(choice="") & Q(marks__isnull=True),
                name="correction_has_a_choice_or_marks",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)
