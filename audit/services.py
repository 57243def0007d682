"""Recording what happened, and the rule every service starts with: `require`."""

import datetime
import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from audit.canonical import digest
from audit.clock import clock
from audit.models import Event

GENESIS = "0" * 64


class Refused(Exception):
    """What was asked cannot be done now. The message says what to do instead, in the user's language."""


def require(condition: bool, message: str | None = None) -> None:
    """Go on only if `condition`: without a message the right is missing, with one the state forbids it."""
    if condition:
        return
    if message is None:
        raise PermissionDenied
    raise Refused(message)


def label(obj: models.Model | str) -> str:
    """How the audit names an object: "proposal:12", a person by its public uuid."""
    if isinstance(obj, str):
        return obj
    return f"{obj._meta.model_name}:{getattr(obj, 'label_id', None) or obj.pk}"


def actor_label(by: Any) -> str:
    """The label of who acted: the person behind a login, so that the chain outlives the login."""
    if by is None:
        return ""
    return label(getattr(by, "person", None) or by)


@transaction.atomic
def record(name: str, obj: models.Model | str, *, by: Any = None, **facts: Any) -> Event:
    """Append the event `name` (`noun.past_participle`) to the chain of `obj`, in the caller's transaction.

    `facts` are plain JSON without floats and without anything personal. Writers of one chain queue behind an
    advisory lock, so that sequence numbers have no gap and no fork.
    """
    chain = label(obj)
    key = int.from_bytes(hashlib.sha256(chain.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    last = Event.objects.filter(chain=chain).order_by("-sequence").values("sequence", "hash").first()
    event = Event(
        chain=chain,
        sequence=last["sequence"] + 1 if last else 0,
        name=name,
        actor=actor_label(by),
        facts=facts,
        at=clock(),
        previous=last["hash"] if last else GENESIS,
    )
    event.hash = digest(event_content(event))
    event.save(force_insert=True)
    return event


def event_content(event: Event) -> dict[str, Any]:
    """What the hash of an event covers, and what an export of its chain contains."""
    return {
        "chain": event.chain,
        "sequence": event.sequence,
        "name": event.name,
        "actor": event.actor,
        "facts": event.facts,
        "at": event.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "previous": event.previous,
    }


def export_chain(chain: str) -> dict[str, Any]:
    """The chain as `python -m audit.verify` reads it."""
    events = Event.objects.filter(chain=chain).order_by("sequence")
    return {"chain": chain, "events": [{**event_content(event), "hash": event.hash} for event in events]}
