"""Sealing and delivering: one PDF with the content attached, dates and messages for everyone, or nothing."""

import datetime
import io

import pypdf
import pytest

from accounts.models import Message
from audit.canonical import canonical_json
from audit.clock import today
from audit.jobs import start_job
from audit.models import Event, Job
from audit.services import label
from decisions import services
from decisions.models import Addressee, Decision, Delivery
from decisions.services import delivery
from decisions.tasks import seal
from decisions.tests.factories import AgendaItemFactory, adopted, bound_organ, delivered, sitting
from documents.models import File
from documents.services import read_file

pytestmark = pytest.mark.django_db


def test_the_job_seals_and_delivers_to_every_addressee():
    item = AgendaItemFactory()
    organs = [bound_organ(item.meeting.council), bound_organ(item.meeting.council)]
    decision = adopted(item=item, organs=organs)
    seal(Job.objects.get(kind="decisions.seal").pk)
    decision.refresh_from_db()
    assert decision.state == Decision.State.SEALED
    assert {one.state for one in decision.addressees.all()} == {Addressee.State.DELIVERED}
    assert Message.objects.filter(event="decision_delivered").count() == 2
    assert Delivery.objects.filter(channel=Delivery.Channel.PORTAL).count() == 2
    assert Job.objects.get(kind="decisions.seal").state == Job.State.DONE


def test_the_paper_carries_the_frozen_content_byte_for_byte():
    addressee = delivered()
    decision = addressee.decision
    reader = pypdf.PdfReader(io.BytesIO(read_file(decision.file)))
    assert reader.attachments["decision.json"] == [canonical_json(decision.content)]
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Die Linie 7 fährt bis 2 Uhr." in text
    assert decision.number in text


def test_a_second_run_changes_nothing():
    addressee = delivered()
    before = (File.objects.count(), Message.objects.count(), Event.objects.count(), Delivery.objects.count())
    services.seal_decision(addressee.decision)
    job = start_job("decisions.seal", decision=addressee.decision_id)
    seal(job.pk)
    assert (File.objects.count(), Message.objects.count(), Event.objects.count(), Delivery.objects.count()) == before


def test_if_one_message_cannot_be_written_nothing_is_delivered(monkeypatch):
    item = AgendaItemFactory()
    decision = adopted(item=item, organs=[bound_organ(item.meeting.council), bound_organ(item.meeting.council)])
    sent = []

    def fail_at_the_second(*args, **kwargs):
        sent.append(args)
        if len(sent) == 2:
            raise OSError("disk full")
        return real(*args, **kwargs)

    real = delivery.send
    monkeypatch.setattr(delivery, "send", fail_at_the_second)
    with pytest.raises(OSError):
        services.seal_decision(decision)
    decision.refresh_from_db()
    assert decision.state == Decision.State.ADOPTED
    assert not Message.objects.filter(event="decision_delivered").exists()
    assert not Delivery.objects.exists()
    assert set(decision.addressees.values_list("state", flat=True)) == {Addressee.State.PENDING}


def test_the_date_comes_from_the_organs_calendar():
    item = AgendaItemFactory()
    organ = bound_organ(item.meeting.council)
    sitting(organ, weeks=3)
    second = sitting(organ, weeks=8)
    addressee = delivered(item=item, organs=[organ])
    assert (addressee.sitting, addressee.due_on) == (second, second.date)


def test_without_a_sitting_in_sight_an_answer_is_due_within_six_months():
    addressee = delivered()
    assert addressee.sitting is None
    assert datetime.timedelta(days=180) < addressee.due_on - today() < datetime.timedelta(days=185)


def test_an_organ_without_e_mail_gets_a_letter():
    item = AgendaItemFactory()
    organ = bound_organ(item.meeting.council)
    organ.organization.email = ""
    organ.organization.save()
    addressee = delivered(item=item, organs=[organ])
    channels = set(addressee.deliveries.values_list("channel", flat=True))
    assert channels == {Delivery.Channel.PORTAL, Delivery.Channel.POST}
    message = Message.objects.get(event="decision_delivered")
    assert (message.channel, message.about) == ("letter", label(addressee.decision))
