"""Writes of open votes: announce, cast, enter paper by two, close and count, correct by two.

Rule, basis and roll are frozen and hashed when a vote is announced; only the database's clock decides what
was cast in time, and a count exists only after the close.
"""

from voting.services.announcing import Voter, announce, open_casting
from voting.services.casting import cast_open, confirm_paper, discard_paper, enter_paper
from voting.services.choices import Choice, read_choice
from voting.services.closing import ballots_of, close, draw_lot, waiting_labels
from voting.services.corrections import correct_ballot, corrected_figures, corrections_of

__all__ = [
    "Choice",
    "Voter",
    "announce",
    "ballots_of",
    "cast_open",
    "close",
    "confirm_paper",
    "correct_ballot",
    "corrected_figures",
    "corrections_of",
    "discard_paper",
    "draw_lot",
    "enter_paper",
    "open_casting",
    "read_choice",
    "waiting_labels",
]
