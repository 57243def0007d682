"""Closed files get their date of deletion; organisations of civil society name somebody before they are appointed."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

YEARS = 5


def date_the_files(apps, schema_editor):
    """Five years after the sitting, as rules without the figure say (29 February becomes 1 March)."""
    for file in apps.get_model("councils", "BoardFile").objects.select_related("sitting"):
        day = file.sitting.date
        try:
            file.delete_on = day.replace(year=day.year + YEARS)
        except ValueError:
            file.delete_on = datetime.date(day.year + YEARS, 3, 1)
        file.save(update_fields=["delete_on"])


def undo(apps, schema_editor):
    """Nothing: the column goes."""


class Migration(migrations.Migration):
    dependencies = [("councils", "0004_drafts_of_rules")]

    operations = [
        migrations.AddField("boardfile", "delete_on", models.DateField(null=True, verbose_name="deleted on")),
        migrations.RunPython(date_the_files, undo),
        migrations.AlterField(
            "boardfile", "delete_on", models.DateField(db_index=True, verbose_name="deleted on")
        ),
        migrations.CreateModel(
            name="CivilNomination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=300, verbose_name="letter by which they are named")),
                ("nominated_on", models.DateField()),
                ("declined_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="civil_nominations",
                        to="councils.council",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="civil_nominations",
                        to="accounts.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="civil_nominations",
                        to="accounts.person",
                    ),
                ),
                (
                    "seat",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nomination",
                        to="councils.civilseat",
                    ),
                ),
            ],
            options={
                "ordering": ["nominated_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(seat__isnull=True, declined_on__isnull=True),
                        fields=("council", "organization"),
                        name="civil_nomination_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(declined_on__isnull=True, reason="")
                        | models.Q(declined_on__isnull=False, seat__isnull=True) & ~models.Q(reason=""),
                        name="civil_nomination_declined_with_a_reason",
                    ),
                ],
            },
        ),
    ]
