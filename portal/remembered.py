"""Pieces of pages that depend on nothing but their values are drawn once and remembered by them.

A piece is remembered in the memory of the process under everything it shows (and the language), so it can never be
stale: another value is another piece. What cannot be part of such a key (a form, a queryset) is drawn each time.
"""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

PIECES = 4096
"""How many a process keeps; the least recently used go first."""

PLAIN = (type(None), bool, int, float, Decimal, datetime.date, datetime.time, UUID)

_pieces: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = threading.Lock()


class Unkeyed(Exception):
    """A value that cannot be part of a key."""


def frozen(value: Any) -> Hashable:
    """A value as a part of a key: equal exactly if it is drawn alike. Raises Unkeyed."""
    kind = type(value)
    if kind is str:
        return value
    if kind is SafeString:
        return SafeString, str(value)
    if kind in PLAIN or isinstance(value, PLAIN):
        return kind, value
    if isinstance(value, Promise):
        return frozen(str(value))
    if isinstance(value, str):  # a choice of TextChoices, a lazily made text
        return kind, str(value)
    if isinstance(value, Mapping):
        return tuple([(key, frozen(one)) for key, one in value.items()])
    if kind in (list, tuple):
        return tuple([frozen(one) for one in value])
    raise Unkeyed(kind)


def remembered(name: Hashable, values: Any, draw: Callable[[], str]) -> SafeString:
    """What `draw` makes of `values`, drawn at most once for each language; `name` says which piece it is."""
    try:
        key = (name, get_language(), frozen(values))
    except Unkeyed:
        return mark_safe(draw())  # noqa: S308  (a template's own output)
    with _lock:
        piece = _pieces.get(key)
        if piece is not None:
            _pieces.move_to_end(key)
            return piece
    piece = mark_safe(draw())  # noqa: S308
    with _lock:
        _pieces[key] = piece
        while len(_pieces) > PIECES:
            _pieces.popitem(last=False)
    return piece
