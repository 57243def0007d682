"""Search over what is public: proposals, decisions, companies, editorial pages. German words, and near misses."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from accounts.models import Viewer
from councils.models import Company
from decisions.models import Decision
from proposals.models import Proposal

SHOWN = 10
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    url: str
    status: str = ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Up to ten hits of each kind; an empty query explains what can be found."""
    words = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    return render(request, "portal/search.html", {"query": words, "hits": find(words, request.user) if words else []})


def find(words: str, user: Viewer) -> list[Hit]:
    """All hits for `words` that `user` may see, by kind."""
    return [
        *(Hit(_("Decision"), d.title, reverse("decisions:detail", args=[d.pk]), d.number) for d in _decisions(words)),
        *(
            Hit(_("Proposal"), p.title, reverse("proposals:detail", args=[p.pk]), p.get_stage_display())
            for p in _proposals(words, user)
        ),
        *(
            Hit(_("Company"), str(c), reverse("portal:company_detail", args=[c.pk]), c.get_sector_display())
            for c in _companies(words)
        ),
        *(Hit(_("Page"), page.title, page.url or "#") for page in Page.objects.live().public().search(words)[:SHOWN]),
    ]


def _ranked(queryset: QuerySet, words: str, *fields: str) -> QuerySet:
    """Full text by German stems, or a similar word in the title (German compounds are not split by PostgreSQL)."""
    vector = SearchVector(*fields, config="german")
    query = SearchQuery(words, config="german", search_type="websearch")
    return (
        queryset.annotate(
            text_found=vector, near=TrigramWordSimilarity(words, fields[0]), rank=SearchRank(vector, query)
        )
        .filter(Q(text_found=query) | Q(near__gte=0.5))
        .order_by(F("rank").desc(), F("near").desc(), "-pk")[:SHOWN]
    )


def _proposals(words: str, user: Viewer) -> QuerySet[Proposal]:
    return Proposal.objects.visible_to(user).search(words).order_by("-pk")[:SHOWN]


def _decisions(words: str) -> QuerySet[Decision]:
    return _ranked(
        Decision.objects.filter(state=Decision.State.SEALED, deleted_at__isnull=True), words, "title", "text"
    )


def _companies(words: str) -> QuerySet[Company]:
    companies = Company.objects.filter(deleted_at__isnull=True).select_related("organization")
    return _ranked(companies, words, "organization__name", "purpose")
