"""What waits for whom. One function an office, each a constant number of queries."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.letters import waiting_letters
from accounts.models import IdentityConflict, Message, Person, PersonCorrection, Role, RoleRequest, User, role_kinds
from audit.clock import local_date, today
from audit.models import Job
from councils.models import BoardFile, BoardMandate, BoardReport, Delegate, Membership, Sitting
from decisions.models import Addressee
from meetings.models import AgendaItem, Meeting
from proposals.models import Notice, Proposal
from voting.models import Vote

MOST = 20


@dataclass(frozen=True)
class Task:
    """One thing to do: what, where, until when, how many."""

    title: str
    url: str
    due_on: datetime.date | None = None
    count: int = 1

    @property
    def shown_count(self) -> str:
        return str(self.count) if self.count > 1 else ""


def tasks_of(user: User) -> list[Task]:
    """Everything that waits for `user`, what is due first at the top."""
    found = list(_tasks(user))
    return sorted(found, key=lambda task: (task.due_on or datetime.date.max, task.title))


def _tasks(user: User) -> Iterator[Task]:
    if user.person is None:
        yield Task(_("Tell us who you are"), reverse("accounts:me"))
        return
    kinds = role_kinds(user)
    if not user.person.is_verified and kinds <= {Role.Kind.MEMBER, Role.Kind.ALTERNATE}:
        yield Task(_("Confirm that you live here"), reverse("accounts:verify"))
    if Role.Kind.MEMBER in kinds:
        yield from _member_tasks(user.person)
    yield from _delegate_tasks(user.person)
    if Role.Kind.BOARD_SECRETARY in kinds:
        yield from _board_tasks(user.person)
    if Role.Kind.SECRETARIAT in kinds:
        yield from _secretariat_tasks(user.person)
    if kinds & {Role.Kind.SECRETARIAT, Role.Kind.CLERK}:
        yield from _desk_tasks(user.person)


def _member_tasks(person: Person) -> Iterator[Task]:
    own = Membership.objects.filter(person=person, end_date__isnull=True)
    councils = own.values("seat__council")
    if own.filter(interests_declared_on__isnull=True).exists():
        yield Task(_("Declare your interests, or that you have none"), reverse("councils:my_seat"))
    items = AgendaItem.objects.filter(vote__state=Vote.State.CASTING, meeting__council__in=councils)
    for item in items.exclude(vote__roll__ballot__entry__person=person).select_related("vote")[:MOST]:
        closes_at = item.vote.closes_at if item.vote else None
        yield Task(
            _("Vote: %(title)s") % {"title": item.title},
            reverse("meetings:vote", args=[item.pk]),
            local_date(closes_at) if closes_at else today(),
        )
    for meeting in Meeting.objects.filter(council__in=councils, state=Meeting.State.INVITED).order_by("starts_at")[:3]:
        yield Task(
            _("Prepare the meeting: %(title)s") % {"title": meeting.title},
            reverse("meetings:detail", args=[meeting.pk]),
            local_date(meeting.starts_at),
        )


def _delegate_tasks(person: Person) -> Iterator[Task]:
    """What a seat in a company asks of its holder, member of a council or not: reports, declaration, mandates, sittings.

    A report stays due after the delegation has ended. One question for everybody who was never sent anywhere.
    """
    fields = ("seat", "seat__organ", "confidential_on", "begin_date", "end_date")
    sent = list(Delegate.objects.filter(person=person).values(*fields))
    if not sent:
        return
    due = BoardReport.objects.filter(delegate__person=person, given_on__isnull=True, deleted_at__isnull=True)
    for report in due.select_related("sitting").order_by("due_on")[:MOST]:
        yield Task(
            _("Write the report on the sitting of %(date)s") % {"date": date_format(report.sitting.date)},
            reverse("councils:board_report_write", args=[report.pk]),
            report.due_on,
        )
    day = today()
    held = [one for one in sent if one["begin_date"] <= day and (one["end_date"] is None or day < one["end_date"])]
    if held:
        yield from _seat_tasks(held, day)


def _seat_tasks(held: list[Any], day: datetime.date) -> Iterator[Task]:
    """What the seats somebody holds on `day` ask for before their sittings."""
    seats = reverse("councils:delegate_seats")
    if any(one["confidential_on"] is None for one in held):
        yield Task(_("Declare confidentiality for your seat in a company"), seats)
    asked = BoardMandate.objects.filter(seat__in=[one["seat"] for one in held], sitting__date__gte=day)
    file = BoardFile.objects.filter(seat=OuterRef("seat"), sitting=OuterRef("sitting")).values("pk")
    for mandate in asked.annotate(file=Subquery(file)).select_related("sitting").order_by("sitting__date")[:MOST]:
        address = reverse("councils:board_file", args=[mandate.file]) if mandate.file else seats
        title = _("Act on the council’s mandate: %(title)s") % {"title": mandate.title}
        yield Task(title, address, mandate.sitting.date)
    coming = Sitting.objects.filter(organ__in=[one["seat__organ"] for one in held], date__gte=day)
    for sitting in coming.select_related("organ__organization").order_by("date")[:3]:
        yield Task(
            _("Prepare the sitting: %(organ)s") % {"organ": sitting.organ.organization.name}, seats, sitting.date
        )


def _board_tasks(person: Person) -> Iterator[Task]:
    companies = Role.objects.current().filter(person=person, kind=Role.Kind.BOARD_SECRETARY).values("organization")
    waiting = Addressee.objects.filter(
        Q(organ__company__organization__in=companies) | Q(organ__organization__in=companies),
        state__in=[Addressee.State.DELIVERED, Addressee.State.ACKNOWLEDGED],
    )
    for addressee in waiting.select_related("decision").order_by("due_on")[:MOST]:
        yield Task(
            _("Answer decision %(number)s: %(title)s")
            % {"number": addressee.decision.number, "title": addressee.decision.title},
            reverse("decisions:inbox"),
            addressee.due_on,
        )


def _secretariat_tasks(person: Person) -> Iterator[Task]:
    submitted = Proposal.objects.filter(stage=Proposal.Stage.SUBMITTED)
    yield from _counted(_("Check proposals for admissibility"), "proposals:admissibility", submitted)
    yield from _counted(_("Decide on notices"), "proposals:notices", Notice.objects.filter(state=Notice.State.OPEN))
    requests = (
        RoleRequest.objects.filter(state=RoleRequest.State.OPEN).exclude(requested_by=person).exclude(person=person)
    )
    yield from _counted(_("Confirm roles as the second person"), "accounts:role_requests", requests)
    awaited = BoardReport.objects.filter(given_on__isnull=True, due_on__lt=today(), deleted_at__isnull=True)
    yield from _counted(_("Ask for reports of delegates that are awaited"), "councils:company_office_list", awaited)
    yield from _counted(_("Look at work that failed"), "portal:job_list", Job.objects.filter(state=Job.State.FAILED))


def _desk_tasks(person: Person) -> Iterator[Task]:
    yield from _counted(_("Print waiting letters"), "portal:batch_list", waiting_letters())
    calls = Message.objects.filter(state=Message.State.QUEUED, channel=Person.Channel.PHONE)
    yield from _counted(_("Make calls"), "portal:message_list", calls, "?channel=phone&state=queued")
    conflicts = IdentityConflict.objects.filter(state=IdentityConflict.State.OPEN)
    yield from _counted(_("Decide on doubtful identities"), "accounts:conflicts", conflicts)
    corrections = PersonCorrection.objects.filter(state=PersonCorrection.State.OPEN).exclude(entered_by=person)
    yield from _counted(_("Confirm corrections as the second person"), "accounts:corrections", corrections)


def _counted(title: str, url: str, waiting: QuerySet[Any], query: str = "") -> Iterator[Task]:
    count = waiting.count()
    if count:
        yield Task(title, reverse(url) + query, None, count)


@dataclass(frozen=True)
class Office:
    """A way into the back office."""

    title: str
    text: str
    url: str


PAGES = (
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("People"),
        gettext_lazy("Find, register, verify; roles under four eyes."),
        "accounts:person_list",
    ),
    (
        Role.Kind.CLERK,
        gettext_lazy("Desk"),
        gettext_lazy("Find someone and enter what they say."),
        "accounts:person_list",
    ),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Roles"),
        gettext_lazy("Ask for a role, confirm as the second person."),
        "accounts:role_requests",
    ),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Admissibility"),
        gettext_lazy("Proposals to be checked."),
        "proposals:admissibility",
    ),
    (Role.Kind.SECRETARIAT, gettext_lazy("Notices"), gettext_lazy("What people reported."), "proposals:notices"),
    (Role.Kind.FACILITATOR, gettext_lazy("Notices"), gettext_lazy("What people reported."), "proposals:notices"),
    (Role.Kind.AUDITOR, gettext_lazy("Notices"), gettext_lazy("What people reported."), "proposals:notices"),
    (Role.Kind.SECRETARIAT, gettext_lazy("Meetings"), gettext_lazy("Call, agenda, presence, votes."), "meetings:list"),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Decisions"),
        gettext_lazy("Adopt what was voted, enter answers that came by letter."),
        "decisions:office",
    ),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Councils and members"),
        gettext_lazy("Oaths, interests, resignations, working groups, partial renewal."),
        "councils:office_list",
    ),
    (
        Role.Kind.CLERK,
        gettext_lazy("Councils and members"),
        gettext_lazy("Enter what a member says or signs."),
        "councils:office_list",
    ),
    (
        Role.Kind.MEMBER,
        gettext_lazy("My seat"),
        gettext_lazy("Interests, your name in public, working groups, giving the seat back."),
        "councils:my_seat",
    ),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Companies and board seats"),
        gettext_lazy("Owners, organs, sittings, who is sent there."),
        "councils:company_office_list",
    ),
    (
        Role.Kind.BOARD_SECRETARY,
        gettext_lazy("Files of board seats"),
        gettext_lazy("Papers for whoever is sent."),
        "councils:delegate_seats",
    ),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Outbox"),
        gettext_lazy("Mails, letters, calls to make."),
        "portal:message_list",
    ),
    (Role.Kind.SECRETARIAT, gettext_lazy("Letters"), gettext_lazy("Print and post."), "portal:batch_list"),
    (
        Role.Kind.SECRETARIAT,
        gettext_lazy("Work in the background"),
        gettext_lazy("What runs and what failed."),
        "portal:job_list",
    ),
    (Role.Kind.DRAW_OFFICER, gettext_lazy("Draws"), gettext_lazy("From the register to the seat."), "lottery:office"),
    (Role.Kind.AUDITOR, gettext_lazy("Draws"), gettext_lazy("From the register to the seat."), "lottery:office"),
    (
        Role.Kind.CLERK,
        gettext_lazy("Replies to a draw"),
        gettext_lazy("Enter cards and calls of those who were drawn."),
        "lottery:desk",
    ),
    (
        Role.Kind.BOARD_SECRETARY,
        gettext_lazy("Board area"),
        gettext_lazy("Decisions addressed to you, by due date."),
        "decisions:inbox",
    ),
    (Role.Kind.EDITOR, gettext_lazy("Editorial pages"), gettext_lazy("Articles and pictures."), "wagtailadmin_home"),
)
"""The pages of the back office: for whom, title, what one does there, route."""


def offices_of(kinds: frozenset[str]) -> list[Office]:
    """The back-office pages that the given roles open."""
    return [Office(str(title), str(text), reverse(name)) for kind, title, text, name in PAGES if kind in kinds]
