"""What happens off stage: other people's acts, through the services, inside the city's own process.

`python -m tests.journeys.scenes NAME ARGUMENTS` with the environment of a running city prints JSON on its last line.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

TODAYS_MEETING = "Sondersitzung zu den Haltestellen"


def boards() -> dict[str, Any]:
    """Every company whose organ owes an answer gets a board secretary; the decisions that wait, by their title."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import Role, User
    from decisions.models import Addressee
    from portal.demo.city import PASSWORD, office_holder
    from tests.journeys.people import SECRETARY

    secretary = User.objects.get(email=SECRETARY)
    waiting = []
    rows = Addressee.objects.waiting().order_by("due_on", "pk")
    for addressee in rows.select_related("organ__company__organization", "decision"):
        company = addressee.organ.company.organization
        role = Role.objects.current().filter(kind=Role.Kind.BOARD_SECRETARY, organization=company).first()
        if role is None:
            login = f"gremien@{company.slug}.example"
            kind = Role.Kind.BOARD_SECRETARY
            user = office_holder(
                kind, "Vera", f"Brandt-{company.slug}", login, company, password=make_password(PASSWORD), by=secretary
            )
        else:
            user = role.person.user
        waiting.append({"title": addressee.decision.title, "login": user.email, "addressee": addressee.pk})
    return {"waiting": waiting}


def session() -> dict[str, Any]:
    """A meeting that was called in time and takes place today, on a proposal nobody has put on an agenda yet."""
    from accounts.models import User
    from audit.clock import BERLIN, set_clock, today
    from councils.models import Council
    from meetings.services import call_meeting, decide_recusal, propose_recusal, touched_members
    from proposals.models import Proposal
    from tests.journeys.people import SECRETARY

    free = Proposal.objects.filter(stage=Proposal.Stage.DELIBERATION, agenda_items__isnull=True).order_by("pk").first()
    assert free is not None, "the demo has no proposal in deliberation that is on no agenda"
    office = User.objects.get(email=SECRETARY)
    set_clock(None)  # an evening before may have been let go by
    day = today()
    set_clock(datetime.datetime.combine(day - datetime.timedelta(days=20), datetime.time(10), tzinfo=BERLIN))
    starts = datetime.datetime.combine(day, datetime.time(18), tzinfo=BERLIN)
    try:
        meeting = call_meeting(
            Council.objects.earliest("pk"),
            title=TODAYS_MEETING,
            place="Rathaus, Ratssaal",
            starts_at=starts,
            ends_at=starts + datetime.timedelta(hours=3),
            items=[(free.title, free)],
            by=office,
        )
    finally:
        set_clock(None)  # the clock is the database's, and so everybody's
    item = meeting.items.get(proposal=free)
    for member in touched_members(item):
        asked = propose_recusal(item, person=member.person, grounds="Ein Interesse ist erklärt.", by=office)
        decide_recusal(asked, is_recused=False, how="chair", reason="Alle im Ort sind gleich betroffen.", by=office)
    return {"meeting": meeting.pk, "title": meeting.title, "proposal": free.title}


def hall() -> dict[str, Any]:
    """A session that is open at this moment, with six members in the room and three hands up; its page of speakers."""
    from accounts.models import User
    from audit.clock import clock
    from councils.models import Council
    from meetings import services
    from tests.journeys.people import CLERK, SECRETARY

    by, clerk = User.objects.get(email=SECRETARY), User.objects.get(email=CLERK)
    now = clock()
    meeting = services.call_meeting(
        Council.objects.earliest("pk"),
        title="Sitzung an der Tastatur",
        place="Rathaus",
        starts_at=now,
        ends_at=now + datetime.timedelta(hours=2),
        items=[("Erster Punkt", None), ("Zweiter Punkt", None)],
        urgency="Für diese Prüfung.",
        by=by,
    )
    services.open_meeting(meeting, by=by)
    members = list(services.members_of(meeting.council)[:6])
    for member in members:
        services.note_presence(meeting, person=member.person, by=clerk)
    for member, side in zip(members, ("pro", "contra", "neutral"), strict=False):
        services.raise_hand(meeting, person=member.person, side=side, by=clerk)
    return {"speakers": f"/sitzungen/{meeting.pk}/redeliste/", "seats": [member.seat.number for member in members]}


def others_vote(title: str) -> dict[str, Any]:
    """Everybody on the roll who has a login and has not voted says yes; how many that were."""
    from accounts.models import User
    from voting.models import RollEntry, Vote
    from voting.services import cast_open

    vote = Vote.objects.get(title=title, state=Vote.State.CASTING)
    entries = RollEntry.objects.filter(vote=vote, ballot__isnull=True, person__user__isnull=False)
    users = {user.person_id: user for user in User.objects.filter(person__in=entries.values("person"))}
    for entry in entries.select_related("person"):
        cast_open(vote, person=entry.person, choice="yes", by=users[entry.person_id])
    return {"count": len(users)}


def time_is_over(title: str) -> dict[str, Any]:
    """The days of an open vote have gone by: what the minute's timers do then; the clock runs on as before."""
    from audit.clock import set_clock
    from meetings.services import settle_votes
    from voting.models import Vote

    vote = Vote.objects.get(title=title, state=Vote.State.CASTING)
    assert vote.closes_at is not None
    try:
        set_clock(vote.closes_at + datetime.timedelta(minutes=1))
        settle_votes()
    finally:
        set_clock(None)
    vote.refresh_from_db()
    return {"state": vote.state}


def world() -> dict[str, Any]:
    """Everything that tests/routes.py has addresses for, beside the demo: pages with the role that may open them."""
    from django.db import transaction
    from django.urls import get_resolver

    from decisions.tests import factories
    from tests.routes import CMS, ROWS, walk
    from tests.world import ROLES, make_world

    plain_decision = factories.plain_decision
    # The demo has decisions of these numbers already.
    factories.plain_decision = lambda number, **fields: plain_decision(f"9{number}", **fields)
    with transaction.atomic():
        made = make_world()
    pages = []
    for row in ROWS:
        roles = [role for role in ROLES if role in row.may]
        if row.method == "GET" and roles:
            pages.append({"name": row.name, "label": row.label, "address": row.address(made), "role": roles[0]})
    routes = [name for name, path, _view in walk(get_resolver().url_patterns) if not path.startswith(CMS)]
    return {"sessions": made.sessions, "pages": pages, "routes": routes}


def crowd() -> dict[str, Any]:
    """Sessions of people who can act at once, and what they act on (tests/faults)."""
    from accounts.models import Person, User
    from meetings.models import AgendaItem
    from proposals.models import Proposal
    from tests.journeys.people import CLERK
    from tests.world import session_of
    from voting.models import RollEntry, Vote

    item = AgendaItem.objects.filter(vote__state=Vote.State.CASTING).order_by("pk")[0]
    on_roll = RollEntry.objects.filter(vote=item.vote, is_excluded=False).values("person")
    members = User.objects.filter(person__in=on_roll).order_by("pk")[:20]
    residents = User.objects.filter(email__startswith="leserin").order_by("pk")
    supportable = Proposal.objects.filter(stage=Proposal.Stage.SUPPORT).order_by("pk")
    talked_about = Proposal.objects.filter(stage__in=[Proposal.Stage.DELIBERATION, Proposal.Stage.SUPPORT])
    talkers = [*residents, *members]
    with_address = Person.objects.exclude(street="").filter(user__in=talkers).order_by("pk")
    return {
        "clerk": session_of(User.objects.get(email=CLERK)),
        "members": [(user.person_id, session_of(user)) for user in members],
        "residents": [(user.person_id, session_of(user)) for user in residents],
        "talkers": [session_of(user) for user in talkers],
        "supportable": [row.pk for row in supportable],
        "topic": talked_about.order_by("pk")[0].pk,
        "vote": f"/sitzungen/punkte/{item.pk}/abstimmung/",
        "ballots": item.vote_id,
        "addressees": [str(person.uuid) for _round in range(3) for person in with_address],
    }


def boards_sessions() -> dict[str, Any]:
    """The organs that owe an answer, each with a session of its secretary."""
    from accounts.models import User
    from tests.world import session_of

    waiting = boards()["waiting"]
    return {"waiting": [(one["addressee"], session_of(User.objects.get(email=one["login"]))) for one in waiting]}


def chains() -> dict[str, Any]:
    """What the check of every audit chain finds."""
    from audit.models import Event
    from audit.services import export_chain
    from audit.verify import faults

    names = list(Event.objects.order_by().values_list("chain", flat=True).distinct())
    found = [f"{name}: {fault}" for name in names for fault in faults(export_chain(name))]
    return {"chains": len(names), "faults": found}


def new_council() -> dict[str, Any]:
    """A second council of 56 seats, all vacant, founded as the clock says 62 days ago; the clock stays there.

    So far back, because the letters need a month for their replies: the draw then ends on the day of the other journeys.
    """
    from accounts.models import Organization, User
    from audit.clock import today
    from councils.models import Council, StatuteVersion
    from councils.services import enact_statute, found_council
    from portal.demo import clockwork
    from tests.journeys.people import SECRETARY

    clockwork.begin()
    clockwork.at(62)
    secretary = User.objects.get(email=SECRETARY)
    first = Council.objects.order_by("pk")[0]
    body = Organization.objects.create(name="Bürgerrat Wärme", slug="buergerrat-waerme", kind=first.organization.kind)
    council = found_council(organization=body, seat_count=56, about="Die Wärme der Stadt.", companies=[], by=secretary)
    for version in StatuteVersion.objects.filter(council=first).order_by("pk"):
        enact_statute(
            council,
            kind=version.kind,
            title=version.title,
            text=version.text,
            settings=version.settings,
            in_force_on=today(),
            enacted_by=version.enacted_by,
            by=secretary,
        )
    return {"council": council.pk, "today": today().isoformat()}


def mass_of_replies(draw: str, drawn: str, everybody: str, seed: str) -> dict[str, Any]:
    """All others answer, in the way the demo's people do, until 367 want a seat.

    `drawn` is the office's file: its first column is the number of each person in the invented register of `everybody`
    people, and says what they answer.
    """
    import csv
    import dataclasses
    from pathlib import Path

    from accounts.models import User
    from audit.clock import today
    from lottery.models import Draw, Invitation
    from lottery.pool import pool_open
    from portal.demo import draw as demo
    from portal.demo.people import residents
    from tests.journeys.people import CLERK, OFFICER

    row = Draw.objects.get(pk=draw)
    with Path(drawn).open(encoding="utf-8-sig", newline="") as file:
        numbers = [int(one["nr"]) for one in csv.DictReader(file, delimiter=";")]
    register = {one.number: one for one in residents(int(everybody), seed=seed, on=today())}
    with pool_open():
        silent = set(
            Invitation.objects.filter(draw=row, state=Invitation.State.INVITED).values_list("number", flat=True)
        )
    people = [dataclasses.replace(register[nr], number=at) for at, nr in enumerate(numbers, start=1) if at in silent]
    cast = _Cast(User.objects.get(email=OFFICER), User.objects.get(email=CLERK))
    for _line in demo._replies(cast, row, people, demo.REPLIES - row.interested_count):
        pass
    row.refresh_from_db()
    with pool_open():
        rows = Invitation.objects.filter(draw=row, state=Invitation.State.INTERESTED)
        channels = {name: rows.filter(channel=name).count() for name in Invitation.Channel.values}
    return {"interested": row.interested_count, "channels": channels}


def today_again() -> dict[str, Any]:
    """The clock runs as it really does."""
    from audit.clock import clock, set_clock

    set_clock(None)
    return {"now": clock().isoformat()}


class _Cast:
    """Who acts in the demo's scene of replies."""

    def __init__(self, officer: Any, clerk: Any) -> None:
        self.officer, self.clerk = officer, clerk


def hours_go_by(hours: str) -> dict[str, Any]:
    """The clock of the city goes on by so many hours; it stays there."""
    from audit.clock import clock, set_clock

    set_clock(clock() + datetime.timedelta(hours=int(hours)))
    return {"now": clock().isoformat()}


def one_resigns(membership: str) -> dict[str, Any]:
    """A member gives the seat back; the secretariat enters it."""
    from accounts.models import User
    from audit.clock import today
    from councils.models import Membership
    from councils.services import end_membership
    from tests.journeys.people import SECRETARY

    held = Membership.objects.get(pk=membership)
    end_membership(held, reason="resigned", end_date=today(), by=User.objects.get(email=SECRETARY))
    return {"seat": held.seat.number}


def seats_settle() -> dict[str, Any]:
    """What the minute's timer and the day's purge do for the draws; of the last draw, whose rows are blank then."""
    from lottery.models import Draw, Invitation
    from lottery.pool import pool_open
    from lottery.services import purge_draws, settle_vacancies

    offered = settle_vacancies()
    purge_draws()
    with pool_open():
        rows = Invitation.objects.filter(draw=Draw.objects.latest("pk"))
        return {
            "offered": offered,
            "purged": rows.filter(state=Invitation.State.PURGED, family_name="", features={}).count(),
        }


SCENES: dict[str, Callable[..., dict[str, Any]]] = {
    scene.__name__: scene
    for scene in (boards, session, hall, others_vote, time_is_over, world, crowd, boards_sessions, chains)
    + (new_council, mass_of_replies, today_again, hours_go_by, one_resigns, seats_settle)
}


def main() -> None:
    os.environ.update(ALLMENDE_DEVELOPMENT="1", ALLMENDE_SUPERVISED="1")
    django.setup()
    from celery import current_app

    current_app.conf.task_always_eager = True
    print(json.dumps(SCENES[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
