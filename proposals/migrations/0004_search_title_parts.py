"""Parts of compounds in titles, by index."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_two_people_and_one_identity'),
        ('proposals', '0003_submitted_versions_stay'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='proposalversion',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='version_title_parts'),
        ),
    ]
