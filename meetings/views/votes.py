"""A vote on an item: open, cast or enter, close, result."""

import csv
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, User
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from councils.permissions import may
from meetings import services
from meetings.models import AgendaItem, Meeting
from meetings.permissions import can, sees_closed
from meetings.pictures import count_of
from meetings.record_forms import BallotForm, CorrectionForm, LotForm, MarksForm, VoteOpenForm, grade_word
from meetings.services.chronicle import correction_words
from proposals.acting import Acting, acting_in
from voting import permissions as voting_permissions
from voting import services as voting
from voting.methods import CROSSES, GRADES, KINDS, POINTS, RANKS
from voting.models import OpenBallot, RollEntry, Vote

CHOICES = ("yes", "no", "abstain")
HINTS = {
    CROSSES: lambda: _("Make a cross at each option you want"),
    POINTS: lambda: _("Give each option points from 0"),
    GRADES: lambda: _("Give each option a grade"),
    RANKS: lambda: _("Rank the options: place 1 is your first choice"),
}


def find_item(request: HttpRequest, pk: int) -> AgendaItem:
    """The item of an address with its vote; 404 for a closed one the reader may not see."""
    rows = AgendaItem.objects.select_related("meeting__council__organization", "vote", "proposal", "rules_draft")
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
    if request.method == "POST":  # a hall votes at one moment: whether one is on the roll is asked once, by the service
        require(acting.person is not None)
        sent = _ballot_form(request, vote, None, acting)
        if attempt(sent, lambda: _cast(vote, acting, sent.chosen())):
            messages.success(request, _done(acting))
            return redirect(reverse("meetings:vote", args=[item.pk]) + acting.query)
    entry = _entry_of(vote, acting.person)
    require(request.method != "POST" or entry is not None)
    form = sent if request.method == "POST" else _ballot_form(request, vote, entry, acting)
    context = {
        "item": item,
        "meeting": item.meeting,
        "vote": vote,
        "entry": entry,
        "ballot": getattr(entry, "ballot", None) if entry else None,
        "form": form,
        "ballot_hint": HINTS[KINDS[vote.method]]() if vote.method != "yes_no" else "",
        "acting": acting,
        "can_cast": _can_cast(acting, vote, entry),
        "can_close": can(acting.user, "close_vote", item.meeting) and vote.state == Vote.State.CASTING,
        "can_draw_lot": bool((vote.result or {}).get("is_unresolved")) and _may(acting.user, "draw_lot", item, vote),
        "can_correct": _may(acting.user, "correct", item, vote),
        "can_send": _has_elected(vote) and may(acting.user, "manage_board_seats"),
        "desk": _desk_rows(vote) if voting_permissions.can(acting.user, "enter_paper", vote) else [],
        **_result(vote),
    }
    return render(request, "meetings/vote_detail.html", context, status=422 if form.errors else 200)


def _may(user: User, action: str, item: AgendaItem, vote: Vote) -> bool:
    """Whether `user` may do `action` to a closed vote of this council."""
    in_meeting = "correct_vote" if action == "correct" else action
    return can(user, in_meeting, item.meeting) and voting_permissions.can(user, action, vote)


def _has_elected(vote: Vote) -> bool:
    """Whether the vote has chosen seats of the council."""
    return bool((vote.result or {}).get("is_decided")) and any("seat" in one for one in vote.rule.get("options", []))


def _entry_of(vote: Vote, person: Person | None) -> RollEntry | None:
    if person is None:
        return None
    return RollEntry.objects.filter(vote=vote, person=person).select_related("ballot").first()


def _ballot_form(request: HttpRequest, vote: Vote, entry: RollEntry | None, acting: Acting) -> BallotForm | MarksForm:
    """The ballot as the method asks.

    One's own choice is shown again; the desk enters from the paper alone, so that the second entry is a check.
    """
    data = request.POST if request.method == "POST" else None
    ballot = None if acting.is_for_another else getattr(entry, "ballot", None) if entry else None
    if vote.method == "yes_no":
        return BallotForm(data, initial={"choice": ballot.choice} if ballot else {})
    initial = {"abstain": True} if ballot and ballot.choice == OpenBallot.Choice.ABSTAIN else {}
    return MarksForm(data, vote=vote, marks=ballot.marks if ballot else None, initial=initial)


def _can_cast(acting: Acting, vote: Vote, entry: RollEntry | None) -> bool:
    if entry is None or entry.is_excluded:
        return False
    if acting.is_for_another:
        return voting_permissions.can(acting.user, "enter_paper", vote)
    return voting_permissions.can(acting.user, "cast", vote, entry=entry)


def _cast(vote: Vote, acting: Acting, choice: voting.Choice) -> OpenBallot:
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
    """What is shown after the close: the figures, the picture, the named rows; nothing before it."""
    if vote.result is None:
        return {"result": None}
    named = _named(vote)
    channels = dict(OpenBallot.Channel.choices)
    shown: dict[str, Any] = {
        "result": vote.result,
        "named": named,
        "channels": [(channels[key], count) for key, count in vote.result["by_channel"].items() if count],
        "corrections": [correction_words(row) for row in voting.corrections_of(vote)],
        "recused": [row["label"] for row in named if row["is_excluded"]],
    }
    if vote.method != "yes_no":
        return {**shown, "count": count_of(vote)}
    words = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstentions")}
    counted = CHOICES if vote.result["of"] != "cast" else CHOICES[:2]  # abstentions are no part of the votes cast
    return {
        **shown,
        "bar_rows": [{"label": words[key], "value": vote.result[key], "tone": key} for key in counted],
        "bar_total": vote.result["denominator"],
        "abstentions": "" if "abstain" in counted else vote.result["abstain"],
        "chairs": [row for row in named if row["state"] != "absent"],
        "base_words": BASES[vote.result["of"]](),
    }


def _named(vote: Vote) -> list[dict[str, Any]]:
    """How each seat voted, with the name of those who have consented to it; one query."""
    person = "person__"
    lines = RollEntry.objects.filter(vote=vote).order_by("number")
    named: list[Any] = list(
        lines.values(
            "number",
            "label",
            "is_excluded",
            is_named=F(person + "name_is_public"),
            given_name=F(person + "given_name"),
            family_name=F(person + "family_name"),
            choice=F("ballot__choice"),
            marks=F("ballot__marks"),
            channel=F("ballot__channel"),
        )
    )
    labels, channels = dict(OpenBallot.Choice.choices), dict(OpenBallot.Channel.choices)
    for row in named:
        row["state"] = "recused" if row["is_excluded"] else row["choice"] or "absent"
        row["name"] = f"{row.pop('given_name')} {row.pop('family_name')}" if row.pop("is_named") else ""
        marks = row.pop("marks")
        row["word"] = (
            marks_words(vote, marks)
            if marks is not None
            else labels.get(row["choice"], _("recused") if row["is_excluded"] else _("not cast"))
        )
        row["channel_word"] = channels.get(row["channel"], "")
    return named


def marks_words(vote: Vote, marks: dict[str, Any]) -> str:
    """A ballot on options in words: the crosses, or each option with its place, points or grade."""
    kind, titles = KINDS[vote.method], vote.option_titles()
    if kind == CROSSES:
        return ", ".join(titles[option] for option in marks)
    if kind == RANKS:
        ranked = sorted(marks.items(), key=lambda pair: pair[1])
        return ", ".join(f"{place}. {titles[option]}" for option, place in ranked)
    if not marks:
        return _("all 0")
    shown = {option: grade_word(mark) if kind == GRADES else str(mark) for option, mark in marks.items()}
    return ", ".join(f"{titles[option]}: {word}" for option, word in shown.items())


BASES = {
    "cast": lambda: _("votes cast (yes and no)"),
    "cast_with_abstentions": lambda: _("votes cast, abstentions included"),
    "present": lambda: _("members present"),
    "statutory": lambda: _("seats of the council"),
    "entitled": lambda: _("seats without those recused"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vote_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the vote on an item; says before what will be frozen."""
    item = find_item(request, pk)
    require(can(request.user, "open_vote", item.meeting))
    form = VoteOpenForm(request.POST if request.method == "POST" else None, draft=item.rules_draft)
    if request.method == "POST":

        def act() -> Vote:
            data = form.cleaned_data
            return services.open_vote(
                item,
                by=request.user,
                is_hall=data["electorate"] == "hall",
                question=data.get("question", ""),
                choosing=form.choosing(),
            )

        if attempt(form, act):
            messages.success(request, _("The vote is open."))
            return redirect("meetings:vote", item.pk)
    context = {
        "title": _("Open the vote"),
        "kicker": item.title,
        "lede": _("Roll, rule and text are frozen now. Nobody sees a count before the close."),
        "warning": services.draft_question(item.rules_draft) if item.rules_draft else "",
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lot_draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter what was drawn in public to break a tie."""
    item = find_item(request, pk)
    vote = item.vote
    require(vote is not None and _may(request.user, "draw_lot", item, vote))
    form = LotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, lambda: services.draw_lot(item, seed=form.cleaned_data["seed"], by=request.user)
    ):
        messages.success(request, _("The lot has decided."))
        return redirect("meetings:vote", item.pk)
    context = {
        "title": _("Draw a lot"),
        "kicker": item.title,
        "lede": _("A tie decides. Draw in front of everybody, then enter here what came up; it is published."),
        "form": form,
        "submit_label": _("Enter and decide"),
        "cancel_url": reverse("meetings:vote", args=[item.pk]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ballot_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note that a seat's ballot was counted wrongly: a choice of the seat, then what it should have been."""
    item = find_item(request, pk)
    vote = item.vote
    require(vote is not None and _may(request.user, "correct", item, vote))
    assert vote is not None  # noqa: S101  (for the type checker)
    form = CorrectionForm(request.POST if request.method == "POST" else None, vote=vote)

    def act() -> Any:
        entry, reason = form.cleaned_data["entry"], form.cleaned_data["reason"]
        return services.correct_ballot(item, person=entry.person, choice=form.chosen(), reason=reason, by=request.user)

    noted = attempt(form, act) if request.method == "POST" else None
    if noted:
        done = _("The correction stands.") if noted.confirmed_by_id else _("Noted. A second person enters the same.")
        messages.success(request, done)
        return redirect("meetings:vote", item.pk)
    context = {
        "title": _("Note a correction"),
        "kicker": item.title,
        "lede": _("What was counted stays. Two enter what it should have been; the minutes show both."),
        "form": form,
        "submit_label": _("Enter"),
        "cancel_url": reverse("meetings:vote", args=[item.pk]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@require_safe
def ballots_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots of a closed vote by seat, for anybody who wants to count again; `voting.count` reads it."""
    item = find_item(request, pk)
    vote = item.vote
    if vote is None or vote.result is None:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("ballots")}-{item.pk}.csv"'
    writer = csv.writer(response)
    titles = vote.option_titles()
    writer.writerow([_("Seat"), _("Vote"), *titles.values()])
    rows = RollEntry.objects.filter(vote=vote, is_excluded=False).order_by("number")
    for label, choice, marks in rows.values_list("label", "ballot__choice", "ballot__marks"):
        writer.writerow([label, choice or "", *((marks or {}).get(option, "") for option in titles)])
    return response
