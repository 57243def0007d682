"""Supports and comments: one of each person's, counted under the row's lock so that counters never lie."""

import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person, Role, User
from accounts.permissions import entered_by
from audit.clock import clock
from audit.services import record, require
from councils.models import Membership
from proposals.algorithms import COMMENT_LENGTH, plain
from proposals.models import Comment, Proposal, Support
from proposals.permissions import can, kinds_of
from proposals.services.locking import locked
from proposals.services.progress import take_up_if_supported

COMMENTS_PER_HOUR = 20


@transaction.atomic
def support_proposal(proposal: Proposal, *, person: Person, by: User) -> Proposal:
    """Count the support of a verified resident once; supporting again gives the same answer.

    With the last support needed the proposal is taken up for deliberation. What is entered at the desk is recorded
    with who entered it; what a person does alone is the row itself.
    """
    clerk = entered_by(person, by)
    proposal = locked(proposal)
    require(can(by, "support", proposal, person))
    now = clock()
    if not _insert_support(proposal, person, clerk, now):
        return proposal
    _count_support(proposal, 1, now)
    if clerk is not None:
        record("support.entered", proposal, by=by)
    return take_up_if_supported(proposal)


def _insert_support(proposal: Proposal, person: Person, clerk: Person | None, now: datetime.datetime) -> bool:
    """Whether the row is new: one statement, for the unique constraint alone decides."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Support._meta.db_table} (proposal_id, person_id, entered_by_id, created_at) "  # noqa: S608
            "VALUES (%s, %s, %s, %s) ON CONFLICT (proposal_id, person_id) DO NOTHING",
            [proposal.pk, person.pk, clerk.pk if clerk else None, now],
        )
        return cursor.rowcount == 1


def _count_support(proposal: Proposal, change: int, now: datetime.datetime) -> None:
    """Change the counter of the locked row."""
    proposal.support_count += change
    Proposal.objects.filter(pk=proposal.pk).update(support_count=proposal.support_count, modified_at=now)


@transaction.atomic
def withdraw_support(proposal: Proposal, *, person: Person, by: User) -> Proposal:
    """Take a support back while support is collected; without one nothing changes."""
    clerk = entered_by(person, by)
    proposal = locked(proposal)
    require(can(by, "support", proposal, person))
    if Support.objects.filter(proposal=proposal, person=person).delete()[0]:
        _count_support(proposal, -1, clock())
        if clerk is not None:
            record("support.taken_back", proposal, by=by)
    return proposal


@transaction.atomic
def comment_on(proposal: Proposal, *, person: Person, text: str, parent: Comment | None = None, by: User) -> Comment:
    """Add a comment, or an answer to one; an answer to an answer joins the same thread.

    Refused for an empty or too long text, and beyond twenty in an hour. The text is plain and stays so.
    """
    clerk = entered_by(person, by)
    proposal = locked(proposal)
    require(can(by, "comment", proposal, person))
    text = plain(text)
    require(bool(text), _("Please write something."))
    require(len(text) <= COMMENT_LENGTH, _("Please shorten this to %(most)s characters.") % {"most": COMMENT_LENGTH})
    now = clock()
    lately = Comment.objects.filter(author=person, created_at__gt=now - datetime.timedelta(hours=1))
    require(
        lately.count() < COMMENTS_PER_HOUR,
        _("That was a lot in one hour. Please go on a little later; your text is still here."),
    )
    comment = Comment(
        created_at=now,
        modified_at=now,
        proposal=proposal,
        parent=_thread(proposal, parent),
        author=person,
        author_label=_speaker(proposal, person, by),
        text=text,
        entered_by=clerk,
    )
    Comment.objects.bulk_create([comment])  # one clock for the bound and the row
    Proposal.objects.filter(pk=proposal.pk).update(comment_count=F("comment_count") + 1)
    record("comment.added", comment, by=by, proposal=proposal.pk)
    return comment


def _thread(proposal: Proposal, parent: Comment | None) -> Comment | None:
    """The first comment of the thread that is answered; it must be visible and belong to the proposal."""
    if parent is None:
        return None
    require(parent.proposal_id == proposal.pk and parent.state == Comment.State.VISIBLE)
    return parent.parent or parent


def _speaker(proposal: Proposal, person: Person, by: User) -> str:
    """Under which label somebody speaks here: a seat, the company they write for, or a numbered voice.

    The number holds within one proposal only, so that a discussion can be followed and nobody across discussions.
    Names are shown beside it as long as their person wants that.
    """
    if proposal.on_behalf_of is not None and proposal.author_id == person.pk:
        return proposal.on_behalf_of.name[:120]
    with translation.override(settings.LANGUAGE_CODE):
        if Role.Kind.MEMBER not in kinds_of(person, proposal.council.organization, by):
            return _voice(proposal, person)
        held = Membership.objects.active().filter(person=person, seat__council=proposal.council)
        membership = held.select_related("seat").first()
        return str(membership.seat) if membership else _voice(proposal, person)


def _voice(proposal: Proposal, person: Person) -> str:
    """ "Voice 4": the number the person already has in this discussion, or the next."""
    prefix = _("Voice %(number)s") % {"number": ""}
    voices = Comment.objects.filter(proposal=proposal, author_label__startswith=prefix)
    mine = voices.aggregate(
        label=Max("author_label", filter=Q(author=person)), others=Count("author_label", distinct=True)
    )
    return mine["label"] or f"{prefix}{mine['others'] + 1}"


def recount(proposal: Proposal) -> None:
    """Set the counter to what is visible; the caller holds the row."""
    visible = Comment.objects.filter(proposal=proposal, state=Comment.State.VISIBLE)
    Proposal.objects.filter(pk=proposal.pk).update(comment_count=visible.count())
