"""Votes for tests: announced and opened through the services that pages use."""

from typing import Any

from accounts.models import Person, Role, User
from accounts.tests.factories import ResidentFactory, user_with_role
from audit.clock import clock
from voting.models import Vote
from voting.services import Voter, announce, open_casting

SIMPLE = {
    "method": "yes_no",
    "majority": {"numerator": 1, "denominator": 2, "strict": True, "of": "cast"},
    "quorum": {"numerator": 1, "denominator": 2, "of": "statutory"},
    "present": "hall",
}


def announced_vote(people: list[Person] | None = None, *, by: User | None = None, **fields: Any) -> Vote:
    """A vote of five on an invented question, seats in the order of `people`; fields replace what is announced."""
    people = ResidentFactory.create_batch(5) if people is None else people
    values = {
        "subject": "agendaitem:1",
        "title": "Nachtbus auf der Linie 7",
        "question": "Soll der Nachtbus fahren?",
        "rule": SIMPLE,
        "basis": "statuteversion:1",
        "basis_hash": "0" * 64,
        "electorate": [Voter(person, f"Platz {n}", n) for n, person in enumerate(people, start=1)],
        "statutory_members": max(len(people), 1),
        "members_present": len(people),
        "opens_at": clock(),
        "closes_at": None,
    }
    return announce(**{**values, **fields}, by=by or user_with_role(Role.Kind.SECRETARIAT))


def casting_vote(people: list[Person] | None = None, **fields: Any) -> Vote:
    """The same, open."""
    by = fields.pop("by", None) or user_with_role(Role.Kind.SECRETARIAT)
    return open_casting(announced_vote(people, by=by, **fields), by=by)
