"""What must be true of the repository itself."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.template import engines
from django.utils import translation
from django.utils.module_loading import import_string

from audit.personal import Personal

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "portal",
    "decisions",
    "meetings",
    "proposals",
    "lottery",
    "councils",
    "voting",
    "accounts",
    "documents",
    "audit",
]
SIDE_BY_SIDE = {("proposals", "lottery"), ("lottery", "proposals")}
OURS = [config for config in apps.get_app_configs() if config.name.split(".")[0] in ORDER]
MODELS = [model for config in OURS for model in config.get_models()]
SOURCES = [
    path
    for package in ORDER
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts and "tests" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def package_of(model) -> str:
    return model.__module__.split(".")[0]


def rank(package: str) -> int:
    return ORDER.index(package)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_foreign_keys_point_downwards(model):
    own = package_of(model)
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            other = package_of(field.related_model)
            if other in ORDER:
                assert rank(other) >= rank(own), f"{field} points upwards to {other}"
                assert (own, other) not in SIDE_BY_SIDE, f"{field}: neither app knows the other"


def run_import_linter(folder: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_run_downwards():
    result = run_import_linter(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("audit/clock.py", "from accounts.models import Person"),
        ("councils/models.py", "import proposals.models"),
        ("lottery/models.py", "from proposals.models import Proposal"),
        ("voting/models.py", "def later():\n    from decisions import models\n    return models"),
        ("audit/verify.py", "import django"),
    ],
)
def test_a_broken_import_is_caught(tmp_path, module, line):
    for package in ORDER:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.po", "*.mo")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n\n{line}\n")
    result = run_import_linter(tmp_path)
    assert result.returncode == 1
    assert module.removesuffix(".py").replace("/", ".") in result.stdout


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_compiles(template):
    if template.suffix in {".html", ".txt"}:
        name = str(template.relative_to(ROOT / "templates"))
        assert engines["django"].get_template(name)


@pytest.mark.parametrize("language", ["de", "en", "de-ls"])
def test_every_language_activates(language):
    with translation.override(language):
        assert translation.gettext("proposal") == ("proposal" if language == "en" else "Vorschlag")


def test_the_driver_is_psycopg2():
    assert connection.Database.__name__ == "psycopg2"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    assert all(re.match(r"\d{4}_(initial|[a-z]+_[a-z_]+)$", path.stem) for path in migrations())


def migrations() -> list[Path]:
    return [path for package in ORDER for path in (ROOT / package).rglob("migrations/0*.py")]


# --- Personal data ----------------------------------------------------------------------------------------------

TELLING = (models.EmailField, models.TextField, models.FileField, models.GenericIPAddressField, models.DateField)
TELLING_NAMES = re.compile(
    r"name$|^name|birth|street|phone|postal_code|person|^by$|_by$|author|helper|^needs$|pseudonym"
)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_model_says_what_is_personal(model):
    declared = model.__dict__.get("personal")
    assert isinstance(declared, dict), "set `personal` on the model (audit/personal.py), {} if nothing is"
    names = {field.name for field in model._meta.get_fields()}
    for name, purpose in declared.items():
        assert name in names
        assert isinstance(purpose, Personal)
        assert all([purpose.purpose, purpose.basis, purpose.recipients, purpose.deletion])


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_no_link_to_a_person_is_undeclared(model):
    for field in model._meta.get_fields():
        if field.concrete and field.is_relation and field.related_model.__name__ in {"Person", "User"}:
            assert field.name in model.personal, f"{model.__name__}.{field.name} has no purpose"


@pytest.mark.parametrize("model", [model for model in MODELS if model.personal], ids=str)
def test_no_telling_field_of_a_personal_model_is_undeclared(model):
    open_fields = {"public_id", "created_at", "modified_at", "deleted_at"}
    for field in model._meta.concrete_fields:
        if field.name in open_fields or field.name in model.personal:
            continue
        is_telling = field.get_internal_type() == "EmailField" or TELLING_NAMES.search(field.name)
        assert not is_telling, f"{model.__name__}.{field.name} has no purpose"


def test_a_planted_field_without_purpose_is_found():
    assert TELLING_NAMES.search("helper_phone")
    assert TELLING_NAMES.search("entered_by")
    assert not TELLING_NAMES.search("roll_count")


# --- German -----------------------------------------------------------------------------------------------------

CALLS = {"_", "gettext", "gettext_lazy", "_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
TRANSLATE = re.compile(r"""{%\s*trans(?:late)?\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')|_\(\s*"([^"]*)"\s*\)""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.S)


def python_msgids(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
            first = node.args[1 if node.func.id.startswith("p") else 0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def template_msgids(path: Path) -> set[str]:
    text = path.read_text()
    found = {next(group for group in match if group) for match in TRANSLATE.findall(text) if any(match)}
    for options, body in BLOCK.findall(text):
        first = re.split(r"{%\s*plural\s*%}", body)[0]
        first = re.sub(r"{{\s*([\w.]+)\s*}}", r"%(\1)s", first)
        if "trimmed" in options:
            first = " ".join(line.strip() for line in first.strip().splitlines())
        found.add(first)
    return found


def catalogue(language: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for path in [
        *ROOT.glob(f"*/locale/{language}/LC_MESSAGES/django.po"),
        ROOT / f"locale/{language}/LC_MESSAGES/django.po",
    ]:
        for entry in polib.pofile(str(path)):
            if not entry.fuzzy and not entry.obsolete:
                known[entry.msgid] = entry.msgstr or "".join(entry.msgstr_plural.values())
    return known


def test_every_msgid_has_german_words():
    known = catalogue("de")
    wanted = {msgid for path in SOURCES for msgid in python_msgids(path)}
    ours = [path for path in TEMPLATES if path.suffix in {".html", ".txt"}]
    wanted |= {msgid for path in ours for msgid in template_msgids(path)}
    with translation.override("de"):
        missing = sorted(msgid for msgid in wanted if not known.get(msgid) and translation.gettext(msgid) == msgid)
    same = {"Passkey", "GmbH", "Version", "Status", "E-Mail", "SMS", "Name", "Adresse"}
    assert [msgid for msgid in missing if msgid.strip() not in same] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("**/locale/de/LC_MESSAGES/django.po")), ids=str)
def test_placeholders_survive_translation_and_nobody_is_addressed_as_du(path):
    if ".venv" in path.parts:
        return
    for entry in polib.pofile(str(path)):
        german = entry.msgstr or " ".join(entry.msgstr_plural.values())
        assert set(re.findall(r"%\(\w+\)[sd]", german)) <= set(
            re.findall(r"%\(\w+\)[sd]", entry.msgid + entry.msgid_plural)
        )
        assert not re.search(r"\b(du|dein|deine|deinen|deiner|dich|dir)\b", german, re.I), german


# --- House rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=lambda p: p.name)
def test_templates_have_no_inline_script_or_style(path):
    text = path.read_text()
    assert not re.search(r"<script>|<script [^>]*>[^<\s]|\sstyle=|\son(click|change|submit|load)=|\|safe\b", text)


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.name in {"services.py", "tasks.py"} or "services" in p.parts], ids=str
)
def test_services_ask_the_one_clock(path):
    assert not re.search(r"timezone\.now|datetime\.now|date\.today|time\.time\(", path.read_text())


def test_no_signals_no_admin():
    for path in SOURCES:
        text = path.read_text()
        assert "django.dispatch" not in text
        assert "django.contrib.admin" not in text


def test_csrf_exempt_is_nowhere():
    assert [path for path in SOURCES if "csrf_exempt" in path.read_text()] == []


def test_tasks_are_known_by_the_names_jobs_use():
    kinds = {kind for path in SOURCES for kind in re.findall(r'start_job\(\s*"([\w.]+)"', path.read_text())}
    from celery import current_app

    current_app.loader.import_default_modules()
    for config in OURS:
        if (Path(config.path) / "tasks.py").exists():
            import_string(f"{config.name}.tasks.shared_task")
    assert kinds
    assert kinds <= set(current_app.tasks)
