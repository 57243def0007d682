"""What a session of the demo holds besides votes: a hearing with a counter-expert, speeches, questions, an assembly."""

import datetime
from typing import TypedDict

from accounts.models import User
from audit.clock import BERLIN, clock, set_clock, today
from meetings import services as meetings
from meetings.models import AgendaItem, Meeting
from portal.demo.city import Stage
from proposals.models import Proposal


class FirstPage(TypedDict):
    """What the first page of a paper says."""

    title: str
    asked: str
    choices: str
    dissent: str
    text: str


FIRST_PAGE: FirstPage = {
    "title": "Vorlage: Was Mieterstrom kostet und wem er nützt",
    "asked": "Entscheiden Sie, ob der Rat der Wohnungsgesellschaft Mieterstrom auf zwölf Dächern empfiehlt.",
    "choices": "Zwölf Dächer bis Ende 2028: 2,1 Mio. €, getragen aus den Stromerlösen, wenn die Hälfte der Haushalte mitmacht\n"
    "Drei Dächer zur Probe: 0,5 Mio. €, Bericht nach zwei Jahren\n"
    "Kein Mieterstrom: Das Geld bleibt bei der Dämmung",
    "dissent": "Die Wohnungsgesellschaft will nur drei Dächer. Der Mieterverein will zwölf, und dass niemand mitmachen muss.",
    "text": "Die Kosten stammen aus der Schätzung der Wohnungsgesellschaft vom März. "
    "Darin sind Anlagen, Zähler und Abrechnung enthalten, nicht aber die Sanierung der Dächer. " * 8,
}
EXPERTS = [
    {
        **{"given_name": "Irmgard", "family_name": "Seidel", "email": "seidel@hochschule.example"},
        **{"profession": "Professorin für Energiewirtschaft, Hochschule Auenstadt", "chosen_by": "council"},
        **{"list_name": "Vorschlagsliste der Ingenieurkammer vom 3. Februar", "interests": "keine"},
    },
    {
        **{"given_name": "Volkmar", "family_name": "Ahrens", "email": "ahrens@wohnen.example"},
        **{"profession": "Leiter Technik der Wohnungsgesellschaft", "chosen_by": "company"},
        **{"list_name": "Benennung des Unternehmens vom 10. Februar", "interests": "Angestellter des Unternehmens"},
    },
]
COUNTER = {
    **{"given_name": "Paula", "family_name": "Winter", "email": "winter@mieter.example"},
    **{"profession": "Beraterin für Energiekosten, Mieterverein", "chosen_by": "quarter"},
    **{"list_name": "Liste der Verbraucherverbände vom Januar", "interests": "Angestellte des Mietervereins"},
}
QUESTIONS = [
    (
        "Was zahlt, wer nicht mitmacht?",
        "Nichts. Die Kosten tragen allein die Haushalte, die den Strom abnehmen.",
        "Wohnungsgesellschaft, Technik",
    ),
    ("Welche Dächer sind es, und wer hat sie ausgesucht?", "", ""),
]


def prepare(stage: Stage, meeting: Meeting, readers: list[User], topic: Proposal) -> None:
    """The session to come: a hearing with experts and a counter-expert, a paper, questions from the public."""
    by = stage.secretary
    heard = meetings.add_item(
        meeting, title=f"Anhörung: {topic.title}", kind=AgendaItem.Kind.HEARING, minutes=60, by=by
    )
    meetings.add_item(meeting, title="Fragen aus der Öffentlichkeit", kind=AgendaItem.Kind.QUESTIONS, minutes=20, by=by)
    meetings.add_item(
        meeting, title="Vertrag mit der Moderation", public_title="Ein Vertrag", is_public=False, minutes=10, by=by
    )
    meetings.add_paper(heard, by=by, **FIRST_PAGE)
    made = [meetings.call_expert(heard, by=by, **expert) for expert in EXPERTS]
    members = list(meetings.members_of(stage.council))
    for member in members[: meetings.counter_needed(meeting)]:
        meetings.ask_counter(heard, person=member.person, by=stage.clerk)
    meetings.call_expert(heard, by=by, **COUNTER)
    meetings.ask_question(
        meeting,
        person=members[0].person,
        text="Was geschieht, wenn sich nur ein Viertel der Haushalte beteiligt?",
        expert=made[0],
        by=stage.clerk,
    )
    for (text, answer, name), asker in zip(QUESTIONS, readers, strict=False):
        assert asker.person is not None  # noqa: S101  (every login of the demo belongs to somebody)
        question = meetings.ask_question(meeting, person=asker.person, text=text, by=asker)
        meetings.decide_question(question, is_admitted=True, by=by)
        if answer:
            meetings.answer_question(question, answer=answer, answered_by=name, by=by)


def discuss(stage: Stage, item: AgendaItem) -> None:
    """An item is called, hands go up on both sides, and some have spoken; minutes go by on the city's clock."""
    by, meeting = stage.secretary, item.meeting
    meetings.call_item(item, by=by)
    here = [row for row in meetings.members_of(stage.council) if row.presences.filter(meeting=meeting, left_at=None)]
    for place, member in enumerate(here[:7]):
        side = ("pro", "contra", "pro", "neutral")[place % 4]
        meetings.raise_hand(meeting, person=member.person, side=side, by=stage.clerk)
    for seconds in (110, 95, 140, 60):
        meetings.start_next(meeting, by=by)
        set_clock(clock() + datetime.timedelta(seconds=seconds))
    meetings.stop_speech(meeting, by=by)


def assembly(stage: Stage) -> Meeting:
    """An open assembly in three weeks: everybody attends and speaks."""
    day = today() + datetime.timedelta(days=22)
    starts = datetime.datetime.combine(day, datetime.time(18), tzinfo=BERLIN)
    return meetings.call_meeting(
        stage.council,
        title="Offene Versammlung: Wie wird es kühl in der Stadt?",
        place="Stadthalle, Foyer (stufenlos, mit Kinderbetreuung)",
        starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=2),
        kind=Meeting.Kind.ASSEMBLY,
        items=[("Was den Rat beschäftigt", None), ("Was Sie dem Rat sagen", None)],
        by=stage.secretary,
    )
