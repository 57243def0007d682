"""Rows held until the transaction ends."""

from councils.models import Council


def locked(council: Council) -> Council:
    """The council's row; writers of one council queue here."""
    return Council.objects.select_for_update(of=("self",)).select_related("organization").get(pk=council.pk)
