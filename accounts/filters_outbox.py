"""Filter of the outbox: by way and state only, never by words of a message."""

import django_filters

from accounts.models import Message


class MessageFilter(django_filters.FilterSet):
    """Which messages are shown."""

    class Meta:
        model = Message
        fields = ["channel", "state"]
