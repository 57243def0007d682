"""What everyone sees: councils with their chairs, their rules, the companies they are bound to."""

import datetime
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.clock import today
from councils import wording
from councils.algorithms.words import Piece, differences
from councils.filters import CompanyFilter
from councils.models import Company, Council, Interest, Membership, RulesDraft, Seat, StatuteVersion
from councils.paging import bounded_page
from councils.permissions import can_propose_rules
from councils.statutes import rules_from

STATES = {Membership.State.ACTIVE: "active", Membership.State.SUSPENDED: "absent"}


@require_safe
def council_list(request: HttpRequest) -> HttpResponse:
    """Every council, each with how many of its seats are taken."""
    taken = Count("seats__memberships", filter=Q(seats__memberships__end_date__isnull=True))
    councils = Council.objects.visible_to(request.user).select_related("organization").annotate(taken=taken)
    page = bounded_page(request, councils.order_by("organization__name", "pk"))
    return render(request, "councils/council_list.html", {"page": page, "councils": page.rows})


@require_safe
def council_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A council: its chairs, its rules, its terms, the companies it speaks to. Names only where people want that."""
    council = get_object_or_404(Council.objects.visible_to(request.user).select_related("organization"), pk=pk)
    seats = seats_of(council, getattr(request.user, "person_id", None))
    members_now = Count("places", filter=Q(places__end_date__isnull=True))
    statutes = StatuteVersion.objects.visible_to(request.user).filter(council=council).defer("text")
    versions, day = list(statutes.order_by("kind", "-number")), today()
    context = {
        "council": council,
        "seats": seats,
        "can_propose": request.user.is_authenticated and can_propose_rules(request.user, council),
        "holds_seat": any(seat["state"] == "mine" for seat in seats),
        "taken": sum(seat["state"] != "vacant" for seat in seats),
        "named": [seat for seat in seats if seat["name"]],
        "statutes": versions,
        "interests": public_interests(council) if _are_interests_public(versions, day) else [],
        "drafts": RulesDraft.objects.visible_to(request.user).filter(council=council, state="open").defer("text")[:5],
        "groups": council.groups.filter(deleted_at__isnull=True, end_date__isnull=True).annotate(size=members_now)[:20],
        "civil_seats": council.civil_seats.filter(end_date__isnull=True).values_list("organization__name", flat=True)[
            :40
        ],
        "terms": council.terms.order_by("-number"),
        "companies": council.companies.filter(deleted_at__isnull=True).values("pk", name=F("organization__name")),
        "today": day,
    }
    return render(request, "councils/council_detail.html", context)


def _are_interests_public(versions: list[StatuteVersion], day: datetime.date) -> bool:
    """Whether the rules in force say so; `versions` newest first."""
    rules = [one for one in versions if one.kind == StatuteVersion.Kind.RULES and one.in_force_on <= day]
    return bool(rules and rules_from(rules[0].settings).public_interests)


def public_interests(council: Council) -> list[dict[str, Any]]:
    """What members have declared and not taken back, by seat; one query."""
    rows = Interest.objects.current().filter(membership__seat__council=council, membership__end_date__isnull=True)
    named = StringAgg("companies__organization__name", delimiter=", ", default=Value(""))
    kinds, sectors = dict(Interest.Kind.choices), dict(Company.Sector.choices)
    found = rows.order_by("membership__seat__number", "pk").annotate(named=named)
    return [
        {
            "number": number,
            "kind": kinds[kind],
            "text": text,
            "about": ", ".join(filter(None, [named, *(str(sectors[one]) for one in touched)])),
        }
        for number, kind, text, named, touched in found.values_list(
            "membership__seat__number", "kind", "text", "named", "sectors"
        )[:200]
    ]


def seats_of(council: Council, person_id: int | None) -> list[dict[str, Any]]:
    """The seats by number with `state` (active, mine, absent, vacant), `name` (by consent) and `note`; one query."""
    current = FilteredRelation("memberships", condition=Q(memberships__end_date__isnull=True))
    person = "current__person__"
    rows = Seat.objects.filter(council=council).order_by("number").annotate(current=current)
    return [
        _seat(row, person_id)
        for row in rows.values(
            "number",
            state=F("current__state"),
            holder=F("current__person_id"),
            is_named=F(f"{person}name_is_public"),
            given_name=F(f"{person}given_name"),
            family_name=F(f"{person}family_name"),
        )
    ]


def _seat(row: Any, person_id: int | None) -> dict[str, Any]:
    is_mine = person_id is not None and row["holder"] == person_id
    name = f"{row['given_name']} {row['family_name']}".strip() if row["is_named"] else ""
    note = _("suspended") if row["state"] == Membership.State.SUSPENDED else name
    state = "mine" if is_mine else STATES.get(row["state"], "vacant")
    return {"number": row["number"], "state": state, "name": name, "note": note}


@require_safe
def statute_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a council's rules to read, its figures in words, and what changed against the one before."""
    versions = StatuteVersion.objects.visible_to(request.user)
    version = get_object_or_404(versions.select_related("council__organization"), pk=pk)
    siblings = list(
        versions.filter(council=version.council, kind=version.kind).order_by("number").defer("text", "settings")
    )
    place = next(index for index, row in enumerate(siblings) if row.pk == version.pk)
    before = siblings[place - 1] if place else None
    context = {
        "version": version,
        "blocks": text_blocks(version.text),
        "figures": compared_figures(version, before) if version.kind == StatuteVersion.Kind.RULES else [],
        "before": before,
        "after": siblings[place + 1] if place + 1 < len(siblings) else None,
        "is_in_force": version.in_force_on <= today(),
        "sentences": wording.sentences(version.settings) if version.kind == StatuteVersion.Kind.RULES else [],
        "pieces": changes(before, version.text, version.settings) if before else [],
        "limits": limits_in_words(version.settings) if version.kind == StatuteVersion.Kind.MANDATE else [],
    }
    return render(request, "councils/statute_detail.html", context)


def changes(before: StatuteVersion, text: str, settings: dict[str, Any]) -> list[Piece]:
    """What a text and its figures changed against the version before, word by word; empty when nothing did."""
    if before.kind == StatuteVersion.Kind.RULES:
        both = ((before.text, before.settings), (text, settings))
        words = ["\n\n".join([plain.strip(), *wording.sentences(figures)]) for plain, figures in both]
    else:
        words = [before.text.strip(), text.strip()]
    pieces = differences(words[0].replace("\r\n", "\n"), words[1].replace("\r\n", "\n"))
    return pieces if any(piece.kind != "same" for piece in pieces) else []


def limits_in_words(limits: dict[str, Any]) -> list[tuple[str, str]]:
    """What the mandate allows the rules to say, by figure."""
    pairs = {name: pair for name, pair in limits.items() if isinstance(pair, list)}
    return [
        (wording.figure_label(name), _("%(least)s to %(most)s") % {"least": pair[0], "most": pair[1]})
        for name, pair in pairs.items()
    ]


def text_blocks(text: str) -> list[dict[str, Any]]:
    """The paragraphs of a statute; a short one that begins with "§" or a number and a dot is a heading."""
    blocks = [" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n")]
    return [
        {"text": block, "is_heading": len(block) < 90 and block.startswith("§"), "anchor": f"absatz-{number}"}
        for number, block in enumerate(filter(None, blocks), start=1)
    ]


def compared_figures(version: StatuteVersion, before: StatuteVersion | None) -> list[dict[str, Any]]:
    """Each figure in words, with what it was before where that differs."""
    words = wording.figures_in_words(version.settings)
    earlier = dict(wording.figures_in_words(before.settings)) if before else dict(words)
    return [
        {"label": label, "value": value, "before": earlier[label] if earlier[label] != value else ""}
        for label, value in words
    ]


@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    """The companies that belong to the city, by name; narrowed by sector and legal form."""
    visible: QuerySet[Company] = Company.objects.visible_to(request.user)
    narrowed = CompanyFilter(request.GET, queryset=visible)
    owner = Coalesce("shares__owner__name", "shares__owner_company__organization__name", "shares__owner_name")
    owners = StringAgg(owner, delimiter=", ", order_by="-shares__basis_points")
    rows = narrowed.qs.select_related("organization").annotate(owners=owners).order_by("organization__name", "pk")
    page = bounded_page(request, rows)
    is_filtered = narrowed.form.is_valid() and any(narrowed.form.cleaned_data.values())
    context = {"page": page, "companies": page.rows, "filter_form": narrowed.form, "is_filtered": is_filtered}
    return render(request, "councils/company_list.html", context)
