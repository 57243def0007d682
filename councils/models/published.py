"""Rows that everybody may read."""

from django.db import models

from accounts.models import Viewer


class PublishedQuerySet(models.QuerySet):
    """Rows everybody may read, but for those that carry a tombstone."""

    def visible_to(self, user: Viewer) -> "PublishedQuerySet":
        """What `user` may read: companies, councils and statutes are public."""
        return self.filter(deleted_at__isnull=True)
