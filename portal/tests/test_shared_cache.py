"""A shared cache that does not answer is said before it makes the portal slow."""

from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import CityFactory, user_with_role
from portal.shared_cache import cache_trouble, shared_cache_answers

NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def wrong_address(settings: Any) -> None:
    """The shared cache is a Redis at a port where nothing listens."""
    backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": NOBODY_THERE}
    settings.CACHES = {**settings.CACHES, "default": backend}


def test_a_cache_that_answers_has_no_trouble() -> None:
    assert cache_trouble() == ""
    assert shared_cache_answers() == []


def test_a_wrong_address_is_an_error_of_the_deployment(wrong_address: None) -> None:
    with pytest.raises(CommandError, match=r"portal\.E001.*does not answer: ConnectionError(.|\n)*createcachetable"):
        call_command("check", deploy=True, tags=["caches"])


def test_a_cache_that_forgets_is_an_error(settings: Any) -> None:
    dummy = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "default": dummy}
    assert cache_trouble() == "What was written was not found again."
    assert caches["default"].get("answers") is None


@pytest.mark.django_db
def test_the_secretariat_sees_it(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    CityFactory()
    client.force_login(user_with_role(Role.Kind.SECRETARIAT))
    assert "Der Zwischenspeicher antwortet" in client.get(reverse("portal:job_list")).text
    monkeypatch.setattr("portal.views.jobs.cache_trouble", lambda: "Host nicht erreichbar")
    assert (
        "Der gemeinsame Zwischenspeicher antwortet nicht: Host nicht erreichbar"
        in client.get(reverse("portal:job_list")).text
    )
