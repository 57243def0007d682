"""The decision as a paper: the data of `documents/typst/decision.typ`, made of the frozen content."""

import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import City
from audit.canonical import canonical_json
from decisions.models import Decision
from documents import pdf

WORDS_A_MINUTE = 180


def render_paper(decision: Decision, *, due: dict[str, datetime.date], date: datetime.date) -> bytes:
    """The PDF of `decision` with `decision.json` attached. `due`: answer dates by the organ's public id."""
    with translation.override(settings.LANGUAGE_CODE):
        data = paper_data(decision, due=due, date=date)
    return pdf.render("decision", data, attachments={"decision.json": canonical_json(decision.content)})


def paper_data(decision: Decision, *, due: dict[str, datetime.date], date: datetime.date) -> dict[str, Any]:
    """What the paper shows, in the language that is active."""
    content = decision.content
    words = len(f"{content['text']} {content['reasons']}".split())
    return {
        "city": city_data(),
        "date": date.isoformat(),
        "council": content["council"],
        "kind": content["kind"],
        "number": content["number"],
        "decided_on": content["adopted_on"],
        **({"meeting": content["meeting"]["title"]} if content["meeting"] else {}),
        "reading_minutes": max(1, round(words / WORDS_A_MINUTE)),
        "title": content["title"],
        "asked": content["text"],
        "reasons": content["reasons"] or _("The council gave no further reasons."),
        "addressees": [_addressee(one, content, due) for one in content["addressees"]],
        "vote": _vote(content["vote"]),
        "seal": {
            "label": _("Check sum"),
            "text": _("SHA-256 of the content: %(hash)s") % {"hash": decision.content_hash},
        },
        "verify_url": settings.PUBLIC_URL.rstrip("/") + reverse("decisions:detail", args=[decision.pk]),
    }


def city_data() -> dict[str, Any]:
    """Name and colour of the city for the head of a paper; Refused before the city is founded."""
    city = City.objects.get()
    return {"name": city.name, "colour": city.colour}


def _addressee(one: dict[str, Any], content: dict[str, Any], due: dict[str, datetime.date]) -> dict[str, Any]:
    basis = {"kind": one["basis"]["kind"], "document": one["basis"]["document"]}
    if one["basis"]["kind"] == "instruction" and content["city_resolution"]:
        basis |= {"date": content["city_resolution"]["date"], "item": content["city_resolution"]["item"]}
    return {"organ": one["organ"], "company": one["company"], "basis": basis, "answer_by": due[one["id"]].isoformat()}


def _vote(vote: dict[str, Any] | None) -> dict[str, Any]:
    if vote is None:
        return {"result": _("decided without a vote in the portal"), "options": []}
    options = [{"label": key, "count": vote.get(key, 0)} for key in ("yes", "no", "abstain")]
    return {
        "result": "adopted",
        "options": options,
        "needed": vote.get("needed"),
        "eligible": vote["eligible"],
        "present": vote["present"],
    }
