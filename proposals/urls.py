"""Addresses of proposals; `portal.urls` says under which path."""

app_name = "proposals"
urlpatterns: list = []
