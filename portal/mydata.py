"""Everything the portal keeps about one person, across all apps: collected for them, or erased.

An app that keeps something has `mydata.py` with `export_person(person) -> dict` and `erase_person(person)`.
The list is explicit, highest app first; a test holds it against the models that point to people.
"""

from importlib import import_module
from typing import Any

from django.db import transaction

from accounts.models import Person, User
from audit.clock import clock
from audit.models import Event
from audit.services import label, record

APPS = ("decisions", "meetings", "proposals", "lottery", "councils", "voting", "accounts")


def _modules() -> dict[str, Any]:
    return {name: import_module(f"{name}.mydata") for name in APPS}


def export(person: Person) -> dict[str, Any]:
    """What every app keeps about `person`, and what the audit chains say they did (without content)."""
    data: dict[str, Any] = {name: app.export_person(person) for name, app in _modules().items()}
    acts = Event.objects.filter(actor=label(person)).order_by("id").values("chain", "name", "at")
    data["acts"] = [{**act, "at": act["at"].isoformat()} for act in acts]
    data["exported_at"] = clock().isoformat()
    return data


@transaction.atomic
def erase(person: Person, *, by: User | None) -> None:
    """`by` is None when the date of deletion has come. Erase `person` in every app, the person's own row last; chains keep the label, which then leads nowhere."""
    record("person.erased", person, by=by)
    for app in _modules().values():
        app.erase_person(person)
