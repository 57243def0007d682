"""The time stamp on the seal, for everybody: the answer of the authority, what it is on, and the roots it leads to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from lottery.models import Draw, TimeStamp

FILES = {
    "commitment.tsr": ("response", "application/timestamp-reply"),
    "commitment.json": ("document", "application/json"),
    "authority.pem": ("certificates", "application/x-pem-file"),
}
"""What can be downloaded, by name: the field it stands in, and its type."""


@require_safe
def stamp_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of the three files with which anybody checks the stamp; byte for byte what was signed and what it was checked against."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).light(), pk=pk)
    field, kind = FILES[name]
    content = TimeStamp.objects.filter(draw=draw).values_list(field, flat=True).first()
    if content is None:
        raise Http404
    body = content.encode() if isinstance(content, str) else bytes(content)
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
