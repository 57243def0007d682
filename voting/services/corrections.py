"""Corrections noted after the close, by two: the ballots stay as they were counted, the minutes say what was wrong."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.clock import clock
from audit.services import record, require
from voting.models import BallotCorrection, OpenBallot, RollEntry, Vote
from voting.permissions import can
from voting.services.choices import Choice, read_choice
from voting.services.closing import ballots_of, figures_of


@transaction.atomic
def correct_ballot(vote: Vote, *, person: Person, choice: Choice, reason: str, by: User) -> BallotCorrection:
    """Note what the ballot of `person` should have been; it stands once another clerk has noted the same.

    Refused where it would change the outcome (then the council votes anew), and for what was counted so already.
    """
    vote = Vote.objects.select_for_update().get(pk=vote.pk)
    require(can(by, "correct", vote) and by.person_id is not None and by.person_id != person.pk)
    chosen = read_choice(vote, choice)
    entry = RollEntry.objects.filter(vote=vote, person=person, is_excluded=False).first()
    require(entry is not None)
    assert entry is not None and by.person is not None  # noqa: S101  (for the type checker)
    counted = OpenBallot.objects.filter(entry=entry).first()
    require(
        counted is None or (counted.choice, counted.marks) != (chosen["choice"], chosen["marks"]),
        _("It was counted exactly so."),
    )
    noted = BallotCorrection.objects.select_for_update().filter(entry=entry).first()
    if noted is not None and noted.noted_by_id == by.person_id and _is_other(noted, chosen):
        require(noted.confirmed_by_id is None, _("This correction is noted and confirmed already."))
        noted.delete()
        noted = None
    if noted is None:
        reason = " ".join(reason.split())[:300]
        require(bool(reason), _("Please say why it was noted wrongly."))
        _require_same_outcome(vote, entry, chosen)
        noted = BallotCorrection.objects.create(
            entry=entry, **chosen, reason=reason, noted_by=by.person, noted_at=clock()
        )
        record("ballot.correction_noted", vote, by=by, label=entry.label)
        return noted
    return _confirm(noted, vote, chosen, by)


def _confirm(noted: BallotCorrection, vote: Vote, chosen: dict[str, Any], by: User) -> BallotCorrection:
    require(noted.confirmed_by_id is None, _("This correction is noted and confirmed already."))
    require(noted.noted_by_id != by.person_id, _("A second person has to confirm what you entered."))
    require(
        not _is_other(noted, chosen),
        _("%(seat)s: the two entries differ. Please look at the paper again; who entered first may correct it.")
        % {"seat": noted.entry.label},
    )
    _require_same_outcome(vote, noted.entry, chosen)
    noted.confirmed_by, noted.confirmed_at = by.person, clock()
    noted.save(update_fields=["confirmed_by", "confirmed_at"])
    record("ballot.correction_confirmed", vote, by=by, label=noted.entry.label)
    return noted


def _is_other(noted: BallotCorrection, chosen: dict[str, Any]) -> bool:
    return bool(noted.choice != chosen["choice"] or noted.marks != chosen["marks"])


def corrections_of(vote: Vote) -> QuerySet[BallotCorrection]:
    """The corrections of a vote that two have noted, by number on the roll."""
    confirmed = BallotCorrection.objects.filter(entry__vote=vote, confirmed_by__isnull=False)
    return confirmed.select_related("entry").order_by("entry__number")


def corrected_figures(vote: Vote, extra: tuple[RollEntry, dict[str, Any]] | None = None) -> dict[str, Any]:
    """The result with every confirmed correction (and `extra`) in place of what was counted."""
    rows = {number: (choice, marks) for number, choice, marks in _counted(vote)}
    for row in corrections_of(vote):
        rows[row.entry.number] = (row.choice, row.marks)
    if extra is not None:
        rows[extra[0].number] = (extra[1]["choice"], extra[1]["marks"])
    words: dict[str, int] = {}
    for choice, marks in rows.values():
        if marks is None:
            words[choice] = words.get(choice, 0) + 1
    marked = [marks for _choice, marks in rows.values() if marks is not None]
    return figures_of(vote, words=words, marks=marked, seed=(vote.result or {}).get("seed"))


def _counted(vote: Vote) -> list[tuple[int, str, Any]]:
    return list(ballots_of(vote).values_list("entry__number", "choice", "marks"))


def _require_same_outcome(vote: Vote, entry: RollEntry, chosen: dict[str, Any]) -> None:
    corrected, result = corrected_figures(vote, (entry, chosen)), vote.result or {}
    keys = ("is_adopted", "has_quorum", "winners")
    require(
        all(corrected.get(key) == result.get(key) for key in keys),
        _("This would change the outcome. A correction cannot do that: the council votes on the item anew."),
    )
