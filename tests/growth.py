"""The world of `tests/world.py`, grown: so many proposals, and in proportion everything else that pages list."""

import datetime
from itertools import cycle, islice
from typing import Any

from accounts.models import (
    IdentityConflict,
    LetterBatch,
    Message,
    Organization,
    Person,
    PersonCorrection,
    Role,
    RoleRequest,
    Verification,
)
from accounts.tests.factories import MunicipalityFactory
from audit.canonical import digest
from audit.clock import clock, today
from audit.models import Job
from councils.models import Company, Council, Organ, Share
from decisions.models import Addressee, Decision
from documents.models import File
from lottery.models import Draw, Invitation
from lottery.pool import pool_open
from meetings.models import AgendaItem, Meeting
from proposals.models import Comment, Notice, Proposal
from proposals.tests.factories import proposals_of
from tests.world import World

COMMENTS = 50
"""What one proposal has of them, whatever the size."""


def grow(world: World, start: int, count: int) -> None:
    """Add the rows `start` to `count` of everything; `world.objects` stay as they are."""
    number = range(start, count)
    people = _people(number)
    proposals = _proposals(world, number)
    _comments(world, number, proposals, is_first=start == 0)
    _decisions(world, number)
    _meetings(world, number)
    _desk(world, number, people)
    _outbox(world, number)
    _draws(world, number)
    _companies(range(companies_of(start), companies_of(count)))


def companies_of(proposals: int) -> int:
    """How many companies (and councils) a city with so many proposals has: more than a page of them, but not many."""
    return min(proposals, 30 + proposals // 50)


def _people(number: range) -> list[Person]:
    now, until = clock(), today() + datetime.timedelta(days=900)
    return Person.objects.bulk_create(
        Person(
            given_name="Kim", family_name=f"Wachs{n:05}", street="Gasse 1", postal_code="12345", town="Musterstadt",
            email=f"wachs{n}@beispiel.example", channel="email", created_at=now, verified_until=until,
        )
        for n in number
    )  # fmt: skip


def _proposals(world: World, number: range) -> list[Proposal]:
    """Half of them collect support, a quarter waits to be checked, a quarter is deliberated."""
    own = {"author": world.users["neighbour"].person}
    stages = {"support": len(number) // 2, "submitted": len(number) // 4, "deliberation": len(number) // 4}
    made: list[Proposal] = []
    for stage, count in stages.items():
        made += proposals_of(world["council"], count, stage=stage, company=world["company"], **own)
    return made


def _comments(world: World, number: range, proposals: list[Proposal], *, is_first: bool) -> None:
    now, author = clock(), world.users["neighbour"].person
    words = {"author": author, "text": "Das hilft auch meiner Straße. " * 4, "created_at": now, "modified_at": now}
    about = [world["deliberated"]] * COMMENTS if is_first else []
    about += islice(cycle(proposals), len(number))
    made = Comment.objects.bulk_create(
        Comment(proposal=proposal, author_label=f"Stimme {n % 40}", **words) for n, proposal in enumerate(about)
    )
    decided = {"state": "no_action", "reasons": "In Ordnung.", "decided_by": author, "decided_at": now}
    Notice.objects.bulk_create(
        Notice(comment=comment, category="spam", explanation="Werbung", created_at=now, **(decided if n % 2 else {}))
        for n, comment in enumerate(made[-len(number) :])
    )


def _decisions(world: World, number: range) -> None:
    """As many as there are proposals: a third waits for an answer, a third is late, a third is answered."""
    file, now, day = world["decision"].file, clock(), today()
    content = world["decision"].content
    common = {"council": world["council"], "kind": "recommendation", "binding": "advisory", "text": "Text. " * 40}
    common |= {"state": "sealed", "file": file, "content": content, "content_hash": digest(content), "adopted_on": day}
    common |= {"binding_document": "Beschluss", "created_at": now, "modified_at": now}
    made = Decision.objects.bulk_create(
        Decision(number=f"{n}/2027", title=f"Beschluss Nummer {n}", **common) for n in number
    )
    states: list[dict[str, Any]] = [
        {"state": "delivered", "due_on": day + datetime.timedelta(days=30)},
        {"state": "acknowledged", "due_on": day - datetime.timedelta(days=30), "overdue_level": 3},
        {"state": "answered", "due_on": day, "answer": "refused", "answered_on": day},
    ]
    stamps = {"organ": world["organ"], "delivered_at": now, "created_at": now, "modified_at": now}
    Addressee.objects.bulk_create(
        Addressee(decision=decision, **states[n % 3], **stamps) for n, decision in enumerate(made)
    )


def _meetings(world: World, number: range) -> None:
    now = clock()
    stamps = {"created_at": now, "modified_at": now}
    Meeting.objects.bulk_create(
        Meeting(
            council=world["council"], title=f"Sitzung {n}", place="Rathaus", **stamps,
            state="invited" if n % 10 == 0 else "closed",
            starts_at=now + datetime.timedelta(days=n), ends_at=now + datetime.timedelta(days=n, hours=2),
        )
        for n in number
    )  # fmt: skip
    passed = AgendaItem.objects.get(pk=world["passed_item"].pk).vote
    assert passed is not None
    fields = [field.attname for field in passed._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(passed, name) for name in fields if name != "public_id"}
    votes = type(passed).objects.bulk_create(type(passed)(**values) for _n in number)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=world["quiet_session"], order=100 + n, title=f"Punkt {n}", vote=vote, **stamps)
        for n, vote in zip(number, votes, strict=True)
        if n < 40
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=world["ready_meeting"], order=100 + n, title=f"Punkt {n}", vote=vote, **stamps)
        for n, vote in zip(number, votes, strict=True)
        if n >= 40
    )


def _desk(world: World, number: range, people: list[Person]) -> None:
    now, day, asker = clock(), today(), world.users["second_secretariat"].person
    asked = {"organization": world["city_office"], "kind": "clerk", "action": "grant", "date": day, "reason": "x"}
    RoleRequest.objects.bulk_create(
        RoleRequest(person=person, requested_by=asker, created_at=now, **asked) for person in people
    )
    PersonCorrection.objects.bulk_create(
        PersonCorrection(person=person, changes={}, reason="Ausweis", entered_by=asker, created_at=now)
        for person in people
    )
    IdentityConflict.objects.bulk_create(
        IdentityConflict(claimed=person, existing=asker, method="desk", created_at=now) for person in people
    )
    Verification.objects.bulk_create(
        Verification(person=world["person"], method="desk", by=asker, at=now, until=day) for _person in people
    )
    Role.objects.bulk_create(
        Role(person=person, organization=world["city_office"], kind="expert", begin_date=day) for person in people
    )


def _outbox(world: World, number: range) -> None:
    now, person = clock(), world.users["neighbour"].person
    ways = [("email", "sent"), ("email", "failed"), ("letter", "queued"), ("phone", "queued")]
    Message.objects.bulk_create(
        Message(
            event="x", person=person, channel=ways[n % 4][0], state=ways[n % 4][1], subject=f"Betreff {n}",
            text="Guten Tag", message_id=f"<wachs{n}@x>", created_at=now, next_at=now,
        )
        for n in number
    )  # fmt: skip
    LetterBatch.objects.bulk_create(LetterBatch(created_at=now, count=250, file_sha256="0" * 64) for _n in number)
    Job.objects.bulk_create(
        Job(kind="documents.nothing", state="failed", created_at=now, heartbeat_at=now, finished_at=now)
        for _n in number
    )


def _draws(world: World, number: range) -> None:
    now, stamp = clock(), {"created_at": clock(), "modified_at": clock()}
    draw = world["invited_draw"]
    with pool_open():
        Invitation.objects.bulk_create(
            Invitation(
                draw=draw, number=10_000 + n, pseudonym=f"W{n:05}", code_hash=digest(["wachs", n]),
                given_name="Kim", family_name=f"Wachs{n}", street="Gasse 1", postal_code="12345", town="Musterstadt",
                state="interested" if n % 9 == 0 else "invited", replied_at=now if n % 9 == 0 else None,
            )
            for n in number
        )  # fmt: skip
    Draw.objects.bulk_create(
        Draw(
            council=world["council"],
            title=f"Auslosung {n}",
            state="invited",
            size=3,
            legal_basis="§ 37",
            **stamp,
            reply_until=today(),
        )
        for n in number
        if n % 10 == 0
    )
    store = {"name": "briefe.pdf", "media_type": "application/pdf", "size": 1, "owner": f"draw:{draw.pk}"}
    File.objects.bulk_create(
        File(sha256=world["draw_letters"].sha256, created_at=now, **store) for n in number if n % 100 == 0
    )


def _companies(number: range) -> None:
    """Companies with an organ each, and as many councils."""
    owner = MunicipalityFactory(ags="98000000", name="Musterkreis")
    organizations = Organization.objects.bulk_create(
        Organization(kind=kind, name=f"{kind} {n}", slug=f"wachs-{kind}-{n}", created_at=clock(), modified_at=clock())
        for kind in ("company", "organ", "council")
        for n in number
    )
    third = len(organizations) // 3
    stamps = {"created_at": clock(), "modified_at": clock()}
    companies = Company.objects.bulk_create(
        Company(organization=one, legal_form="gmbh", sector="energy", purpose="Strom", **stamps)
        for one in organizations[:third]
    )
    Share.objects.bulk_create(Share(company=one, owner=owner, basis_points=10_000) for one in companies)
    Organ.objects.bulk_create(
        Organ(
            company=company, organization=one, kind="supervisory", binding_document="Beschluss",
            binding_date=today(), **stamps,
        )
        for company, one in zip(companies, organizations[third : 2 * third], strict=True)
    )  # fmt: skip
    Council.objects.bulk_create(
        Council(organization=one, state="in_term", seat_count=5, **stamps) for one in organizations[2 * third :]
    )
