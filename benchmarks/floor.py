"""The floor that pages are compared with: a Django view with one indexed query and a small template.

It stands in the project that `startproject` makes: its middleware, its context, the ORM.

A second view lists 25 rows. Served by gunicorn like the portal itself (`benchmarks.floor:application`), on the same
database, so that a ratio says what our page adds and not what the machine is worth.
"""

import os

import environ
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="floor",  # noqa: S106  (signs nothing)
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="benchmarks.floor",
        DATABASES={"default": {**environ.Env.db_url_config(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 60}},
        INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )

from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import RequestContext, Template
from django.urls import path

application = get_wsgi_application()
ONE = Template("<!doctype html><title>{{ row.title }}</title><h1>{{ row.title }}</h1><p>{{ row.stage }}</p>")
MANY = Template("<!doctype html><ul>{% for row in rows %}<li>{{ row.title }} {{ row.stage }}</li>{% endfor %}</ul>")


class Row(models.Model):
    """Two columns of the portal's table of proposals."""

    title = models.TextField()
    stage = models.TextField()

    class Meta:
        app_label, db_table, managed = "floor", "proposals_proposal", False

    def __str__(self) -> str:
        return self.title


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One row by its key."""
    return HttpResponse(ONE.render(RequestContext(request, {"row": get_object_or_404(Row, pk=pk)})))


def many(request: HttpRequest) -> HttpResponse:
    """The newest 25 rows."""
    return HttpResponse(MANY.render(RequestContext(request, {"rows": Row.objects.order_by("-pk")[:25]})))


urlpatterns = [path("<int:pk>/", one), path("", many)]
