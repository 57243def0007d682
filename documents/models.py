"""Private files by content hash. Who may read one is the business of the app whose object it belongs to."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.personal import Personal

UPLOAD = Personal(
    purpose="keep what was handed in or sent out",
    basis="GDPR art. 6 (1) e",
    recipients="as the object it belongs to",
    deletion="its own date, else with the object it belongs to",
)


class File(models.Model):
    """One stored file: bytes under their SHA-256, name, owner label ("decision:12"), deletion date. Never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    owner = models.CharField(max_length=100, db_index=True)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    delete_on = models.DateField(null=True, blank=True, db_index=True)
    personal = {"name": UPLOAD}

    class Meta:
        ordering = ["-id"]
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name
