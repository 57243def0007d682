"""Addresses of lottery; `portal.urls` says under which path."""

app_name = "lottery"
urlpatterns: list = []
