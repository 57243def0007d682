"""How the list of companies is narrowed: by sector and legal form. Only public fields."""

import django_filters
from django.utils.translation import gettext_lazy as _

from councils.models import Company


class CompanyFilter(django_filters.FilterSet):
    """Every field is named here; nothing else can be filtered by."""

    bereich = django_filters.ChoiceFilter(
        field_name="sector", label=_("Sector"), choices=Company.Sector, empty_label=_("all")
    )
    rechtsform = django_filters.ChoiceFilter(
        field_name="legal_form", label=_("Legal form"), choices=Company.LegalForm, empty_label=_("all")
    )

    class Meta:
        model = Company
        fields: list[str] = []
