"""In the pool: once replies are closed, a keyed hash of name and birth date takes the place of the date."""

from django.db import migrations, models

from lottery.pool import OpenPool


class Migration(migrations.Migration):
    dependencies = [("lottery", "0008_reminders_and_postcards")]
    operations = [
        OpenPool(),
        migrations.AddField(
            "invitation", "identity_hash", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
    ]
