"""Ballots with marks on options, the number of members entitled on a matter, and corrections noted after the close."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

CHOICES = [("yes", "yes"), ("no", "no"), ("abstain", "abstention")]
CHOICE_OR_MARKS = Q(("choice", ""), ("marks__isnull", False)) | Q(Q(("choice", ""), _negated=True), ("marks__isnull", True))


def person(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person", **options
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_two_people_and_one_identity"), ("voting", "0002_closed_ballots_stay")]
    operations = [
        migrations.AddField("vote", "entitled_members", models.PositiveIntegerField(null=True)),
        migrations.RunSQL(
            "UPDATE voting_vote SET entitled_members = statutory_members", migrations.RunSQL.noop
        ),
        migrations.AlterField("vote", "entitled_members", models.PositiveIntegerField()),
        migrations.AddConstraint(
            "vote",
            models.CheckConstraint(
                condition=Q(("members_present__lte", F("entitled_members")))
                & Q(("entitled_members__lte", F("statutory_members"))),
                name="vote_present_are_entitled_are_members",
            ),
        ),
        migrations.AddField("openballot", "marks", models.JSONField(blank=True, null=True)),
        migrations.AlterField("openballot", "choice", models.CharField(blank=True, choices=CHOICES, max_length=10)),
        migrations.AddConstraint(
            "openballot", models.CheckConstraint(condition=CHOICE_OR_MARKS, name="ballot_has_a_choice_or_marks")
        ),
        migrations.CreateModel(
            name="BallotCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="correction", to="voting.rollentry"
                    ),
                ),
                ("choice", models.CharField(blank=True, choices=CHOICES, max_length=10)),
                ("marks", models.JSONField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("noted_by", person()),
                ("noted_at", models.DateTimeField()),
                ("confirmed_by", person(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True))
                        | Q(
                            ("confirmed_at__isnull", False),
                            ("confirmed_by__isnull", False),
                            Q(("confirmed_by", F("noted_by")), _negated=True),
                        ),
                        name="correction_confirmed_by_another",
                    ),
                    models.CheckConstraint(condition=CHOICE_OR_MARKS, name="correction_has_a_choice_or_marks"),
                ],
            },
        ),
    ]
