"""Receipt, answer and steps: what an organ says stays as it said it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Message, Role
from accounts.tests.factories import user_with_role
from audit.clock import today
from audit.models import Event
from audit.services import Refused, label
from decisions import services
from decisions.models import Addressee, Answer, Statement
from decisions.tests.factories import (
    answered,
    delivered,
    document,
    give_answer,
    secretariat,
    secretary_of,
    step_of,
)

pytestmark = pytest.mark.django_db


def test_receipt_is_confirmed_by_a_named_click():
    addressee = delivered()
    secretary = secretary_of(addressee.organ)
    services.acknowledge(addressee, how="a click", by=secretary)
    addressee.refresh_from_db()
    assert addressee.state == Addressee.State.ACKNOWLEDGED
    assert (addressee.acknowledged_how, addressee.acknowledged_by) == ("a click", secretary.person)


def test_an_answer_confirms_the_receipt_too():
    addressee = delivered()
    statement = give_answer(addressee, answer=Answer.ACCEPTED, reasons="")
    addressee.refresh_from_db()
    assert (addressee.state, addressee.answer) == (Addressee.State.ANSWERED, Answer.ACCEPTED)
    assert addressee.acknowledged_at is not None
    assert statement.entered_by == addressee.acknowledged_by


@pytest.mark.parametrize(
    "fault",
    [
        {"reasons": "  "},
        {"answer": "maybe"},
        {"resolution_date": "ahead"},
        {"resolution_date": "before"},
        {"answer": Answer.DEFERRED, "deferred_until": None},
        {"answer": Answer.DEFERRED, "deferred_until": "before"},
    ],
)
def test_an_incomplete_answer_is_refused(fault):
    days = {"ahead": today() + datetime.timedelta(days=1), "before": today() - datetime.timedelta(days=1)}
    addressee = delivered()
    with pytest.raises(Refused):
        give_answer(addressee, **{key: days.get(value, value) for key, value in fault.items()})
    assert not Statement.objects.exists()


def test_an_answer_put_off_is_asked_for_again():
    addressee = answered(Answer.DEFERRED)
    assert addressee.due_on == today() + datetime.timedelta(days=90)
    assert Addressee.objects.waiting().filter(pk=addressee.pk).exists()
    give_answer(addressee, answer=Answer.REFUSED)
    addressee.refresh_from_db()
    assert addressee.answer == Answer.REFUSED
    assert addressee.statements.count() == 2
    assert not Addressee.objects.waiting().exists()


def test_a_given_answer_is_not_given_again():
    addressee = answered(Answer.REFUSED)
    with pytest.raises(PermissionDenied):
        give_answer(addressee, answer=Answer.ACCEPTED)


def test_the_database_refuses_to_change_or_delete_an_answer():
    statement = answered().statements.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).update(reasons="anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        statement.delete()


def test_what_came_by_letter_is_entered_by_the_secretariat_with_its_document():
    addressee = delivered()
    clerk = secretariat()
    with pytest.raises(Refused):
        give_answer(addressee, source=Statement.Source.LETTER, by=clerk)
    statement = give_answer(addressee, source=Statement.Source.LETTER, by=clerk, file=document())
    assert statement.entered_by == clerk.person


def test_the_secretariat_does_not_answer_as_the_organ_and_the_organ_not_as_the_secretariat():
    addressee = delivered()
    with pytest.raises(PermissionDenied):
        give_answer(addressee, by=secretariat())
    with pytest.raises(PermissionDenied):
        give_answer(addressee, source=Statement.Source.LETTER, file=document())


def test_the_author_of_the_proposal_hears_of_the_answer():
    addressee = answered()
    message = Message.objects.get(event="statement_received")
    assert message.person == addressee.decision.proposal.author
    assert "Die Fahrerinnen und Fahrer fehlen." in message.text


def test_the_chain_names_the_organ_and_the_answer_but_no_words():
    addressee = answered()
    event = Event.objects.get(name="statement.given")
    assert event.facts == {"organ": label(addressee.organ), "answer": "refused", "source": "portal"}


def test_steps_are_announced_and_done_with_a_proof():
    addressee = answered(Answer.ACCEPTED)
    first, second = step_of(addressee), step_of(addressee, title="Busse bestellen")
    secretary = secretary_of(addressee.organ)
    services.report_done(first, file=document(), by=secretary)
    addressee.refresh_from_db()
    assert addressee.state == Addressee.State.IMPLEMENTING
    services.report_done(second, file=document(), by=secretary)
    addressee.refresh_from_db()
    assert addressee.state == Addressee.State.REPORTED_DONE


def test_a_step_is_done_once_and_not_ahead_of_time():
    addressee = answered(Answer.ACCEPTED)
    step, other = step_of(addressee), step_of(addressee)
    secretary = secretary_of(addressee.organ)
    tomorrow = today() + datetime.timedelta(days=1)
    with pytest.raises(Refused):
        services.report_done(other, file=document(), done_on=tomorrow, by=secretary)
    services.report_done(step, file=document(), by=secretary)
    with pytest.raises(Refused):
        services.report_done(step, file=document(), by=secretary)


def test_a_refused_decision_has_no_steps():
    with pytest.raises(PermissionDenied):
        step_of(answered(Answer.REFUSED))


def test_a_secretary_of_another_company_can_do_nothing():
    addressee = delivered()
    stranger = user_with_role(Role.Kind.BOARD_SECRETARY)
    with pytest.raises(PermissionDenied):
        services.acknowledge(addressee, how="x", by=stranger)
    with pytest.raises(PermissionDenied):
        give_answer(addressee, by=stranger)
