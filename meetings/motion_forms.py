"""The forms that lead a draft of rules to an agenda, and the elected to seats in companies."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.clock import local_date
from councils.models import BoardSeat, Council, Delegate, Membership
from meetings.models import Meeting


class ScheduleForm(forms.Form):
    """On which session's agenda, and why so late, where the invitation is out."""

    meeting = forms.TypedChoiceField(label=_("Which session"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when the invitation is out and its period has begun. Everybody reads it."),
    )

    def __init__(self, *args: Any, meetings: list[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(one.pk): one for one in meetings}
        field: Any = self.fields["meeting"]
        field.choices = [(key, f"{one.title}, {date_format(local_date(one.starts_at))}") for key, one in known.items()]
        field.coerce = known.__getitem__


class SendForm(forms.Form):
    """A seat in an organ of a company for each of the elected, in the order of their election."""

    begin_date = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, council: Council, elected: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Delegate.objects.filter(end_date__isnull=True).values("seat")
        vacant = BoardSeat.objects.filter(council=council, deleted_at__isnull=True).exclude(pk__in=held)
        rows = list(vacant.select_related("organ__organization").order_by("organ__organization__name", "number"))
        self.vacant = {str(one.pk): one for one in rows}
        choices = [("", _now("none")), *((key, _seat_words(one)) for key, one in self.vacant.items())]
        self.names = []
        for place, member in enumerate(elected, start=1):
            name = f"seat_{place}"
            label = _now("%(place)s. %(seat)s goes to") % {"place": place, "seat": member.seat}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=place == 1)
            self.names.append(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [data.get(name, "") for name in self.names]
        filled = [key for key in chosen if key]
        if len(filled) != len(set(filled)):
            raise forms.ValidationError(_now("Each seat goes to one of the elected alone."))
        if chosen[: len(filled)] != filled:
            raise forms.ValidationError(_now("The first elected are sent first: leave out nobody in between."))
        return data

    def seats(self) -> list[BoardSeat]:
        """The chosen seats, in the order of the election."""
        return [self.vacant[self.cleaned_data[name]] for name in self.names if self.cleaned_data[name]]


def _seat_words(seat: BoardSeat) -> str:
    return _now("%(organ)s, seat %(number)s (%(kind)s)") % {
        "organ": seat.organ.organization.name,
        "number": seat.number,
        "kind": seat.get_kind_display(),
    }
