"""Letters by the hundred: one file, an index of pages, the same bytes, within time and memory."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents import letters, pdf
from documents.tests.pdf_samples import CITY, LETTER, SHORT_LETTER, STATUTE
from documents.tests.test_pdf import attached, flat, words

CPU_SECONDS = 5.0
"""Of the batch's own process, so that a busy machine does not decide; two seconds by the clock on a quiet one."""
MEGABYTES = 600


def letter(number: int) -> dict:
    url = f"https://buergerrat.stadt.example/antwort?code=K7QM{number:08d}"
    return LETTER | {
        "recipient": {"lines": ["Frau", f"Ada Łęcka-Șerban {number}", f"Jülicher Straße {number}", "52070 Aachen"]},
        "code": LETTER["code"] | {"value": f"K7QM-{number:04d}-9WHD", "url": url},
        "reply": LETTER["reply"] | {"code": f"K7QM-{number:04d}-9WHD", "url": url},
    }


def long_letter() -> dict:
    return LETTER | {"body": LETTER["body"] * 6}


def test_a_batch_holds_each_letter_on_its_page() -> None:
    batch = letters.render_batch("letter", [letter(number) for number in range(5)], title="Einladung")
    assert (batch.pages, batch.first_pages, batch.longer_than_one_page) == (5, (1, 2, 3, 4, 5), ())
    for number, page in enumerate(PdfReader(io.BytesIO(batch.pdf)).pages):
        assert f"Ada Łęcka-Șerban {number}\n" in page.extract_text()
    assert attached(batch.pdf) == {}
    assert "Seite" not in words(batch.pdf)


def test_a_batch_has_the_same_bytes_on_every_run_and_in_both_processes() -> None:
    order = [letter(number) for number in range(3)]
    first = letters.render_batch("letter", order, title="Einladung")
    assert first == letters.render_batch("letter", order, title="Einladung")
    assert first == letters.set_batch("letter", order, title="Einladung")
    assert len(first.sha256) == 64


def test_a_letter_that_needs_two_pages_is_told_and_numbered() -> None:
    batch = letters.render_batch("letter", [letter(1), long_letter(), letter(2)], title="Einladung")
    assert (batch.pages, batch.first_pages, batch.longer_than_one_page) == (4, (1, 2, 4), (1,))
    read = flat(batch.pdf)
    assert "Seite 1 von 2" in read
    assert "Seite 2 von 2" in read
    assert "von 4" not in read


def test_a_batch_takes_other_templates_too() -> None:
    batch = letters.render_batch("statute", [STATUTE, STATUTE], title="Zwei Ordnungen")
    assert batch.first_pages == (1, 1 + batch.pages // 2)


def test_batches_are_cut_in_chunks_and_made_one_at_a_time() -> None:
    taken: list[int] = []

    def orders():
        for number in range(5):
            taken.append(number)
            yield letter(number)

    batches = letters.render_batches("letter", orders(), title="Einladung", chunk=2)
    assert next(batches).pages == 2
    assert taken == [0, 1]
    assert [batch.pages for batch in batches] == [2, 1]


def test_what_is_wrong_with_a_letter_comes_back_from_the_other_process() -> None:
    with pytest.raises(pdf.DataError, match="subject"):
        letters.render_batch("letter", [{key: LETTER[key] for key in LETTER if key != "subject"}], title="x")
    with pytest.raises(pdf.RenderError, match="unknown block type"):
        letters.render_batch("letter", [SHORT_LETTER | {"body": [{"type": "film"}]}], title="x")


def test_the_job_sheet_tells_counts_checksums_and_pages_but_no_names() -> None:
    batch = letters.set_batch("letter", [letter(1), long_letter()], title="Einladung")
    line = letters.JobLine.of("einladung-01.pdf", batch, ["52070-0001", "52070-0002"])
    sheet = letters.job_sheet([line], city=CITY, date="2026-03-12", title="Einladung zum Bürgerrat")
    read = flat(sheet)
    assert "2 Sendungen in 1 Dateien, zusammen 3 Seiten A4." in read
    assert batch.sha256 in read.replace(" ", "")
    assert "Sendungen mit mehr als einer Seite 52070-0002" in read
    assert "Șerban" not in read
    rows = list(csv.reader(io.StringIO(attached(sheet)["seiten.csv"].decode())))
    assert rows == [
        ["file", "page", "key"],
        ["einladung-01.pdf", "1", "52070-0001"],
        ["einladung-01.pdf", "2", "52070-0002"],
    ]


def test_a_job_sheet_wants_a_key_for_each_letter() -> None:
    batch = letters.Batch(b"", (1, 2), 2)
    with pytest.raises(ValueError, match="1 keys for 2"):
        letters.JobLine.of("a.pdf", batch, ["1"])


MEASURED = """
import json, resource
from documents import letters
from documents.tests.test_pdf_letters import letter

order = [letter(number) for number in range(letters.CHUNK)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
batch = letters.render_batch("letter", order, title="Einladung")
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
child = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([batch.pages, grown, child.ru_maxrss, child.ru_utime + child.ru_stime]))
"""
"""Run in a fresh process: the kernel counts what the caller holds as the child's peak, and its largest child so far."""


@pytest.mark.slow
def test_250_letters_take_seconds_and_no_memory_of_this_process() -> None:
    command = [sys.executable, "-W", "error", "-c", MEASURED]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(letters.__file__).parent.parent)
    pages, grown, child, cpu_seconds = json.loads(done.stdout)
    assert pages == letters.CHUNK
    assert cpu_seconds < CPU_SECONDS
    assert grown < 60 * 1024
    assert child < MEGABYTES * 1024
