"""A draft of new rules on the agenda, and the question by which the council decides on exactly its text."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import today
from audit.services import require
from councils.models import Council, RulesDraft
from councils.services import statute_at
from meetings.models import AgendaChange, AgendaItem, Meeting
from meetings.permissions import can_schedule, role_actions
from meetings.services.agenda import append, note_change, require_reason
from meetings.services.rows import locked


@transaction.atomic
def schedule_draft(draft: RulesDraft, *, meeting: Meeting, by: User, reason: str = "") -> AgendaItem:
    """Put a draft on the agenda of a session of its council, by a member, the secretariat or the chair.

    Refused for a draft that was decided or that changes rules no longer in force, and while it stands on an agenda
    where it has not been voted on.
    """
    meeting = locked(meeting)
    require(can_schedule(by, meeting))
    require(not meeting.is_assembly, _("On this item the council does not vote."))
    draft = RulesDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    require(draft.council_id == meeting.council_id, _("This draft is another council’s."))
    require_votable(draft)
    waiting = AgendaItem.objects.filter(rules_draft=draft, withdrawn_at__isnull=True, resolution="")
    require(not waiting.exists(), _("This draft stands on an agenda already."))
    require_reason(meeting, reason)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("New rules of procedure: %(title)s") % {"title": draft.title}
    item = append(meeting, title, None, True, by, kind=AgendaItem.Kind.MOTION, rules_draft=draft)
    note_change(item, AgendaChange.Kind.ADDED, reason, by)
    return item


def may_schedule_somewhere(user: User, council: Council) -> bool:
    """Whether `user` may put a draft on agendas of `council` at all, once there is one."""
    return bool({"edit_agenda", "schedule_draft"} & role_actions(user, council))


def require_votable(draft: RulesDraft) -> None:
    """Refused for a draft on which a vote would enact nothing: decided already, or other rules came in between."""
    require(draft.state == RulesDraft.State.OPEN, _("This draft has been decided already."))
    base = statute_at(draft.council, today())
    require(base.pk == draft.base_id, _("Other rules came in between. Please propose a new draft."))


def draft_question(draft: RulesDraft) -> str:
    """What the council is asked: this draft and no other, by its fingerprint; in the language of the city."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Shall the draft “%(title)s” with the fingerprint %(fingerprint)s become the rules of procedure?") % {
            "title": draft.title,
            "fingerprint": draft.fingerprint,
        }
