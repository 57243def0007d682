"""Experts who are heard, the right to call one more, questions and answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.purposes import OFFICE, OPINION
from audit.models import Published
from councils.models import Membership
from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting


class Expert(Published):
    """An expert heard on an item: who chose them, from which list, with which declared interests. All of it public.

    An expert is a person of the city's knowledge, not of its register. `is_counter`: called by as many seats as the rules say.
    Chosen by the secretariat or the chair, heard once.
    """

    class ChosenBy(models.TextChoices):
        COUNCIL = "council", _("the council, by resolution")
        SECRETARIAT = "secretariat", _("the secretariat")
        COMPANY = "company", _("the company concerned")
        QUARTER = "quarter", _("as many seats as the rules ask for")

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="experts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hearings")
    profession = models.CharField(max_length=200)
    chosen_by = models.CharField(max_length=20, choices=ChosenBy)
    list_name = models.CharField(max_length=200)
    interests = models.TextField()
    is_counter = models.BooleanField(default=False)
    heard_at = models.DateTimeField(null=True, blank=True)
    personal = dict.fromkeys(["person", "profession", "chosen_by", "list_name", "interests"], OFFICE)

    class Meta:
        ordering = ["is_counter", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="expert_once_an_item"),
            models.CheckConstraint(
                condition=models.Q(is_counter=True, chosen_by="quarter")
                | models.Q(is_counter=False) & ~models.Q(chosen_by="quarter"),
                name="counter_expert_is_called_by_a_quarter",
            ),
            models.CheckConstraint(
                condition=~models.Q(interests="") & ~models.Q(list_name=""), name="expert_declares_interests"
            ),
        ]
        verbose_name = _("expert")

    def __str__(self) -> str:
        return f"{self.person.given_name} {self.person.family_name}"


class CounterCall(models.Model):
    """That a seat asks for a counter-expert on an item. As many seats as the rules say have the right to one."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="counter_calls")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="counter_calls")
    at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = dict.fromkeys(["membership", "at", "entered_by"], OFFICE)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="counter_call_once_a_seat")]

    def __str__(self) -> str:
        return f"{self.membership}"


class Question(Published):
    """A question to a meeting: from the public (before it, online or on paper), or from a seat to an expert.

    The secretariat or the chair admits or refuses it with a reason, and writes down the answer that was given.
    The one who asks is not named in public.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("question", "submitted")
        ADMITTED = "admitted", pgettext_lazy("question", "admitted")
        REFUSED = "refused", pgettext_lazy("question", "not admitted")
        ANSWERED = "answered", pgettext_lazy("question", "answered")

    class Channel(models.TextChoices):
        ONLINE = "online", pgettext_lazy("question", "online")
        PAPER = "paper", pgettext_lazy("question", "on paper or at the desk")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="questions")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, null=True, blank=True, related_name="questions")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("question"), max_length=1_000)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    personal = {
        **dict.fromkeys(["asker", "membership", "text"], OPINION),
        **dict.fromkeys(["entered_by", "answered_by"], OFFICE),
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""), name="question_refused_with_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state="answered", answered_at__isnull=False) & ~models.Q(answer="")
                | ~models.Q(state="answered") & models.Q(answered_at__isnull=True, answer=""),
                name="question_answered_with_an_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(expert__isnull=True) | models.Q(membership__isnull=False),
                name="experts_are_asked_by_seats",
            ),
        ]
        verbose_name = _("question")

    def __str__(self) -> str:
        return self.text[:60]
