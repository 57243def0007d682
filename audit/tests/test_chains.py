"""Chains of events: whole, append-only, and every tampering names its row."""

import copy
import json
import subprocess
import sys
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.canonical import canonical_json, digest
from audit.models import Event
from audit.services import export_chain, record
from audit.verify import faults


@pytest.fixture
def chain(db):
    for number in range(6):
        record("proposal.changed", "proposal:1", step=number)
    record("proposal.changed", "proposal:2")
    return export_chain("proposal:1")


@pytest.mark.slow
def test_a_chain_is_numbered_linked_and_whole(chain):
    assert [event["sequence"] for event in chain["events"]] == list(range(6))
    assert chain["events"][3]["previous"] == chain["events"][2]["hash"]
    assert faults(chain) == []


@pytest.mark.parametrize("field", ["name", "actor", "at", "previous", "hash", "chain"])
def test_a_changed_field_names_its_row(chain, field):
    chain["events"][2][field] = "x"
    assert any("row 2" in fault for fault in faults(chain))


def test_changed_facts_name_their_row(chain):
    chain["events"][4]["facts"] = {"step": 99}
    assert faults(chain) == ["row 4: its content was changed"]


def test_missing_doubled_and_swapped_rows_are_named(chain):
    missing, doubled, swapped = (copy.deepcopy(chain) for _ in range(3))
    del missing["events"][1]
    doubled["events"].insert(3, doubled["events"][2])
    swapped["events"][1:3] = swapped["events"][2:0:-1]
    assert any("row 1" in fault for fault in faults(missing))
    assert any("row 3" in fault for fault in faults(doubled))
    assert any("row 1" in fault for fault in faults(swapped))


def test_a_cut_tail_is_found_against_a_known_head(chain):
    head = chain["events"][-1]["hash"]
    cut = {**chain, "events": chain["events"][:-1]}
    assert faults(cut) == []
    assert "its end is cut" in faults(cut, head)[0]


def test_rows_of_another_shape_are_faults_not_crashes(chain):
    for row in (None, 3, [], {"chain": "proposal:1"}, {**chain["events"][0], "extra": 1}):
        assert faults({"chain": "proposal:1", "events": [row]})


def test_the_command_reads_a_file_without_django(chain, tmp_path):
    path = tmp_path / "chain.json"
    path.write_text(json.dumps(chain))
    command = [sys.executable, "-S", "-m", "audit.verify", str(path)]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "proposal:1: 6 events, chain whole\n")
    chain["events"][5]["name"] = "proposal.adopted"
    path.write_text(json.dumps(chain))
    bad = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "row 5: its content was changed\n")
    path.write_text("{")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET name = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_events(chain, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_chain_queue_and_leave_no_gap():
    def write():
        for _ in range(5):
            record("vote.cast", "vote:1")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    export = export_chain("vote:1")
    assert len(export["events"]) == 30
    assert faults(export) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_canonical_json_is_the_same_after_a_round_trip(value):
    first = canonical_json(value)
    assert canonical_json(json.loads(first)) == first


def test_canonical_json_sorts_keys_and_refuses_floats():
    assert canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    for value in (1.0, {"a": [0.5]}, {1: "a"}, {"a": object()}):
        with pytest.raises(TypeError):
            canonical_json(value)
