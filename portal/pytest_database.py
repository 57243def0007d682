"""pytest plugin (`-p portal.pytest_database`): a database for the tests, started before settings are read.

A fresh server with a data folder of its own, gone afterwards; never the server of DATABASE_URL, so that no test can
touch real data. `ALLMENDE_TEST_DATABASE` names another server instead (its role needs CREATEDB); the workers of
pytest-xdist find the first process's server there, and in `ALLMENDE_SEED` the city that one of them plays for all
(tests/journeys/stack.py).
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal import development, languages

_resources = ExitStack()
atexit.register(_resources.close)  # pytest does not unconfigure if it fails as early as in the settings


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Start the server; a wrapper runs before pytest-django's own hook reads the settings."""
    languages.compile_changed(development.ROOT)
    if "ALLMENDE_TEST_DATABASE" not in os.environ:
        os.environ["ALLMENDE_TEST_DATABASE"] = _resources.enter_context(development.temporary())
        os.environ["ALLMENDE_VAR"] = _folder("allmende-files-")
    if "ALLMENDE_SEED" not in os.environ:
        os.environ["ALLMENDE_SEED"] = str(Path(_folder("allmende-seed-")) / "city.tar")
    os.environ["DATABASE_URL"] = os.environ["ALLMENDE_TEST_DATABASE"]
    os.environ.update(ALLMENDE_DEVELOPMENT="1", ALLMENDE_TESTING="1")
    return (yield)


def _folder(prefix: str) -> str:
    """A folder that is gone when the run ends."""
    folder = tempfile.mkdtemp(prefix=prefix)
    _resources.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def pytest_unconfigure() -> None:
    """Stop the server; if pytest is killed instead, the server ends with it."""
    _resources.close()
