"""How the replies desk finds somebody: by name, number or pseudonym, and by state. For draw officers only."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lottery.models import Invitation


class InvitationFilter(django_filters.FilterSet):
    """Every field is named here; nothing else can be filtered by."""

    q = django_filters.CharFilter(label=_("Name, number or pseudonym"), method="filter_words", max_length=100)
    stand = django_filters.ChoiceFilter(
        label=_("State"), choices=Invitation.State.choices, field_name="state", empty_label=_("all")
    )

    class Meta:
        model = Invitation
        fields: list[str] = []

    def filter_words(self, rows: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        """Rows in which every word begins a name, or is the number or the pseudonym."""
        for word in value.split()[:5]:
            found = Q(family_name__istartswith=word) | Q(given_name__istartswith=word) | Q(pseudonym__iexact=word)
            if word.isascii() and word.isdigit() and len(word) < 10:
                found |= Q(number=int(word))
            rows = rows.filter(found)
        return rows
