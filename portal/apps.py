from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Make our Celery app the one that tasks and `start_job` use, and register the check of the cache."""
        from portal import celery, shared_cache  # noqa: F401
