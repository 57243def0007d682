"""An item may treat a draft of rules; how many seats call a counter-expert is the rules' to say."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0005_kept_files_and_nominations"),
        ("meetings", "0004_recesses_and_rulings"),
    ]

    operations = [
        migrations.AlterField(
            "expert",
            "chosen_by",
            models.CharField(
                choices=[
                    ("council", "the council, by resolution"),
                    ("secretariat", "the secretariat"),
                    ("company", "the company concerned"),
                    ("quarter", "as many seats as the rules ask for"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            "agendaitem",
            "rules_draft",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda_items",
                to="councils.rulesdraft",
            ),
        ),
        migrations.AddConstraint(
            "agendaitem",
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=True) | models.Q(rules_draft__isnull=True),
                name="item_treats_one_text",
            ),
        ),
    ]
