"""Opening the draw for the seats that a renewal freed."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from audit.services import Refused
from lottery import services
from lottery.forms import OpenRenewalForm
from lottery.permissions import can_open
from lottery.views.officer import done, form_page, posted


@login_required
@require_http_methods(["GET", "POST"])
def renewal_open(request: SignedInRequest) -> HttpResponse:
    """Open the draw of a renewal; how many seats it has follows from the council."""
    if not can_open(request.user):
        raise PermissionDenied
    form = OpenRenewalForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            draw = services.open_renewal(
                data["council"], title=data["title"], legal_basis=data["legal_basis"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, draw, _("The draw for %(count)s seats is open.") % {"count": draw.size})
    return form_page(
        request,
        None,
        form,
        title=_("Draw the seats of a renewal"),
        lede=_("The seats whose terms end are drawn anew. Those who stay count for the quotas of the whole council."),
        submit_label=_("Open the draw"),
    )
