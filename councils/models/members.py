"""Seats, who holds them from when to when, and what members declare."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Person, Role, Viewer, has_role
from accounts.purposes import IDENTITY, INTERESTS, OFFICE
from audit.personal import Personal
from councils.models.bodies import Council, WorkingGroup
from councils.models.companies import Company


class SeatQuerySet(models.QuerySet["Seat"]):
    def vacant(self) -> "SeatQuerySet":
        """Seats that nobody holds."""
        held = Membership.objects.current().filter(seat=models.OuterRef("pk"))
        return self.filter(~models.Exists(held))


class Seat(models.Model):
    """ "Platz 17": stays when its holder changes. In public a member is a seat."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveIntegerField()
    objects = SeatQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["council", "number"], name="seat_number_once")]
        verbose_name = _("seat")

    def __str__(self) -> str:
        return str(_("Seat %(number)s") % {"number": self.number})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Viewer) -> "MembershipQuerySet":
        """The own ones; at the desk all of them. The public sees seats, never these rows."""
        if has_role(user, Role.Kind.SECRETARIAT, Role.Kind.CLERK):
            return self
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.filter(person=user.person_id)

    def current(self) -> "MembershipQuerySet":
        """Memberships that have not ended, suspended ones too."""
        return self.filter(end_date__isnull=True)

    def active(self) -> "MembershipQuerySet":
        """Memberships whose holders may vote."""
        return self.filter(state=Membership.State.ACTIVE)


class Membership(models.Model):
    """Who holds a seat, from when to when. The database lets no two people hold one seat at a time."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("membership", "active")
        SUSPENDED = "suspended", _("suspended")
        ENDED = "ended", pgettext_lazy("membership", "ended")

    class EndReason(models.TextChoices):
        TERM = "term", _("end of term")
        RESIGNED = "resigned", _("resigned")
        MOVED_AWAY = "moved_away", _("moved away")
        REMOVED = "removed", pgettext_lazy("membership", "removed")

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    oath_on = models.DateField(null=True, blank=True)
    interests_declared_on = models.DateField(null=True, blank=True)
    objects = MembershipQuerySet.as_manager()
    personal = {
        **dict.fromkeys(["seat", "person", "state", "begin_date", "end_date", "end_reason", "oath_on"], OFFICE),
        "interests_declared_on": OFFICE,
    }

    class Meta:
        ordering = ["seat__number", "begin_date"]
        constraints = [
            ExclusionConstraint(
                name="seat_held_by_one",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "begin_date",
                            "end_date",
                            models.Value("[)"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(state="ended", end_date__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(end_date__isnull=True, end_reason=""),
                name="membership_ends_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(end_date__isnull=True), name="person_holds_one_seat"
            ),
        ]
        verbose_name = _("membership")

    def __str__(self) -> str:
        return f"{self.seat}"


class Suspension(models.Model):
    """A time in which a member keeps the seat and does not vote. Ends by itself on `until`, or before by a decision."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="suspensions")
    reason = models.CharField(_("reason"), max_length=300)
    begin_date = models.DateField()
    until = models.DateField(_("until"), null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    personal = dict.fromkeys(["membership", "reason", "begin_date", "until", "end_date"], OFFICE)

    class Meta:
        ordering = ["begin_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(end_date__isnull=True), name="suspended_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=models.F("begin_date")),
                name="suspension_ends_after_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.begin_date}"


class InterestQuerySet(models.QuerySet["Interest"]):
    def current(self) -> "InterestQuerySet":
        """Interests that have not been taken back."""
        return self.filter(ended_on__isnull=True)

    def touching(self, companies: "models.QuerySet[Company] | list[Company]") -> "InterestQuerySet":
        """Current interests that concern one of `companies`: named, or its sector; a recusal is proposed from them."""
        rows = list(companies)
        sectors = sorted({company.sector for company in rows})
        named = self.model.companies.through.objects.filter(company__in=rows).values("interest")
        return self.current().filter(Q(pk__in=named) | Q(sectors__overlap=sectors))


class Interest(models.Model):
    """What ties a member to companies or sectors: text, and what it concerns. Declared, and ended, never changed."""

    class Kind(models.TextChoices):
        WORK = "work", _("paid work")
        OFFICE = "office", _("an office or honorary post")
        SHARE = "share", _("shares or property")
        CONTRACT = "contract", _("a contract beyond that of any customer")
        FAMILY = "family", _("a close relative")
        OTHER = "other", _("something else")

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(_("what kind"), max_length=10, choices=Kind)
    text = models.CharField(_("in your words"), max_length=500)
    companies = models.ManyToManyField(Company, verbose_name=_("which companies it concerns"), blank=True)
    sectors = ArrayField(models.CharField(max_length=20, choices=Company.Sector), default=list, blank=True)
    declared_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objects = InterestQuerySet.as_manager()
    personal = dict.fromkeys(
        ["membership", "kind", "text", "companies", "sectors", "declared_on", "ended_on", "entered_by"], INTERESTS
    )

    class Meta:
        ordering = ["declared_on", "id"]
        verbose_name = _("declared interest")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

    @property
    def sector_labels(self) -> list[str]:
        """The sectors it concerns, as people read them."""
        words = dict(Company.Sector.choices)
        return [str(words[sector]) for sector in self.sectors]


class NameConsent(models.Model):
    """That a member wants to be named in public: to which words they agreed (`wording`), from when to when.

    The newest row without an end goes with `Person.name_is_public`, which pages ask.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_consents")
    wording = models.PositiveSmallIntegerField()
    wording_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = dict.fromkeys(["person", "wording", "wording_hash", "given_at", "withdrawn_at", "entered_by"], IDENTITY)

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(withdrawn_at__isnull=True), name="consent_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.wording}, {self.given_at:%Y-%m-%d}"


class GroupPlace(models.Model):
    """That a member works in a working group, from when to when."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="places")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="group_places")
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    personal = dict.fromkeys(["membership", "begin_date", "end_date"], OFFICE)

    class Meta:
        ordering = ["membership__seat__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "membership"], condition=Q(end_date__isnull=True), name="in_a_group_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.membership}"


class CivilNomination(models.Model):
    """Whom an organisation of civil society names for its seat; appointed (`seat`) or declined by the secretariat."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="civil_nominations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="civil_nominations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="civil_nominations")
    letter = models.CharField(_("letter by which they are named"), max_length=300)
    nominated_on = models.DateField()
    seat = models.OneToOneField("CivilSeat", on_delete=models.PROTECT, null=True, blank=True, related_name="nomination")
    declined_on = models.DateField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    personal = dict.fromkeys(["person", "letter", "nominated_on", "declined_on", "reason"], OFFICE)

    class Meta:
        ordering = ["nominated_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "organization"],
                condition=Q(seat__isnull=True, declined_on__isnull=True),
                name="civil_nomination_open_once",
            ),
            models.CheckConstraint(
                condition=Q(declined_on__isnull=True, reason="")
                | Q(declined_on__isnull=False, seat__isnull=True) & ~Q(reason=""),
                name="civil_nomination_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}, {self.nominated_on}"


class CivilSeat(models.Model):
    """A seat of organised civil society beside the drawn ones: an organisation sends somebody who advises.

    It has no vote and counts in no denominator: those are the council's own seats.
    """

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="civil_seats")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="civil_seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="civil_seats")
    basis_document = models.CharField(_("document that gives the seat"), max_length=300)
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    personal = dict.fromkeys(["person", "begin_date", "end_date"], OFFICE)

    class Meta:
        ordering = ["organization__name", "begin_date"]
        constraints = [
            ExclusionConstraint(
                name="civil_seat_held_by_one",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    (
                        models.Func("begin_date", "end_date", models.Value("[)"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}"
