"""Notices by anyone, decided with reasons (Regulation (EU) 2022/2065, art. 16 and 17)."""

from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.messages import send, send_raw
from accounts.models import User
from audit.clock import clock
from audit.services import label, record, require
from proposals.algorithms import EXPLANATION_LENGTH, plain
from proposals.models import Comment, Notice, Proposal
from proposals.permissions import staff_actions
from proposals.services.locking import locked
from proposals.services.voices import recount


@transaction.atomic
def give_notice(
    *,
    category: str,
    explanation: str,
    reporter_email: str = "",
    comment: Comment | None = None,
    proposal: Proposal | None = None,
) -> Notice:
    """Keep a notice about one comment or one proposal and confirm its receipt, if an address was given.

    Nobody is asked who they are. How often one sender may do this is limited where the request comes in.
    """
    about = comment or proposal
    require(about is not None and (comment is None) != (proposal is None))
    assert about is not None  # noqa: S101  (for the type checker)
    explanation = plain(explanation)
    require(bool(explanation), _("Please say what is wrong with it."))
    require(
        len(explanation) <= EXPLANATION_LENGTH,
        _("Please shorten this to %(most)s characters.") % {"most": EXPLANATION_LENGTH},
    )
    require(category in Notice.Category.values, _("Please choose what is wrong."))
    notice = Notice.objects.create(
        comment=comment,
        proposal=proposal,
        category=category,
        explanation=explanation,
        reporter_email=reporter_email,
        created_at=clock(),
    )
    record("notice.received", notice, about=label(about), category=category)
    _answer_reporter("proposal_notice_received", notice)
    return notice


@transaction.atomic
def decide_notice(notice: Notice, *, state: str, reasons: str, by: User) -> Notice:
    """Leave, hide or remove what a notice is about; the author and the reporter learn the reasons.

    Refused without reasons, for a notice already decided, and for the author of what it is about.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    target = notice.comment or notice.proposal
    assert target is not None  # noqa: S101  (a constraint of the table)
    about = target.proposal if isinstance(target, Comment) else target
    require("moderate" in staff_actions(by, about.council) and by.person_id != target.author_id)
    require(notice.state == Notice.State.OPEN, _("This notice has already been decided."))
    require(state in (Notice.State.NO_ACTION, Notice.State.HIDDEN, Notice.State.REMOVED))
    reasons = plain(reasons)
    require(bool(reasons), _("Please give the reasons; the author reads them."))
    notice.state, notice.reasons = state, reasons
    notice.decided_by, notice.decided_at = by.person, clock()
    notice.save(update_fields=["state", "reasons", "decided_by", "decided_at"])
    record("notice.decided", notice, by=by, state=state)
    if state != Notice.State.NO_ACTION:
        _take_down(target, state, reasons, by)
    _answer_reporter("proposal_notice_decided", notice)
    return notice


def _take_down(target: Comment | Proposal, state: str, reasons: str, by: User) -> None:
    """Hide a comment with its reason in its place; a proposal goes from the public pages as a whole."""
    if isinstance(target, Comment):
        proposal = locked(target.proposal)
        target.state, target.state_reason = state, reasons
        target.save(update_fields=["state", "state_reason"])
        recount(proposal)
        event = "comment_taken_down"
    else:
        target = locked(target)
        target.deleted_at = clock()
        target.save(update_fields=["deleted_at"])
        event = "proposal_taken_down"
    record(f"{target._meta.model_name}.{state}", target, by=by)
    if target.author.erased_at is None:
        send(event, to=target.author, about=label(target), target=target, reasons=reasons)


def _answer_reporter(event: str, notice: Notice) -> None:
    if not notice.reporter_email:
        return
    context: dict[str, Any] = {"notice": notice}
    subject = " ".join(render_to_string(f"emails/{event}.subject.txt", context).split())
    text = render_to_string(f"emails/{event}.txt", context).strip() + "\n"
    send_raw(event=event, email=notice.reporter_email, subject=subject, text=text, language=get_language() or "de")
