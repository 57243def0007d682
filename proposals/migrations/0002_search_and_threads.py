"""Search in German, and the order of threads, by index."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('proposals', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposalversion',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'text', 'reasons', config='german'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('proposal'), django.db.models.functions.comparison.Coalesce('parent', 'id'), models.F('id'), name='comment_threads'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['author', 'created_at'], name='comment_by_author'),
        ),
        migrations.AddIndex(
            model_name='proposalversion',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='version_search'),
        ),
        migrations.AddIndex(
            model_name='proposalversion',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('title', name='gin_trgm_ops'), name='version_title_trigrams'),
        ),
        migrations.AddIndex(
            model_name='proposalversion',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('text'), name='gin_trgm_ops'), name='version_text_trigrams'),
        ),
    ]
