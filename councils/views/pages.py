"""What the pages of this app do the same way: a form that carries out one act, or says beside the field why not."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.views.pages import attempt, carry_out


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    template: str = "components/backoffice_form.html",
    **words: Any,
) -> HttpResponse:
    """Show `form`, or carry out `act` and go on to the address `to`; refused, the page stays with what was typed."""
    if request.method == "POST":
        made = attempt(form, act)
        if form.is_bound and not form.errors:
            messages.success(request, done)
            return redirect(to(made) if callable(to) else to)
    context = {"form": form, **words}
    return render(request, template, context, status=422 if form.errors else 200)


def confirm_page(request: HttpRequest, act: Callable[[], Any], *, done: str, to: str, **words: Any) -> HttpResponse:
    """Ask before something ends, or carry out `act`; either way one goes on to, or back to, the address `to`."""
    if request.method == "POST":
        carry_out(request, act, done)
        return redirect(to)
    return render(request, "councils/confirm.html", {"is_danger": True, "cancel_url": to, **words})
