"""The page for the wall of the hall: the seal, digit by digit, chair by chair, with one key and without script."""

import pytest

from lottery import hall
from lottery.record import counts_by_value
from lottery.tests.factories import Stage
from lottery.tests.test_pages import at, text_of

pytestmark = pytest.mark.django_db


def scenes(stage: Stage, counts=None) -> list[hall.Scene]:
    return [hall.scene(stage.draw, step, counts) for step in range(hall.last_step(stage.draw) + 1)]


def test_before_the_seal_there_is_nothing_to_see():
    assert [one.name for one in scenes(Stage().computed())] == ["soon"]


def test_before_the_number_there_is_the_seal_alone(client):
    stage = Stage().committed()
    assert [one.name for one in scenes(stage)] == ["seal"]
    page = text_of(client.get(at("draw_hall", stage.draw.pk), {"schritt": "99"}))
    assert stage.draw.commitment[:8] in page


def test_each_step_shows_one_thing_more():
    stage = Stage().selected()
    names = [one.name for one in scenes(stage)]
    assert names == ["seal", "digits", "panel", *["seats"] * 6, "end"]
    taken = [sum(seat["state"] != "vacant" for seat in one.seats) for one in scenes(stage)[2:]]
    assert taken == [0, 1, 2, 3, 4, 5, 6, 6]


def test_the_quotas_grow_with_the_chairs_and_not_with_who_takes_them():
    stage = Stage().selected()
    counts = counts_by_value(stage.draw, stage.draw.record["drawn"]["panel"]["counts"])
    for one in scenes(stage, counts)[3:]:
        for row, quota in zip(
            one.feature["rows"], stage.draw.features.get(label=one.feature["label"]).quotas.all(), strict=True
        ):
            final = counts[quota.feature.name][quota.value]
            assert row["shown"] == round(final * one.taken / 6)


def test_one_key_leads_from_the_seal_to_the_end_without_script(client):
    stage = Stage().selected()
    address, seen = at("draw_hall", stage.draw.pk), 0
    query = ""
    while True:
        page = client.get(address + query).content.decode()
        seen += 1
        assert page.count("<h1") == 1
        assert "autofocus" in page
        if 'rel="next"' not in page:
            break
        query = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert seen == 10
    assert "Nachprüfen" in page


@pytest.mark.parametrize("step", ["-1", "x", "٣", "999999999999"])
def test_a_step_that_is_none_is_shown_as_the_nearest(step, client):
    stage = Stage().selected()
    assert client.get(at("draw_hall", stage.draw.pk), {"schritt": step}).status_code == 200
