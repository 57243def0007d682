"""Pages of councils: public ones, the office, delegates, members, statutes."""

from councils.views.public import seats_of

__all__ = ["seats_of"]
