"""Companies with their owners, organs and calendars, and what may bind each organ."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Municipality, Organization
from audit.models import Published
from audit.personal import Personal
from councils.models.published import PublishedQuerySet


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
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["organization__name"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.organization.name

    def get_absolute_url(self) -> str:
        return reverse("portal:company_detail", args=[self.pk])


def percent(basis_points: int) -> str:
    """Hundredths of a percent as they are read in the reader's language: 2550 is “25,5 %”."""
    return f"{number_format(Decimal(basis_points) / 100)}\u202f%"


class Share(models.Model):
    """What part of a company somebody owns, in hundredths of a percent: a municipality, a company, or another owner."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="shares")
    owner = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="shares")
    owner_company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="holdings")
    owner_name = models.CharField(_("another owner"), max_length=200, blank=True)
    basis_points = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["-basis_points", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "owner"], name="share_once"),
            models.UniqueConstraint(fields=["company", "owner_company"], name="share_of_a_company_once"),
            models.CheckConstraint(condition=Q(basis_points__range=(1, 10_000)), name="share_up_to_all"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, owner_company__isnull=True, owner_name="")
                | Q(owner__isnull=True, owner_company__isnull=False, owner_name="")
                | Q(owner__isnull=True, owner_company__isnull=True) & ~Q(owner_name=""),
                name="share_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(owner_company__isnull=True) | ~Q(owner_company=models.F("company")),
                name="share_of_another_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_label}: {percent(self.basis_points)}"

    @property
    def owner_label(self) -> str:
        """The owner's name, whoever it is."""
        return self.owner_name or str(self.owner or self.owner_company)


class KeyFigure(models.Model):
    """A figure of a company for one year, with the document it comes from. Entered by the secretariat."""

    class Unit(models.TextChoices):
        EURO = "euro", _("euros")
        PEOPLE = "people", _("people")
        PERCENT = "percent", _("percent")
        PIECES = "pieces", pgettext_lazy("unit", "number")
        TONNES = "tonnes", _("tonnes")
        MEGAWATT_HOURS = "mwh", _("megawatt-hours")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="figures")
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("what is counted"), max_length=120)
    value = models.DecimalField(_("figure"), max_digits=18, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    source = models.CharField(_("document"), max_length=300)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["name", "year"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name", "year"], name="figure_once_a_year"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2200)), name="figure_of_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


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
    articles_reference = models.CharField(_("paragraph of the articles that allows more"), max_length=300, blank=True)
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
