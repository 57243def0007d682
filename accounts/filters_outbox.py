"""Filter of the outbox: by way and state only, never by words of a message."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import Message, Person


class MessageFilter(django_filters.FilterSet):
    """Which messages are shown."""

    channel = django_filters.ChoiceFilter(label=_("By"), choices=Person.Channel.choices, empty_label=_("all"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=Message.State.choices, empty_label=_("all"))

    class Meta:
        model = Message
        fields = ["channel", "state"]
