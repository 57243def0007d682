"""Who was heard in a session: seats, guests, experts, questions from the public; points of order."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import AgendaItem, Expert, Meeting, Question, Speech
from meetings.services.course import Times, clock_time, spoken

SPOKEN = [Speech.State.SPEAKING, Speech.State.DONE]


def speeches_by_item(meeting: Meeting) -> dict[int | None, list[Speech]]:
    """Speeches and points of order that had the floor, in their order; under None what fell under no item."""
    rows = Speech.objects.filter(meeting=meeting, state__in=SPOKEN).select_related("membership__seat")
    found: dict[int | None, list[Speech]] = defaultdict(list)
    for speech in rows.order_by("started_at", "pk"):
        found[speech.item_id].append(speech)
    return found


def seats_of(speeches: Iterable[Speech]) -> list[dict[str, str]]:
    """Seats that spoke and when, each once, in the order of their first words; what they said is not minuted."""
    times: dict[str, Times] = defaultdict(list)
    for row in speeches:
        if row.membership is not None and row.kind == Speech.Kind.SPEECH and row.started_at is not None:
            times[row.label].append((row.started_at, row.ended_at))
    return [{"who": seat, "times": spoken(times[seat])} for seat in times]


def orders_of(speeches: Iterable[Speech]) -> list[dict[str, str]]:
    """Points of order: when, by whom, what was asked for and what was decided on it."""
    return [
        {"time": clock_time(row.started_at), "who": _public_label(row), "asked": row.asked, "ruling": row.ruling}
        for row in speeches
        if row.kind == Speech.Kind.ORDER
    ]


def guests_of(speeches: Iterable[Speech]) -> list[dict[str, Any]]:
    """Guests who spoke and when, each once: a number, and a name only where they agreed to it."""
    times: dict[int, Times] = defaultdict(list)
    names: dict[int, str] = {}
    for row in speeches:
        if row.membership is None and row.kind == Speech.Kind.SPEECH and row.started_at is not None:
            times[row.number].append((row.started_at, row.ended_at))
            names[row.number] = row.public_name or names.get(row.number, "")
    return [
        {"number": number, "who": guest_label(number, names[number]), "times": spoken(times[number])}
        for number in times
    ]


def _public_label(row: Speech) -> str:
    return row.label if row.membership is not None else guest_label(row.number, row.public_name)


def guest_label(number: int, name: str) -> str:
    """What a guest is called in the minutes."""
    label = _("Guest %(number)s") % {"number": number}
    return f"{label} ({name})" if name else label


def hearing_of(item: AgendaItem) -> dict[str, Any]:
    """Who was heard on an item; needs its experts, their questions and its counter-calls fetched before."""
    experts = [_expert(row) for row in item.experts.all() if row.deleted_at is None]
    seats = [str(row.membership.seat) for row in item.counter_calls.all()]
    found: dict[str, Any] = {"experts": experts} if experts else {}
    return found | ({"counter_seats": seats} if seats else {})


def _expert(row: Expert) -> dict[str, Any]:
    asked = [question for question in row.questions.all() if question.deleted_at is None]
    return {
        "name": str(row),
        "profession": row.profession,
        "chosen_by": str(row.get_chosen_by_display()),
        "list": row.list_name,
        "interests": row.interests,
        "heard": clock_time(row.heard_at) if row.heard_at else "",
        "is_counter": row.is_counter,
        "questions": [{"who": _asker(question), **_answered(question)} for question in asked],
    }


def _asker(question: Question) -> str:
    return str(question.membership.seat) if question.membership is not None else ""


def _answered(question: Question) -> dict[str, str]:
    return {"text": question.text, "answer": question.answer, "by": question.answered_by}


def questions_of(meeting: Meeting) -> list[dict[str, str]]:
    """Questions from the public that were admitted, with their answers; of those refused the reason alone.

    Who asked is not named, and the words of what was refused stay with whoever wrote them.
    """
    rows = meeting.questions.filter(expert__isnull=True, deleted_at__isnull=True)
    admitted = [Question.State.ADMITTED, Question.State.ANSWERED]
    found = [_answered(row) for row in rows if row.state in admitted]
    return found + [{"refused": row.reason} for row in rows if row.state == Question.State.REFUSED]


def as_blocks(item: dict[str, Any]) -> list[Any]:
    """What was heard on an item as blocks of the paper."""
    blocks: list[Any] = []
    if item.get("counter_seats"):
        blocks.append(_("Asked for a counter-expert: %(seats)s.") % {"seats": ", ".join(item["counter_seats"])})
    for expert in item.get("experts", []):
        blocks += [expert_words(expert), *(question_words(row) for row in expert["questions"])]
    for kind, words in (("seats", _("Spoke: %(who)s.")), ("guests", _("Guests who spoke: %(who)s."))):
        if item.get(kind):
            blocks.append(words % {"who": "; ".join(f"{row['who']} {row['times']}" for row in item[kind])})
    blocks += [order_words(row) for row in item.get("orders", [])]
    return blocks + [question_words(row) for row in item.get("questions", [])]


def expert_words(expert: dict[str, Any]) -> str:
    """ "Heard at 18:25: …" in one paragraph: who, chosen by whom, from which list, with which interests."""
    when = _("Heard at %(time)s") % {"time": expert["heard"]} if expert["heard"] else _("Not heard")
    kind = _(" as counter-expert") if expert["is_counter"] else ""
    words = _(
        "%(when)s%(kind)s: %(name)s, %(profession)s. Chosen by: %(chosen_by)s (%(list)s). "
        "Interests declared: %(interests)s."
    )
    return words % {**expert, "when": when, "kind": kind}


def order_words(row: dict[str, str]) -> str:
    """ "18:40 Seat 3, point of order: … Decided: …"."""
    words = {**row, "ruling": row["ruling"] or _("not noted"), "asked": row["asked"] or _("not noted")}
    return _("%(time)s %(who)s, point of order: %(asked)s Decided: %(ruling)s") % words


def question_words(row: dict[str, str]) -> str:
    """A question with its answer in one paragraph; of a refused one the reason."""
    if "refused" in row:
        return _("A question was not admitted: %(reason)s") % {"reason": row["refused"]}
    who = row.get("who") or _("From the public")
    if not row["answer"]:
        return _("%(who)s asks: %(text)s – Not answered in the session.") % {**row, "who": who}
    by = f" ({row['by']})" if row["by"] else ""
    return _("%(who)s asks: %(text)s – Answer%(by)s: %(answer)s") % {**row, "who": who, "by": by}
