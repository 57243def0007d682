"""Companies with their organs, and the councils bound to them: statutes, terms, seats and who holds them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Municipality, Organization, Person, Viewer
from accounts.purposes import IDENTITY, OFFICE
from audit.models import Published
from audit.personal import Personal
from documents.models import File


class PublishedQuerySet(models.QuerySet):
    """Rows everybody may read, but for those that carry a tombstone."""

    def visible_to(self, user: Viewer) -> "PublishedQuerySet":
        """What `user` may read: companies, councils and statutes are public."""
        return self.filter(deleted_at__isnull=True)


class Company(Published):
    """A municipal company: legal form, owners, sector. Changed by the secretariat."""

    class LegalForm(models.TextChoices):
        GMBH = "gmbh", "GmbH"
        GGMBH = "ggmbh", "gGmbH"
        GMBH_CO_KG = "gmbh_co_kg", "GmbH & Co. KG"
        AG = "ag", "AG"
        EG = "eg", "eG"
        AOR = "aor", "AöR"
        EIGENBETRIEB = "eigenbetrieb", _("municipal enterprise (Eigenbetrieb)")
        ZWECKVERBAND = "zweckverband", _("special-purpose association (Zweckverband)")
        FOUNDATION = "foundation", _("foundation")

    class Sector(models.TextChoices):
        ENERGY = "energy", _("energy")
        MOBILITY = "mobility", _("mobility")
        HOUSING = "housing", _("housing")
        CARE = "care", _("care")
        SUPPLY = "supply", _("local supply")
        IT = "it", _("IT")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="company")
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    purpose = models.TextField(_("what it does"))
    holding = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="daughters")
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["organization__name"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.organization.name


class Share(models.Model):
    """What part of a company a municipality owns, in hundredths of a percent."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="shares")
    owner = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="shares")
    basis_points = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-basis_points"]
        constraints = [
            models.UniqueConstraint(fields=["company", "owner"], name="share_once"),
            models.CheckConstraint(condition=Q(basis_points__range=(1, 10_000)), name="share_up_to_all"),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.basis_points / 100:.2f} %"


class BindingBasis(models.TextChoices):
    """How far a decision binds the organ it addresses, weakest first (docs/domain.md)."""

    ADVISORY = "advisory", _("advisory")
    DUTY_TO_TREAT = "duty_to_treat", _("duty to treat")
    COMPLY_OR_EXPLAIN = "comply_or_explain", _("comply or explain")
    INSTRUCTION = "instruction", _("instruction")
    SHAREHOLDER_RESOLUTION = "shareholder_resolution", _("shareholders' resolution")
    ARTICLES = "articles", _("articles of association")


class Organ(Published):
    """An organ of a company that decisions can address, what may bind it, and the document that says so."""

    class Kind(models.TextChoices):
        SHAREHOLDERS = "shareholders", _("shareholders' meeting")
        MANAGEMENT = "management", _("management")
        SUPERVISORY_OPTIONAL = "supervisory_optional", _("supervisory board (optional)")
        SUPERVISORY = "supervisory", _("supervisory board")
        ADMINISTRATIVE = "administrative", _("administrative board (Verwaltungsrat)")
        COMMITTEE = "committee", _("works committee")

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="organs")
    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="organ")
    kind = models.CharField(max_length=30, choices=Kind)
    binding = models.CharField(max_length=30, choices=BindingBasis, default=BindingBasis.ADVISORY)
    binding_document = models.CharField(max_length=300)
    binding_date = models.DateField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["company", "kind"]
        constraints = [models.UniqueConstraint(fields=["company", "kind"], name="organ_kind_once")]
        verbose_name = _("organ")

    def __str__(self) -> str:
        return self.organization.name


class Sitting(models.Model):
    """An ordinary sitting of an organ, from its calendar; deadlines count in sittings."""

    organ = models.ForeignKey(Organ, on_delete=models.CASCADE, related_name="sittings")
    date = models.DateField()
    agenda_closes_on = models.DateField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "date"], name="sitting_once"),
            models.CheckConstraint(condition=Q(agenda_closes_on__lte=models.F("date")), name="agenda_closes_before"),
        ]

    def __str__(self) -> str:
        return f"{self.organ}, {self.date}"


class Council(Published):
    """A standing citizens' council. State and membership change only through `councils.services`."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CONSTITUTED = "constituted", _("constituted")
        IN_TERM = "in_term", _("in term")
        RENEWING = "renewing", _("renewing")
        DISSOLVED = "dissolved", _("dissolved")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="council")
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    seat_count = models.PositiveIntegerField()
    about = models.TextField(blank=True)
    companies = models.ManyToManyField(Company, related_name="councils")
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["id"]
        verbose_name = _("council")

    def __str__(self) -> str:
        return self.organization.name

    def get_absolute_url(self) -> str:
        return reverse("councils:council_detail", args=[self.pk])


class StatuteVersion(Published):
    """A version of a council's rules. `mandate` is enacted by the elected council, `rules` by a vote in the tool.

    `settings` holds the figures services read (docs/domain.md lists them); what runs keeps its version.
    """

    class Kind(models.TextChoices):
        MANDATE = "mandate", _("mandate (statute of the city)")
        RULES = "rules", _("rules of procedure")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="statutes")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    settings = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    in_force_on = models.DateField()
    enacted_by = models.CharField(max_length=300)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True)
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [models.UniqueConstraint(fields=["council", "kind", "number"], name="statute_version_once")]
        verbose_name = _("statute version")

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("councils:statute_detail", args=[self.pk])


class Term(models.Model):
    """A term of office of a council."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    begin_date = models.DateField()
    end_date = models.DateField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="term_number_once"),
            models.CheckConstraint(condition=Q(end_date__gt=models.F("begin_date")), name="term_ends_after_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {self.number}"


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
    declared_interests = models.TextField(blank=True)
    objects = MembershipQuerySet.as_manager()
    personal = {
        **dict.fromkeys(["seat", "person", "state", "begin_date", "end_date", "end_reason", "oath_on"], OFFICE),
        "declared_interests": IDENTITY,
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
