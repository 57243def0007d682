"""What a paper says and how: the same bytes each time, data as text only, the data attached, words in reading order."""

import copy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from audit.canonical import canonical_json
from documents import glyphs, pdf
from documents.tests.pdf_samples import DECISION, LETTER, MINUTES, PAGE, SAMPLES, SHORT_LETTER, STATUTE, VOTE

ROOT = Path(pdf.__file__).resolve().parent.parent
HOSTILE = "#panic() #evil[$x$] *b* _i_ @ref <label> \\ // /* `code` = h - l 'q' \"q\" ~ --- ..."
NOT_TEXT = {"type", "kind", "date", "url", "verify_url", "colour", "held_on", "decided_on", "approved_on", "in_force"}
NOT_TEXT |= {"by", "answer_by", "align", "label", "result", "value", "code"}
DIN_91379 = """A̋ C̀ C̄ C̆ C̈ C̕ C̣ C̦ C̨̆ D̂ F̀ F̄ G̀ H̄ H̦ H̱ J́ J̌ K̀ K̂ K̄ K̇ K̕ K̛ K̦ L̂ L̥ L̥̄ L̦ M̀ M̂ M̆ M̐ N̂ N̄ N̆ N̦ P̀ P̄ P̕ P̣
R̆ R̥ R̥̄ S̀ S̄ S̛̄ S̱ T̀ T̄ T̈ T̕ T̛ U̇ Z̀ Z̄ Z̆ Z̈ Z̧ Ə Ʒ Ǯ Ǥ Ɖ Ŋ Ø Þ Ð ẞ Ơ Ư Ș Ț Ḑ Ḩ Ķ Ł Ŀ Ų Ẋ Ỳ Ž ʹ ʺ ʿ"""


def words(file: bytes, *options: str) -> str:
    """What poppler reads in the file, in its reading order."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=file, capture_output=True, check=True)
    return done.stdout.decode()


def flat(file: bytes) -> str:
    return re.sub(r"\s+", " ", words(file))


def placed(file: bytes) -> list[tuple[str, float, float, float, float]]:
    """Each word of the first page with its box in millimetres from the upper left corner: left, top, right, bottom."""
    page = words(file, "-bbox", "-l", "1")
    box = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
    return [(found[4], *(float(value) * 25.4 / 72 for value in found[:4])) for found in re.findall(box, page)]


def pages(file: bytes) -> int:
    return len(PdfReader(io.BytesIO(file)).pages)


def attached(file: bytes) -> dict[str, bytes]:
    return {name: content[0] for name, content in PdfReader(io.BytesIO(file)).attachments.items()}


def changed(data: Any, change: Callable[[str], str], key: str = "") -> Any:
    """A copy of the data with `change` made to every text that is to be read by people."""
    if isinstance(data, str):
        return data if key in NOT_TEXT else change(data)
    if isinstance(data, dict):
        return {name: changed(item, change, name) for name, item in data.items()}
    if isinstance(data, list):
        return [changed(item, change, key) for item in data]
    return data


@pytest.mark.parametrize(("template", "data"), SAMPLES)
def test_the_same_data_gives_the_same_bytes(template: str, data: dict) -> None:
    assert pdf.render(template, data) == pdf.render(template, copy.deepcopy(data))


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import sys; from documents import pdf; from documents.tests.pdf_samples import DECISION;"
        "sys.stdout.buffer.write(pdf.render('decision', DECISION))"
    )
    for seed, zone in (("1", "UTC"), ("2", "Pacific/Auckland")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        )
        assert done.stdout == pdf.render("decision", DECISION)


def test_the_date_in_the_file_is_the_documents_own() -> None:
    reader = PdfReader(io.BytesIO(pdf.render("decision", DECISION)))
    assert reader.metadata.creation_date.isoformat() == "2026-06-19T00:00:00+00:00"
    assert (reader.metadata.title, reader.metadata.author) == (DECISION["title"], "Stadt Aachen")
    assert reader.root_object["/Lang"] == "de"


def test_the_file_ends_in_a_newline_after_its_end_mark() -> None:
    assert pdf.render("page", PAGE).endswith(b"%%EOF\n")


@pytest.mark.parametrize(("template", "data"), SAMPLES)
def test_the_data_is_attached_as_canonical_json(template: str, data: dict) -> None:
    assert attached(pdf.render(template, data)) == {f"{template}.json": canonical_json(data)}


def test_attachments_are_added_byte_for_byte_and_may_take_the_datas_place() -> None:
    files = {"page.json": b'{"a":1}', "bild.png": bytes(range(256)), "liste.csv": "ä;ö\r\n".encode()}
    assert attached(pdf.render("page", PAGE, attachments=files)) == files


@pytest.mark.parametrize(("template", "data"), SAMPLES)
def test_no_text_is_read_as_markup(template: str, data: dict) -> None:
    marked = changed(data, lambda text: f"{text} {HOSTILE}")
    read = re.sub(r"\s+", "", words(pdf.render(template, marked)))
    wanted = re.sub(r"\s+", "", HOSTILE)
    assert wanted in read
    assert read.count("#panic()") >= 3


@pytest.mark.parametrize(("template", "data"), SAMPLES)
def test_every_text_of_the_data_is_printed(template: str, data: dict) -> None:
    texts = list(glyphs.texts_of(changed(data, lambda text: f"«{text}»")))
    wanted = [text for text in texts if text.startswith("«")]
    read = re.sub(r"[\s-]+", "", words(pdf.render(template, changed(data, lambda text: f"«{text}»"))))
    missing = [text for text in wanted if re.sub(r"[\s-]+", "", text) not in read]
    assert missing == []


def test_a_letter_reads_from_the_sender_to_the_answer() -> None:
    order = ["Geschäftsstelle des Bürgerrats", "Yıldız Șerban-Đorđević", "Sie wurden ausgelost: für", "Guten Tag, Frau"]
    order += ["56 Menschen", "K7QM-4TXR-9WHD", "Mit freundlichen", "Dieser Brief ist echt", "Ihre Antwort", "Nein"]
    read = re.sub(r"\s+", " ", words(pdf.render("letter", LETTER), "-raw"))
    positions = [read.index(text) for text in order]
    assert positions == sorted(positions)


def test_a_letter_is_one_page_and_its_window_holds_the_address_alone() -> None:
    file = pdf.render("letter", LETTER)
    assert pages(file) == 1
    boxes = [word for word in placed(file) if word[1] < 105]
    inside = [word for word in boxes if 62.7 < (word[2] + word[4]) / 2 < 90]
    assert " ".join(word[0] for word in inside) == "Frau Yıldız Șerban-Đorđević Jülicher Straße 112 52070 Aachen"
    assert all(word[1] >= 24.9 and word[3] <= 105 and word[2] >= 62.7 and word[4] <= 90 for word in inside)
    above = " ".join(word[0] for word in boxes if 45 < (word[2] + word[4]) / 2 < 62.7)
    assert above == "Geschäftsstelle des Bürgerrats · Markt 1 · 52062 Aachen Persönlich"


def test_the_text_of_a_letter_begins_below_the_window_and_stays_inside_the_sheet() -> None:
    boxes = placed(pdf.render("letter", LETTER))
    subject = next(word for word in boxes if word[0] == "ausgelost:")
    assert 97 <= subject[2] <= 99  # the box of a word begins above its capitals, which stand at 98.46
    assert all(word[1] >= 20 and word[3] <= 190.5 and word[4] <= 290 for word in boxes)


@pytest.mark.parametrize("count", [1, 6])
def test_long_and_short_addresses_stay_in_the_window(count: int) -> None:
    lines = [f"Zeile {number} mit einem doch recht langen Namen Łęcka-Șerbănescu" for number in range(count)]
    boxes = placed(pdf.render("letter", {**SHORT_LETTER, "recipient": {"lines": lines}}))
    inside = [word for word in boxes if word[0] == "Łęcka-Șerbănescu"]
    assert len(inside) == count
    assert all(word[3] <= 105 and word[2] >= 62.7 and word[4] <= 90 for word in inside)


def test_a_letter_that_is_too_long_goes_on_with_numbered_pages() -> None:
    file = pdf.render("letter", {**LETTER, "body": LETTER["body"] * 6})
    assert pages(file) == 2
    assert "Seite 1 von 2" in flat(file)
    assert "Seite" not in flat(pdf.render("letter", LETTER))


def test_a_decision_keeps_its_first_page_in_the_fixed_form() -> None:
    first = re.sub(r"\s+", " ", words(pdf.render("decision", DECISION), "-l", "1"))
    order = [
        "Empfehlung Nr. 2026/14",
        "Was verlangt wird",
        "20 Prozent Nachlass",
        "Aufsichtsrat",
        "Selbstverpflichtung",
    ]
    order += [
        "So wurde abgestimmt",
        "Angenommen",
        "Warum",
        "Wer widerspricht",
        "9 Mitglieder",
        "Im Wortlaut ab Seite 2",
    ]
    positions = [first.index(text) for text in order]
    assert positions == sorted(positions)
    assert "Testsiegel" in first
    assert "Begründung" not in first


def test_shares_are_rounded_half_up_in_exact_numbers() -> None:
    vote = {**VOTE, "options": [{"label": "yes", "count": 1}, {"label": "no", "count": 15}]}
    read = flat(pdf.render("decision", {**DECISION, "vote": vote}))
    assert "6,3 %" in read
    assert "93,8 %" in read
    nobody = {**VOTE, "options": [{"label": "yes", "count": 0}, {"label": "no", "count": 0}]}
    assert "Ja 0 –" in flat(pdf.render("decision", {**DECISION, "vote": nobody}))


@pytest.mark.parametrize("missing", ["date", "item"])
def test_no_instruction_is_printed_without_the_councils_resolution(missing: str) -> None:
    basis = {"kind": "instruction", "date": "2026-05-06", "item": "7"}
    ordered = {
        **DECISION,
        "kind": "instruction",
        "addressees": [{"organ": "Gesellschafterversammlung", "basis": basis}],
    }
    assert "Ratsbeschluss vom 6. Mai 2026, TOP 7" in flat(pdf.render("decision", ordered))
    del basis[missing]
    with pytest.raises(pdf.DataError, match="instruction"):
        pdf.render("decision", ordered)


def test_what_was_closed_is_neither_printed_nor_attached() -> None:
    closed = {"number": "2", "title": "Vertrag", "closed": True, "body": ["Geheimer Preis"], "recused": ["Platz 3"]}
    file = pdf.render("minutes", {**MINUTES, "items": [closed]})
    assert "Nichtöffentlich beraten" in flat(file)
    assert "Geheimer" not in flat(file)
    assert json.loads(attached(file)["minutes.json"])["items"] == [{"number": "2", "title": "Vertrag", "closed": True}]


def test_a_statute_numbers_paragraphs_only_where_there_are_several() -> None:
    read = flat(pdf.render("statute", STATUTE))
    assert "(1) Der Rat hat 56 Plätze." in read
    assert "(1) Die Einladung" not in read


def test_english_and_simple_german_have_their_own_words() -> None:
    assert "Please answer by Thursday, 2 April 2026." in flat(pdf.render("letter", LETTER, language="en"))
    assert "Antworten Sie bitte bis Donnerstag, 2. April 2026." in flat(pdf.render("letter", LETTER, language="de-ls"))


def test_every_language_has_every_label() -> None:
    known = json.loads((glyphs.FOLDER / "labels.json").read_text(encoding="utf-8"))
    assert known["de"].keys() == known["en"].keys()
    assert known["de-ls"].keys() <= known["de"].keys()
    fields = {
        key: [sorted(re.findall(r"{\w+}", str(known[tongue][key]))) for tongue in ("de", "en")] for key in known["de"]
    }
    assert {key for key, (german, english) in fields.items() if german != english} == set()


def test_every_label_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in glyphs.FOLDER.glob("*.typ"))
    sources += (ROOT / "documents" / "letters.py").read_text(encoding="utf-8")
    built = {"recommendation", "resolution", "yes", "no", "abstain", "instruction"}
    built |= {key for key in pdf.labels("de") if key.startswith("basis_")}
    assert {key for key in pdf.labels("de") if f'"{key}"' not in sources and f".{key}" not in sources} <= built


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"city": {}}, "city.name"),
        ({"date": None}, "date"),
        ({"date": "12. März"}, "no ISO date"),
        ({"recipient": {"lines": []}}, "window"),
        ({"recipient": {"lines": ["x"] * 7}}, "window"),
        ({"reference": [["a", "b"]] * 5}, "references"),
        ({"city": {"name": "A", "colour": "red"}}, "#rrggbb"),
    ],
)
def test_incomplete_data_is_refused_by_name(change: dict, told: str) -> None:
    with pytest.raises(pdf.DataError, match=told):
        pdf.render("letter", LETTER | change)


def test_unknown_templates_languages_and_blocks_are_refused() -> None:
    with pytest.raises(pdf.DataError, match="template"):
        pdf.render("../main", PAGE)
    with pytest.raises(pdf.DataError, match="labels"):
        pdf.render("page", PAGE, language="fr")
    with pytest.raises(pdf.RenderError, match="unknown block type"):
        pdf.render("page", {**PAGE, "sections": [{"body": [{"type": "film"}]}]})


@pytest.mark.parametrize("colour", ["#ffe600", "#00a0e3", "#ffffff", "#000000", "#8a1538", "#7fff00"])
def test_words_in_the_citys_colour_are_readable(colour: str) -> None:
    accent = pdf.readable_colour(colour)
    white, tint = (pdf.Colour.parse(text).contrast_to_white() for text in (accent, pdf.mixed(accent, 0.08)))
    assert white >= 4.5
    assert white / tint >= 4.5


def test_a_dark_colour_stays_as_it_is() -> None:
    assert pdf.readable_colour("#8a1538") == "#8a1538"


def test_names_of_german_registers_are_printed_as_they_are() -> None:
    assert glyphs.unprintable(DIN_91379.split()) == []
    assert (
        glyphs.unprintable(["Иван Ґалаґан", "Ελένη", "გიორგი", "Nguyễn Thị Phương", "İpek Yağmur", "שרה", "محمد"]) == []
    )
    read = words(pdf.render("letter", {**SHORT_LETTER, "body": ["Łukasz Șerban, Đorđe, Yağmur, Иван, Nguyễn"]}))
    assert "Łukasz Șerban, Đorđe, Yağmur, Иван, Nguyễn" in read


def test_a_character_without_glyph_is_shown_as_a_box_and_reported() -> None:
    letter = {**SHORT_LETTER, "recipient": {"lines": ["王小明 😀", "Markt 1"]}}
    assert glyphs.unprintable(letter) == ["王小明 😀"]
    assert "▯▯▯ ▯" in words(pdf.render("letter", letter))
    assert json.loads(attached(pdf.render("letter", letter))["letter.json"])["recipient"]["lines"][0] == "王小明 😀"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ufeffb", "a\u200eb", "a\x85b"], ids=ascii
)
def test_controls_and_direction_marks_are_not_printed(text: str) -> None:
    assert glyphs.printable(text) in ("ab", "a b")


@pytest.mark.parametrize(
    "text",
    [
        "a\ue000b",
        " \U0001f1ea\u0361\u05b0",
        "\u4e00 \u3099\u0323",
        "\u2010\u05b0\u3099",
        "a\uffffb",
        "a\u3000b",
        "a\u1680b",
        "a\u2028b",
        "e\u0301",
        "\u0301",
        "\U0010ffff",
    ],
    ids=ascii,
)
def test_whatever_characters_come_a_file_is_made(text: str) -> None:
    assert pdf.render("page", {**PAGE, "lead": text}).startswith(b"%PDF-1.7")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_any_text_at_all_can_be_set(text: str) -> None:
    assert pdf.render("page", {**PAGE, "title": f"x{text}", "lead": text}).startswith(b"%PDF-1.7")


def test_the_characters_taken_as_printable_unasked_are_so() -> None:
    ranges = re.findall(r"(.)-(.)", re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), glyphs._COMMON))
    everything = "".join(chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1))
    assert len(everything) > 750
    assert glyphs._has_glyphs(everything)


def test_a_long_word_is_broken_and_a_long_address_is_not() -> None:
    assert glyphs.printable("x" * 100).replace("\u200b", "") == "x" * 100
    url = "https://b.example/" + "x" * 100
    assert glyphs.printable({"url": url}) == {"url": url}
    boxes = placed(pdf.render("page", {**PAGE, "lead": "x" * 400, "qr": {"url": url}}))
    assert all(word[3] <= 191 for word in boxes)


def test_the_qr_code_is_the_one_of_its_address() -> None:
    import segno

    url = "https://buergerrat.stadt.example/a?c=1"
    code = segno.make(url, error="m", micro=False, boost_error=False)
    drawn = re.findall(r"[Mm]([\d.-]+) ([\d.-]+)h(\d+)|m(-?[\d.]+) ([\d.-]+)h(\d+)|h(\d+)", pdf.qr_svg(url))
    dark = sum(int(part) for found in drawn for part in (found[2], found[5], found[6]) if part)
    assert dark == sum(map(sum, code.matrix))
    assert pdf.qr_svg(url) == pdf.qr_svg(url)


def test_seats_large_print_and_own_crests_are_drawn() -> None:
    assert "Platz 17" in flat(pdf.render("letter", SHORT_LETTER))
    assert pages(pdf.render("letter", {**LETTER, "large_print": True})) == 2
    crest = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><circle r='5' cx='5' cy='5' fill='#080'/></svg>"
    )
    with_crest = pdf.render("letter", {**LETTER, "city": {"name": "Stadt Aachen", "crest": crest}})
    assert with_crest != pdf.render("letter", {**LETTER, "city": {"name": "Stadt Aachen"}})


def test_papers_need_no_django() -> None:
    code = "import sys, documents.pdf, documents.letters, documents.checks; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
