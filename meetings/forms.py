"""The forms of meetings: calling one, its agenda, who is present, a choice."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.clock import BERLIN
from councils.models import Council
from meetings.models import Meeting
from proposals.forms import choose
from proposals.models import Proposal


class MeetingForm(forms.Form):
    """Where and when a council meets, in local time."""

    council = forms.ModelChoiceField(Council.objects.none(), label=_("Council"), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=200)
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        help_text=_("With street and room, and whether it can be reached without steps"),
    )
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One item a line. Proposals are added on the next page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        councils = Council.objects.filter(deleted_at__isnull=True).exclude(state=Council.State.DISSOLVED)
        choose(self, "council", councils.select_related("organization"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("A meeting ends after it begins."))
        return data

    def details(self) -> dict[str, Any]:
        """What `services.call_meeting` takes, times with their zone."""
        data = self.cleaned_data
        date = data["date"]
        lines = [line.strip() for line in data["agenda"].splitlines()]
        return {
            "council": data["council"],
            "title": data["title"],
            "place": data["place"],
            "starts_at": datetime.datetime.combine(date, data["begins"], tzinfo=BERLIN),
            "ends_at": datetime.datetime.combine(date, data["ends"], tzinfo=BERLIN),
            "items": [(line, None) for line in lines if line],
        }


class ItemForm(forms.Form):
    """One item of an agenda: a title of its own, or a proposal's."""

    proposal = forms.ModelChoiceField(
        Proposal.objects.none(), label=_("Proposal"), required=False, empty_label=_("none; a matter of its own")
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: the title of the proposal.")
    )
    is_closed = forms.BooleanField(label=_("Not public"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [Proposal.Stage.DELIBERATION, Proposal.Stage.TEXT_FROZEN]
        ready = Proposal.objects.filter(council=meeting.council, stage__in=stages, deleted_at__isnull=True)
        choose(self, "proposal", ready.exclude(agenda_items__meeting=meeting).order_by("title"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("title") and not data.get("proposal"):
            self.add_error("title", _("Please give a title or choose a proposal."))
        return data

    def details(self) -> dict[str, Any]:
        """What `services.add_item` takes."""
        proposal = self.cleaned_data["proposal"]
        title = self.cleaned_data["title"] or proposal.title
        return {"title": title, "proposal": proposal, "is_public": not self.cleaned_data["is_closed"]}
