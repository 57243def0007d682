"""The difference between two texts, word by word, so that it can be read and heard."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "taken", "added"]


class Piece(NamedTuple):
    """Some words that stayed, were taken out or were added."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """`before` and `after` as pieces in reading order; what was taken out stands before what replaces it.

    All pieces but `added` joined give `before`, all but `taken` give `after`. Method: longest common runs of words
    (Ratcliff and Obershelp 1988, as in Python's difflib).
    """
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("taken", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces


def _words(text: str) -> list[str]:
    """Words and the blanks between them, so that joining them again gives the text."""
    return re.findall(r"\s+|[^\s]+", text)
