"""The floor that pages are compared with: a Django view with one indexed query and a small template, nothing else.

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
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

application = get_wsgi_application()
ONE = Template("<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ stage }}</p>")
MANY = Template(
    "<!doctype html><title>Liste</title><ul>{% for t, s in rows %}<li>{{ t }} {{ s }}</li>{% endfor %}</ul>"
)


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One row by its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, stage FROM proposals_proposal WHERE id = %s", [pk])
        title, stage = cursor.fetchone()
    return HttpResponse(ONE.render(Context({"title": title, "stage": stage})))


def many(request: HttpRequest) -> HttpResponse:
    """The newest 25 rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, stage FROM proposals_proposal ORDER BY id DESC LIMIT 25")
        rows = cursor.fetchall()
    return HttpResponse(MANY.render(Context({"rows": rows})))


urlpatterns = [path("<int:pk>/", one), path("", many)]
