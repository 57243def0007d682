"""The draw in the demo: 3,500 letters, 367 replies, 56 seats and their alternates, through the lottery's services."""

from collections.abc import Iterator

from accounts.models import Municipality, Person
from accounts.services import admit_person
from audit.clock import today
from councils.services import fill_seat
from portal.demo.city import SEATS, Stage, login_for
from portal.demo.clockwork import at
from portal.demo.people import residents, volunteers


def play(stage: Stage) -> Iterator[str]:
    at(330)
    people = list(residents(3500, seed="auenstadt", on=today()))
    for row in volunteers(people, 367, seed="auenstadt")[:SEATS]:
        person = admit_person(
            by=stage.officer,
            given_name=row.given_name,
            family_name=row.family_name,
            street=row.street,
            postal_code=row.postal_code,
            town="Auenstadt",
            district=Municipality.objects.get(ags=f"99000000{row.district}"),
            channel=Person.Channel.EMAIL if row.number % 3 else Person.Channel.LETTER,
            email=f"mitglied{row.number}@beispiel.example" if row.number % 3 else "",
            birth_date=row.birth_date,
        )
        fill_seat(stage.council, person=person, begin_date=today(), by=stage.secretary)
        if row.number % 3:
            login_for(person, stage.password)
    yield "gelost"
