"""Votes on items: opened with the rules of the day, closed into a resolution."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Person, User
from audit.clock import clock, today
from audit.services import Refused, label, record, require
from councils.models import Council, Membership
from councils.services import statute_at
from councils.statutes import Rules, rules_from
from meetings.models import AgendaItem, Meeting, Minutes, Presence, Recusal, Resolution
from meetings.services.drafts import draft_question, require_votable
from meetings.services.hearings import require_heard
from meetings.services.recusals import recused_on, require_recusals_decided
from meetings.services.rows import locked, locked_item, members_of, require_no_recess
from proposals import services as proposals
from proposals.models import Proposal
from voting import services as voting
from voting.methods import step_of
from voting.models import BallotCorrection, Vote
from voting.rules import check_rule, quorum_reached


@dataclass(frozen=True)
class Choosing:
    """A vote on options instead of yes and no: the method, the options, and what the method fixes beside them.

    `more` holds the most points, the grades or the budget in whole euros (`voting.methods.MORE`).
    """

    method: str
    options: list[dict[str, Any]]
    seats: int = 1
    more: dict[str, Any] = field(default_factory=dict)

    def rule(self, rules: Rules, *, present: str, voters: int) -> dict[str, Any]:
        """The rule as `voting` freezes it, with the council's quorum."""
        more = dict(self.more)
        if self.method == "equal-shares":
            more.setdefault("increment", step_of(more.get("budget", 0), voters))
        common = {"method": self.method, "options": self.options, "seats": self.seats}
        return {**common, "quorum": rules.quorum, "present": present, **more}


@transaction.atomic
def open_vote(
    item: AgendaItem,
    *,
    by: User,
    is_hall: bool = True,
    question: str = "",
    closes_at: datetime.datetime | None = None,
    choosing: Choosing | None = None,
) -> Vote:
    """Announce and open the vote on an item: roll call of the members in the room, or of all members.

    Without a hall (`is_hall=False`) the vote closes by itself, at `closes_at` or after the statute's days. The
    rules in force today are frozen with it; the proposal's text becomes final. On a draft of rules the question names
    exactly that draft, whatever is asked for. `choosing` puts options instead of yes
    and no. Who is recused stands on the roll as excluded and leaves every denominator. Refused without a quorum in
    the hall, and while a recusal waits to be decided.
    """
    meeting = locked(item.meeting, "open_vote", by)
    item = locked_item(item)
    _require_ready(item, meeting, is_choice=choosing is not None)
    if item.rules_draft is not None:
        question = draft_question(item.rules_draft)
    statute = statute_at(meeting.council, today())
    rules = rules_from(statute.settings)
    recused = recused_on(item)
    electorate = _electorate(meeting, is_hall, recused)
    voters = sum(not voter.exclusion_reason for voter in electorate)
    rule = _rule_of(choosing, rules, meeting.council, present="hall" if is_hall else "cast", voters=voters)
    figures = {"statutory": meeting.council.seat_count, "entitled": meeting.council.seat_count - len(recused)}
    if is_hall:
        _require_quorum(rule, voters, **figures)
    now = clock()
    vote = voting.announce(
        subject=label(item),
        title=item.title,
        question=question or _question(item, is_choice=choosing is not None),
        rule=rule,
        basis=label(statute),
        basis_hash=statute.hash,
        electorate=electorate,
        statutory_members=figures["statutory"],
        entitled_members=figures["entitled"],
        members_present=voters,
        opens_at=now,
        closes_at=None if is_hall else closes_at or now + datetime.timedelta(days=rules.vote_days),
        by=by,
    )
    vote = voting.open_casting(vote, by=by)
    item.vote = vote
    item.save(update_fields=["vote"])
    _freeze_proposal(item, vote, by)
    record("item.vote_opened", meeting, by=by, item=item.pk, vote=vote.pk)
    if not is_hall:
        _ask_everybody(item, vote, electorate)
    return vote


def _require_ready(item: AgendaItem, meeting: Meeting, *, is_choice: bool) -> None:
    """Refuse a vote on what was voted on, is taken off, not heard yet, or waits for a recusal; and during a break."""
    require(item.vote is None, _("There has already been a vote on this item."))
    is_text = item.proposal_id is not None or item.rules_draft_id is not None
    require(not (is_choice and is_text), _("A proposal is decided by yes or no."))
    if item.rules_draft is not None:
        require_votable(item.rules_draft)
    require_recusals_decided(item)
    require(item.withdrawn_at is None and not meeting.is_assembly, _("On this item the council does not vote."))
    require_heard(item)
    require_no_recess(meeting)


def _rule_of(choosing: Choosing | None, rules: Rules, council: Council, *, present: str, voters: int) -> dict[str, Any]:
    """The rule that is frozen with the vote: of yes and no, or of the options."""
    if choosing is None:
        rule = rules.vote_rule(present=present)
    else:
        chosen = replace(choosing, options=_with_seats(choosing.options, council))
        rule = chosen.rule(rules, present=present, voters=voters)
    _check(rule)
    return rule


def _with_seats(options: list[dict[str, Any]], council: Council) -> list[dict[str, Any]]:
    """The options; where one is called like a seat ("Platz 17"), that seat stands for election and is frozen with it."""
    with translation.override(settings.LANGUAGE_CODE):
        seats = {str(seat): seat.number for seat in council.seats.all()}
    return [{**row, "seat": seats[row["title"]]} if row["title"] in seats else row for row in options]


def elected_members(item: AgendaItem) -> list[Membership]:
    """Who holds the seats that a closed election chose, in the order in which they were elected."""
    vote = item.vote
    if vote is None or not (vote.result or {}).get("is_decided"):
        return []
    seats = {option["id"]: option["seat"] for option in vote.rule["options"] if "seat" in option}
    held = {row.seat.number: row for row in members_of(item.meeting.council)}
    chosen = [seats.get(option) for option in (vote.result or {})["winners"]]
    return [held[number] for number in chosen if number in held]


def _check(rule: dict[str, Any]) -> None:
    """Refused for options nobody could count."""
    try:
        check_rule(rule)
    except ValueError as error:
        raise Refused(_("These options cannot be counted: %(error)s") % {"error": error}) from error


def _require_quorum(rule: dict[str, Any], voters: int, *, statutory: int, entitled: int) -> None:
    room = quorum_reached(rule, present=voters, statutory=statutory, entitled=entitled)
    require(
        room["has_quorum"],
        _("Only %(present)s members are present; a vote needs %(needed)s.")
        % {"present": voters, "needed": room["quorum_needed"]},
    )


def _freeze_proposal(item: AgendaItem, vote: Vote, by: User) -> None:
    """The text of the item's proposal becomes final, and this vote decides on it."""
    if item.proposal is not None:
        if item.proposal.stage == Proposal.Stage.DELIBERATION:
            proposals.freeze_text(item.proposal, by=by)
        proposals.to_vote(item.proposal, vote, by=by)


def _ask_everybody(item: AgendaItem, vote: Vote, electorate: list[voting.Voter]) -> None:
    """Tell each member by the way they chose that a vote without a meeting is open."""
    for voter in electorate:
        if voter.exclusion_reason:
            continue
        send("vote_opened", to=voter.person, about=label(vote), item=item, vote=vote, seat=voter.label)


def _electorate(meeting: Meeting, is_hall: bool, recused: dict[int, Recusal]) -> list[voting.Voter]:
    """Who may vote, under the label of the seat: with a hall those present, else every member.

    The recused stand on it too, with the reason: everybody can read why the roll is shorter.
    """
    members = members_of(meeting.council)
    if is_hall:
        here = Presence.objects.filter(meeting=meeting, left_at__isnull=True).values("membership")
        members = members.filter(Q(pk__in=here) | Q(pk__in=recused))
    with translation.override(settings.LANGUAGE_CODE):
        word = _("recused")
        return [
            voting.Voter(row.person, str(row.seat), row.seat.number, word if row.pk in recused else "")
            for row in members
        ]


def _question(item: AgendaItem, *, is_choice: bool) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        if item.proposal is not None:
            return _("Shall the council adopt the proposal “%(title)s”?") % {"title": item.proposal.title}
        if is_choice:
            return _("What does the council choose: “%(title)s”?") % {"title": item.title}
        return _("Shall the council agree to this item: “%(title)s”?") % {"title": item.title}


@transaction.atomic
def close_vote(item: AgendaItem, *, by: User | None) -> Vote:
    """Close and count the vote on an item, write down its resolution and conclude its proposal.

    `by` is None when the vote's own time is over.
    """
    meeting = locked(item.meeting) if by is None else locked(item.meeting, "close_vote", by)
    item = locked_item(item)
    require(item.vote is not None, _("There is no vote on this item yet."))
    assert item.vote is not None  # noqa: S101  (for the type checker)
    vote = voting.close(item.vote, by=by)
    assert vote.result is not None  # noqa: S101  (a closed vote has its result)
    item.vote = vote
    _write_resolution(item, vote)
    if item.proposal is not None:
        proposals.conclude(item.proposal, is_adopted=vote.result["is_adopted"], by=by)
    record("item.resolved", meeting, by=by, item=item.pk, is_adopted=vote.result["is_adopted"])
    return vote


@transaction.atomic
def draw_lot(item: AgendaItem, *, seed: str, by: User) -> Vote:
    """Break the tie that the vote on an item left open, by what was drawn in public, and write its resolution."""
    meeting = locked(item.meeting, "draw_lot", by)
    item = locked_item(item)
    require(item.vote is not None, _("There is no vote on this item yet."))
    assert item.vote is not None  # noqa: S101  (for the type checker)
    vote = voting.draw_lot(item.vote, seed=seed, by=by)
    item.vote = vote
    _write_resolution(item, vote)
    record("item.lot_drawn", meeting, by=by, item=item.pk)
    return vote


@transaction.atomic
def correct_ballot(
    item: AgendaItem, *, person: Person, choice: voting.Choice, reason: str, by: User
) -> BallotCorrection:
    """Note that the ballot of `person` was counted wrongly; by two, and only until the minutes are approved."""
    meeting = locked(item.meeting, "correct_vote", by)
    item = locked_item(item)
    minutes = Minutes.objects.filter(meeting=meeting, state=Minutes.State.APPROVED)
    require(not minutes.exists(), _("The minutes are approved and are not changed any more."))
    require(item.vote is not None, _("There is no vote on this item yet."))
    assert item.vote is not None  # noqa: S101  (for the type checker)
    noted = voting.correct_ballot(item.vote, person=person, choice=choice, reason=reason, by=by)
    record("item.vote_corrected", meeting, by=by, item=item.pk, label=noted.entry.label)
    return noted


def _write_resolution(item: AgendaItem, vote: Vote) -> None:
    """The words of the outcome on the item, and a number for what was resolved."""
    result = vote.result or {}
    item.resolution = resolution_words(vote)
    item.save(update_fields=["resolution"])
    if result["is_adopted"] or result.get("is_decided"):
        number_resolution(item)


def number_resolution(item: AgendaItem) -> Resolution:
    """The next number of the council's year for what was resolved on `item`; once."""
    council = item.meeting.council
    Council.objects.select_for_update(of=("self",), no_key=True).get(pk=council.pk)
    year = today().year
    last = Resolution.objects.filter(council=council, year=year).aggregate(last=Max("number"))["last"] or 0
    return Resolution.objects.get_or_create(
        item=item,
        defaults={
            "council": council,
            "year": year,
            "number": last + 1,
            "text": item.resolution,
            "resolved_at": clock(),
        },
    )[0]


def resolution_words(vote: Vote) -> str:
    """The outcome of a closed vote in a sentence, in the language of the city."""
    result = vote.result or {}
    with translation.override(settings.LANGUAGE_CODE):
        if vote.method != "yes_no":
            return _chosen_words(vote, result)
        if not result["has_quorum"]:
            words = _("Not decided for want of a quorum: %(yes)s yes, %(no)s no, %(abstain)s abstentions.")
        elif result["is_adopted"]:
            words = _("Adopted with %(yes)s yes, %(no)s no and %(abstain)s abstentions.")
        else:
            words = _("Rejected with %(yes)s yes, %(no)s no and %(abstain)s abstentions.")
        return words % result


def _chosen_words(vote: Vote, result: dict[str, Any]) -> str:
    titles = vote.option_titles()
    chosen = ", ".join(titles[option] for option in result["winners"])
    if not result["has_quorum"]:
        return _("Not decided for want of a quorum: %(cast)s voted.") % result
    if result["is_unresolved"]:
        return _("A tie: a lot is drawn in public.")
    if not chosen:
        return _("Nothing was chosen; %(abstain)s abstentions.") % result
    return _("Chosen: %(chosen)s (%(valid)s ballots, %(abstain)s abstentions).") % {**result, "chosen": chosen}


def settle_votes() -> int:
    """Close the votes whose own time is over and that no paper ballot holds open; how many. Safe to run twice."""
    closed = 0
    due = AgendaItem.objects.filter(vote__state=Vote.State.CASTING, vote__closes_at__lte=clock())
    for item in due.select_related("meeting", "vote").order_by("pk"):
        if item.vote is not None and not voting.waiting_labels(item.vote):
            close_vote(item, by=None)
            closed += 1
    return closed
