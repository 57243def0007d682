"""What a page shows of a proposal: its way as stations with dates, its comments as threads."""

import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.clock import local_date
from audit.models import Event
from audit.services import label
from councils.labels import seat_number
from proposals.models import Comment, Proposal
from proposals.stages import EVENTS, STATIONS, Stage

REACHED = {
    Stage.SUBMITTED: gettext_lazy("submitted"),
    Stage.SUPPORT: gettext_lazy("admitted"),
    Stage.DELIBERATION: gettext_lazy("supported"),
    Stage.TEXT_FROZEN: gettext_lazy("text final"),
    Stage.VOTE: gettext_lazy("put to the vote"),
}
"""How a station is called that lies behind."""

COMING = {
    Stage.SUPPORT: gettext_lazy("Support"),
    Stage.DELIBERATION: gettext_lazy("Deliberation"),
    Stage.TEXT_FROZEN: gettext_lazy("Final text"),
    Stage.VOTE: gettext_lazy("Vote of the council"),
    Stage.ADOPTED: gettext_lazy("Outcome"),
}
"""How a station is called that is still to come."""

EXITS = {Stage.REJECTED_FORMAL, Stage.LAPSED, Stage.REJECTED, Stage.WITHDRAWN}


def stations_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The stations of the ribbon (`title`, `state`, `date`, `note`), with dates from the proposal's own chain."""
    dates, stage = _dates(proposal), Stage(proposal.stage)
    if stage == Stage.WITHDRAWN:
        behind = [steps[0] for steps in STATIONS if steps[0] in dates]
    else:
        place = next(index for index, steps in enumerate(STATIONS) if stage in steps)
        behind = [steps[0] for steps in STATIONS[:place]]
    passed = [_station(REACHED[step], "done", dates.get(step)) for step in behind]
    state = "refused" if stage in EXITS else "done" if stage == Stage.ADOPTED else "now"
    here = _station(stage.label, state, dates.get(stage), _note(proposal) if state == "now" else "")
    if state != "now":
        return [*passed, here]
    return [*passed, here, *(_station(COMING[steps[0]], "open") for steps in STATIONS[len(passed) + 1 :])]


def _station(title: Any, state: str, date: datetime.date | None = None, note: str = "") -> dict[str, Any]:
    return {"title": title, "state": state, "date": date, "note": note}


def _dates(proposal: Proposal) -> dict[Stage, datetime.date]:
    """When each stage was reached for the last time; one query."""
    events = Event.objects.filter(chain=label(proposal), name__in=EVENTS).order_by("sequence")
    return {EVENTS[name]: local_date(at) for name, at in events.values_list("name", "at")}


def _note(proposal: Proposal) -> str:
    if proposal.stage != Stage.SUPPORT:
        return ""
    counts = {"count": proposal.support_count, "needed": proposal.support_needed}
    return _("%(count)s of %(needed)s supports") % counts


def threads_of(rows: list[dict[str, Any]], person_id: int | None, link: str) -> list[dict[str, Any]]:
    """Comments as `proposals/_comment.html` shows them, each with its answers.

    `rows` come from `proposals.keyset.comments_from`; a page that begins within a thread begins with its answers.
    `link` is the address of the page with `?` or `&` at its end.
    """
    threads: list[dict[str, Any]] = []
    for row in rows:
        shown = _shown(row, person_id, link)
        if threads and threads[-1]["thread"] == row["thread"]:
            threads[-1]["answers"].append(shown)
        else:
            threads.append({**shown, "thread": row["thread"], "answers": []})
    return threads


def _shown(row: dict[str, Any], person_id: int | None, link: str) -> dict[str, Any]:
    is_visible = row["state"] == Comment.State.VISIBLE
    name = f"{row['given_name']} {row['family_name']}".strip() if row["is_named"] else ""
    return {
        "pk": row["pk"],
        "seat": seat_number(row["author_label"]),
        "label": row["author_label"],
        "name": name,
        "text": row["text"] if is_visible else "",
        "reason": "" if is_visible else row["state_reason"],
        "is_hidden": not is_visible,
        "is_mine": person_id is not None and row["author_id"] == person_id,
        "is_entered": row["entered_by_id"] is not None,
        "is_answer": row["parent_id"] is not None,
        "created_at": row["created_at"],
        "answer_url": f"{link}antwort={row['pk']}#antworten",
    }
