"""The code passes every tool of `./run lint`, called as the script calls them."""

import os
import re
import subprocess
import sys

import pytest

from portal.development import ROOT

CALLS = re.findall(r"^    (.+) \|\| status=1$", (ROOT / "run").read_text(), re.MULTILINE)
TOOLS = ["ruff check", "ruff format", "importlinter", "mypy", "djlint"]


def test_lint_calls_each_tool_once() -> None:
    assert [[tool for tool in TOOLS if tool in call] for call in CALLS] == [[tool] for tool in TOOLS]


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS, ids=TOOLS)
def test_the_code_passes(call: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONUTF8": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "python": sys.executable,
    }
    done = subprocess.run(
        ["bash", "-c", call], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
