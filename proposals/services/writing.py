"""What an author does with a proposal: write, edit, submit, withdraw."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, Person, User
from accounts.permissions import entered_by
from audit.canonical import digest
from audit.clock import clock, today
from audit.services import record, require
from councils.models import Company, Council
from councils.services import rules_at
from proposals.algorithms import REASONS_LENGTH, TEXT_LENGTH, TITLE_LENGTH, plain
from proposals.models import Proposal, ProposalVersion
from proposals.permissions import can, person_actions
from proposals.services.locking import locked, move
from proposals.stages import Stage


@transaction.atomic
def draft_proposal(
    *,
    council: Council,
    person: Person,
    title: str,
    text: str,
    reasons: str = "",
    company: Company | None = None,
    on_behalf_of: Organization | None = None,
    by: User,
) -> Proposal:
    """Begin a proposal that only its author sees. With `on_behalf_of` a board secretary speaks for the company.

    Refused for an empty or too long text.
    """
    clerk = entered_by(person, by)
    require("draft" in person_actions(person, council, user=by))
    if on_behalf_of is not None:
        require("submit" in person_actions(person, council, user=by, on_behalf_of=on_behalf_of))
    title, text, reasons = _checked(title, text, reasons)
    proposal = Proposal.objects.create(
        council=council, author=person, title=title, company=company, on_behalf_of=on_behalf_of, entered_by=clerk
    )
    _write_version(proposal, 1, title, text, reasons, person)
    record("proposal.drafted", proposal, by=by)
    return proposal


@transaction.atomic
def edit_draft(
    proposal: Proposal, *, title: str, text: str, reasons: str = "", company: Company | None = None, by: User
) -> Proposal:
    """Change a draft in place; a returned proposal gets a new version, for the submitted one is never changed."""
    proposal = locked(proposal)
    entered_by(proposal.author, by)
    require(can(by, "edit", proposal, proposal.author))
    title, text, reasons = _checked(title, text, reasons)
    version = proposal.versions.order_by("-number").first()
    require(version is not None)
    assert version is not None  # noqa: S101  (for the type checker)
    proposal.title, proposal.company = title, company
    if proposal.submitted_at is None:
        version.title, version.text, version.reasons = title, text, reasons
        version.hash, version.created_at = _hash(version.number, title, text, reasons), clock()
        version.save(update_fields=["title", "text", "reasons", "hash", "created_at"])
        proposal.save(update_fields=["title", "company"])
    elif version.hash != _hash(version.number, title, text, reasons):
        proposal.save(update_fields=["title", "company"])
        _write_version(proposal, version.number + 1, title, text, reasons, proposal.author)
    else:
        proposal.save(update_fields=["company"])
    record("proposal.edited", proposal, by=by)
    return proposal


@transaction.atomic
def submit_proposal(proposal: Proposal, *, by: User) -> Proposal:
    """Hand a draft or a returned proposal to the secretariat; it is public from now on.

    If nobody decides on its admissibility in the time of the statute, it is admitted (`settle_proposals`).
    """
    proposal = locked(proposal)
    entered_by(proposal.author, by)
    require(can(by, "submit", proposal, proposal.author))
    date = today()
    until = date + datetime.timedelta(weeks=rules_at(proposal.council, date).admissibility_weeks)
    return move(proposal, Stage.SUBMITTED, by=by, until=until, submitted_at=clock())


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: User) -> Proposal:
    """Take a proposal back, as long as no vote on it has begun. It stays to be read, unless it was a draft."""
    proposal = locked(proposal)
    entered_by(proposal.author, by)
    require(can(by, "withdraw", proposal, proposal.author))
    was_draft = proposal.stage == Stage.DRAFT
    move(proposal, Stage.WITHDRAWN, by=by)
    if was_draft:
        proposal.deleted_at = clock()
        proposal.save(update_fields=["deleted_at"])
    return proposal


def _checked(title: str, text: str, reasons: str) -> tuple[str, str, str]:
    """The cleaned words. Refused if the title or text is missing or anything is too long."""
    title, text, reasons = " ".join(plain(title).split()), plain(text), plain(reasons)
    require(bool(title and text), _("A proposal needs a title and a text."))
    for words, most in ((title, TITLE_LENGTH), (text, TEXT_LENGTH), (reasons, REASONS_LENGTH)):
        require(len(words) <= most, _("Please shorten this to %(most)s characters.") % {"most": most})
    return title, text, reasons


def _write_version(proposal: Proposal, number: int, title: str, text: str, reasons: str, author: Person) -> None:
    proposal.current_version = ProposalVersion.objects.create(
        proposal=proposal,
        number=number,
        title=title,
        text=text,
        reasons=reasons,
        hash=_hash(number, title, text, reasons),
        created_by=author,
        created_at=clock(),
    )
    proposal.save(update_fields=["current_version"])


def _hash(number: int, title: str, text: str, reasons: str) -> str:
    return digest({"number": number, "title": title, "text": text, "reasons": reasons})
