"""The outbox: one row a message, sent once, retried, turned into a letter when it comes back, printed in batches."""

import smtplib
import threading
from email.message import EmailMessage

import pytest
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse

from accounts import letters, outbox
from accounts.messages import send, send_raw
from accounts.models import LetterBatch, Message, Person, Role
from accounts.tests.factories import CityFactory, OrganizationFactory, PersonFactory, user_with_role
from audit.clock import clock
from audit.services import Refused
from documents.models import File
from documents.services import read_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return PersonFactory(email="anna@beispiel.example", channel="email")


def write(person, **context):
    return send("account_founded", to=person, about="test:1", link="http://localhost/x", **context)


def test_a_message_is_part_of_the_transaction_that_caused_it(anna):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(anna)
        raise RuntimeError
    assert Message.objects.count() == 0


def test_a_mail_is_sent_once_with_a_stable_id_and_both_texts(anna):
    message = write(anna)
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    message.refresh_from_db()
    (sent,) = mail.outbox
    assert message.state == "sent"
    assert sent.extra_headers["Message-ID"] == message.message_id
    assert "http://localhost/x" in sent.body
    assert "<h1>" in sent.alternatives[0].content
    assert sent.to == ["anna@beispiel.example"]


def test_what_somebody_waits_for_goes_before_what_a_council_is_told(anna):
    for _number in range(3):
        write(anna)
    send_raw(event="email_confirmation", email="neu@beispiel.example", subject="Code", text="123", language="de")
    assert outbox.send_due(limit=2) == 2
    assert [sent.to for sent in mail.outbox] == [["neu@beispiel.example"], ["anna@beispiel.example"]]


@pytest.mark.parametrize(
    ("fields", "channel"),
    [
        ({"channel": "email"}, "email"),
        ({"channel": "letter"}, "letter"),
        ({"channel": "phone", "phone": "1"}, "phone"),
        ({"channel": "email", "is_email_bouncing": True}, "letter"),
        ({"channel": "email", "email": ""}, "letter"),
    ],
)
def test_everyone_is_reached_by_the_way_they_chose(fields, channel):
    assert write(PersonFactory(**fields)).channel == channel


def test_an_organ_without_mail_gets_a_letter():
    assert write(OrganizationFactory(email="")).channel == "letter"


def test_a_server_that_is_down_makes_the_mail_wait(anna, monkeypatch):
    monkeypatch.setattr(outbox, "_hand_over", lambda message: (_ for _ in ()).throw(ConnectionRefusedError("no")))
    message = write(anna)
    outbox.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempt) == ("queued", 1)
    assert message.next_at > clock()
    Message.objects.update(attempt=len(outbox.WAITS), next_at=clock())
    outbox.send_due()
    message.refresh_from_db()
    assert message.state == "failed"


def test_a_refused_address_becomes_a_letter_with_the_same_words(anna, monkeypatch):
    refusal = smtplib.SMTPRecipientsRefused({"anna@beispiel.example": (550, b"no such user")})
    monkeypatch.setattr(outbox, "_hand_over", lambda message: (_ for _ in ()).throw(refusal))
    first = write(anna)
    outbox.send_due()
    first.refresh_from_db()
    letter = Message.objects.get(replaces=first)
    anna.refresh_from_db()
    assert first.state == "bounced"
    assert anna.is_email_bouncing
    assert (letter.channel, letter.text, letter.state) == ("letter", first.text, "queued")


def delivery_report(message_id: str, action: str = "failed") -> bytes:
    original = EmailMessage()
    original["Message-ID"] = message_id
    original.set_content("x")
    return (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; a@b\r\nAction: " + action.encode() + b"\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + original.as_bytes() + b"\r\n--b--\r\n"
    )


def test_a_delivery_report_turns_the_mail_into_a_letter_once(anna):
    message = write(anna)
    outbox.send_due()
    for _ in range(2):
        outbox.receive_bounce(delivery_report(message.message_id))
    message.refresh_from_db()
    assert message.state == "bounced"
    assert Message.objects.filter(replaces=message).count() == 1


def test_a_delay_or_a_foreign_report_changes_nothing(anna):
    message = write(anna)
    outbox.send_due()
    outbox.receive_bounce(delivery_report(message.message_id, "delayed"))
    outbox.receive_bounce(delivery_report("<other@elsewhere>"))
    outbox.receive_bounce(b"not a mail at all")
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_mail_once():
    for _ in range(12):
        write(PersonFactory(channel="email"))

    def work():
        outbox.send_due()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mail.outbox) == 12
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 12


# --- Letters and calls ------------------------------------------------------------------------------------------


@pytest.fixture
def clerk():
    CityFactory()
    return user_with_role(Role.Kind.SECRETARIAT)


def test_letters_are_printed_once_into_a_batch(clerk, django_capture_on_commit_callbacks):
    for _ in range(3):
        write(PersonFactory(channel="letter"))
    with django_capture_on_commit_callbacks(execute=True):
        batch = letters.request_batch(by=clerk)
    batch.refresh_from_db()
    file = File.objects.get(owner=f"letterbatch:{batch.pk}")
    assert batch.count == 3
    assert read_file(file).startswith(b"%PDF-1.7")
    assert not letters.waiting_letters().exists()
    assert letters.print_batch(batch).count == 3
    with pytest.raises(Refused):
        letters.request_batch(by=clerk)


def test_the_secretariat_prints_downloads_and_posts(clerk, client, django_capture_on_commit_callbacks):
    write(PersonFactory(channel="letter"))
    client.force_login(clerk)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("portal:batch_request"))
    batch = LetterBatch.objects.get()
    pdf = client.get(reverse("portal:batch_pdf", args=[batch.pk]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert pdf["Cache-Control"] == "private, no-store"
    client.post(reverse("portal:batch_posted", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.posted_on is not None


def test_a_call_is_made_once_and_noted(clerk, client):
    message = write(PersonFactory(channel="phone", phone="0123 4567"))
    client.force_login(clerk)
    page = client.get(reverse("portal:message_detail", args=[message.pk]))
    assert "0123 4567" in page.text
    client.post(reverse("portal:message_told", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "done"
    with pytest.raises(Refused):
        outbox.note_phone_call(message, by=clerk)


@pytest.mark.parametrize("kind", [Role.Kind.MEMBER, Role.Kind.BOARD_SECRETARY, Role.Kind.AUDITOR, Role.Kind.EDITOR])
def test_nobody_else_reads_the_outbox(client, kind):
    message = write(PersonFactory(channel=Person.Channel.LETTER))
    client.force_login(user_with_role(kind))
    for name, arguments in (("message_list", []), ("message_detail", [message.pk]), ("batch_list", [])):
        assert client.get(reverse(f"portal:{name}", args=arguments)).status_code == 403
