"""A vote on an item: open, cast or enter, close, result."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from meetings import services
from meetings.forms import BallotForm, VoteOpenForm
from meetings.models import AgendaItem, Meeting
from meetings.permissions import can, sees_closed
from proposals.acting import Acting, acting_in
from voting import permissions as voting_permissions
from voting import services as voting
from voting.models import OpenBallot, RollEntry, Vote

CHOICES = ("yes", "no", "abstain")


def find_item(request: HttpRequest, pk: int) -> AgendaItem:
    """The item of an address with its vote; 404 for a closed one the reader may not see."""
    rows = AgendaItem.objects.select_related("meeting__council__organization", "vote", "proposal")
    item = get_object_or_404(rows, pk=pk, meeting__in=Meeting.objects.visible_to(request.user))
    if not item.is_public and not sees_closed(request.user, item.meeting.council):  # type: ignore[arg-type]
        raise Http404
    return item


@require_http_methods(["GET", "HEAD", "POST"])
def vote_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The vote of an item: the question, one's own choice while it is open, the named result after its close."""
    acting = acting_in(request)
    item = find_item(request, pk)
    vote = item.vote
    if vote is None:
        return redirect(item.meeting)
    entry = _entry_of(vote, acting.person)
    form = BallotForm(request.POST if request.method == "POST" else None, initial=_initial(entry, acting))
    if request.method == "POST":
        require(entry is not None and acting.person is not None)
        if attempt(form, lambda: _cast(vote, acting, form.cleaned_data["choice"])):
            messages.success(request, _done(acting))
            return redirect(reverse("meetings:vote", args=[item.pk]) + acting.query)
    context = {
        "item": item,
        "meeting": item.meeting,
        "vote": vote,
        "entry": entry,
        "ballot": getattr(entry, "ballot", None) if entry else None,
        "form": form,
        "acting": acting,
        "can_cast": _can_cast(acting, vote, entry),
        "can_close": can(acting.user, "close_vote", item.meeting) and vote.state == Vote.State.CASTING,
        "desk": _desk_rows(vote) if voting_permissions.can(acting.user, "enter_paper", vote) else [],
        **_result(vote),
    }
    return render(request, "meetings/vote_detail.html", context, status=422 if form.errors else 200)


def _entry_of(vote: Vote, person: Person | None) -> RollEntry | None:
    if person is None:
        return None
    return RollEntry.objects.filter(vote=vote, person=person).select_related("ballot").first()


def _initial(entry: RollEntry | None, acting: Acting) -> dict[str, Any]:
    """One's own choice is shown again; the desk enters from the paper alone, so that the second entry is a check."""
    ballot = getattr(entry, "ballot", None) if entry else None
    return {} if ballot is None or acting.is_for_another else {"choice": ballot.choice}


def _can_cast(acting: Acting, vote: Vote, entry: RollEntry | None) -> bool:
    if entry is None or entry.is_excluded:
        return False
    if acting.is_for_another:
        return voting_permissions.can(acting.user, "enter_paper", vote)
    return voting_permissions.can(acting.user, "cast", vote, entry=entry)


def _cast(vote: Vote, acting: Acting, choice: str) -> OpenBallot:
    """The member's own choice, the first entry from a paper, or the second that confirms it."""
    assert acting.person is not None  # noqa: S101  (checked by the caller)
    return voting.cast_open(vote, person=acting.person, choice=choice, by=acting.user)


def _done(acting: Acting) -> str:
    if acting.is_for_another:
        return _("Entered from the paper.")
    return _("Your vote is cast. You can change it until the vote is closed.")


def _desk_rows(vote: Vote) -> list[dict[str, Any]]:
    """The roll for the desk: who stands where, and whether something is there already; never what."""
    rows = RollEntry.objects.filter(vote=vote, is_excluded=False).order_by("number")
    found: list[Any] = list(
        rows.values(
            "number",
            "label",
            uuid=F("person__uuid"),
            given_name=F("person__given_name"),
            family_name=F("person__family_name"),
            channel=F("ballot__channel"),
            entered_by=F("ballot__entered_by"),
            confirmed_by=F("ballot__confirmed_by"),
        )
    )
    return found


def _result(vote: Vote) -> dict[str, Any]:
    """What is shown after the close: bars, the seats in the colour of their choice, named rows; nothing before it."""
    if vote.result is None:
        return {"result": None}
    words = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstentions")}
    lines = RollEntry.objects.filter(vote=vote).order_by("number")
    named: list[Any] = list(
        lines.values("number", "label", "is_excluded", choice=F("ballot__choice"), channel=F("ballot__channel"))
    )
    counted = CHOICES if vote.result["of"] != "cast" else CHOICES[:2]  # abstentions are no part of the votes cast
    labels = dict(OpenBallot.Choice.choices)
    channels = dict(OpenBallot.Channel.choices)
    for row in named:
        row["state"] = "recused" if row["is_excluded"] else row["choice"] or "absent"
        row["word"] = labels.get(row["choice"], _("excluded") if row["is_excluded"] else _("not cast"))
        row["channel_word"] = channels.get(row["channel"], "")
    return {
        "result": vote.result,
        "bar_rows": [{"label": words[key], "value": vote.result[key], "tone": key} for key in counted],
        "bar_total": vote.result["denominator"],
        "abstentions": "" if "abstain" in counted else vote.result["abstain"],
        "named": named,
        "chairs": [row for row in named if row["state"] != "absent"],
        "channels": [(channels[key], count) for key, count in vote.result["by_channel"].items() if count],
        "base_words": BASES[vote.result["of"]](),
    }


BASES = {
    "cast": lambda: _("votes cast (yes and no)"),
    "cast_with_abstentions": lambda: _("votes cast, abstentions included"),
    "present": lambda: _("members present"),
    "statutory": lambda: _("seats of the council"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vote_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the vote on an item; says before what will be frozen."""
    item = find_item(request, pk)
    require(can(request.user, "open_vote", item.meeting))
    form = VoteOpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> Vote:
            data = form.cleaned_data
            return services.open_vote(
                item, by=request.user, is_hall=data["electorate"] == "hall", question=data["question"]
            )

        if attempt(form, act):
            messages.success(request, _("The vote is open."))
            return redirect("meetings:vote", item.pk)
    context = {
        "title": _("Open the vote"),
        "kicker": item.title,
        "lede": _("Roll, rule and text are frozen now. Nobody sees a count before the close."),
        "form": form,
        "submit_label": _("Open the vote"),
        "cancel_url": item.meeting.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def vote_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close and count; refused, with names of seats, while a paper ballot waits for its second entry."""
    item = find_item(request, pk)
    require(can(request.user, "close_vote", item.meeting))
    carry_out(request, lambda: services.close_vote(item, by=request.user), _("The vote is closed and counted."))
    return redirect("meetings:vote", item.pk)


@login_required
@require_POST
def paper_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a paper ballot that nobody has confirmed (`?person=`)."""
    acting = acting_in(request)
    item = find_item(request, pk)
    person, vote = acting.person, item.vote
    require(acting.is_for_another and person is not None and vote is not None)
    assert person is not None and vote is not None  # noqa: S101  (for the type checker)
    done = _("The entry is taken back.")
    carry_out(request, lambda: voting.discard_paper(vote, person=person, by=request.user), done)
    return redirect(reverse("meetings:vote", args=[item.pk]) + acting.query)
