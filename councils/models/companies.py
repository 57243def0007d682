"""Companies with their owners, organs and calendars, and what may bind each organ."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
