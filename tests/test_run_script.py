"""The entry script and what it prepares: interpreter, environment, system packages, languages."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from portal import languages
from portal.development import ROOT, packages, secret

BARE = {"PATH": "/usr/bin:/bin"}


def run(root: Path, *arguments: str, environment: Mapping[str, str] = BARE) -> subprocess.CompletedProcess:
    """./run in a bare environment, as after `env -i`."""
    return subprocess.run(
        [str(root / "run"), *arguments],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the script and of what makes the environment, without an environment."""
    root = tmp_path / "a checkout"
    (root / "portal" / "development").mkdir(parents=True)
    shutil.copy(ROOT / "run", root)
    shutil.copy(ROOT / "portal" / "development" / "environment.py", root / "portal" / "development")
    (root / "requirements.txt").write_text("nothing-of-this-name==1.0\n")
    (root / "constraints.txt").write_text("")
    return root


@pytest.fixture
def environment(checkout: Path) -> ModuleType:
    """The module of the copied checkout."""
    path = checkout / "portal" / "development" / "environment.py"
    spec = importlib.util.spec_from_file_location("copied_environment", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fake_programs(folder: Path, **scripts: str) -> str:
    """A PATH that holds only these programs."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    for name in ("bash", "mkdir"):
        (folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return str(folder)


def test_help_names_every_command(checkout: Path) -> None:
    done = run(checkout, "help")
    assert done.returncode == 0
    for command in ("demo", "test", "lint", "check", "manage", "python", "backup", "restore"):
        assert f"./run {command}" in done.stdout
    assert run(checkout).stdout == done.stdout


def test_an_unknown_command_fails_with_the_list(checkout: Path) -> None:
    done = run(checkout, "dmeo")
    assert done.returncode == 1
    assert "There is no command 'dmeo'." in done.stderr and "./run demo" in done.stderr


def test_without_a_usable_python_it_prints_the_apt_line(checkout: Path, tmp_path: Path) -> None:
    path = fake_programs(tmp_path / "bin", python3="exit 1")
    script = (checkout / "run").read_text().replace("/usr/bin/python3", "/nowhere/python3")
    (checkout / "run").write_text(script)
    done = subprocess.run(
        [f"{path}/bash", str(checkout / "run"), "demo"], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    sudo = "" if os.geteuid() == 0 else "sudo "
    wanted = f"run: Python 3.11 or newer with venv is missing: {sudo}apt-get install -y python3 python3-venv\n"
    assert done.stderr == wanted


def test_an_empty_home_and_an_unset_one_are_replaced(checkout: Path) -> None:
    for home in ({}, {"HOME": ""}, {"HOME": "/nonexistent"}):
        run(checkout, "help", environment={**BARE, **home})
        assert (checkout / "var" / "home").is_dir()
        shutil.rmtree(checkout / "var")


@pytest.mark.parametrize(
    ("log", "cure"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full. Free some space"),
        (
            "NewConnectionError(': Failed to establish a new connection: [Errno -2]')",
            "Check the network (or the proxy)",
        ),
        ("The virtual environment was not created … ensurepip is not available", "apt-get install -y python3"),
        ("ERROR: No matching distribution found for x==1", "ERROR: No matching distribution found for x==1"),
        ("", "no reason given"),
    ],
)
def test_each_trouble_with_pip_is_one_line_with_its_cure(environment: ModuleType, log: str, cure: str) -> None:
    line = environment.explain(log, "pip could not install the packages")
    assert line.startswith("pip could not install the packages: ") and cure in line and "\n" not in line


def test_a_disk_without_room_for_the_packages_is_named(environment: ModuleType, capsys) -> None:
    environment.NEEDED_MEGABYTES["base"] = 10**9
    with pytest.raises(SystemExit):
        environment.make("base")
    assert "The disk is full" in capsys.readouterr().err
    assert not environment.VENV.exists()


def test_the_stamp_follows_every_file_that_decides_what_is_installed(environment: ModuleType, checkout: Path) -> None:
    environment.VENV.mkdir()
    assert not environment.is_current("base")
    (checkout / "requirements-dev.txt").write_text("-r requirements.txt\n")
    environment.main(["--stamp", "dev"])
    assert environment.is_current("base") and environment.is_current("dev")
    (checkout / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
    assert environment.is_current("base") and not environment.is_current("dev")
    (checkout / "constraints.txt").write_text("six==1.17.0\n")
    assert not environment.is_current("base")


@pytest.mark.slow
def test_a_fresh_checkout_gets_its_environment_once_and_failing_pip_says_why(checkout: Path) -> None:
    offline = {**BARE, "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1"}
    done = run(checkout, "python", "-c", "print(1)", environment=offline)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("run: pip could not install the packages: ERROR: No matching")
    (checkout / "requirements.txt").write_text("")
    first = run(checkout, "python", "-c", "import sys; print(sys.prefix)", environment=offline)
    assert first.stdout.splitlines()[-1] == str(checkout / ".venv")
    second = run(checkout, "python", "-c", "print('again')", environment=offline)
    assert second.stdout == "again\n"


def test_packages_are_read_with_the_program_that_makes_them_unnecessary() -> None:
    text = "# A list\n# For PDFs; or program: java\njre # why\n\n# Only this\nlibjaxb\n"
    assert packages.read_list(text) == {"jre": "java", "libjaxb": None}


def test_a_package_is_missing_if_neither_it_nor_its_program_is_there() -> None:
    wanted = {"bash": None, "no-such-package": None, "no-such-shell": "bash"}
    assert packages.missing(wanted) == ["no-such-package"]


def test_a_local_secret_is_made_once_for_all_who_ask_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLMENDE_VAR", str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(secret, ["key"] * 32))
    assert len(answers) == 1 and len(answers.pop()) >= 50
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o077 == 0


PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Council"\nmsgstr "Bürgerrat"\n'


def test_languages_are_compiled_when_they_changed_and_only_then(tmp_path: Path) -> None:
    own = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    source = tmp_path / "councils" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    for path in (own, source):
        path.parent.mkdir(parents=True)
        path.write_text(PO)
    [target, second] = languages.compile_changed(tmp_path)
    assert second == own.with_suffix(".mo")
    assert "Bürgerrat".encode() in target.read_bytes()
    assert languages.compile_changed(tmp_path) == []
    source.write_text(PO + '\n#, fuzzy\nmsgid "Draw"\nmsgstr "geraten"\n')
    later = target.stat().st_mtime + 1
    os.utime(source, (later, later))
    assert languages.compile_changed(tmp_path) == [target]
    assert b"geraten" not in target.read_bytes()


def test_a_faulty_translation_is_named_with_its_line(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO + '\nmsgid "a" b"\nmsgstr "x"\n')
    with pytest.raises(ValueError, match=r"django\.po.*line 7"):
        languages.compile_changed(tmp_path)


def test_the_launcher_needs_only_the_standard_library() -> None:
    script = (
        "import sys, portal.development; print(sorted(m for m in sys.modules if m.startswith(('django', 'psycopg'))))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n")
