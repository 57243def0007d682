"""Letters by the hundred: one print-ready PDF for each batch, and the job sheet that goes with it to the printer.

The typesetter keeps what it has worked out (about 1 MB a letter), so each batch is set in a process of its own and the
memory ends with it.
"""

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import typst

from documents import pdf
from documents.glyphs import texts_of

CHUNK = 250
TIME_LIMIT = 300
"""Seconds after which a batch counts as failed; 250 letters take about two."""


@dataclass(frozen=True)
class Batch:
    """One file for the printer; `first_pages[i]` is the page (from 1) on which the i-th document begins."""

    pdf: bytes
    first_pages: tuple[int, ...]
    pages: int

    @property
    def sha256(self) -> str:
        """Of the file, as 64 hexadecimal digits."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def longer_than_one_page(self) -> tuple[int, ...]:
        """Positions of the documents that did not fit one page: the envelope machine must know."""
        ends = (*self.first_pages[1:], self.pages + 1)
        return tuple(i for i, (start, end) in enumerate(zip(self.first_pages, ends, strict=True)) if end - start > 1)


def render_batches(
    template: str, documents: Iterable[Mapping[str, Any]], *, title: str, language: str = "de", chunk: int = CHUNK
) -> Iterator[Batch]:
    """Batches of up to `chunk` documents, one after the other; only one of them is in memory at a time."""
    remaining = iter(documents)
    while part := list(islice(remaining, chunk)):
        yield render_batch(template, part, title=title, language=language)


def render_batch(template: str, documents: Sequence[Mapping[str, Any]], *, title: str, language: str = "de") -> Batch:
    """One PDF of all `documents`, dated as the first, in one size of type; the same input gives the same bytes.

    No data is attached: the file is for the printer. Raises DataError or RenderError as `pdf.render` does.
    """
    order = {
        "template": template,
        "documents": [dict(data) for data in documents],
        "title": title,
        "language": language,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "documents.letters"],
            input=json.dumps(order, ensure_ascii=False).encode(),
            capture_output=True,
            cwd=Path(__file__).resolve().parent.parent,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise pdf.RenderError(f"a batch of {len(documents)} took more than {TIME_LIMIT} s") from error
    if done.returncode != 0:
        raise pdf.RenderError(done.stderr.decode(errors="replace")[-2000:])
    head, _, file = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "data_error" in answer:
        raise pdf.DataError(answer["data_error"])
    if "render_error" in answer:
        raise pdf.RenderError(answer["render_error"])
    return Batch(file, tuple(answer["first_pages"]), answer["pages"])


# --- The job sheet ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JobLine:
    """One file of a print job: its keys (one for each document, such as a letter's number) and where each begins."""

    file_name: str
    sha256: str
    pages: int
    keys: tuple[str, ...]
    first_pages: tuple[int, ...]
    long_keys: tuple[str, ...]

    @classmethod
    def of(cls, file_name: str, batch: Batch, keys: Sequence[str]) -> "JobLine":
        """What the job sheet tells of a batch, without its bytes. ValueError unless there is a key for each document."""
        if len(keys) != len(batch.first_pages):
            raise ValueError(f"{len(keys)} keys for {len(batch.first_pages)} documents")
        long_keys = tuple(keys[position] for position in batch.longer_than_one_page)
        return cls(file_name, batch.sha256, batch.pages, tuple(keys), batch.first_pages, long_keys)


def job_sheet(
    lines: Sequence[JobLine], *, city: Mapping[str, Any], date: str, title: str, language: str = "de"
) -> bytes:
    """A page for the printer: the files with their counts and checksums, how to print, and `seiten.csv` attached.

    `date` is the ISO date of the job. The sheet holds keys and counts, no names and no addresses.
    """
    words = pdf.labels(language)
    counts = {
        "letters": sum(len(line.keys) for line in lines),
        "files": len(lines),
        "pages": sum(line.pages for line in lines),
    }
    table = {
        "type": "table",
        "head": [words["job_file"], words["job_letters"], words["job_pages"], words["job_range"]],
        "rows": [[line.file_name, len(line.keys), line.pages, f"{line.keys[0]} – {line.keys[-1]}"] for line in lines],
        "align": ["left", "right", "right", "left"],
        "widths": [4, 2, 2, 4],
    }
    sums = {"type": "list", "items": [f"{line.file_name}: {line.sha256}" for line in lines]}
    sections = [
        {"heading": words["job_files"], "body": [table, words["job_index"]]},
        {"heading": words["job_print"], "body": [{"type": "list", "ordered": True, "items": words["job_steps"]}]},
        {"heading": words["job_sums"], "body": [sums]},
    ]
    if long_keys := [key for line in lines for key in line.long_keys]:
        sections.insert(1, {"heading": words["job_long"], "body": [", ".join(long_keys)]})
    data = {
        "city": dict(city),
        "date": date,
        "kicker": words["job_sheet"],
        "title": title,
        "lead": words["job_lead"].format(**counts),
        "sections": sections,
    }
    return pdf.render("page", data, attachments={"seiten.csv": page_index(lines)}, language=language)


def page_index(lines: Sequence[JobLine]) -> bytes:
    """CSV (RFC 4180) of file, first page and key of every document."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["file", "page", "key"])
    for line in lines:
        writer.writerows((line.file_name, page, key) for page, key in zip(line.first_pages, line.keys, strict=True))
    return out.getvalue().encode()


# --- In the process of the batch --------------------------------------------------------------------------------------


def set_batch(template: str, documents: Sequence[Mapping[str, Any]], *, title: str, language: str = "de") -> Batch:
    """As `render_batch`, in this process, whose memory grows by it.

    All get the same size of type, the largest at which each fits one page; where a document is longer than that, each
    is measured by itself and pages are numbered.
    """
    stamp = pdf.timestamp_of(documents[0])
    if template == "letter":
        longest = max(documents, key=lambda data: sum(map(len, texts_of(data))))
        for share in pdf.SHARES:
            probe = pdf.payload_of(template, [longest], title=title, language=language, shares=[share], counted=False)
            if last_pages(probe, 1) != [1]:
                continue
            payload = pdf.payload_of(template, documents, title=title, language=language, shares=[share], counted=False)
            ends = last_pages(payload, len(documents))
            if ends == list(range(1, len(documents) + 1)):
                return Batch(pdf.compiled(payload, stamp), tuple(ends), len(ends))
    payload = pdf.payload_of(template, documents, title=title, language=language)
    ends = last_pages(payload, len(documents))
    return Batch(pdf.compiled(payload, stamp), (1, *(end + 1 for end in ends[:-1])), ends[-1])


def last_pages(payload: str, count: int) -> list[int]:
    """The page on which each of `count` documents ends."""
    asked = f'range({count}).map(index => locate(label("end-" + str(index))).page())'
    try:
        answer = typst.eval(
            str(pdf.FOLDER / "main.typ"),
            asked,
            root=str(pdf.FOLDER),
            font_paths=pdf.fonts(),
            sys_inputs={"payload": payload},
        )
    except typst.TypstError as error:
        raise pdf.RenderError(error.message) from error
    return list(json.loads(answer))


def serve(order: bytes) -> bytes:
    """The answer to an order of `render_batch`: a line of JSON, then the file."""
    wanted = json.loads(order)
    try:
        batch = set_batch(wanted["template"], wanted["documents"], title=wanted["title"], language=wanted["language"])
    except pdf.DataError as error:
        return json.dumps({"data_error": str(error)}).encode() + b"\n"
    except pdf.RenderError as error:
        return json.dumps({"render_error": str(error)}).encode() + b"\n"
    head = {"first_pages": batch.first_pages, "pages": batch.pages}
    return json.dumps(head).encode() + b"\n" + batch.pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(serve(sys.stdin.buffer.read()))
