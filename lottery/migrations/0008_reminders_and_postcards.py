"""In the pool: the code that a reminder leaves standing, and the postcard while waiting."""

from django.db import migrations, models

from lottery.pool import OpenPool


class Migration(migrations.Migration):
    dependencies = [("lottery", "0007_openings_and_custody")]
    operations = [
        OpenPool(),
        migrations.AddField(
            "invitation", "earlier_hash", models.CharField(blank=True, db_index=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("invitation", "postcard_at", models.DateTimeField(blank=True, null=True)),
    ]
