"""An independent validator finds no fault in any paper by PDF/A-3a and PDF/UA-1, and finds those that were planted."""

import re
from pathlib import Path

import pytest
import typst

from documents import glyphs, letters, pdf
from documents.tests import verapdf
from documents.tests.pdf_samples import CITY, DECISION, LETTER, MINUTES, PAGE, SAMPLES, SHORT_LETTER

ODD_NAMES = ["王小明 😀", "Nguyễn x̣́ שלום محمد", "#evil[$x$] *b*", "a" * 120, "გიორგი", "\x00\u202e\ue000\ufeff"]
CREST = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><path d='M0 0h10v10z' fill='#080'/></svg>"
OPTIONS = [{"label": f"Vorschlag {number}", "count": number} for number in range(7)]


def papers() -> dict[str, bytes]:
    """Every template, and whatever makes a template take another way."""
    files = {f"{template}-{number}": pdf.render(template, data) for number, (template, data) in enumerate(SAMPLES)}
    files["english"] = pdf.render("letter", LETTER, language="en")
    files["simple"] = pdf.render("decision", DECISION, language="de-ls")
    files["large"] = pdf.render("letter", LETTER | {"large_print": True})
    files["long"] = pdf.render("letter", LETTER | {"body": LETTER["body"] * 6})
    files["odd"] = pdf.render("letter", LETTER | {"recipient": {"lines": ODD_NAMES}})
    files["crest"] = pdf.render("page", PAGE | {"city": {"name": "Köln", "crest": CREST, "colour": "#ffe600"}})
    files["bare"] = pdf.render("page", {"city": {"name": "Köln"}, "date": "2026-01-01", "title": "Leer"})
    files["options"] = pdf.render("decision", DECISION | {"vote": {"options": OPTIONS, "result": "Vorschlag 6"}})
    files["draft"] = pdf.render("minutes", {key: MINUTES[key] for key in MINUTES if key != "approved_on"})
    files["attached"] = pdf.render("page", PAGE, attachments={"a.bin": bytes(range(256)), "b.csv": b"a;b\r\n"})
    batch = letters.set_batch("letter", [LETTER, LETTER | {"date": "2026-03-13"}, SHORT_LETTER], title="Drei Briefe")
    line = letters.JobLine.of("stapel-01.pdf", batch, ["1", "2", "3"])
    return files | {"batch": batch.pdf, "job": letters.job_sheet([line], city=CITY, date="2026-03-12", title="Druck")}


def planted() -> dict[str, bytes]:
    """Files that look the same and break a rule each."""
    good = pdf.render("page", PAGE)
    source = b'#set document(title: "x")\n#set text(lang: "de")\n= Titel\n'
    picture = b'#image(bytes("' + CREST.encode() + b'"), format: "svg")'
    return {
        "part 4 instead of 3": good.replace(b"<pdfaid:part>3<", b"<pdfaid:part>4<"),
        "no claim of UA": good.replace(b"pdfuaid:part", b"pdfuaid:parx"),
        "no tags": typst.compile(source, font_paths=glyphs.fonts(), format="pdf", pdf_tags=False),
        "picture without words": typst.compile(source + picture, font_paths=glyphs.fonts(), format="pdf"),
        "bytes after the end": good + b"%more\n",
    }


def checked(files: dict[str, bytes], folder: Path) -> dict[str, dict[str, list[str]]]:
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(content)
        paths.append(path)
    return {Path(name).stem: found for name, found in verapdf.faults(*paths).items()}


@pytest.mark.slow
def test_every_paper_passes_both_profiles_and_every_planted_fault_is_found(tmp_path: Path) -> None:
    good, bad = papers(), planted()
    found = checked(good | bad, tmp_path)
    assert {name: found[name] for name in good} == {name: {"PDFA_3_A": [], "PDFUA_1": []} for name in good}
    assert found["part 4 instead of 3"]["PDFA_3_A"]
    assert found["no claim of UA"]["PDFUA_1"]
    assert found["no tags"]["PDFA_3_A"]
    assert found["no tags"]["PDFUA_1"]
    assert found["bytes after the end"]["PDFA_3_A"]
    assert any("7.3" in fault for fault in found["picture without words"]["PDFUA_1"])


def test_a_validator_that_cannot_run_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not run"):
        verapdf.faults(tmp_path / "missing.pdf")


def test_the_file_claims_what_it_keeps() -> None:
    file = pdf.render("page", PAGE)
    assert re.search(rb"<pdfaid:part>3</pdfaid:part>\s*<pdfaid:conformance>A<", file)
    assert b"<pdfuaid:part>1<" in file
