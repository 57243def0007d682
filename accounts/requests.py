"""The type of a request behind `login_required`: its user is a login, never anonymous."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request of someone signed in; for annotations only."""

    user: User
