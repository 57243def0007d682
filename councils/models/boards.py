"""Seats in the organs of companies: who sends, who is sent, their closed file, mandates and public reports."""

import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Person, Role, Viewer, has_role, role_kinds
from accounts.purposes import CLOSED_FILE, OFFICE
from audit.clock import Today
from audit.models import Published
from audit.personal import Personal
from councils.models.bodies import Council
from councils.models.companies import Organ, Sitting
from councils.models.published import PublishedQuerySet
from documents.models import File
from voting.models import Vote


class BoardSeat(Published):
    """A seat in an organ of a company, who sends somebody there, and the document that says so."""

    class Sends(models.TextChoices):
        COUNCIL = "council", _("citizens' council")
        CIVIL = "civil", _("organised civil society")
        CITY = "city", _("city")

    class Kind(models.TextChoices):
        VOTE = "vote", _("with a vote")
        ADVISORY = "advisory", pgettext_lazy("board seat", "with an advisory voice")
        GUEST = "guest", _("permanent guest")
        ADVISORY_BOARD = "advisory_board", _("in an advisory board")

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="board_seats")
    number = models.PositiveIntegerField()
    sends = models.CharField(_("who sends"), max_length=10, choices=Sends)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, null=True, blank=True, related_name="board_seats")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="board_seats"
    )
    kind = models.CharField(_("kind of seat"), max_length=20, choices=Kind)
    basis_document = models.CharField(_("document that gives the seat"), max_length=300)
    basis_date = models.DateField(_("date of the document"))
    term_years = models.PositiveSmallIntegerField(_("years of office"), default=3)
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["organ", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "number"], name="board_seat_number_once"),
            models.CheckConstraint(
                condition=Q(sends="council", council__isnull=False, organization__isnull=True)
                | ~Q(sends="council") & Q(council__isnull=True, organization__isnull=False),
                name="board_seat_has_a_sender",
            ),
            models.CheckConstraint(condition=Q(term_years__range=(1, 10)), name="board_seat_for_some_years"),
        ]
        verbose_name = _("board seat")

    def __str__(self) -> str:
        return f"{self.organ}, {self.number}"

    @property
    def sender(self) -> str:
        """The name of whoever sends."""
        return str(self.council or self.organization)


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def current(self) -> "DelegateQuerySet":
        """Who is in office today."""
        return self.filter(begin_date__lte=Today()).filter(Q(end_date__isnull=True) | Q(end_date__gt=Today()))


class Delegate(models.Model):
    """Who holds a board seat, from when to when; never two at one time. The files open only after the declaration."""

    class EndReason(models.TextChoices):
        TERM = "term", _("end of term")
        RESIGNED = "resigned", _("resigned")
        RECALLED = "recalled", _("recalled")
        LEFT_COUNCIL = "left_council", _("left the council")

    seat = models.ForeignKey(BoardSeat, on_delete=models.PROTECT, related_name="delegates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    election = models.ForeignKey(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    election_reference = models.CharField(_("resolution by which they are sent"), max_length=300)
    confidential_on = models.DateField(null=True, blank=True)
    objects = DelegateQuerySet.as_manager()
    personal = dict.fromkeys(
        ["person", "begin_date", "end_date", "end_reason", "election", "election_reference", "confidential_on"], OFFICE
    )

    class Meta:
        ordering = ["begin_date"]
        constraints = [
            ExclusionConstraint(
                name="board_seat_held_by_one",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (
                        models.Func("begin_date", "end_date", models.Value("[)"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True, end_reason="") | Q(end_date__isnull=False) & ~Q(end_reason=""),
                name="delegation_ends_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat}, {self.begin_date}"

    @property
    def until(self) -> datetime.date:
        """The first day after the years of office (29 February becomes 1 March)."""
        from audit.personal import years

        return years(self.seat.term_years, self.begin_date)


class BoardFileQuerySet(models.QuerySet["BoardFile"]):
    def visible_to(self, user: Viewer) -> "BoardFileQuerySet":
        """The files of the seats `user` holds today, and those of the organs whose secretary `user` is; nobody else's.

        Not the secretariat's of the council: what a company hands to its board is the board's.
        """
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        held = Delegate.objects.current().filter(person_id=user.person_id).values("seat")
        mine = Q(seat__in=held)
        if has_role(user, Role.Kind.BOARD_SECRETARY):
            offices = Role.objects.current().filter(person_id=user.person_id, kind=Role.Kind.BOARD_SECRETARY)
            where = list(offices.values_list("organization_id", flat=True))
            mine |= Q(seat__organ__organization__in=where) | Q(seat__organ__company__organization__in=where)
        return self.filter(mine)


class BoardFile(models.Model):
    """What the holder of a seat needs for one sitting: agenda, papers, and what may be told outside. Closed.

    After `delete_on` the purge takes it away with its papers, their bytes, and how the delegate voted.
    """

    seat = models.ForeignKey(BoardSeat, on_delete=models.PROTECT, related_name="files")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="files")
    agenda = models.TextField(_("agenda"), blank=True)
    outside = models.TextField(_("what may be told outside"), blank=True)
    created_at = models.DateTimeField()
    delete_on = models.DateField(_("deleted on"), db_index=True)
    objects = BoardFileQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-sitting__date"]
        constraints = [models.UniqueConstraint(fields=["seat", "sitting"], name="board_file_once")]

    def __str__(self) -> str:
        return f"{self.seat}, {self.sitting.date}"

    def get_absolute_url(self) -> str:
        return reverse("councils:board_file", args=[self.pk])


class BoardPaper(models.Model):
    """A paper of a closed file; its bytes are a private document."""

    file = models.ForeignKey(BoardFile, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(_("title"), max_length=200)
    document = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    personal = {"added_by": CLOSED_FILE, "added_at": CLOSED_FILE}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class MandateQuerySet(models.QuerySet["BoardMandate"]):
    def visible_to(self, user: Viewer) -> "MandateQuerySet":
        """Public mandates to everybody; the others to the council that gave them, and to whoever holds the seat."""
        if has_role(user, Role.Kind.SECRETARIAT, Role.Kind.AUDITOR):
            return self
        seen = Q(is_public=True)
        if user.is_authenticated and user.person_id is not None:
            held = Delegate.objects.current().filter(person_id=user.person_id).values("seat")
            seen |= Q(seat__in=held)
            if role_kinds(user) & {Role.Kind.MEMBER, Role.Kind.ALTERNATE, Role.Kind.FACILITATOR}:
                offices = Role.objects.current().filter(
                    person_id=user.person_id, kind__in=[Role.Kind.MEMBER, Role.Kind.ALTERNATE, Role.Kind.FACILITATOR]
                )
                seen |= Q(seat__council__organization__in=offices.values("organization"))
        return self.filter(seen)


class BoardMandate(models.Model):
    """What the council asks its delegate to say or vote on one matter, with the resolution; and how they then voted.

    The mandate is the council's; `choice` and its note belong to the closed file.
    """

    class Choice(models.TextChoices):
        YES = "yes", pgettext_lazy("vote", "yes")
        NO = "no", pgettext_lazy("vote", "no")
        ABSTAIN = "abstain", pgettext_lazy("vote", "abstention")
        NOT_VOTED = "not_voted", _("it was not voted on")

    seat = models.ForeignKey(BoardSeat, on_delete=models.PROTECT, related_name="mandates")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="mandates")
    title = models.CharField(_("on which matter"), max_length=200)
    text = models.TextField(_("what the council asks for"))
    reference = models.CharField(_("resolution of the council"), max_length=300)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_public = models.BooleanField(_("the public may read it"), default=True)
    given_on = models.DateField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(_("how was voted"), max_length=10, choices=Choice, blank=True)
    choice_note = models.TextField(_("why, if otherwise than asked"), blank=True)
    noted_on = models.DateField(null=True, blank=True)
    objects = MandateQuerySet.as_manager()
    personal = {
        **dict.fromkeys(["given_by", "given_on"], OFFICE),
        **dict.fromkeys(["choice", "choice_note", "noted_on"], CLOSED_FILE),
    }

    class Meta:
        ordering = ["sitting__date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice="", noted_on__isnull=True) | ~Q(choice="") & Q(noted_on__isnull=False),
                name="choice_noted_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.title


class BoardReport(Published):
    """The report of a delegate in public words after a sitting. Falls due by the calendar; once given it stays.

    `level`: 0 not due yet, 1 reminded, 2 overdue and shown as awaited.
    """

    seat = models.ForeignKey(BoardSeat, on_delete=models.PROTECT, related_name="reports")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="reports")
    delegate = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="reports")
    due_on = models.DateField(db_index=True)
    level = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("report"), blank=True)
    given_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objects = PublishedQuerySet.as_manager()
    personal = {"entered_by": OFFICE, "text": OFFICE, "given_on": OFFICE, "due_on": OFFICE}

    class Meta:
        ordering = ["-sitting__date"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "sitting"], name="board_report_once"),
            models.CheckConstraint(condition=Q(level__lte=2), name="board_report_levels"),
            models.CheckConstraint(
                condition=Q(text="", given_on__isnull=True) | ~Q(text="") & Q(given_on__isnull=False),
                name="board_report_given_with_words",
            ),
        ]
        verbose_name = _("report of a delegate")

    def __str__(self) -> str:
        return f"{self.seat}, {self.sitting.date}"

    def get_absolute_url(self) -> str:
        return reverse("councils:board_report", args=[self.pk])
