"""Sealing and delivering: a PDF made without a lock, then file, dates and messages in one transaction."""

import datetime

from django.db import transaction

from accounts.messages import send, usual_channel
from accounts.models import Person
from audit.clock import clock, today
from audit.services import label, record
from councils.models import Organ, Sitting
from councils.services import rules_at
from decisions.algorithms.deadlines import answer_due
from decisions.models import Addressee, Decision, Delivery
from decisions.paper import render_paper
from documents.models import File
from documents.services import store_file

Due = tuple[datetime.date, Sitting | None]


def seal_decision(decision: Decision) -> Decision:
    """Make the PDF of `decision` and deliver it to every addressee; a second run finds it done and changes nothing."""
    decision = Decision.objects.select_related("council__organization").get(pk=decision.pk)
    if decision.state != Decision.State.ADOPTED:
        return decision
    day = today()
    due = due_dates(decision, day)
    organs = {str(organ.public_id): due[pk][0] for pk, organ in _organs(decision).items()}
    return _deliver(decision, data=render_paper(decision, due=organs, date=day), due=due)


def due_dates(decision: Decision, day: datetime.date) -> dict[int, Due]:
    """When each addressee (by key) owes an answer if it is delivered on `day`, and the sitting that sets the date."""
    rules = rules_at(decision.council, day)
    dates: dict[int, Due] = {}
    for pk, organ in _organs(decision).items():
        sittings = list(organ.sittings.filter(date__gte=day).order_by("date"))
        pairs = [(sitting.date, sitting.agenda_closes_on) for sitting in sittings]
        date, index = answer_due(day, pairs, weeks=rules.treat_weeks, months=rules.treat_months)
        dates[pk] = (date, None if index is None else sittings[index])
    return dates


def _organs(decision: Decision) -> dict[int, Organ]:
    addressees = decision.addressees.select_related("organ").order_by("pk")
    return {addressee.pk: addressee.organ for addressee in addressees}


@transaction.atomic
def _deliver(decision: Decision, *, data: bytes, due: dict[int, Due]) -> Decision:
    """File, state, dates and messages of every addressee: all of it, or nothing."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.state != Decision.State.ADOPTED:
        return decision
    name = f"beschluss-{decision.number.replace('/', '-')}.pdf"
    decision.file = store_file(data, name=name, media_type="application/pdf", owner=label(decision), is_public=True)
    decision.state = Decision.State.SEALED
    decision.save(update_fields=["file", "state"])
    record("decision.sealed", decision, sha256=decision.file.sha256)
    pending = decision.addressees.select_related("organ__organization").filter(state=Addressee.State.PENDING)
    for addressee in pending.order_by("pk"):
        _deliver_to(addressee, decision, decision.file, due[addressee.pk])
    return decision


def _deliver_to(addressee: Addressee, decision: Decision, file: File, due: Due) -> None:
    now = clock()
    addressee.state, addressee.delivered_at = Addressee.State.DELIVERED, now
    addressee.due_on, addressee.sitting = due
    addressee.save(update_fields=["state", "delivered_at", "due_on", "sitting"])
    organization = addressee.organ.organization
    message = send("decision_delivered", to=organization, about=label(decision), decision=decision, addressee=addressee)
    by_letter = usual_channel(organization) == Person.Channel.LETTER
    Delivery.objects.create(addressee=addressee, channel=Delivery.Channel.PORTAL, file_sha256=file.sha256, at=now)
    Delivery.objects.create(
        addressee=addressee,
        channel=Delivery.Channel.POST if by_letter else Delivery.Channel.EMAIL,
        file_sha256=file.sha256,
        message_label=label(message),
        at=now,
    )
    record("decision.delivered", decision, organ=label(addressee.organ), due_on=due[0].isoformat())
