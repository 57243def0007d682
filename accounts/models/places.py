"""The city, its districts, and every body that people act for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Published
from audit.personal import Personal


class Municipality(models.Model):
    """A municipality or one of its districts, by official key (AGS, 8 digits; districts add a suffix)."""

    ags = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="districts")
    population = models.PositiveIntegerField(default=0)
    is_rural = models.BooleanField(default=False)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["ags"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """The one city this installation belongs to: name, look and imprint. Changed by the secretariat."""

    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=7, default="#7a1f3d")
    dark_colour = models.CharField(max_length=7, default="#f0a6bd")
    authority = models.CharField(max_length=200)
    street = models.CharField(max_length=200)
    postal_town = models.CharField(max_length=100)
    phone = models.CharField(max_length=40)
    email = models.EmailField()
    represented_by = models.CharField(max_length=200)
    data_protection_contact = models.CharField(max_length=200)
    is_demo = models.BooleanField(default=False)
    personal: dict[str, Personal] = {}

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_is_one_row")]
        verbose_name = _("city")

    def __str__(self) -> str:
        return self.name


class Organization(Published):
    """A body in OParl's sense: city, company, its organ, council, civil society. Changed by the secretariat."""

    class Kind(models.TextChoices):
        CITY = "city", _("city administration")
        COUNCIL = "council", _("citizens' council")
        ELECTED = "elected", _("elected council")
        COMPANY = "company", _("municipal company")
        ORGAN = "organ", _("organ of a company")
        CIVIL = "civil", _("organised civil society")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    email = models.EmailField(blank=True)
    street = models.CharField(max_length=200, blank=True)
    postal_town = models.CharField(max_length=100, blank=True)
    website = models.URLField(blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["name"]
        verbose_name = _("organization")

    def __str__(self) -> str:
        return self.name
