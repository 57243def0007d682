"""Addresses of meetings; `portal.urls` says under which path."""

app_name = "meetings"
urlpatterns: list = []
