"""Reads ballots from the files others publish: CSV, .blt, PrefLib, Pabulib. Forms: docs/counting.md."""

from .model import BallotFile, FileFault
from .reader import read_ballot_file

__all__ = ["BallotFile", "FileFault", "read_ballot_file"]
