"""How the list of decisions is narrowed: by state of the answer, company, year, words. Only public fields."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from audit.clock import today
from councils.models import Company
from decisions.models import Addressee, Answer, Decision
from decisions.stages import LEVEL_PUBLIC

States = Addressee.State
WANTED: list[tuple[str, object]] = [
    ("waiting", _("answer awaited")),
    ("late", _("answer late")),
    (Answer.ACCEPTED, _("accepted")),
    (Answer.MODIFIED, _("accepted with changes")),
    (Answer.DEFERRED, _("deferred")),
    (Answer.REFUSED, _("refused")),
    (States.IMPLEMENTING, _("being implemented")),
    (States.REPORTED_DONE, _("reported as done")),
]
"""What became of a decision, in the words of its list."""


def company_choices() -> list[tuple[int, str]]:
    return list(
        Company.objects.filter(deleted_at__isnull=True, organs__addressed__isnull=False)
        .order_by("organization__name")
        .distinct()
        .values_list("pk", "organization__name")
    )


def year_choices() -> list[tuple[int, str]]:
    years = Decision.objects.annotate(year=ExtractYear("adopted_on")).values_list("year", flat=True)
    return [(year, str(year)) for year in years.order_by("-year").distinct()]


class DecisionFilter(django_filters.FilterSet):
    """Every field is named here; nothing else can be filtered by."""

    q = django_filters.CharFilter(label=_("Search words"), method="filter_words", max_length=100)
    stand = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=WANTED, method="filter_state", empty_label=_("everything")
    )
    unternehmen = django_filters.ChoiceFilter(
        label=_("Company"), choices=company_choices, method="filter_company", empty_label=_("all")
    )
    jahr = django_filters.ChoiceFilter(
        label=_("Year"), choices=year_choices, field_name="adopted_on", lookup_expr="year", empty_label=_("all")
    )

    class Meta:
        model = Decision
        fields: list[str] = []
        form = forms.Form

    def filter_words(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        """Decisions that contain every word."""
        for word in value.split()[:8]:
            rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(number__iexact=word))
        return rows

    def filter_state(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        """Decisions with at least one addressee that stands there."""
        addressees = Addressee.objects.filter(decision=OuterRef("pk"))
        if value == "waiting":
            addressees = addressees.waiting()
        elif value == "late":
            addressees = addressees.late(today()).filter(overdue_level__gte=LEVEL_PUBLIC)
        elif value in Answer.values:
            addressees = addressees.filter(answer=value)
        else:
            addressees = addressees.filter(state=value)
        return rows.filter(Exists(addressees))

    def filter_company(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        return rows.filter(Exists(Addressee.objects.filter(decision=OuterRef("pk"), organ__company=int(value))))
