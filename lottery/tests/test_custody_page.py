"""The custody audit in the portal: named by a public value, once; the auditor alone sees whom, and notes what came."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import Event
from audit.services import Refused
from lottery import custody, services, way
from lottery.models import CustodyCheck
from lottery.mydata import export_person
from lottery.pool import pool_open
from lottery.tests.factories import Stage
from lottery.tests.test_pages import at, signed_in, text_of

pytestmark = pytest.mark.django_db


def test_a_public_value_names_people_once_and_anyone_can_name_the_same():
    stage = Stage().selected()
    checks = services.name_entries(stage.draw, value="3  8 17 22 41 49", by=stage.auditor)
    pool = stage.draw.record["committed"]["pool"]
    wanted = custody.chosen_people(pool, stage.draw.commitment, "3 8 17 22 41 49", len(checks))
    with pool_open():
        assert [check.invitation.pseudonym for check in checks] == wanted
    assert len(checks) == custody.people_to_meet(24, 1)
    with pytest.raises(Refused):
        services.name_entries(stage.draw, value="1 2 3 4 5 6", by=stage.auditor)


def test_only_the_auditor_names_and_notes(client):
    stage = Stage().selected()
    with pytest.raises(PermissionDenied):
        services.name_entries(stage.draw, value="3 8 17", by=stage.officer)
    signed_in(client, stage.officer)
    assert client.get(at("custody", stage.draw.pk)).status_code == 403


def test_the_auditor_sees_the_named_and_notes_what_came_of_it(client):
    stage = Stage().selected()
    signed_in(client, stage.auditor)
    assert client.post(at("custody", stage.draw.pk), {"value": "3 8 17 22 41 49"}).status_code == 302
    page = text_of(client.get(at("custody", stage.draw.pk)))
    with pool_open():
        check = CustodyCheck.objects.filter(draw=stage.draw).select_related("invitation").first()
        named = set(CustodyCheck.objects.values_list("invitation__family_name", flat=True))
    shown = {row.family_name for row in stage.rows("selected", "alternate", "not_selected") if row.family_name in page}
    assert check.invitation.family_name in page
    assert named <= shown
    assert client.post(at("custody_note", stage.draw.pk, check.pk), {"result": "real"}).status_code == 302
    with pool_open():
        check.refresh_from_db()
    assert (check.result, check.by) == ("real", stage.auditor.person)
    assert Event.objects.filter(name="pool.read", facts__page="custody").count() == 1


def figures_of(stage: Stage):
    return services.custody_figures((name, facts) for name, _at, facts in way.events_of(stage.draw))


def test_what_came_of_it_is_public_in_figures_and_without_names(client):
    stage = Stage().selected()
    public = stage.draw.get_absolute_url()
    assert figures_of(stage) is None
    assert "3 8 17 22 41 49" not in text_of(client.get(public))
    checks = services.name_entries(stage.draw, value="3 8 17 22 41 49", by=stage.auditor)
    for check, result in zip(checks, ["real", "real", "invented"], strict=False):
        services.note_check(check, result=result, by=stage.auditor)
    services.note_check(checks[0], result="real", by=stage.auditor)  # noted twice, counted once
    figures = figures_of(stage)
    assert (figures.value, figures.named, figures.real, figures.invented) == ("3 8 17 22 41 49", len(checks), 2, 1)
    page = text_of(client.get(public))
    assert "3 8 17 22 41 49" in page and f"{len(checks)}" in page
    with pool_open():
        named = [check.invitation.family_name for check in checks]
    assert not [name for name in named if name in page]


def test_my_data_has_what_somebody_typed_and_checked():
    stage = Stage().selected()
    check = services.name_entries(stage.draw, value="3 8 17 22 41 49", by=stage.auditor)[0]
    services.note_check(check, result="real", by=stage.auditor)
    kept = export_person(stage.auditor.person)
    assert [(one["value"], one["void"]) for one in kept["numbers_typed"]] == [("7", False)]
    assert [(one["place"], one["result"]) for one in kept["custody_checks"]] == [(1, "real")]
    assert export_person(stage.officer.person)["custody_checks"] == []
