"""What a council decided, and what became of it: per addressee delivered, acknowledged, answered, followed."""

import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Role, User, Viewer, has_role
from accounts.purposes import OFFICE
from audit.models import Published
from audit.personal import Personal
from councils.models import BindingBasis, Council, Organ, Sitting
from documents.models import File
from meetings.models import AgendaItem
from proposals.models import Proposal


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Viewer) -> "DecisionQuerySet":
        """What is published to everyone; what is still being sealed to the secretariat only."""
        rows = self.filter(deleted_at__isnull=True)
        return rows if has_role(user, Role.Kind.SECRETARIAT) else rows.exclude(state=Decision.State.ADOPTED)


class Decision(Published):
    """A decision of a council. Made by `services.adopt_decision`; what moves later is the state of its addressees.

    `content` is what was decided, as plain JSON, and `content_hash` its digest; the database refuses to change
    either, or any of the columns that repeat a part of it.
    """

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", _("recommendation")
        RESOLUTION = "resolution", _("resolution")
        INSTRUCTION = "instruction", _("instruction")

    class State(models.TextChoices):
        ADOPTED = "adopted", pgettext_lazy("decision", "adopted")
        SEALED = "sealed", pgettext_lazy("decision", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("decision", "withdrawn")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    binding = models.CharField(max_length=30, choices=BindingBasis)
    binding_document = models.CharField(max_length=300)
    resolution_date = models.DateField(null=True, blank=True)
    resolution_item = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    reasons = models.TextField(blank=True)
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decision")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    vote_result = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ADOPTED)
    adopted_on = models.DateField()
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objects = DecisionQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-adopted_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="sealed") | Q(file__isnull=False), name="sealed_has_a_file"),
            models.CheckConstraint(
                condition=~Q(kind="instruction") & ~Q(binding="instruction")
                | Q(resolution_date__isnull=False) & ~Q(resolution_item=""),
                name="instruction_has_a_resolution",
            ),
        ]
        verbose_name = _("decision")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("decisions:detail", args=[self.pk])


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def for_board(self, user: User) -> "AddresseeQuerySet":
        """What was delivered to the organs whose secretary `user` is: of the organ itself or of its company."""
        if user.person_id is None or not has_role(user, Role.Kind.BOARD_SECRETARY):
            return self.none()
        held = Role.objects.current().filter(person_id=user.person_id, kind=Role.Kind.BOARD_SECRETARY)
        where = list(held.values_list("organization_id", flat=True))
        return self.exclude(state=Addressee.State.PENDING).filter(
            Q(organ__organization__in=where) | Q(organ__company__organization__in=where)
        )

    def workable_by(self, user: User) -> "AddresseeQuerySet":
        """What `user` may work on: a board secretary the own organs' decisions, the secretariat all delivered ones."""
        if has_role(user, Role.Kind.SECRETARIAT):
            return self.exclude(state=Addressee.State.PENDING)
        return self.for_board(user)

    def waiting(self) -> "AddresseeQuerySet":
        """Those who still owe an answer: not answered yet, or put off to a later date."""
        return self.filter(
            Q(state__in=[Addressee.State.DELIVERED, Addressee.State.ACKNOWLEDGED])
            | Q(state=Addressee.State.ANSWERED, answer=Answer.DEFERRED)
        )

    def late(self, on: datetime.date) -> "AddresseeQuerySet":
        """Those whose date had passed on the day `on` without an answer."""
        return self.waiting().filter(due_on__lt=on)


class Answer(models.TextChoices):
    """What an addressee can say to a decision."""

    ACCEPTED = "accepted", _("accepted")
    MODIFIED = "modified", _("accepted with changes")
    DEFERRED = "deferred", _("deferred")
    REFUSED = "refused", _("refused")


class Addressee(Published):
    """An organ a decision is addressed to, and how far it has come with it. Moved by `decisions.services`.

    `answer` repeats the newest statement's. `item` is the agenda item on which the council treats the answer, or
    that there is none.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("being sent")
        DELIVERED = "delivered", _("delivered")
        ACKNOWLEDGED = "acknowledged", _("receipt confirmed")
        ANSWERED = "answered", _("answered")
        REPLIED = "replied", _("reply of the council")
        IMPLEMENTING = "implementing", _("being implemented")
        REPORTED_DONE = "reported_done", _("reported as done")
        CONFIRMED = "confirmed", _("confirmed by citizens")
        DISPUTED = "disputed", _("disputed by citizens")
        CLOSED = "closed", pgettext_lazy("addressee", "closed")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="addressees")
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="addressed")
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    delivered_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_how = models.CharField(max_length=200, blank=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True, db_index=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    overdue_level = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    treated_on = models.DateField(null=True, blank=True)
    objects = AddresseeQuerySet.as_manager()
    personal = {"acknowledged_by": OFFICE}

    class Meta:
        ordering = ["decision", "id"]
        indexes = [models.Index(fields=["organ", "due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["decision", "organ"], name="addressed_once"),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(delivered_at__isnull=False, due_on__isnull=False),
                name="delivered_has_dates",
            ),
            models.CheckConstraint(condition=Q(overdue_level__lte=4), name="overdue_levels"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "delivered", "acknowledged"], answer="", answered_on__isnull=True)
                | ~Q(state__in=["pending", "delivered", "acknowledged"]) & ~Q(answer="") & Q(answered_on__isnull=False),
                name="answered_has_an_answer",
            ),
        ]
        verbose_name = _("addressee")

    def __str__(self) -> str:
        return f"{self.decision.number} → {self.organ}"

    def get_absolute_url(self) -> str:
        return reverse("decisions:addressee", args=[self.pk])

    @property
    def is_answered(self) -> bool:
        """Whether an answer was given that is not put off."""
        return self.answer not in ("", Answer.DEFERRED)


class Delivery(models.Model):
    """One way one decision went to one addressee; sent is not received."""

    class Channel(models.TextChoices):
        PORTAL = "portal", _("board area")
        EMAIL = "email", _("e-mail")
        POST = "post", _("letter")

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    file_sha256 = models.CharField(max_length=64)
    message_label = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["addressee", "channel"], name="delivered_once_by_channel")]

    def __str__(self) -> str:
        return f"{self.addressee} ({self.get_channel_display()})"


class Statement(Published):
    """The addressee's answer (Stellungnahme), by its secretary or entered from a letter.

    Never changed, only followed: the database refuses updates and deletions.
    """

    class Novelty(models.TextChoices):
        NEW = "new", _("new because of this decision")
        CHANGED = "changed", _("changed because of this decision")
        PLANNED = "planned", _("already planned")

    class Source(models.TextChoices):
        PORTAL = "portal", _("entered in the board area")
        LETTER = "letter", _("came by letter")
        SITTING = "sitting", _("given in the sitting")

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="statements")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    novelty = models.CharField(_("how new is it"), max_length=10, choices=Novelty, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    deferred_until = models.DateField(_("deferred until"), null=True, blank=True)
    resolution_number = models.CharField(_("number of the resolution"), max_length=60)
    resolution_date = models.DateField(_("date of the resolution"))
    source = models.CharField(max_length=10, choices=Source, default=Source.PORTAL)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    personal = {"entered_by": OFFICE}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="accepted") | ~Q(reasons=""), name="statement_has_reasons_unless_accepted"
            ),
            models.CheckConstraint(
                condition=Q(answer="deferred", deferred_until__isnull=False)
                | ~Q(answer="deferred") & Q(deferred_until__isnull=True),
                name="statement_deferred_until",
            ),
            models.CheckConstraint(
                condition=Q(source="portal") | Q(file__isnull=False), name="statement_by_letter_has_its_document"
            ),
        ]
        verbose_name = _("statement")

    def __str__(self) -> str:
        return f"{self.get_answer_display()}"


class Step(Published):
    """A step of implementation with its proof document; "done" needs one."""

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="steps")
    title = models.CharField(_("what is done"), max_length=200)
    due_on = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    proof = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.CheckConstraint(condition=Q(done_on__isnull=True) | Q(proof__isnull=False), name="done_has_a_proof")
        ]

    def __str__(self) -> str:
        return self.title
