"""The forms of meetings: calling one, its agenda, who is present, a choice."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.clock import BERLIN
from councils.models import Council
from meetings.models import AgendaItem, Expert, Meeting
from proposals.forms import choose
from proposals.models import Proposal


class MeetingForm(forms.Form):
    """Where and when a council meets, in local time."""

    council = forms.ModelChoiceField(Council.objects.none(), label=_("Council"), empty_label=None)
    kind = forms.ChoiceField(label=_("What is it?"), choices=Meeting.Kind, initial=Meeting.Kind.SESSION, required=False)
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
    urgency = forms.CharField(
        label=_("Reason for urgency"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only if the meeting cannot wait for the period of the rules. Everybody reads it."),
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
            "kind": data["kind"] or Meeting.Kind.SESSION,
            "urgency": data["urgency"],
        }


class MeetingEditForm(forms.Form):
    """What can change after the invitation: title, place, times, where to join from afar."""

    title = forms.CharField(label=_("Title"), max_length=200)
    place = forms.CharField(label=_("Place"), max_length=200)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    room = forms.ChoiceField(label=_("Video room"), choices=Meeting.Room, required=False)
    room_link = forms.URLField(
        label=_("Address of the other video room"), required=False, max_length=300, assume_scheme="https"
    )
    stream_link = forms.URLField(
        label=_("Address of the live stream"), required=False, max_length=300, assume_scheme="https"
    )

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        """What the form shows before anything is changed."""
        starts, ends = (moment.astimezone(BERLIN) for moment in (meeting.starts_at, meeting.ends_at))
        kept = {name: getattr(meeting, name) for name in ("title", "place", "room", "room_link", "stream_link")}
        return {**kept, "date": starts.date(), "begins": starts.time(), "ends": ends.time()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("A meeting ends after it begins."))
        if data.get("room") == Meeting.Room.LINK and not data.get("room_link"):
            self.add_error("room_link", _("Please give the address of the room."))
        return data

    def details(self) -> dict[str, Any]:
        """What `services.edit_meeting` takes, times with their zone."""
        data = self.cleaned_data
        at = {
            name: datetime.datetime.combine(data["date"], data[key], tzinfo=BERLIN)
            for name, key in (("starts_at", "begins"), ("ends_at", "ends"))
        }
        return {**{name: data[name] for name in ("title", "place", "room", "room_link", "stream_link")}, **at}


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class PaperForm(forms.Form):
    """The first page of a paper, its text, a file."""

    title = forms.CharField(label=_("Title"), max_length=200)
    asked = forms.CharField(
        label=_("What is asked of you?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences that begin with a verb: decide, advise, take note."),
    )
    choices = forms.CharField(
        label=_("Which choices are there?"),
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, with what it costs or means."),
    )
    dissent = forms.CharField(
        label=_("Who disagrees, and why?"),
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("“Nobody has disagreed so far” is an answer."),
    )
    text = forms.CharField(label=_("Text"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 8}))
    document = forms.FileField(label=_("File"), required=False)
    pages = forms.IntegerField(
        label=_("Pages of the file"),
        required=False,
        min_value=0,
        max_value=2_000,
        help_text=_("So that the reading time can be said."),
    )
    is_closed = forms.BooleanField(label=_("Not public"), required=False)

    def details(self) -> dict[str, Any]:
        """What `services.add_paper` takes."""
        data = self.cleaned_data
        words = {name: data[name] for name in ("title", "asked", "choices", "dissent", "text")}
        return {
            **words,
            "upload": data["document"] or None,
            "pages": data["pages"] or 0,
            "is_public": not data["is_closed"],
        }


class ExpertForm(forms.Form):
    """Whom the council hears: who chose them, from which list, with which interests."""

    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False)
    profession = forms.CharField(
        label=_("Profession and institution"), max_length=200, help_text=_("As it is shown in public.")
    )
    chosen_by = forms.ChoiceField(label=_("Chosen by"), choices=Expert.ChosenBy)
    list_name = forms.CharField(
        label=_("From which list?"), max_length=200, help_text=_("Whose list it is, and of which date.")
    )
    interests = forms.CharField(
        label=_("Declared interests"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Employers, mandates, commissions of the last five years; “none” is an answer."),
    )


class QuestionForm(forms.Form):
    """A question, as it is asked."""

    text = forms.CharField(
        label=_("Your question"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1_000})
    )


class QuestionDecideForm(forms.Form):
    """Whether a question is admitted; a refusal says why."""

    decision = forms.ChoiceField(
        label=_("Is the question admitted?"),
        choices=[("admit", _("Yes, it is answered in the meeting")), ("refuse", _("No, for this reason:"))],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """The answer that was given."""

    answer = forms.CharField(label=_("Answer"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}))
    answered_by = forms.CharField(
        label=_("Who answered?"), max_length=200, help_text=_("In which office, not the name.")
    )


class SpeakingForm(forms.Form):
    """How the list of speakers is ordered, and how long one speaks."""

    order = forms.ChoiceField(label=_("Order"), choices=Meeting.Order)
    seconds = forms.IntegerField(label=_("Seconds for a speech"), min_value=10, max_value=3_600)
    seed = forms.CharField(
        label=_("Number for the lot"), max_length=100, required=False, help_text=_("As it was said aloud in the hall.")
    )


class RulingForm(forms.Form):
    """What a point of order asked for, and what was decided."""

    asked = forms.CharField(label=_("What was asked for?"), max_length=300)
    ruling = forms.CharField(
        label=_("What was decided?"), max_length=300, help_text=_("And by whom: the chair, or the council by a vote.")
    )


class GuestsForm(forms.Form):
    """How many people besides the council are in the room."""

    count = forms.IntegerField(label=_("Guests in the room"), min_value=0, max_value=100_000)


class ItemForm(forms.Form):
    """One item of an agenda: a title of its own, or a proposal's."""

    proposal = forms.ModelChoiceField(
        Proposal.objects.none(), label=_("Proposal"), required=False, empty_label=_("none; a matter of its own")
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: the title of the proposal.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("as it comes")), *AgendaItem.Kind.choices], required=False
    )
    minutes = forms.IntegerField(label=_("Minutes planned"), required=False, min_value=1, max_value=600)
    is_closed = forms.BooleanField(label=_("Not public"), required=False)
    public_title = forms.CharField(
        label=_("What everybody reads instead"),
        max_length=200,
        required=False,
        help_text=_("For an item that is not public: what it is about, without what must stay closed."),
    )
    reason = forms.CharField(
        label=_("Why the agenda changes"),
        max_length=500,
        required=False,
        help_text=_("Needed once the period of the invitation has begun. Everybody reads it."),
    )

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
        more = {name: self.cleaned_data[name] for name in ("kind", "minutes", "public_title", "reason")}
        return {"title": title, "proposal": proposal, "is_public": not self.cleaned_data["is_closed"], **more}
