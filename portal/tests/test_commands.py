"""Commands around the audit and the outbox."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts import outbox
from accounts.messages import send
from accounts.tests.factories import PersonFactory
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
