"""How an evening of the demo goes by: who comes when, what is called when, a hearing, questions, a point of order, a break.

Each step moves the demo's clock by the minutes such a thing takes, so that the minutes read like those of an evening.
"""

from accounts.models import User
from meetings import services as meetings
from meetings.models import AgendaItem, Expert, Meeting, Question
from portal.demo.city import Stage
from portal.demo.clockwork import at, passes
from portal.demo.people import unit

EXPERT = {
    **{"given_name": "Rosa", "family_name": "Behrendt", "email": "behrendt@hochschule.example"},
    **{"profession": "Professorin für Stadtwirtschaft, Hochschule Auenstadt", "chosen_by": "council"},
    **{"list_name": "Vorschlagsliste der Hochschule", "interests": "keine"},
}
ASKED = {
    1: [
        ("Was kostet das die Haushalte im Jahr?", "Nach der Schätzung der Unternehmen nichts.", "Stadtwerke, Tarife"),
        ("Wann kommt die nächste Bürgerversammlung?", "Im Herbst; der Termin steht im Netz.", "Geschäftsstelle"),
    ],
    3: [("Wer räumt, wenn es am Sonntag schneit?", "Der Bereitschaftsdienst, ab 5 Uhr.", "Stadtreinigung")],
}
"""What was asked from the public before a session, and what was answered in it."""

ORDER_IN, BREAK_IN = 2, 1
"""In which session somebody speaks to the rules of procedure, and in which there is a break."""

LATE, EARLY = 0.06, 0.05
"""One in so many comes after the beginning, or goes before the end."""


def invite_the_public(stage: Stage, meeting: Meeting, number: int, readers: list[User]) -> None:
    """An item for questions, and the questions that came in time."""
    if number not in ASKED:
        return
    title, kind = "Fragen aus der Öffentlichkeit", AgendaItem.Kind.QUESTIONS
    meetings.add_item(meeting, title=title, kind=kind, minutes=15, by=stage.secretary)
    for (text, _answer, _name), reader in zip(ASKED[number], readers, strict=False):
        assert reader.person is not None  # noqa: S101  (every login of the demo belongs to somebody)
        question = meetings.ask_question(meeting, person=reader.person, text=text, by=reader)
        meetings.decide_question(question, is_admitted=True, by=stage.secretary)


def arrive(stage: Stage, meeting: Meeting, days_ago: int) -> None:
    """From a quarter to five members come, about nine in ten, and the desk notes it; at 17:02 the session is opened."""
    at(days_ago, 16, 45)
    coming = [row for row in meetings.members_of(stage.council) if unit("presence", meeting.pk, row.pk) < 0.88]
    late = [row for row in coming if unit("late", meeting.pk, row.pk) < LATE]
    for member in coming:
        if member not in late:
            passes(seconds=15)
            meetings.note_presence(meeting, person=member.person, by=stage.clerk)
    at(days_ago, 17, 2)
    meetings.open_meeting(meeting, by=stage.secretary)
    meetings.count_guests(meeting, count=7 + int(12 * unit("guests", meeting.pk)), by=stage.clerk)
    welcome = meeting.items.get(title="Begrüßung und Tagesordnung")
    passes(1)
    meetings.call_item(welcome, by=stage.secretary)
    for member in late:
        passes(2)
        meetings.note_presence(meeting, person=member.person, by=stage.clerk)
    passes(4)


def hear(stage: Stage, item: AgendaItem) -> None:
    """The council hears somebody on its first topic; a member asks."""
    expert = meetings.call_expert(item, by=stage.secretary, **EXPERT)
    meetings.call_item(item, by=stage.secretary)
    passes(16)
    asking = meetings.members_of(stage.council).filter(presences__meeting=item.meeting).first()
    assert asking is not None  # noqa: S101  (somebody is always there)
    text = "Wer hat das schon versucht, und mit welchem Erfolg?"
    question = meetings.ask_question(item.meeting, person=asking.person, text=text, expert=expert, by=stage.clerk)
    answer = "Drei Städte dieser Größe; in zweien blieb es dabei."
    meetings.answer_question(question, answer=answer, answered_by="Hochschule", by=stage.secretary)
    passes(6)
    _note_heard(stage, expert)


def _note_heard(stage: Stage, expert: Expert) -> None:
    meetings.note_heard(expert, by=stage.secretary)
    passes(3)


def speak_to_the_rules(stage: Stage, meeting: Meeting) -> None:
    """A point of order, and what was decided on it."""
    present = meeting.presences.filter(left_at__isnull=True).select_related("membership__person")
    member = present.order_by("membership__seat__number")[4].membership
    meetings.raise_hand(meeting, person=member.person, kind="order", by=stage.clerk)
    speech = meetings.start_next(meeting, by=stage.secretary)
    assert speech is not None  # noqa: S101  (the hand is up)
    passes(2)
    ruling = "Die Leitung stellt fest: Niemand widerspricht. So wird verfahren."
    meetings.rule_on_order(speech, asked="Die Redezeit auf zwei Minuten begrenzen.", ruling=ruling, by=stage.secretary)
    meetings.stop_speech(meeting, by=stage.secretary)


def have_a_break(stage: Stage, meeting: Meeting) -> None:
    """A quarter of an hour, for which the clock does not stop."""
    meetings.begin_recess(meeting, by=stage.secretary)
    passes(15)
    meetings.end_recess(meeting, by=stage.secretary)


def answer_the_public(stage: Stage, meeting: Meeting, number: int) -> None:
    """The questions that came from the public are answered aloud and written down."""
    item = meeting.items.filter(kind=AgendaItem.Kind.QUESTIONS).first()
    if item is None:
        return
    meetings.call_item(item, by=stage.secretary)
    answers = {text: (answer, name) for text, answer, name in ASKED[number]}
    for question in meeting.questions.filter(expert__isnull=True, state=Question.State.ADMITTED):
        passes(4)
        answer, name = answers[question.text]
        meetings.answer_question(question, answer=answer, answered_by=name, by=stage.secretary)


def leave(stage: Stage, meeting: Meeting) -> None:
    """One or two go before the end; then the session is closed."""
    for row in meeting.presences.filter(left_at__isnull=True).select_related("membership__person"):
        if unit("early", meeting.pk, row.membership_id) < EARLY:
            passes(1)
            meetings.note_leaving(meeting, person=row.membership.person, by=stage.clerk)
    passes(3)
    meetings.close_meeting(meeting, by=stage.secretary)
