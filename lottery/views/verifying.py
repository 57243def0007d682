"""The page that checks a record in the browser, and the same page as one file for those who host it themselves."""

import base64

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

SCRIPT = "verify/verify.js"
STYLES = ("vendor/kern/kern.css", "css/allmende.css", "css/components.css")
FONTS = ("fira-sans-400.woff2", "fira-sans-600.woff2")


def words() -> list[tuple[str, str]]:
    """What the script says, by key."""
    return [
        ("view-public", _("Checked: what everybody can see.")),
        ("view-volunteer", _("Checked: what everybody can see, and your own file.")),
        ("checked", _("What was checked")),
        ("missing", _("What cannot be checked here")),
        ("ok", pgettext("check", "holds")),
        ("fault", pgettext("check", "FAULT")),
        ("unseen", _("not checked here")),
        ("holds", _("Everything that was checked holds.")),
        ("faults", _("Faults were found. Please tell the auditor and keep the file.")),
        ("unreadable", _("This file is no record of a draw.")),
        ("form", _("the form of the record")),
        ("parts", _("each part is the one that was sealed")),
        ("commitment", _("the seal is the hash over all parts")),
        ("quotas", _("the quotas can be met")),
        ("pool", _("everybody in the pool once, with a seal; as many panels as numbers")),
        ("totals", _("the totals of the pool open the sum of all seals")),
        ("result", _("draw and protocol are the ones that were signed")),
        ("number", _("the number follows from the randomness")),
        ("panel", _("the panel is the one the number names, as it was sealed")),
        ("kept", _("the panel keeps every quota")),
        ("opened", _("the further panels that were opened, their quotas too")),
        ("ranking", _("the alternates are in the order that seal and randomness give")),
        ("yours", _("your file belongs to this record, and you are in the pool")),
        ("row", _("your answers are the ones that were sealed")),
        ("place", _("your chance and your places on the list are the ones that were sealed")),
        ("mine", _("you are on the opened panels exactly as your file says")),
        ("stage-sealed", _("the draw itself: no number has been drawn yet")),
        ("command", _("the auditor’s file: the command checks it")),
        (
            "not-features",
            _("whether the answers behind the seals are true: each volunteer sees the own, the auditor all"),
        ),
        ("not-panels", _("panels that were not opened, households, and whether the chances are as equal as can be")),
        ("not-mail", _("that the seal was out of the house before the number: compare it with the mail or the print")),
        (
            "not-source",
            _("that this number was drawn, and drand’s signature: compare it with the source and the witnesses"),
        ),
        ("not-proofs", _("the proofs that each row has one value per feature: the command checks them")),
        ("seal", _("Seal:")),
    ]


def _static(name: str) -> bytes:
    """A file of the portal's own."""
    with open(str(finders.find(name)), "rb") as file:
        return file.read()


def _styles() -> str:
    """The portal's style sheets as one text, with the letters inside."""
    text = "\n".join(_static(name).decode() for name in STYLES)
    for name in FONTS:
        letters = base64.b64encode(_static(f"fonts/{name}")).decode()
        text = text.replace(f"../fonts/{name}", f"data:font/woff2;base64,{letters}")
    return text


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Choose a record and, if you volunteered, your own file; nothing is sent anywhere."""
    return render(request, "lottery/verify.html", {"words": words(), "script": SCRIPT})


@require_safe
def verify_download(request: HttpRequest) -> HttpResponse:
    """The same as one file that needs no network: keep it, or put it on a server of your own."""
    page: str = render_to_string("lottery/verify_alone.html", {"words": words()})
    page = page.replace("<style></style>", f"<style>\n{_styles()}</style>")
    page = page.replace('<script src="verify.js"></script>', f"<script>\n{_static(SCRIPT).decode()}</script>")
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="losverfahren-pruefen.html"'
    return response
