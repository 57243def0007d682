"""Everything kept about me: download and erasure."""

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.requests import SignedInRequest
from audit.services import Refused
from portal import mydata


@never_cache
@login_required
@reauthentication_required
@require_safe
def my_data_export(request: SignedInRequest) -> HttpResponse:
    if request.user.person is None:
        return redirect("accounts:me")
    data = json.dumps(mydata.export(request.user.person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return response


@never_cache
@login_required
@reauthentication_required
def my_data_erase(request: SignedInRequest) -> HttpResponse:
    """Ask once more, then erase and sign out. Whoever still holds an office or a seat ends it first."""
    person = request.user.person
    if person is None:
        return redirect("accounts:me")
    holds = list(Role.objects.current().filter(person=person).select_related("organization"))
    if request.method == "POST" and not holds:
        try:
            mydata.erase(person, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:my_data_erase")
        logout(request)
        messages.success(request, _("Your data has been erased."))
        return redirect("portal:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/my_data_erase.html", {"holds": holds}, status=status)
