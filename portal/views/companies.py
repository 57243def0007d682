"""A company's public page: what it does, whose it is, who sits where, what was asked, what became of it, its figures."""

from collections import defaultdict
from typing import Any

from django.db.models import Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.clock import Today, today
from councils.models import BoardMandate, BoardReport, BoardSeat, Company, Delegate, KeyFigure, Organ, Share, percent
from councils.services.reports import is_awaited
from councils.wording import figure_in_words
from decisions.models import Addressee
from portal import charts

SHOWN = 25
REPORTS = 6
FIGURES = 6


@require_safe
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is public about one company."""
    company = get_object_or_404(Company.objects.select_related("organization").filter(deleted_at__isnull=True), pk=pk)
    day = today()
    addressed = list(
        Addressee.objects.filter(organ__company=company)
        .exclude(state=Addressee.State.PENDING)
        .select_related("decision", "organ__organization")
        .order_by("-delivered_at", "-pk")[:SHOWN]
    )
    context = {
        "company": company,
        **_owners(company),
        "organs": _organs(company),
        "addressed": addressed,
        "reports": _reports(company, day),
        "mandates": _mandates(company),
        "charts": _charts(company),
        "today": day,
    }
    return render(request, "portal/company_detail.html", context)


# --- Owners -------------------------------------------------------------------------------------------------------


def _owners(company: Company) -> dict[str, Any]:
    """The owners as a drawn tree, and the same as rows of a table."""
    shares = _shares_above(company)
    holders = charts.chain(f"c{company.pk}", company.organization.name, shares)
    boxes, height = charts.drawn(holders)
    owned = {f"c{company.pk}": company.organization.name}
    owned |= {key: label for rows in shares.values() for key, label, _percent in rows}
    rows = [[label, owned[of], percent] for of, parts in shares.items() for _key, label, percent in parts]
    return {
        "boxes": boxes if rows else [],
        "tree_height": height,
        "owner_rows": rows,
        "owner_columns": [_("Owner"), _("of"), {"label": _("Share"), "is_number": True}],
        "tree_words": "; ".join(
            _("%(owner)s owns %(percent)s of %(company)s") % {"owner": a, "percent": c, "company": b}
            for a, b, c in rows
        ),
    }


def _shares_above(company: Company) -> dict[str, list[tuple[str, str, str]]]:
    """For the company and every company above it: its owners with their share, in at most a handful of questions."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    waiting = {company.pk}
    for _step in range(charts.DEEPEST):
        if not waiting:
            break
        rows = Share.objects.filter(company__in=waiting).order_by("-basis_points", "pk")
        above: set[int] = set()
        for share in rows.values_list(
            "company",
            "basis_points",
            "owner",
            "owner__name",
            "owner_company",
            "owner_company__organization__name",
            "owner_name",
        ):
            of, points, owner, owner_label, parent, parent_label, other = share
            key = f"m{owner}" if owner else f"c{parent}" if parent else f"o{other}"
            found.setdefault(f"c{of}", []).append((key, owner_label or parent_label or other, percent(points)))
            if parent:
                above.add(parent)
        waiting = {pk for pk in above if f"c{pk}" not in found}
    return found


# --- Organs and seats ---------------------------------------------------------------------------------------------


def _organs(company: Company) -> list[dict[str, Any]]:
    """Each organ with its next sitting and the seats that somebody sends, each with its holder's public words."""
    current = Delegate.objects.current().select_related("person")
    seats = (
        BoardSeat.objects.filter(deleted_at__isnull=True)
        .select_related("council__organization", "organization")
        .prefetch_related(Prefetch("delegates", queryset=current, to_attr="holders"))
        .order_by("number")
    )
    organs = (
        Organ.objects.filter(company=company, deleted_at__isnull=True)
        .select_related("organization")
        .annotate(next_on=Min("sittings__date", filter=Q(sittings__date__gte=Today())))
        .prefetch_related(Prefetch("board_seats", queryset=seats, to_attr="sent"))
    )
    return [{"organ": organ, "seats": [_seat(seat) for seat in organ.sent]} for organ in organs]


def _seat(seat: Any) -> dict[str, Any]:
    holder = seat.holders[0] if seat.holders else None
    name = str(holder.person) if holder is not None and holder.person.name_is_public else ""
    words = f"{seat.sender}, {seat.get_kind_display()}"
    if holder is None:
        words = _("%(words)s; not filled at the moment") % {"words": words}
    return {
        "number": seat.number,
        "state": "vacant" if holder is None else "active",
        "note": f"{words}: {name}" if name else words,
        "basis": seat.basis_document,
        "since": holder.begin_date if holder else None,
    }


# --- Reports and mandates -------------------------------------------------------------------------------------------


def _reports(company: Company, day: Any) -> list[dict[str, Any]]:
    rows = (
        BoardReport.objects.filter(seat__organ__company=company, deleted_at__isnull=True)
        .select_related("seat__organ__organization", "sitting")
        .order_by("-sitting__date", "seat__number")[:REPORTS]
    )
    return [{"report": one, "is_awaited": is_awaited(one, day)} for one in rows]


def _mandates(company: Company) -> list[BoardMandate]:
    rows = BoardMandate.objects.filter(seat__organ__company=company, is_public=True)
    return list(rows.select_related("sitting", "seat__organ__organization").order_by("-sitting__date", "pk")[:REPORTS])


# --- Figures --------------------------------------------------------------------------------------------------------


def _charts(company: Company) -> list[dict[str, Any]]:
    """Each figure of the company as bars by year with their table."""
    by_name: dict[str, list[KeyFigure]] = defaultdict(list)
    for figure in company.figures.order_by("name", "year")[:200]:
        by_name[figure.name].append(figure)
    return [_chart(name, rows[-8:]) for name, rows in list(by_name.items())[:FIGURES]]


def _chart(name: str, rows: list[KeyFigure]) -> dict[str, Any]:
    words = {row.year: figure_in_words(row.value, row.unit) for row in rows}
    bars, ground = charts.columns([(row.year, row.value, _short(row)) for row in rows])
    title = f"{name} ({rows[0].get_unit_display()})"
    return {
        "title": title,
        "bars": bars,
        "ground": ground,
        "words": ", ".join(f"{year}: {text}" for year, text in words.items()),
        "columns": [_("Year"), {"label": _("Figure"), "is_number": True}],
        "rows": [[str(row.year), words[row.year]] for row in rows],
        "source": rows[-1].source,
    }


def _short(row: KeyFigure) -> str:
    """A figure as it fits above a bar: millions and thousands in short."""
    value = row.value
    for size, unit in ((10**9, _("bn")), (10**6, _("m"))):
        if abs(value) >= size:
            return f"{figure_in_words(round(value / size, 1), 'pieces')}\u202f{unit}"
    return figure_in_words(value, "pieces")
