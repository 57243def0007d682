"""A company's public page: what it does, who sits where, what was asked, what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.clock import today
from councils.models import Company, Organ
from decisions.models import Addressee

SHOWN = 25


@require_safe
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    company = get_object_or_404(
        Company.objects.select_related("organization", "holding__organization").filter(deleted_at__isnull=True), pk=pk
    )
    addressed = list(
        Addressee.objects.filter(organ__company=company)
        .exclude(state=Addressee.State.PENDING)
        .select_related("decision", "organ__organization")
        .order_by("-delivered_at", "-pk")[:SHOWN]
    )
    return render(
        request,
        "portal/company_detail.html",
        {
            "company": company,
            "shares": [
                {"owner": share.owner, "percent": share.basis_points / 100}
                for share in company.shares.select_related("owner")
            ],
            "organs": Organ.objects.filter(company=company).select_related("organization"),
            "addressed": addressed,
            "today": today(),
        },
    )
