"""Addresses of councils; `portal.urls` says under which path."""

app_name = "councils"
urlpatterns: list = []
