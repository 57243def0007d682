"""What proposals keep about a person, and what of it goes.

On erasure drafts go and supports go, counters with them where support is still collected. What was said in public
stays, for others answered it and the council decided on it; but nothing leads from it to the person any more: each
comment reads "deleted account". A sentence that itself tells who somebody is can be taken down by a notice.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person
from audit.clock import clock
from proposals.models import Comment, Notice, Proposal, ProposalVersion, Support
from proposals.services.locking import locked
from proposals.stages import Stage


def export_person(person: Person) -> dict[str, Any]:
    """Every proposal with its versions, every comment and every support of the person."""
    return {
        "proposals": [_proposal(row) for row in person.proposals.prefetch_related("versions")],
        "comments": [
            {
                "proposal": comment.proposal.title,
                "label": comment.author_label,
                "text": comment.text,
                "state": comment.state,
                "state_reason": comment.state_reason,
                "created_at": comment.created_at.isoformat(),
            }
            for comment in person.comments.select_related("proposal")
        ],
        "supports": [
            {"proposal": support.proposal.title, "created_at": support.created_at.isoformat()}
            for support in person.supports.select_related("proposal").order_by("pk")
        ],
        "notices_decided": Notice.objects.filter(decided_by=person).count(),
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "title": proposal.title,
        "stage": proposal.stage,
        "created_at": proposal.created_at.isoformat(),
        "versions": [
            {"number": version.number, "title": version.title, "text": version.text, "reasons": version.reasons}
            for version in proposal.versions.all()
        ],
    }


@transaction.atomic
def erase_person(person: Person) -> None:
    """Drop drafts and supports, and take the label off every comment; the words said in public stay."""
    for draft in person.proposals.filter(stage=Stage.DRAFT, submitted_at__isnull=True):
        _drop_draft(draft)
    for support in person.supports.select_related("proposal"):
        _drop_support(support)
    with translation.override(settings.LANGUAGE_CODE):
        label = _("Deleted account")
    Comment.objects.filter(author=person).update(author_label=label, modified_at=clock())


def _drop_draft(draft: Proposal) -> None:
    """A draft was never public: its text goes, a tombstone without words stays for the chain that names it."""
    Proposal.objects.filter(pk=draft.pk).update(current_version=None, title="", deleted_at=clock())
    ProposalVersion.objects.filter(proposal=draft).delete()


def _drop_support(support: Support) -> None:
    """While support is collected the counter follows; later it stays what it was when the stage was reached."""
    if support.proposal.deleted_at is None:
        proposal = locked(support.proposal)
        if proposal.stage == Stage.SUPPORT:
            proposal.support_count -= 1
            proposal.save(update_fields=["support_count"])
    support.delete()
