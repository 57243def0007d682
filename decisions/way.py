"""What became of a decision, as stations, words and next steps: read from rows that are already there."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.clock import local_date
from councils.models import BindingBasis
from councils.statutes import Rules
from decisions.algorithms.deadlines import add_months
from decisions.models import Addressee, Answer, Decision, Statement, Step
from decisions.stages import LEVEL_AFTER_DAYS, LEVEL_PUBLIC
from meetings.models import Meeting

States = Addressee.State
ORDER = list(States.values)

MEANING = {
    BindingBasis.ADVISORY: gettext_lazy("The organ is asked. It decides freely."),
    BindingBasis.DUTY_TO_TREAT: gettext_lazy("The organ must treat the decision and answer it; it may refuse."),
    BindingBasis.COMPLY_OR_EXPLAIN: gettext_lazy(
        "The organ has committed itself: it does what was decided, or explains in public why not."
    ),
    BindingBasis.INSTRUCTION: gettext_lazy("The city council has made this decision its own instruction."),
    BindingBasis.SHAREHOLDER_RESOLUTION: gettext_lazy("The shareholders' meeting has bound the managers to it."),
    BindingBasis.ARTICLES: gettext_lazy("The company's own articles make it binding."),
}
"""How far each basis binds, in one sentence."""


@dataclass(frozen=True)
class NextStep:
    """What comes next, and when (None: the date is not known yet)."""

    text: str
    date: datetime.date | None = None
    url: str = ""


def is_waiting(addressee: Addressee) -> bool:
    """Whether an answer is still owed."""
    return addressee.state in (States.DELIVERED, States.ACKNOWLEDGED) or (
        addressee.state == States.ANSWERED and addressee.answer == Answer.DEFERRED
    )


def is_awaited(addressee: Addressee) -> bool:
    """Whether the page shows the organ as waiting: its date was missed long enough."""
    return is_waiting(addressee) and addressee.overdue_level >= LEVEL_PUBLIC


def least_advanced(addressees: Iterable[Addressee]) -> Addressee | None:
    """The addressee whose state the decision shows; a late one before one that has time."""
    return min(
        addressees, key=lambda one: (not is_waiting(one), ORDER.index(one.state), -one.overdue_level), default=None
    )


def standing(addressee: Addressee) -> tuple[str, str]:
    """What became of the decision with this addressee, in a word, and the tone of its tag."""
    if is_awaited(addressee):
        return _("answer late"), "late"
    if addressee.state in (States.DELIVERED, States.ACKNOWLEDGED):
        return _("answer awaited"), "now"
    if addressee.state == States.ANSWERED:
        tones = {Answer.ACCEPTED: "done", Answer.MODIFIED: "done", Answer.REFUSED: "refused"}
        return addressee.get_answer_display(), tones.get(Answer(addressee.answer), "now")
    tones_by_state = {States.PENDING: "", States.DISPUTED: "late", States.CONFIRMED: "done", States.CLOSED: "done"}
    return addressee.get_state_display(), tones_by_state.get(States(addressee.state), "now")


def short_way(addressee: Addressee | None) -> list[dict[str, str]]:
    """Six stations for the line in a list: each with a title and a state of the ribbon."""
    reached = _reached(addressee)
    titles = [_("Decision"), _("Delivery"), _("Receipt"), _("Answer"), _("Implementation"), _("Confirmation")]
    stations = []
    for index, title in enumerate(titles):
        state = "done" if index < reached else "now" if index == reached else "open"
        stations.append({"title": title, "state": state})
    if addressee is not None and is_awaited(addressee):
        stations[2]["state"] = "done" if addressee.acknowledged_at else "open"
        stations[3]["state"] = "late"
    if addressee is not None and addressee.answer == Answer.REFUSED:
        stations[3]["state"] = "refused"
        stations[4]["state"] = stations[5]["state"] = "open"
    return stations


def _reached(addressee: Addressee | None) -> int:
    """How many of the six stations lie behind: deferred counts as not answered."""
    if addressee is None or addressee.state == States.PENDING:
        return 1
    if is_waiting(addressee):
        return 2 if addressee.state == States.DELIVERED else 3
    counts = {States.REPORTED_DONE: 5, States.DISPUTED: 5, States.CONFIRMED: 6, States.CLOSED: 6}
    return counts.get(States(addressee.state), 4)


def way_of(decision: Decision, addressees: list[Addressee], today: datetime.date) -> list[dict[str, Any]]:
    """The decision's whole way: proposal, comments, meeting, vote, decision, answer, step."""
    stations: list[dict[str, Any]] = []
    proposal, item = decision.proposal, decision.item
    if proposal is not None:
        comments = ngettext("%(count)s comment", "%(count)s comments", proposal.comment_count)
        stations.append(
            {
                "title": _("Proposal"),
                "state": "done",
                "date": proposal.submitted_at,
                "url": reverse("proposals:detail", args=[proposal.pk]),
                "note": comments % {"count": proposal.comment_count},
            }
        )
    if item is not None:
        stations.append(
            {
                "title": _("Meeting of the council"),
                "state": "done",
                "date": item.meeting.starts_at,
                "url": reverse("meetings:detail", args=[item.meeting_id]),
            }
        )
    vote = decision.content.get("vote")
    if vote:
        note = _("%(yes)s yes, %(no)s no") % {"yes": vote.get("yes", 0), "no": vote.get("no", 0)}
        stations.append({"title": _("Vote"), "state": "done", "note": note, "url": "#abstimmung"})
    kind = decision.get_kind_display()
    stations.append({"title": kind[:1].upper() + kind[1:], "state": "done", "date": decision.adopted_on})
    shown = least_advanced(addressees)
    return stations if shown is None else stations + _later_stations(shown, today)


def _later_stations(addressee: Addressee, today: datetime.date) -> list[dict[str, Any]]:
    stations: list[dict[str, Any]] = [
        {
            "title": _("Delivered"),
            "state": "done" if addressee.delivered_at else "now",
            "date": addressee.delivered_at,
            "note": _("receipt confirmed") if addressee.acknowledged_at else "",
        },
        _answer_station(addressee, today),
    ]
    if addressee.answer == Answer.REFUSED:
        stations.append(_council_station(addressee))
    else:
        done = addressee.state in (States.REPORTED_DONE, States.CONFIRMED, States.CLOSED)
        state = "done" if done else "now" if addressee.state == States.IMPLEMENTING else "open"
        stations.append({"title": _("Implementation"), "state": state})
    return stations


def _answer_station(addressee: Addressee, today: datetime.date) -> dict[str, Any]:
    if is_awaited(addressee):
        return {"title": _("Answer"), "state": "late", "date": addressee.due_on}
    if is_waiting(addressee):
        note = _("put off") if addressee.answer else ""
        if addressee.due_on and addressee.due_on < today:
            note = _("The organ has been reminded.")
        return {"title": _("Answer until"), "state": "now", "date": addressee.due_on, "note": note}
    if not addressee.answer:
        return {"title": _("Answer"), "state": "open"}
    state = "refused" if addressee.answer == Answer.REFUSED else "done"
    return {
        "title": _("Answer"),
        "state": state,
        "date": addressee.answered_on,
        "note": addressee.get_answer_display(),
        "url": f"#antwort-{addressee.pk}",
    }


def _council_station(addressee: Addressee) -> dict[str, Any]:
    """What the council makes of a refusal."""
    title = _("Council treats the answer")
    if addressee.treated_on:
        return {"title": title, "state": "done", "date": addressee.treated_on}
    if addressee.item:
        return {"title": title, "state": "now", "date": addressee.item.meeting.starts_at}
    return {"title": title, "state": "now", "note": _("at its next meeting")}


def next_steps(addressee: Addressee, steps: list[Step], rules: Rules, today: datetime.date) -> list[NextStep]:
    """What comes next with this addressee, in the order of time."""
    found: list[NextStep] = []
    if is_waiting(addressee) and addressee.due_on:
        found += _steps_while_waiting(addressee, addressee.due_on, today)
    if addressee.answer in (Answer.REFUSED, Answer.MODIFIED, Answer.DEFERRED) or addressee.item:
        found += _steps_of_the_council(addressee, rules, today)
    if addressee.answer in (Answer.ACCEPTED, Answer.MODIFIED) and not steps:
        found.append(NextStep(_("The organ names the steps in which it does this, each with a date.")))
    found += [NextStep(step.title, step.due_on) for step in steps if step.done_on is None]
    if addressee.state == States.REPORTED_DONE and addressee.answered_on:
        closing = add_months(addressee.answered_on, rules.closing_review_months)
        found.append(NextStep(_("Members of the council check whether it was done, and say so here."), closing))
    return sorted(found, key=lambda one: one.date or datetime.date.max)


def _steps_while_waiting(addressee: Addressee, due_on: datetime.date, today: datetime.date) -> list[NextStep]:
    text = (
        _("The organ treats the decision in its sitting and answers.") if addressee.sitting else _("An answer is due.")
    )
    found = [NextStep(text, due_on)]
    words = [
        _("Without an answer, the organ is reminded."),
        _("Without an answer, the city's holdings office is told."),
        _("Without an answer, this page shows the organ as waiting."),
        _("Without an answer, the council puts it on its next agenda."),
    ]
    for word, days in zip(words, LEVEL_AFTER_DAYS, strict=True):
        date = due_on + datetime.timedelta(days=days)
        if date >= today:
            found.append(NextStep(word, date))
    return found if due_on >= today else found[1:]


def _steps_of_the_council(addressee: Addressee, rules: Rules, today: datetime.date) -> list[NextStep]:
    found = []
    if addressee.treated_on is None:
        words = _("The council treats the answer in its meeting.") if addressee.answer else _("The council treats it.")
        if addressee.item is None:
            found.append(NextStep(_("The answer is put on the council's next agenda, as soon as a meeting is called.")))
        else:
            meeting: Meeting = addressee.item.meeting
            url = reverse("meetings:detail", args=[meeting.pk])
            found.append(NextStep(words, local_date(meeting.starts_at), url))
    if addressee.answered_on and addressee.answer == Answer.REFUSED:
        until = add_months(addressee.answered_on, rules.reply_months)
        if until >= today:
            found.append(NextStep(_("Until then the council can reply to the organ."), until))
    return found


def came_how(statement: Statement) -> str:
    """How an answer reached the portal, for the line below it."""
    return {
        Statement.Source.PORTAL: _("Entered by the organ itself in the board area."),
        Statement.Source.LETTER: _("Came by letter; entered by the council's secretariat, with the document."),
        Statement.Source.SITTING: _("Given in the sitting; entered by the council's secretariat, with the document."),
    }[Statement.Source(statement.source)]
