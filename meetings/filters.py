"""How the list of meetings is narrowed: by council, and coming or past. Only public fields."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from councils.models import Council
from meetings.models import Meeting


def council_choices() -> list[tuple[int, str]]:
    rows = Council.objects.filter(deleted_at__isnull=True).order_by("organization__name")
    return list(rows.values_list("pk", "organization__name"))


class MeetingFilter(django_filters.FilterSet):
    """Every field is named here; nothing else can be filtered by."""

    zeit = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[("coming", _("coming")), ("past", _("past"))],
        empty_label=_("all"),
        method="filter_time",
    )
    rat = django_filters.ChoiceFilter(
        field_name="council", label=_("Council"), choices=council_choices, empty_label=_("all")
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def filter_time(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        is_past = value == "past"
        return queryset.filter(state=Meeting.State.CLOSED) if is_past else queryset.exclude(state=Meeting.State.CLOSED)
