"""One small city in which every route has somebody who may ask for it, and somebody who may not.

`World` holds a login for each role and the objects that addresses name, in the states that the routes need. Whoever
holds an office is no verified resident here, so that what an office opens is not mixed with what residence opens;
members and alternates were drawn from the register and are residents.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.test.client import ClientHandler
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from accounts.models import (
    IdentityConflict,
    LetterBatch,
    Message,
    Organization,
    Person,
    PersonCorrection,
    Role,
    RoleRequest,
    User,
)
from accounts.tests.factories import (
    CityFactory,
    OrganizationFactory,
    PersonFactory,
    ResidentFactory,
    UserFactory,
    user_with_role,
)
from audit.clock import clock, set_clock, today
from audit.models import Job
from councils import services as councils
from councils.models import BoardMandate, BoardReport, Council, Membership, Organ, Renewal, StatuteVersion
from councils.tests.factories import (
    CompanyFactory,
    CouncilFactory,
    OrganFactory,
    board_seat_for,
    seated,
    sent,
    sitting_on,
)
from decisions import services as decisions
from decisions.models import Addressee, Decision
from decisions.tests import factories as decided
from documents.services import store_file
from lottery import services as lottery_services
from lottery.models import CustodyCheck, Draw, DrawApproval, Invitation, RegisterSample, TimeStamp
from lottery.pool import pool_open
from lottery.tests.factories import Stage as DrawStage
from lottery.tests.factories import rows_of
from meetings import services as meetings
from meetings.codes import badge_token, door_code
from meetings.models import AgendaItem, Expert, Meeting, Minutes
from meetings.services.chronicle import chronicle_of
from meetings.tests.factories import MeetingFactory
from portal.pages.models import ArticlePage
from proposals.models import Proposal
from proposals.tests.factories import CommentFactory, NoticeFactory, ProposalFactory
from voting import services as voting
from voting.methods import options_of
from voting.models import Vote

Kind, Stage = Role.Kind, Proposal.Stage
PASSWORD = "ein langes Passwort 1"

ROLES = (
    "anonymous",
    "account",  # a login that has not said who it is
    "unverified",  # a person whom nobody has confirmed to live here
    "resident",  # wrote the proposals of this world
    "neighbour",
    "member",  # sits on seat 1
    "other_member",  # of another council
    "alternate",
    "facilitator",
    "other_facilitator",
    "expert",
    "secretariat",
    "clerk",
    "draw_officer",
    "board_secretary",  # of the company that has been asked
    "other_board_secretary",
    "auditor",
    "editor",
    "councillor",
    "holdings",
)


@dataclass
class World:
    """`users` by role (anonymous has none), the keys of their `sessions`, `objects` by the name rows use."""

    users: dict[str, User]
    objects: dict[str, Any]
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, role: str, *, enforce_csrf_checks: bool = False) -> Client:
        """A browser that has just been opened, signed in as `role`; all of them ask one portal, started once."""
        client = Client(headers={"accept-language": "de"})
        client.handler = handler(enforce_csrf_checks)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def __getitem__(self, name: str) -> Any:
        return self.objects[name]


@cache
def handler(enforce_csrf_checks: bool) -> ClientHandler:
    """The portal behind a test's browser; to start one reads the list of all static files."""
    return ClientHandler(enforce_csrf_checks=enforce_csrf_checks)


@contextmanager
def standing_world() -> Iterator[World]:
    """The world in a transaction that is undone at the end; jobs and mails that wait for its commit never run."""
    with transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request changes inside the block is taken back, and nothing it left in a cache stays."""
    for each in caches.all(initialized_only=True):
        each.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_world() -> World:
    """Everybody and everything."""
    CityFactory()
    world = World(users={}, objects={})
    _companies(world)
    _people(world)
    _draws(world)
    _proposals(world)
    _meetings(world)
    _record(world)
    _decisions(world)
    _desk(world)
    _boards(world)
    _outbox(world)
    _editorial(world)
    world.sessions = {role: session_of(user) for role, user in world.users.items()}
    return world


def session_of(user: User, *, is_fresh: bool = True) -> str:
    """The key of a session of `user`, who typed the password just now (`is_fresh`) or long ago."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    request = HttpRequest()
    request.user, request.session = user, client.session
    record_authentication(request, user, "password", reauthenticated=True)
    if not is_fresh:
        request.session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] -= 86_400
    request.session.save()
    return str(request.session.session_key)


def _companies(world: World) -> None:
    council, other = CouncilFactory(seat_count=5, rules={"invitation_days": 14}), CouncilFactory(seat_count=3)
    company, other_company = CompanyFactory(), CompanyFactory()
    council.companies.add(company, other_company)
    world.objects |= {
        "council": council,
        "other_council": other,
        "statute": StatuteVersion.objects.get(council=council),
        "company": company,
        "organ": OrganFactory(company=company, kind=Organ.Kind.MANAGEMENT),
        "other_organ": OrganFactory(company=other_company, kind=Organ.Kind.MANAGEMENT),
        "dissolved_company": CompanyFactory(deleted_at=clock()),
    }


def _people(world: World) -> None:
    council: Council = world["council"]
    where = {
        "facilitator": (Kind.FACILITATOR, council.organization),
        "other_facilitator": (Kind.FACILITATOR, world["other_council"].organization),
        "expert": (Kind.EXPERT, council.organization),
        "board_secretary": (Kind.BOARD_SECRETARY, world["company"].organization),
        "other_board_secretary": (Kind.BOARD_SECRETARY, world["other_organ"].company.organization),
    }
    city = OrganizationFactory(name="Geschäftsstelle", slug="geschaeftsstelle")
    for kind in ("secretariat", "clerk", "draw_officer", "auditor", "editor", "councillor", "holdings"):
        where[kind] = (Kind(kind), city)
    world.users = {role: user_with_role(*office, person=PersonFactory()) for role, office in where.items()}
    world.users |= {
        "account": UserFactory(person=None),
        "unverified": UserFactory(person=PersonFactory()),
        "resident": UserFactory(),
        "neighbour": UserFactory(),
        "alternate": user_with_role(Kind.ALTERNATE, council.organization),
        "member": UserFactory(),
        "other_member": UserFactory(),
        "second_secretariat": user_with_role(Kind.SECRETARIAT, city, person=PersonFactory()),
        "second_clerk": user_with_role(Kind.CLERK, city, person=PersonFactory()),
    }
    seated(council, 1, world.users["member"].person)
    seated(world["other_council"], 1, world.users["other_member"].person)
    others = {number: seated(council, number, ResidentFactory()).person for number in (2, 3, 4)}
    world.objects |= {"on_paper": others[2], "in_the_hall": others[3], "city_office": city}


def _let_speak(draw: Draw) -> None:
    """The sources of a committed draw have spoken an hour ago; both had signed before."""
    DrawApproval.objects.filter(draw=draw).update(at=clock() - datetime.timedelta(days=2))
    spoken = (clock() - datetime.timedelta(hours=1)).isoformat(timespec="seconds")
    sources = [{**one, "at": spoken} for one in draw.source["sources"]]
    Draw.objects.filter(pk=draw.pk).update(source={**draw.source, "sources": sources})


def _draws(world: World) -> None:
    """One draw at each stage at which somebody acts; the clock goes on between them and is put back."""
    until = {
        "draft_draw": lambda stage: stage,
        "imported_draw": lambda stage: stage.imported().signed(),
        "invited_draw": DrawStage.invited,
        "replied_draw": DrawStage.replied,
        "closed_draw": DrawStage.closed,
        "renewal_draw": DrawStage.closed,
        "frozen_draw": DrawStage.frozen,
        "computed_draw": DrawStage.computed,
        "committed_draw": DrawStage.committed,
        "numbered_draw": DrawStage.numbered,
        "selected_draw": DrawStage.selected,
    }
    for name, lead in until.items():
        stage = DrawStage(size=3, sample=15, council=CouncilFactory(seat_count=3))
        world.objects[name] = lead(stage).draw
    set_clock(None)
    Draw.objects.filter(pk=world["replied_draw"].pk).update(reply_until=today() - datetime.timedelta(days=1))
    owner = f"register:{world['invited_draw'].pk}"
    sample = store_file(b"{}", name="stichprobe.json", media_type="application/json", owner=owner, is_public=True)
    signed = {"code_hashes": "0" * 64, "code_digest": "0" * 64, "released_at": clock()}
    RegisterSample.objects.create(
        draw=world["invited_draw"], frame={"root": "0" * 64, "file_sha256": sample.sha256}, **signed
    )
    _let_speak(world["committed_draw"])
    TimeStamp.objects.create(
        draw=world["committed_draw"],
        at=clock(),
        authority="Zeitstelle",
        response=b"0",
        document=b"{}",
        certificates="-",
        kept_at=clock(),
    )
    Draw.objects.filter(pk=world["renewal_draw"].pk).update(renews=world["closed_draw"])
    letters = store_file(
        decided.PDF, name="briefe.pdf", media_type="application/pdf", owner=f"draw:{world['invited_draw'].pk}"
    )
    invited = rows_of(draw=world["invited_draw"])
    answers = f"id,consent,education,household\n{invited[1].pseudonym},ja,abitur,1\n{invited[2].pseudonym},,abitur,2"
    lottery_services.keep_replies(world["invited_draw"], data=answers.encode(), by=world.users["draw_officer"])
    drawn = rows_of(draw=world["selected_draw"], state=Invitation.State.SELECTED)
    world.objects |= {"invitation": invited[0], "drawn": drawn[0], "draw_letters": letters}
    with pool_open():
        check = CustodyCheck.objects.create(draw=world["selected_draw"], invitation=world["drawn"], order=1)
    world.objects["custody_check"] = check


def _proposals(world: World) -> None:
    council, author = world["council"], world.users["resident"].person
    own = {"council": council, "author": author}
    neighbours = {"council": council, "author": world.users["neighbour"].person}
    world.objects |= {
        "draft": ProposalFactory(**own, stage=Stage.DRAFT, title="Ein Entwurf"),
        "unverified_draft": ProposalFactory(
            council=council, author=world.users["unverified"].person, stage=Stage.DRAFT, title="Ein zweiter Entwurf"
        ),
        "submitted": ProposalFactory(**own, stage=Stage.SUBMITTED),
        "returned": ProposalFactory(**own, stage=Stage.RETURNED),
        "supportable": ProposalFactory(**own),
        "deliberated": ProposalFactory(**neighbours, stage=Stage.DELIBERATION),
        "taken_down": ProposalFactory(**neighbours, deleted_at=clock()),
    }
    comment = CommentFactory(proposal=world["deliberated"], author=author)
    elsewhere = ProposalFactory(council=world["other_council"], author=author)
    world.objects |= {
        "comment": comment,
        "hidden_comment": CommentFactory(proposal=world["deliberated"], author=author, state="hidden"),
        "notice": NoticeFactory(comment=comment),
        "other_notice": NoticeFactory(comment=CommentFactory(proposal=elsewhere, author=author)),
    }


def _meetings(world: World) -> None:
    council, by = world["council"], world.users["secretariat"]
    coming, ready = MeetingFactory(council=council), MeetingFactory(council=council, starts_at=clock())
    session, quiet = (MeetingFactory(council=council, starts_at=clock()) for _ in range(2))
    for meeting in (session, quiet):
        meetings.open_meeting(meeting, by=by)
    for person in (world.users["member"].person, world["on_paper"], world["in_the_hall"]):
        meetings.note_presence(session, person=person, by=by)

    def item(title: str, meeting: Any = session, **fields: Any) -> AgendaItem:
        return meetings.add_item(meeting, title=title, by=by, **fields)

    world.objects["assembly"] = meetings.open_meeting(
        MeetingFactory(council=council, starts_at=clock(), kind="assembly", room="link", room_link=ROOM), by=by
    )

    voted, closed, passed = item("Busse mit Strom"), item("Personalfrage", is_public=False), item("Nachtbus")
    for one in (voted, closed, passed):
        meetings.open_vote(one, by=by)
    voting.enter_paper(_vote(voted), person=world["on_paper"], choice="yes", by=world.users["second_clerk"])
    for person in (world["on_paper"], world["in_the_hall"]):
        for clerk in ("second_clerk", "second_secretariat"):
            voting.enter_paper(_vote(passed), person=person, choice="yes", by=world.users[clerk])
    meetings.close_vote(passed, by=by)
    world.objects |= {
        "coming_meeting": coming,
        "ready_meeting": ready,
        "session": session,
        "quiet_session": quiet,
        "coming_item": item("Erstens", coming),
        "closed_item": item("Vertraulich", coming, is_public=False),
        "votable_item": item("Noch nicht abgestimmt"),
        "votable_closed_item": item("Noch vertraulich", is_public=False),
        "voted_item": voted,
        "voted_closed_item": closed,
        "passed_item": passed,
    }
    _hearing(world, item("Anhörung zum Netz", kind="hearing"), by)


ROOM = "https://raum.example/rat"


def _hearing(world: World, heard: AgendaItem, by: User) -> None:
    """An item called with papers, an expert, hands up; a meeting to come with questions and closed papers."""
    coming, session, person = world["coming_meeting"], world["session"], world.users["member"].person
    first_page = {"asked": "Entscheiden Sie.", "choices": "Ja\nNein", "dissent": "Niemand."}
    file = store_file(decided.PDF, name="vorlage.pdf", media_type="application/pdf", owner="test")
    closed_file = store_file(decided.PDF, name="geheim.pdf", media_type="application/pdf", owner="test")
    named = {"profession": "Netzplanung", "list_name": "Liste der Kammer", "interests": "keine", "email": ""}
    expert = meetings.call_expert(heard, given_name="Eva", family_name="Kundig", chosen_by="council", by=by, **named)
    Expert.objects.filter(pk=expert.pk).update(person=world.users["expert"].person)
    meetings.call_item(heard, by=by)
    meetings.set_speaking(session, order="arrival", seconds=120, by=by)
    hand = meetings.raise_hand(session, person=person, side="pro", by=world.users["member"])
    other = meetings.raise_hand(session, person=world["on_paper"], side="contra", by=by)
    order = meetings.raise_hand(session, person=world["in_the_hall"], kind="order", by=by)
    meetings.start_speech(order, by=by)
    meetings.stop_speech(session, by=by)
    asked = meetings.ask_question(coming, person=world.users["neighbour"].person, text="Wann kommt der Bus?", by=by)
    membership = Membership.objects.get(person=world["on_paper"], end_date__isnull=True)
    world.objects |= {
        "paper": meetings.add_paper(heard, title="Vorlage", file=file, by=by, **first_page),
        "plain_paper": meetings.add_paper(world["coming_item"], title="Ohne Datei", by=by, **first_page),
        "closed_paper": meetings.add_paper(
            world["closed_item"], title="Vertrauliche Vorlage", file=closed_file, by=by, **first_page
        ),
        "experts_paper": meetings.add_paper(heard, title="Nur für die Anhörung", is_public=False, by=by, **first_page),
        "heard_item": heard,
        "called_expert": expert,
        "hand": hand,
        "other_hand": other,
        "heard_order": order,
        "named_guest": meetings.raise_hand(world["assembly"], person=None, public_name="Ada Beispiel", by=by),
        "question": asked,
        "expert_question": meetings.ask_question(
            session, person=person, text="Was kostet das?", expert=expert, by=world.users["member"]
        ),
        "badge": Code(badge_token(membership)),
        "door": Code(door_code(session)),
        "wrong_door": Code("falschfalsch"),
    }


@dataclass
class Code:
    """Something an address names by a code."""

    pk: str


def _record(world: World) -> None:
    """What stays of meetings: minutes at each of their states, a recusal, a promise, a tie."""
    council, by = world["council"], world.users["secretariat"]
    unminuted, drafted, laid, ready, approved = (_held(council, days, by) for days in range(1, 6))
    for meeting in (drafted, laid, ready, approved):
        meetings.begin_minutes(meeting, by=by)
    for meeting in (laid, ready):
        meetings.lay_before_members(meeting.minutes, by=by)
    objection = meetings.object_to_minutes(
        laid.minutes, person=world["on_paper"], text="Es waren 14 Gäste.", by=world.users["clerk"]
    )
    papers = {
        name: store_file(
            decided.PDF, name=f"{name}.pdf", media_type="application/pdf", owner="minutes", is_public=is_public
        )
        for name, is_public in (("file", True), ("closed_file", False))
    }
    told = {
        "content": chronicle_of(approved.minutes, date=today()),
        "closed_content": chronicle_of(approved.minutes, is_closed_part=True, date=today()),
    }
    Minutes.objects.filter(meeting=approved).update(
        state="approved", approved_at=clock(), approved_in=world["session"], **papers, **told
    )
    item = world["votable_item"]
    recusal = meetings.propose_recusal(item, person=world["in_the_hall"], grounds="Arbeitet dort", by=by)
    meetings.decide_recusal(recusal, is_recused=False, how="chair", reason="Nur Kunde", by=by)
    promised = meetings.promise(item, who="Geschäftsstelle", what="Zahlen nachreichen", by=by)
    world.objects |= {
        "unminuted_meeting": unminuted,
        "drafted_meeting": drafted,
        "laid_meeting": laid,
        "minutes_ready_meeting": ready,
        "approved_meeting": approved,
        "objection": objection,
        "recusal": recusal,
        "promise": promised,
        **_elections(world),
    }


def _held(council: Council, days_ago: int, by: User) -> Meeting:
    """A session that is over, with one public item and one that was closed."""
    now = clock()
    meeting = MeetingFactory(council=council, starts_at=now - datetime.timedelta(days=days_ago))
    for title, is_public in (("Radwege", True), ("Personalsache", False)):
        meetings.add_item(meeting, title=title, is_public=is_public, by=by)
    return meetings.close_meeting(meetings.open_meeting(meeting, by=by), by=by)


def _elections(world: World) -> dict[str, Any]:
    """One vote by each method that is counted, one open ballot of each kind, and one that ended in a tie."""
    by, found = world.users["secretariat"], {}
    rules = {
        "approval": {},
        "score": {"most": 10},
        "majority-judgment": {"grades": ["excellent", "good", "reject"]},
        "schulze": {},
        "stv": {},
        "equal-shares": {"budget": 100_000},
    }
    for method, more in rules.items():
        is_budget = method == "equal-shares"
        options = options_of(["Anlage am Fluss", "Brunnen"], [60_000, 30_000] if is_budget else None)
        for word in ("open", "counted"):
            item = meetings.add_item(world["session"], title=f"Wahl {method} {word}", by=by)
            vote = meetings.open_vote(item, choosing=meetings.Choosing(method, options, more=more), by=by)
            marks: dict[str, Any] = {"1": "good"} if "grades" in more else {"1": 1}
            if word == "counted":
                for clerk in ("second_clerk", "second_secretariat"):
                    voting.enter_paper(vote, person=world["on_paper"], choice=marks, by=world.users[clerk])
                meetings.close_vote(item, by=by)
            found[f"{word}_{method.replace('-', '_')}_item"] = item
    tied = meetings.add_item(world["session"], title="Stichwahl", by=by)
    vote = meetings.open_vote(tied, choosing=meetings.Choosing("plurality", options_of(["Ada", "Bo"])), by=by)
    for person, option in ((world["on_paper"], "1"), (world["in_the_hall"], "2")):
        for clerk in ("second_clerk", "second_secretariat"):
            voting.enter_paper(vote, person=person, choice={option: 1}, by=world.users[clerk])
    meetings.close_vote(tied, by=by)
    return {**found, "tied_item": tied}


def _vote(item: AgendaItem) -> Any:
    return AgendaItem.objects.select_related("vote").get(pk=item.pk).vote


def _decisions(world: World) -> None:
    council, organ = world["council"], world["organ"]
    sealed, answered = (
        decided.plain_decision(f"{number}/2026", council=council, organ=organ).addressees.get() for number in (1, 2)
    )
    secretary = world.users["board_secretary"]
    file = store_file(decided.PDF, name="antwort.pdf", media_type="application/pdf", owner="test")
    statement = decisions.answer(
        answered,
        answer="accepted",
        reasons="",
        resolution_number="14/2026",
        resolution_date=today(),
        file=file,
        by=secretary,
    )
    answered.refresh_from_db()
    steps = [
        decisions.add_step(answered, title=title, due_on=today() + datetime.timedelta(days=60), by=secretary)
        for title in ("Fahrplan ändern", "Busse bestellen")
    ]
    proof = store_file(decided.PDF, name="nachweis.pdf", media_type="application/pdf", owner="test")
    decisions.report_done(steps[1], file=proof, by=secretary)
    secret = decided.plain_decision("3/2026", council=council, organ=organ)
    Decision.objects.filter(pk=secret.pk).update(state=Decision.State.ADOPTED)
    Addressee.objects.filter(decision=secret).update(state="pending", delivered_at=None, due_on=None)
    tombstone = decided.plain_decision("4/2026", council=council, organ=organ)
    Decision.objects.filter(pk=tombstone.pk).update(deleted_at=clock())
    world.objects |= {
        "decision": sealed.decision,
        "addressee": sealed,
        "answered_addressee": answered,
        "statement": statement,
        "step": steps[0],
        "proven_step": steps[1],
        "unsealed_decision": secret,
        "pending_addressee": secret.addressees.get(),
        "deleted_decision": tombstone,
    }


def _boards(world: World) -> None:
    """A supervisory board in which the member sits for the council; papers, mandates and reports of two sittings."""
    member, secretary = world.users["member"], world.users["board_secretary"]
    organ = OrganFactory(company=world["company"], kind=Organ.Kind.SUPERVISORY)
    over, coming, free = sitting_on(organ, -20), sitting_on(organ, 20), sitting_on(organ, 50)
    seat, vacant = board_seat_for(world["council"], organ), board_seat_for(world["council"], organ)
    other = board_seat_for(world["other_council"], organ)
    delegate = sent(seat, member.person)
    undeclared = sent(other, world.users["other_member"].person, confidential_on=None)
    file, blank = (councils.open_file(seat, sitting=one, by=secretary) for one in (over, coming))
    councils.fill_file(file, agenda="TOP 1 Geheimtarif", outside="Es ging um Tarife.", by=secretary)
    document = store_file(decided.PDF, name="geheimtarif.pdf", media_type="application/pdf", owner="boardfile:1")
    paper = councils.add_paper(file, title="Geheimtarif im Entwurf", document=document, by=secretary)
    asked = {"text": "Dagegen stimmen.", "reference": "Beschluss 3/2026", "given_on": today()}
    mandate = BoardMandate.objects.create(
        seat=seat, sitting=over, title="Auftrag zum Tarif", is_public=False, given_by=secretary.person, **asked
    )
    due, given = (
        BoardReport.objects.create(seat=seat, sitting=sitting, delegate=delegate, due_on=today(), **fields)
        for sitting, fields in (
            (over, {}),
            (sitting_on(organ, -60), {"text": "Der Tarif wurde beraten.", "given_on": today()}),
        )
    )
    draft = councils.propose_rules(
        world["council"], title="Regeln", text="§ 1 Neu", settings={}, reasons="Kürzer.", by=world.users["secretariat"]
    )
    base = draft.base
    adopted = Vote.objects.create(
        **{"subject": "agendaitem:0", "title": "Regeln", "question": f"Gilt {draft.fingerprint}?", "rule": {}},
        **{"basis": f"statuteversion:{base.pk}", "basis_hash": base.hash, "state": "closed", "closed_at": clock()},
        **{
            "opens_at": clock(),
            "roll_count": 5,
            "statutory_members": 5,
            "entitled_members": 5,
            "members_present": 5,
            "roll_hash": "x",
        },
        **{"rule_hash": "x", "result": {"is_adopted": True}},
    )
    _standing(world)
    world.objects |= {
        "rules_draft": draft,
        "rules_vote": adopted,
        "board_organ": organ,
        "board_seat": seat,
        "vacant_board_seat": vacant,
        "coming_sitting": coming,
        "free_sitting": free,
        "delegate": delegate,
        "undeclared_delegate": undeclared,
        "board_file": file,
        "blank_board_file": blank,
        "board_paper": paper,
        "mandate": mandate,
        "due_report": due,
        "given_report": given,
        "share": world["company"].shares.get(),
    }


def _standing(world: World) -> None:
    """Members with what they declared, groups, organised civil society, and a council that is being renewed."""
    council, by, member = world["council"], world.users["secretariat"], world.users["member"]
    held = Membership.objects.get(person=member.person)
    groups = [councils.found_group(council, name=name, task="Sammelt Fragen.", by=by) for name in ("Netze", "Preise")]
    civil = OrganizationFactory(kind=Organization.Kind.CIVIL, name="Bündnis")
    other = OrganizationFactory(kind=Organization.Kind.CIVIL, name="Verein")
    renewing = CouncilFactory(state=Council.State.RENEWING, seat_count=3)
    Renewal.objects.create(council=renewing, number=1, groups=[0], seats=[1], begun_on=today())
    world.objects |= {
        "membership": held,
        "paper_membership": Membership.objects.get(person=world["on_paper"]),
        "resting_membership": seated(world["other_council"], 2, ResidentFactory(), state=Membership.State.SUSPENDED),
        "interest": councils.declare_interest(held, kind="work", text="Fahrer", sectors=["mobility"], by=member),
        "group": groups[0],
        "new_group": groups[1],
        "group_place": councils.join_group(groups[0], membership=held, by=member),
        "nomination": councils.nominate_civil(
            council, organization=civil, person=world.users["resident"].person, letter="Brief vom 3. Mai", by=by
        ),
        "civil_seat": councils.seat_civil_society(
            council, organization=other, person=None, basis_document="Satzung § 2", by=by
        ),
        "renewing_council": renewing,
    }


def _desk(world: World) -> None:
    asker, second = world.users["second_secretariat"].person, world.users["second_clerk"].person
    now, neighbour = clock(), world.users["neighbour"].person
    asked = {"organization": world["city_office"], "kind": "editor", "action": "grant", "date": today(), "reason": "x"}
    own = {"requested_by": world.users["secretariat"].person, "created_at": now}
    world.objects |= {
        "person": neighbour,
        "resident_person": world.users["resident"].person,
        "unverified_person": world.users["unverified"].person,
        "erased": PersonFactory(given_name="", family_name="", street="", email="", erased_at=now),
        "role_request": RoleRequest.objects.create(person=neighbour, requested_by=asker, created_at=now, **asked),
        "own_role_request": RoleRequest.objects.create(person=world["on_paper"], **own, **asked),
        "correction": PersonCorrection.objects.create(
            person=neighbour,
            changes={"given_name": {"old": neighbour.given_name, "new": "Anna"}},
            reason="Ausweis",
            entered_by=second,
            created_at=now,
        ),
        "own_correction": PersonCorrection.objects.create(
            person=world["on_paper"], changes={}, reason="x", entered_by=world.users["clerk"].person, created_at=now
        ),
        "conflict": IdentityConflict.objects.create(
            claimed=PersonFactory(), existing=ResidentFactory(), method="desk", created_at=now
        ),
    }


def _outbox(world: World) -> None:
    now, person = clock(), world.users["neighbour"].person

    def message(number: int, **fields: Any) -> Message:
        stamps = {"message_id": f"<{number}@world>", "created_at": now, "next_at": now, "text": "Guten Tag"}
        return Message.objects.create(event="x", subject=f"Nachricht {number}", **stamps, **fields)

    file = store_file(decided.PDF, name="briefe.pdf", media_type="application/pdf", owner="test")
    batch = LetterBatch.objects.create(created_at=now, count=1, file_sha256=file.sha256)
    file.owner = f"letterbatch:{batch.pk}"
    file.save()
    world.objects |= {
        "failed_mail": message(1, person=person, channel=Person.Channel.EMAIL, state=Message.State.FAILED),
        "call": message(2, person=person, channel=Person.Channel.PHONE),
        "letter": message(3, person=person, channel=Person.Channel.LETTER),
        "reset_mail": message(4, email="a@b.example", channel=Person.Channel.EMAIL),
        "batch": batch,
        "unprinted_batch": LetterBatch.objects.create(created_at=now),
        "failed_job": Job.objects.create(
            kind="documents.nothing", state="failed", created_at=now, heartbeat_at=now, finished_at=now
        ),
    }


def _editorial(world: World) -> None:
    page = ArticlePage(title="So wird gelost", slug="los", lead="Kurz erklärt.", body=[("text", "<p>Deutsch</p>")])
    Page.get_first_root_node().add_child(instance=page)
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": page})
    document = Document(title="Flugblatt")
    document.file.save("flugblatt.txt", ContentFile(b"Kommen Sie!"))
    document.save()
    world.objects |= {"page": page, "document": document, "civil": OrganizationFactory(kind=Organization.Kind.CIVIL)}
