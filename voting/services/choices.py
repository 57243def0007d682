"""What somebody chose, read by the rule of the vote: yes, no or abstention, or marks on the options."""

from typing import Any

from django.utils.translation import gettext as _

from audit.services import Refused, require
from voting.methods import BallotFault, check_marks
from voting.models import OpenBallot, Vote

Choice = str | dict[str, Any]
"""A word of `OpenBallot.Choice`, or marks: option id → cross, points, grade or rank (`voting.methods`)."""


def read_choice(vote: Vote, choice: Choice) -> dict[str, Any]:
    """`choice` and `marks` as a ballot keeps them. Refused, saying what to mend, for what the rule cannot count."""
    if vote.method == "yes_no":
        require(
            isinstance(choice, str) and choice in OpenBallot.Choice.values,
            _("Please choose yes, no or abstention."),
        )
        return {"choice": choice, "marks": None}
    if choice == OpenBallot.Choice.ABSTAIN:
        return {"choice": choice, "marks": None}
    require(isinstance(choice, dict), _("Please mark the options, or abstain."))
    assert isinstance(choice, dict)  # noqa: S101  (for the type checker)
    try:
        return {"choice": "", "marks": check_marks(vote.rule, choice)}
    except BallotFault as fault:
        raise Refused(fault_words(fault, vote)) from fault


def fault_words(fault: BallotFault, vote: Vote) -> str:
    """What to mend on a ballot."""
    title = vote.option_titles().get(fault.option, fault.option)
    words = {
        "unknown": _("%(option)s is no option of this vote."),
        "empty": _("Nothing is marked. Please mark at least one option, or abstain."),
        "single": _("Please mark one option only."),
        "cross": _("%(option)s: a cross or nothing."),
        "points": _("%(option)s: please give whole points from 0 to %(most)s."),
        "grade": _("%(option)s: please choose one of the grades."),
        "rank": _("%(option)s: please choose a place from 1 to %(places)s."),
        "repeated": _("%(option)s: another option has the same place. Please give each place once."),
    }
    return words[fault.code] % {
        "option": title,
        "most": vote.rule.get("most", ""),
        "places": len(vote.rule.get("options", ())),
    }
