"""How a sample came out of the register, and the words of its letters."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("lottery", "0003_pool_apart")]
    operations = [
        migrations.CreateModel(
            name="LetterText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("invitation", "invitation"), ("reminder", "reminder"), ("postcard", "postcard while waiting")], max_length=20)),
                ("subject", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("signer_name", models.CharField(blank=True, max_length=120)),
                ("signer_role", models.CharField(blank=True, max_length=120)),
                ("changed_at", models.DateTimeField()),
                ("draw", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="letter_texts", to="lottery.draw")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("draw", "kind"), name="one_text_of_each_kind")],
            },
        ),
        migrations.CreateModel(
            name="RegisterSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.CharField(choices=[("transfer", "transfer of the drawn rows"), ("forwarding", "letters posted by the registration office")], default="transfer", max_length=20)),
                ("office", models.CharField(blank=True, max_length=200)),
                ("resolution", models.CharField(blank=True, max_length=300)),
                ("first_sitting", models.DateField(blank=True, null=True)),
                ("postage_cents", models.PositiveIntegerField(default=95)),
                ("frame", models.JSONField(blank=True, default=dict)),
                ("number", models.CharField(blank=True, max_length=100)),
                ("blocked_count", models.PositiveIntegerField(default=0)),
                ("unaddressed_count", models.PositiveIntegerField(default=0)),
                ("unregistered_count", models.PositiveIntegerField(default=0)),
                ("check_percent", models.PositiveIntegerField(default=10)),
                ("code_hashes", models.TextField(blank=True)),
                ("code_digest", models.CharField(blank=True, max_length=64)),
                ("replaced_codes", models.JSONField(blank=True, default=list)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("is_rehearsal", models.BooleanField(default=False)),
                ("draw", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="register", to="lottery.draw")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(("check_percent__range", (10, 100))), name="a_tenth_is_checked_at_least"),
                    models.CheckConstraint(condition=Q(released_at__isnull=True) | ~Q(code_digest=""), name="released_with_its_codes"),
                ],
            },
        ),
    ]
