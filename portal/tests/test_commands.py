"""Commands around the audit and the outbox."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import outbox
from accounts.messages import send
from accounts.models import Role
from accounts.tests.factories import PersonFactory, user_with_role
from accounts.tests.test_outbox import delivery_report
from audit.services import record
from audit.verify import faults

pytestmark = pytest.mark.django_db


def test_a_chain_is_exported_with_its_head():
    for step in range(3):
        event = record("proposal.changed", "proposal:7", step=step)
    out, err = io.StringIO(), io.StringIO()
    call_command("export_chain", "proposal:7", stdout=out, stderr=err)
    export = json.loads(out.getvalue())
    assert faults(export, event.hash) == []
    assert err.getvalue().strip() == f"head {event.hash}"


def test_an_unknown_label_says_how_labels_look():
    with pytest.raises(CommandError, match="proposal:12"):
        call_command("export_chain", "proposal:0")


def test_a_delivery_report_on_standard_input_makes_a_letter(monkeypatch):
    message = send("account_founded", to=PersonFactory(channel="email"), link="x")
    outbox.send_due()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(delivery_report(message.message_id))))
    out = io.StringIO()
    call_command("receive_bounce", stdout=out)
    assert out.getvalue().strip() == f"message {message.pk}: bounced"


def test_links_that_open_a_login_are_not_shown_to_clerks(client):
    person = PersonFactory(channel="email")
    message = send("account_founded", to=person, link="https://rat.example/secret-link")
    client.force_login(user_with_role(Role.Kind.CLERK))
    page = client.get(reverse("portal:message_detail", args=[message.pk]))
    assert page.status_code == 200
    assert "secret-link" not in page.text
