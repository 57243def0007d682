"""Addresses of decisions; `portal.urls` says under which path."""

app_name = "decisions"
urlpatterns: list = []
