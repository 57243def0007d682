from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Make our Celery app the one that tasks and `start_job` use."""
        from portal import celery  # noqa: F401
