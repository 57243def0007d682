"""The forms of votes and of what stays of a meeting: ballots, recusals, minutes, promises, corrections, lots."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.models import Membership, RulesDraft
from meetings.models import Meeting, Recusal
from meetings.services.rows import members_of
from voting.methods import BUDGETS, CROSSES, GRADES, KINDS, POINTS, options_of
from voting.models import OpenBallot, RollEntry, Vote

TEXT = {"rows": 4}


class SeatField(forms.ModelChoiceField):
    """A member, shown as the seat and, for the council's own pages, nothing else."""

    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.seat)


class RecusalForm(forms.Form):
    """Whose recusal is proposed, and why."""

    member = SeatField(Membership.objects.none(), label=_("Seat"), empty_label=None)
    grounds = forms.CharField(
        label=_("What ties the member to the matter?"),
        max_length=300,
        help_text=_("In a sentence. It is read by the council; the decision with its reason stands in the minutes."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members_of(meeting.council)  # type: ignore[attr-defined]


class RecusalDecisionForm(forms.Form):
    """What was decided about a recusal."""

    is_recused = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("recused: does not vote on this item")), ("no", _("not recused: votes"))],
        widget=forms.RadioSelect(),
    )
    how = forms.ChoiceField(label=_("Who decided?"), choices=Recusal.Body, widget=forms.RadioSelect())
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stands in the minutes."))


class NoteForm(forms.Form):
    """The secretariat's own words."""

    text = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("They stand beside what is generated and never replace it. Seats, not names. Empty: no remarks."),
    )


class ObjectionForm(forms.Form):
    """What is wrong in the minutes."""

    text = forms.CharField(
        label=_("What is wrong, and what should it be?"), max_length=2_000, widget=forms.Textarea(attrs=TEXT)
    )


class ObjectionDecisionForm(forms.Form):
    """What became of an objection."""

    is_accepted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("corrected")), ("no", _("not taken up"))],
        widget=forms.RadioSelect(),
    )
    answer = forms.CharField(label=_("Answer to the member"), max_length=2_000, widget=forms.Textarea(attrs=TEXT))


class PromiseForm(forms.Form):
    """Who does what by when."""

    who = forms.CharField(label=_("Who?"), max_length=100, help_text=_("A seat, a group or an office; no names."))
    what = forms.CharField(label=_("What?"), max_length=300)
    due_on = forms.DateField(
        label=_("By when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OutcomeForm(forms.Form):
    """What became of a promise."""

    outcome = forms.CharField(label=_("What became of it?"), max_length=300)


class LotForm(forms.Form):
    """What was drawn in public."""

    seed = forms.CharField(
        label=_("What was drawn"),
        max_length=200,
        help_text=_(
            "For example the numbers of the dice in their order: 4 2 6 1 5. Everybody can recompute the order."
        ),
    )


# --- Ballots ----------------------------------------------------------------------------------------------------------


class BallotForm(forms.Form):
    """One choice in an open vote."""

    choice = forms.ChoiceField(label=_("Your vote"), choices=OpenBallot.Choice, widget=forms.RadioSelect())

    def chosen(self) -> str:
        """What `voting.services.cast_open` takes."""
        return str(self.cleaned_data["choice"])


class MarksForm(forms.Form):
    """A ballot on options, one field an option, as the method of the vote asks; made from the frozen rule."""

    def __init__(self, *args: Any, vote: Vote, marks: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vote, rule = vote, vote.rule
        for option in rule["options"]:
            self.fields[f"option_{option['id']}"] = _field(option, rule)
        self.fields["abstain"] = forms.BooleanField(
            label=_("I abstain"), required=False, help_text=_("Then leave all options empty.")
        )
        for key, mark in (marks or {}).items():
            self.initial[f"option_{key}"] = bool(mark) if KINDS[rule["method"]] == CROSSES else mark

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        marks = self._marks(data)
        if data.get("abstain") and marks:
            self.add_error("abstain", _now("You have marked options. Please abstain or mark, not both."))
        return data

    def _marks(self, data: dict[str, Any]) -> dict[str, Any]:
        kind = KINDS[self.vote.method]
        found: dict[str, Any] = {}
        for option in self.vote.rule["options"]:
            given = data.get(f"option_{option['id']}")
            if given in (None, "", False):
                continue
            found[option["id"]] = 1 if kind == CROSSES else given if kind == GRADES else int(given)
        return found

    def chosen(self) -> str | dict[str, Any]:
        """What `voting.services.cast_open` takes."""
        return OpenBallot.Choice.ABSTAIN if self.cleaned_data.get("abstain") else self._marks(self.cleaned_data)


def _field(option: dict[str, Any], rule: dict[str, Any]) -> forms.Field:
    kind, label = KINDS[rule["method"]], option["title"]
    if kind == CROSSES:
        cost = (
            _now("%(cost)s euros") % {"cost": f"{option['cost']:,}".replace(",", "\u202f")} if "cost" in option else ""
        )
        return forms.BooleanField(label=label, required=False, help_text=cost)
    if kind == POINTS:
        numbers = [(str(n), str(n)) for n in range(rule["most"] + 1)]
        return forms.ChoiceField(label=label, choices=numbers, required=False, initial="0")
    if kind == GRADES:
        grades = [(grade, grade_word(grade)) for grade in rule["grades"]]
        return forms.ChoiceField(label=label, choices=[("", _("no grade")), *grades], required=False)
    places = [(str(n), _now("place %(n)s") % {"n": n}) for n in range(1, len(rule["options"]) + 1)]
    return forms.ChoiceField(label=label, choices=[("", _("not ranked")), *places], required=False)


GRADE_WORDS = {
    "excellent": pgettext_lazy("grade", "excellent"),
    "very good": pgettext_lazy("grade", "very good"),
    "good": pgettext_lazy("grade", "good"),
    "acceptable": pgettext_lazy("grade", "acceptable"),
    "poor": pgettext_lazy("grade", "poor"),
    "reject": pgettext_lazy("grade", "reject"),
}


def grade_word(grade: str) -> str:
    """A grade in the reader's language; a council's own grades stand as they are."""
    return str(GRADE_WORDS.get(grade, grade))


class CorrectionForm(forms.Form):
    """Whose ballot was counted wrongly, what it should have been, and why it was not."""

    reason = forms.CharField(
        label=_("Why was it noted wrongly?"), max_length=300, help_text=_("It stands in the minutes.")
    )

    def __init__(self, *args: Any, vote: Vote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = MarksForm(self.data if self.is_bound else None, vote=vote) if vote.method != "yes_no" else None
        entries = RollEntry.objects.filter(vote=vote, is_excluded=False).order_by("number")
        first: dict[str, forms.Field] = {"entry": forms.ModelChoiceField(entries, label=_("Seat"), empty_label=None)}
        if self.ballot is None:
            first["choice"] = forms.ChoiceField(
                label=_("What it should have been"), choices=OpenBallot.Choice, widget=forms.RadioSelect()
            )
        else:
            first |= self.ballot.fields
        self.fields = {**first, **self.fields}

    def chosen(self) -> str | dict[str, Any]:
        """What `voting.services.correct_ballot` takes."""
        if self.ballot is None:
            return str(self.cleaned_data["choice"])
        self.ballot.full_clean()
        return self.ballot.chosen()


class ChoosingForm(forms.Form):
    """The options of a vote that is not answered by yes or no: added to the form that opens a vote."""

    method = forms.ChoiceField(label=_("How is it decided?"), required=False)
    options = forms.CharField(
        label=_("Options"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only where it is not yes or no: one option a line. In a budget with its cost: Benches; 12000"),
    )
    seats = forms.IntegerField(label=_("How many are chosen"), required=False, min_value=1, initial=1)
    budget = forms.IntegerField(label=_("Euros to spend"), required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from meetings.services.chronicle import method_words

        words = [(method, method_words(method)) for method in KINDS]
        self.fields["method"].choices = [("", _("yes or no")), *words]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        method = data.get("method")
        if not method:
            return data
        lines = [line.strip() for line in data.get("options", "").splitlines() if line.strip()]
        if len(lines) < 2:
            self.add_error("options", _now("Please give at least two options, one a line."))
        elif method in BUDGETS:
            self._read_costs(data, lines)
        else:
            data["listed"] = options_of(lines)
        return data

    def _read_costs(self, data: dict[str, Any], lines: list[str]) -> None:
        titles, costs = [], []
        for line in lines:
            title, _sign, cost = line.rpartition(";")
            digits = cost.replace(".", "").replace("\u202f", "").replace("€", "").strip()
            if not title.strip() or not digits.isdecimal():
                self.add_error(
                    "options", _now("“%(line)s”: please write the cost behind a semicolon.") % {"line": line}
                )
                return
            titles.append(title.strip())
            costs.append(int(digits))
        if not data.get("budget"):
            self.add_error("budget", _now("Please say how many euros there are to spend."))
        data["listed"] = options_of(titles, costs)

    def choosing(self) -> Any:
        """What `services.open_vote` takes; None for yes or no."""
        from meetings.services import Choosing
        from voting.algorithms.judgment import GRADES as STANDARD

        data = self.cleaned_data
        if not data.get("method"):
            return None
        method = data["method"]
        more: dict[str, Any] = {}
        if KINDS[method] == POINTS:
            more["most"] = 10
        if KINDS[method] == GRADES:
            more["grades"] = list(STANDARD)
        if method in BUDGETS:
            more["budget"] = data["budget"]
        return Choosing(method, data["listed"], seats=data.get("seats") or 1, more=more)


class VoteOpenForm(ChoosingForm):
    """How a vote is held, and what exactly is asked."""

    electorate = forms.ChoiceField(
        label=_("Who votes?"),
        choices=[("hall", _("those present, now")), ("all", _("all members, over the days of the rules"))],
        widget=forms.RadioSelect(),
        initial="hall",
    )
    question = forms.CharField(
        label=_("Question"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty: whether the item is adopted."),
    )
    field_order = ("electorate", "question", "method", "options", "seats", "budget")

    def __init__(self, *args: Any, draft: RulesDraft | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft is not None:  # the question names exactly this draft, and is answered by yes or no
            for name in set(self.fields) - {"electorate"}:
                del self.fields[name]
