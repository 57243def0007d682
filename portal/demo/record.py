"""What stays of the demo's sessions: minutes written, laid and approved, a recusal, an election, a budget, promises."""

import datetime
from collections.abc import Callable
from typing import Any

from accounts.models import User
from audit.clock import today
from meetings import services as meetings
from meetings.models import AgendaItem, Meeting, Minutes
from portal.demo.city import Stage
from portal.demo.clockwork import passes
from portal.demo.people import unit
from voting import services as voting
from voting.methods import options_of

PROJECTS = [
    ("Zwölf Bänke am Auenufer", 18_000),
    ("Trinkbrunnen am Markt", 14_000),
    ("Schatten für den Spielplatz Nordring", 22_000),
    ("Bücherschrank in der Weststadt", 3_500),
    ("Reparaturabend, ein Jahr lang", 6_000),
    ("Fahrradständer an drei Haltestellen", 9_500),
]
BUDGET = 45_000
DELEGATES = 2
CANDIDATES = 5
REMARKS = {
    1: "Neunzehn Gäste hörten zu. Die Gebärdensprache wurde gedolmetscht.",
    2: "Die Sitzung wurde aus dem Ratssaal übertragen.",
}


def call_the_roll(stage: Stage, item: AgendaItem, choose: Callable[[int], Any], **opened: Any) -> None:
    """A vote in the hall: who has a login votes with it, the others' hands are entered by two."""
    meetings.call_item(item, by=stage.secretary)
    passes(3)
    vote = meetings.open_vote(item, by=stage.secretary, **opened)
    passes(2)
    entries = list(vote.roll.filter(is_excluded=False).select_related("person"))
    logins = {user.person_id: user for user in User.objects.filter(person__in=[entry.person for entry in entries])}
    for entry in entries:
        choice, login = choose(entry.number), logins.get(entry.person_id)
        if login is not None:
            voting.cast_open(vote, person=entry.person, choice=choice, by=login)
        else:
            for clerk in (stage.clerk, stage.second):
                voting.enter_paper(vote, person=entry.person, choice=choice, by=clerk, channel="hall")
    passes(2)
    meetings.close_vote(item, by=stage.secretary)
    passes(2)


def share_the_budget(stage: Stage, meeting: Meeting) -> None:
    """The council's own money for small things, by equal shares."""
    item = meetings.add_item(meeting, title="Kleine Vorhaben: 45.000 Euro aus dem Topf des Rates", by=stage.secretary)
    options = options_of([title for title, _cost in PROJECTS], [cost for _title, cost in PROJECTS])

    def crosses(number: int) -> Any:
        liked = [row["id"] for row in options if unit("budget", number, row["id"]) < 0.34 + 0.05 * (number % 3)]
        return dict.fromkeys(liked, 1) or "abstain"

    choosing = meetings.Choosing("equal-shares", options, more={"budget": BUDGET})
    call_the_roll(stage, item, crosses, choosing=choosing, question="Welche Vorhaben bezahlen wir?")
    meetings.promise(
        item,
        who="Geschäftsstelle",
        what="Mit den Ämtern klären, wann die Vorhaben beginnen",
        due_on=today() + datetime.timedelta(days=21),
        by=stage.secretary,
    )


def elect_delegates(stage: Stage, meeting: Meeting) -> None:
    """Two seats of the council go to the supervisory board: a single transferable vote."""
    item = meetings.add_item(
        meeting, title="Wahl: wer für den Rat in den Aufsichtsrat der Stadtwerke geht", by=stage.secretary
    )
    present = meeting.presences.filter(left_at__isnull=True).order_by("membership__seat__number")
    numbers = list(present.values_list("membership__seat__number", flat=True))[3 : 3 + 4 * CANDIDATES : 4]
    options = options_of([f"Platz {number}" for number in numbers])

    def ranking(number: int) -> Any:
        order = sorted(options, key=lambda row: unit("rank", number, row["id"]) + 0.12 * int(row["id"]))
        return {row["id"]: place for place, row in enumerate(order[: 2 + number % 3], start=1)}

    choosing = meetings.Choosing("stv", options, seats=DELEGATES)
    call_the_roll(stage, item, ranking, choosing=choosing, question="Wen sendet der Rat in den Aufsichtsrat?")


def recuse_somebody(stage: Stage, meeting: Meeting, item: AgendaItem) -> None:
    """A member who works for the company asks not to vote; the chair notes it."""
    here = meeting.presences.filter(left_at__isnull=True).select_related("membership__person", "membership__seat")
    member = list(here.order_by("membership__seat__number"))[6].membership
    asked = meetings.propose_recusal(
        item, person=member.person, grounds="arbeitet im Betrieb, um den es geht", by=stage.secretary
    )
    meetings.decide_recusal(
        asked, is_recused=True, how="chair", reason="Eigener Arbeitsplatz betroffen", by=stage.secretary
    )


def write_minutes(stage: Stage, meeting: Meeting, number: int) -> None:
    """Begun, with the secretariat's remarks, and laid before the members."""
    minutes = meetings.begin_minutes(meeting, by=stage.secretary)
    if number in REMARKS:
        meetings.write_note(minutes, item=None, text=REMARKS[number], by=stage.secretary)
    meetings.lay_before_members(minutes, by=stage.secretary)


def approve_earlier(stage: Stage, meeting: Meeting) -> None:
    """The session approves what lies before it, and says what became of what was promised."""
    waiting = Minutes.objects.filter(meeting__council=meeting.council, state=Minutes.State.LAID)
    for minutes in waiting.select_related("meeting").order_by("meeting__starts_at"):
        meetings.approve_minutes(minutes, meeting=meeting, by=stage.secretary)
    for row in meetings.open_promises(meeting.council):
        meetings.keep_promise(row, outcome="Geklärt: Beginn im Frühjahr.", by=stage.secretary)
