"""Letters by the hundred: one print-ready PDF for each batch, and the job sheet that goes with it to the printer.

The typesetter keeps what it has worked out (about 1 MB a letter), so each batch is set in a process of its own and the
memory ends with it.
"""

import hashlib
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


# --- In the process of the batch --------------------------------------------------------------------------------------


def set_batch(template: str, documents: Sequence[Mapping[str, Any]], *, title: str, language: str = "de") -> Batch:
    """As `render_batch`, in this process, whose memory grows by it.

    All get the same size of type, the largest at which each fits one page; where a document is longer than that, each
    is measured by itself and pages are numbered.
    """
    stamp = pdf.timestamp_of(documents[0])
    if template == "letter":
        longest = max(documents, key=lambda data: sum(map(len, pdf.texts_of(data))))
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
