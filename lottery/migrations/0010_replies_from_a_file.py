"""One more way of a reply: a file of another tool. Only the words of the choices change."""

from django.db import migrations, models

from lottery.pool import OpenPool


class Migration(migrations.Migration):
    dependencies = [("lottery", "0009_hash_in_place_of_birth_date")]
    operations = [
        OpenPool(),
        migrations.AlterField(
            "invitation",
            "channel",
            models.CharField(
                blank=True,
                choices=[
                    ("online", "online"),
                    ("card", "reply card"),
                    ("phone", "phone"),
                    ("helper", "somebody who helps"),
                    ("file", "file of another tool"),
                ],
                max_length=10,
            ),
        ),
    ]
