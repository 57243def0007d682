"""Meetings for tests of every app above."""

import datetime
from typing import Any

import factory

from accounts.models import Role, User
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import clock
from councils.models import Council, Membership
from councils.tests.factories import CouncilFactory, seated
from meetings.models import AgendaItem, Meeting
from meetings.services import add_item, note_presence, open_meeting


class MeetingFactory(factory.django.DjangoModelFactory):
    """A meeting in three weeks."""

    class Meta:
        model = Meeting

    council = factory.SubFactory(CouncilFactory)
    title = factory.Sequence(lambda n: f"{n + 1}. Sitzung")
    place = "Rathaus, Saal 2"
    starts_at = factory.LazyFunction(lambda: clock() + datetime.timedelta(days=21))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + datetime.timedelta(hours=3))


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = "Busse mit Strom"


def session(
    *, present: int = 5, council: Council | None = None, by: User | None = None, **fields: Any
) -> tuple[Meeting, list[User]]:
    """A meeting in session today and its members' logins, of whom the first `present` are in the room."""
    by = by or user_with_role(Role.Kind.SECRETARIAT)
    council = council or CouncilFactory()
    users = []
    for number in range(1, council.seat_count + 1):
        held = Membership.objects.current().filter(seat__council=council, seat__number=number).first()
        user = UserFactory(person=held.person) if held else UserFactory()
        if held is None:
            seated(council, number, user.person)
        users.append(user)
    meeting = open_meeting(MeetingFactory(council=council, starts_at=clock(), **fields), by=by)
    for user in users[:present]:
        note_presence(meeting, person=user.person, by=user)
    return meeting, users


def item_of(meeting: Meeting, *, by: User | None = None, **fields: Any) -> AgendaItem:
    """An item at the end of the meeting's agenda."""
    return add_item(meeting, **{"title": "Busse mit Strom", **fields}, by=by or user_with_role(Role.Kind.SECRETARIAT))
