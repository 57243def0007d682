"""In the pool: how a code reached its person, who helps, what came back; the second look at cards."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from lottery.pool import OpenPool


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_two_people_and_one_identity"), ("lottery", "0004_register_and_letters")]
    operations = [
        OpenPool(),
        migrations.AddField("invitation", "call_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("invitation", "code", models.CharField(blank=True, max_length=20)),
        migrations.AddField("invitation", "helper_name", models.CharField(blank=True, max_length=200)),
        migrations.AddField("invitation", "is_to_visit", models.BooleanField(default=False)),
        migrations.AddField(
            "invitation",
            "origin",
            models.CharField(choices=[("transfer", "transferred row"), ("forwarding", "letter posted by the registration office"), ("unregistered", "no registered address")], default="transfer", max_length=20),
        ),
        migrations.AddField("invitation", "reminded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("invitation", "research_version", models.CharField(blank=True, max_length=20)),
        migrations.AddField("invitation", "returned_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "invitation",
            "channel",
            models.CharField(blank=True, choices=[("online", "online"), ("card", "reply card"), ("phone", "phone"), ("helper", "somebody who helps")], max_length=10),
        ),
        migrations.CreateModel(
            name="ReplyCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(choices=[("random", "drawn at random"), ("doubtful", "doubtful")], max_length=10)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("differing", models.JSONField(blank=True, default=list)),
                ("checked_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person")),
                ("entered_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person")),
                ("invitation", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="check_again", to="lottery.invitation")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("entered_by")), name="checked_by_somebody_else"),
                    models.CheckConstraint(condition=Q(checked_by__isnull=True, checked_at__isnull=True) | Q(checked_by__isnull=False, checked_at__isnull=False), name="checked_by_and_at_together"),
                ],
            },
        ),
    ]
