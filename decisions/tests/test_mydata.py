"""My data: what somebody did in an office, and that erasing a person leaves the record standing."""

import pytest

from decisions.mydata import erase_person, export_person
from decisions.tests.factories import answered

pytestmark = pytest.mark.django_db


def test_the_export_names_receipts_and_answers_entered():
    addressee = answered()
    person = addressee.statements.get().entered_by
    export = export_person(person)
    assert [entry["decision"] for entry in export["answers_entered"]] == [addressee.decision.number]
    assert [entry["decision"] for entry in export["receipts_confirmed"]] == [addressee.decision.number]


def test_erasing_a_person_leaves_the_answer():
    addressee = answered()
    erase_person(addressee.statements.get().entered_by)
    assert addressee.statements.count() == 1
    other = addressee.decision.proposal.author
    assert export_person(other) == {"receipts_confirmed": [], "answers_entered": []}
