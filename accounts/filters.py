"""Filter of the desk's list of people: by name or phone, by verification, by way of reaching them."""

import django_filters
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, PersonQuerySet
from audit.clock import today

UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ß", "ss"))
"""Who types Mueller finds Müller: the database takes the dots off, this takes the e off."""


class PersonFilter(django_filters.FilterSet):
    """Which people are shown. The words of a search travel in a POST: a name has no place in an address or a log."""

    q = django_filters.CharFilter(label=_("Name or phone"), method="search")
    verified = django_filters.ChoiceFilter(
        label=_("Lives here"),
        choices=[("yes", _("confirmed")), ("no", _("not confirmed")), ("ended", _("no longer"))],
        empty_label=_("all"),
        method="by_verification",
    )
    channel = django_filters.ChoiceFilter(label=_("Reached by"), choices=Person.Channel, empty_label=_("all"))

    class Meta:
        model = Person
        fields = ["q", "verified", "channel"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Everyone who carries each of the words in their name; digits alone look for a phone number."""
        digits = "".join(char for char in value if char.isdigit())
        if len(digits) >= 3 and not any(char.isalpha() for char in value):
            bare = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
            return queryset.alias(digits=bare).filter(digits__contains=digits.lstrip("0"))
        for word in value.split()[:5]:
            queryset = queryset.filter(_named(word) | _named(_plain(word)))
        return queryset

    def by_verification(self, queryset: PersonQuerySet, name: str, value: str) -> QuerySet:
        """`yes`: today; `ended`: once, but no longer; `no`: never."""
        now = today()
        conditions = {
            "yes": Q(verified_until__gte=now),
            "ended": Q(verified_until__lt=now),
            "no": Q(verified_until__isnull=True),
        }
        return queryset.filter(conditions[value])


def _named(word: str) -> Q:
    return Q(family_name__unaccent__icontains=word) | Q(given_name__unaccent__icontains=word)


def _plain(word: str) -> str:
    word = word.lower()
    for pair, letter in UMLAUTS:
        word = word.replace(pair, letter)
    return word
