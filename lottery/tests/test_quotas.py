"""Quotas before they are signed: what cannot be met and the smallest change, the chances beforehand, files of the field."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Event
from audit.services import Refused
from lottery import services
from lottery.models import Draw, Quota
from lottery.services.quotas import assess_quotas
from lottery.tests.factories import Stage
from lottery.tests.test_pages import at, signed_in, text_of

pytestmark = pytest.mark.django_db


def quota_of(stage: Stage, feature: str, value: str) -> Quota:
    return Quota.objects.get(feature__draw=stage.draw, feature__name=feature, value=value)


def impossible(stage: Stage) -> Quota:
    """Six of six people with a school certificate that only some of the pool have, and nobody of one age."""
    education = Quota.objects.filter(feature__draw=stage.draw, feature__name="education")
    education.exclude(value="abitur").update(minimum=0)
    education.filter(value="abitur").update(minimum=6, maximum=6)
    ages = Quota.objects.filter(feature__draw=stage.draw, feature__name="age")
    ages.update(minimum=0)
    ages.exclude(value="65+").update(maximum=0)
    ages.filter(value="65+").update(minimum=6, maximum=6)
    return quota_of(stage, "age", "65+")


def test_quotas_of_the_census_can_be_met():
    assert assess_quotas(Stage().closed().draw).is_met


def test_what_cannot_be_met_is_named_with_the_smallest_change():
    stage = Stage().closed()
    impossible(stage)
    found = assess_quotas(stage.draw)
    assert not found.is_met
    assert "statt 6 bis 6" in found.problem
    assert found.together.seats > 0


def test_typed_quotas_are_checked_without_being_kept():
    stage = Stage().closed()
    quota = quota_of(stage, "sex", "w")
    found = assess_quotas(stage.draw, bounds={quota.pk: (7, 9)})
    assert "Geschlecht" in found.problem
    assert quota_of(stage, "sex", "w").minimum == quota.minimum


def test_one_click_widens_with_a_reason_that_is_recorded(client):
    stage = Stage().closed()
    impossible(stage)
    signed_in(client, stage.officer)
    page = text_of(client.get(at("quotas", stage.draw.pk)))
    assert "Kein Gremium erfüllt diese Quoten" in page
    address = at("relax", stage.draw.pk)
    assert client.post(address, {"change": "together", "reason": ""}).status_code == 422
    assert client.post(address, {"change": "together", "reason": "Zu wenige Ältere."}).status_code == 302
    assert assess_quotas(stage.draw).is_met
    assert Event.objects.get(name="quotas.relaxed").facts["reason"] == "Zu wenige Ältere."


def test_nothing_is_made_narrower_by_a_relaxation():
    stage = Stage().closed()
    quota = quota_of(stage, "sex", "w")
    with pytest.raises(Refused):
        services.relax_quotas(
            stage.draw, bounds={quota.pk: (quota.minimum + 1, quota.maximum)}, reason="x", by=stage.officer
        )
    with pytest.raises(PermissionDenied):
        services.relax_quotas(stage.draw, bounds={quota.pk: (0, 6)}, reason="x", by=stage.auditor)


def test_a_check_answers_with_a_fragment_for_the_page_or_the_whole_page_without_script(client):
    stage = Stage().closed()
    signed_in(client, stage.officer)
    data = {key: value for q in Quota.objects.filter(feature__draw=stage.draw) for key, value in fields(q).items()}
    whole = text_of(client.post(at("quota_check", stage.draw.pk), data))
    part = text_of(client.post(at("quota_check", stage.draw.pk), data, headers={"HX-Request": "true"}))
    assert "<h1>" in whole
    assert "<h1>" not in part
    assert "lässt sich jeder Platz" in part


def fields(quota: Quota) -> dict[str, int]:
    return {f"min_{quota.pk}": quota.minimum, f"max_{quota.pk}": quota.maximum}


def test_the_chances_are_simulated_before_anybody_signs(client):
    stage = Stage().closed()
    services.run_simulation(stage.draw)
    simulation = Draw.objects.get(pk=stage.draw.pk).simulation
    by_name = {one["algorithm"]: one for one in simulation["objectives"]}
    assert set(by_name) == set(Draw.Algorithm.values)
    assert by_name["leximin"]["smallest"] >= max(one["smallest"] for one in by_name.values()) - 1e-9
    assert sum(people for people, _chance in simulation["curves"]["leximin"]) == 24
    signed_in(client, stage.officer)
    page = text_of(client.get(at("method", stage.draw.pk)))
    assert "Leximin" in page
    assert "Dasselbe als Tabelle" in page
    assert "haben sich seither geändert" not in page
    quota = quota_of(stage, "sex", "w")
    services.set_quotas(stage.draw, bounds={quota.pk: (0, quota.maximum)}, by=stage.officer)
    assert "haben sich seither geändert" in text_of(client.get(at("method", stage.draw.pk)))


def test_the_method_is_signed_with_the_quotas():
    stage = Stage().closed()
    services.freeze_quotas(stage.draw, by=stage.officer)
    services.choose_method(stage.draw, algorithm="nash", is_one_per_household=False, by=stage.officer)
    assert services.freeze_quotas(stage.draw, by=stage.auditor).state == Draw.State.RESPONSE_CLOSED
    assert services.freeze_quotas(stage.draw, by=stage.officer).state == Draw.State.QUOTAS_FROZEN
    services.compute_panel(stage.draw, by=stage.officer, panels=10)
    draw = services.run_computation(stage.draw)
    assert draw.sealed["committed"]["method"]["algorithm"] == "nash"


def test_quotas_and_pool_leave_and_come_back_as_files(client):
    stage = Stage().closed()
    quotas = services.export_quotas(stage.draw, by=stage.officer)
    pool = services.export_pool(stage.draw, by=stage.officer)
    assert quotas.splitlines()[0] == "feature,value,min,max"
    assert len(pool.splitlines()) == 25
    assert not any(row.family_name in pool for row in stage.rows("interested"))
    signed_in(client, stage.officer)
    changed = quotas.replace("sex,w,2,5", "sex,w,1,5")
    assert changed != quotas
    upload = SimpleUploadedFile("q.csv", changed.encode())
    assert client.post(reverse("lottery:quota_file", args=[stage.draw.pk]), {"table": upload}).status_code == 302
    assert quota_of(stage, "sex", "w").minimum == 1
    wrong = SimpleUploadedFile("q.csv", quotas.replace("sex,w", "sex,x").encode())
    page = client.post(reverse("lottery:quota_file", args=[stage.draw.pk]), {"table": wrong})
    assert page.status_code == 422
    assert {event.name for event in Event.objects.filter(name__endswith=".exported")} == {
        "quotas.exported",
        "pool.exported",
    }


def test_the_exported_files_are_drawn_from_by_the_command(tmp_path):
    from lottery.draw import main

    stage = Stage().closed()
    (tmp_path / "q.csv").write_text(services.export_quotas(stage.draw, by=stage.officer))
    (tmp_path / "p.csv").write_text(services.export_pool(stage.draw, by=stage.officer))
    options = ["--quotas", str(tmp_path / "q.csv"), "--pool", str(tmp_path / "p.csv"), "--size", "6"]
    assert main([*options, "--address", "household", "--panels", "10", "--out", str(tmp_path / "out")]) == 0
