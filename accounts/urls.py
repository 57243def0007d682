"""Addresses of accounts; `portal.urls` says under which path."""

app_name = "accounts"
urlpatterns: list = []
