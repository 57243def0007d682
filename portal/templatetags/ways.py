"""How a thing of one app went on in a higher one; so that the lower app's page can show it without knowing it."""

from typing import Any

from django import template
from django.template import Context

from accounts.models import User
from councils.models import RulesDraft
from meetings.models import AgendaItem, Meeting
from meetings.permissions import role_actions

register = template.Library()


@register.inclusion_tag("portal/_draft_way.html", takes_context=True)
def draft_way(context: Context, draft: RulesDraft) -> dict[str, Any]:
    """On which agendas a draft stands and how the council voted; and the way onto one, for whoever may."""
    user = context["request"].user
    visible = Meeting.objects.visible_to(user)
    rows = AgendaItem.objects.filter(rules_draft=draft, withdrawn_at__isnull=True, meeting__in=visible)
    items = list(rows.select_related("meeting", "vote").order_by("meeting__starts_at", "order"))
    is_waiting = any(not item.resolution for item in items)
    may = isinstance(user, User) and bool({"edit_agenda", "schedule_draft"} & role_actions(user, draft.council))
    is_open = draft.state == RulesDraft.State.OPEN
    return {"draft": draft, "items": items, "can_schedule": is_open and may and not is_waiting}
