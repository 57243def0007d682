"""How the list of proposals is narrowed: by words, stage and company. Only public fields."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from councils.models import Company
from proposals.models import Proposal
from proposals.stages import Stage

WANTED = [(stage.value, stage.label) for stage in Stage if stage != Stage.DRAFT]


def company_choices() -> list[tuple[int, str]]:
    rows = Company.objects.filter(deleted_at__isnull=True).order_by("organization__name")
    return list(rows.values_list("pk", "organization__name"))


class ProposalFilter(django_filters.FilterSet):
    """Every field is named here; nothing else can be filtered by."""

    q = django_filters.CharFilter(label=_("Words"), method="filter_words", max_length=100)
    stand = django_filters.ChoiceFilter(field_name="stage", label=_("Stage"), choices=WANTED, empty_label=_("all"))
    unternehmen = django_filters.ChoiceFilter(
        field_name="company", label=_("Company"), choices=company_choices, empty_label=_("all")
    )

    class Meta:
        model = Proposal
        fields: list[str] = []

    def filter_words(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """German words in any form, parts of compounds, near misses in titles."""
        return queryset.search(value)  # type: ignore[attr-defined]
