"""What is vendored is what the lock names, and small enough for a phone on the tram."""

import gzip

import pytest

from portal import vendor, vendor_css

STYLE, SCRIPT, FONTS = 45_000, 20_000, 45_000  # bytes, compressed (fonts are)
SCREEN = ["vendor/kern/kern.css", "css/allmende.css", "css/components.css"]
SCRIPTS = ["vendor/htmx/htmx.min.js", "js/allmende.js"]


def compressed(name: str) -> int:
    return len(gzip.compress((vendor.STATIC / name).read_bytes(), 9))


def test_every_vendored_file_is_the_one_the_lock_names():
    assert list(vendor.faults()) == []


def test_a_changed_file_and_an_unknown_class_are_found(monkeypatch, tmp_path):
    lock = vendor.read_lock()
    lock["packages"][0]["files"]["static/vendor/kern/kern.css"]["sha256"] = "0" * 64
    monkeypatch.setattr(vendor, "read_lock", lambda: lock)
    assert any("not the file the lock names" in fault for fault in vendor.faults())


def test_style_script_and_fonts_keep_their_budgets():
    assert sum(map(compressed, SCREEN)) <= STYLE
    assert sum(map(compressed, SCRIPTS)) <= SCRIPT
    assert sum(path.stat().st_size for path in (vendor.STATIC / "fonts").glob("*.woff2")) <= FONTS


def test_stale_siblings_are_written_anew(monkeypatch, tmp_path):
    sheet = tmp_path / "one.css"
    sheet.write_text("a{color:red}" * 100)
    monkeypatch.setattr(vendor, "STATIC", tmp_path)
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    vendor.compress()
    sheet.write_text("a{color:blue}" * 100)
    assert vendor.is_stale(sheet)
    vendor.compress()
    assert gzip.decompress(vendor.sibling(sheet).read_bytes()) == sheet.read_bytes()


def test_a_wrong_package_is_refused(monkeypatch, tmp_path):
    (tmp_path / "x.tgz").write_bytes(b"not the package")

    class Done:
        stdout = "x.tgz\n"

    monkeypatch.setattr(vendor.subprocess, "run", lambda *arguments, **options: Done())
    with pytest.raises(SystemExit, match="the lock says"):
        vendor.fetch_package({"name": "x", "version": "1", "integrity": "sha512-other"}, tmp_path)


KEEP = {"blocks": ["btn", "form"], "icons": ["add"]}


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".kern-btn{a:b}.kern-row{a:b}", ".kern-btn{a:b}\n"),
        (".kern-btn,.kern-row{a:b}", ".kern-btn{a:b}\n"),
        (".kern-form-input__input{a:b}", ".kern-form-input__input{a:b}\n"),
        (".kern-icon--add{a:b}.kern-icon--home{a:b}", ".kern-icon--add{a:b}\n"),
        ("@media print{.kern-row{a:b}.kern-btn{a:b}}", "@media print{.kern-btn{a:b}}\n"),
        ('.kern-btn{a:url("data:{}")}', '.kern-btn{a:url("data:{}")}\n'),
        (":root{--kern-x:1;--kern-y:var(--kern-z);--kern-z:2}.kern-btn{a:var(--kern-y)}",
         ":root{--kern-y:var(--kern-z);--kern-z:2}.kern-btn{a:var(--kern-y)}\n"),
    ],
)  # fmt: skip
def test_pruning_keeps_the_rules_in_use(css, kept):
    assert vendor_css.prune(css, KEEP, set()) == kept
