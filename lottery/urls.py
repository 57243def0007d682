"""Addresses of lottery; `portal.urls` says under which path."""

from django.urls import path
from django.views.generic.base import RedirectView

app_name = "lottery"
urlpatterns: list = [path("antwort/", RedirectView.as_view(url="/"), name="reply"), path("<int:pk>/", RedirectView.as_view(url="/"), name="draw_detail")]
