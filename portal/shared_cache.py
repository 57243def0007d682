"""Whether the shared cache answers: asked by `check --deploy` and by the secretariat's page of background work.

A cache address that is wrong takes rate limits and fragments with it, and the portal only becomes slow.
"""

import secrets
from typing import Any

from django.core.cache import caches
from django.core.checks import Error, Tags, register


def cache_trouble() -> str:
    """Write a value, read it back, remove it. Returns what is wrong in the cache's own words, or nothing."""
    cache, key = caches["default"], f"answers-{secrets.token_hex(8)}"
    try:
        cache.set(key, key, 10)
        found = cache.get(key)
        cache.delete(key)
    except Exception as error:  # every backend has errors of its own
        return f"{type(error).__name__}: {error}"
    return "" if found == key else "What was written was not found again."


@register(Tags.caches, deploy=True)
def shared_cache_answers(**_chosen: Any) -> list[Error]:
    """The deployment check `portal.E001`."""
    trouble = cache_trouble()
    hint = "Set CACHE_URL to a Redis that runs, or unset it and run `./run manage createcachetable`."
    return [Error(f"The shared cache does not answer: {trouble}", hint=hint, id="portal.E001")] if trouble else []
