"""Compiles the translations, the project's and each app's, without gettext's programs: `python -m portal.languages`."""

import os
import sys
from pathlib import Path


def compile_changed(root: Path) -> list[Path]:
    """Compile every .po file below locale/ and */locale/ that is newer than its .mo file; return the .mo files written.

    Fuzzy and obsolete entries are left out, as msgfmt does. Errors: ValueError with file and line of a faulty file.
    """
    sources = [*root.glob("locale/*/LC_MESSAGES/*.po"), *root.glob("*/locale/*/LC_MESSAGES/*.po")]
    changed = [path for path in sorted(sources) if _is_outdated(path)]
    return [_compile(path) for path in changed]


def _is_outdated(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    """Write the .mo file beside its source, whole or not at all: a running server may be reading the old one."""
    import polib  # only when there is something to compile: most starts have nothing

    try:
        catalogue = polib.pofile(str(source), encoding="utf-8", check_for_duplicates=True)
    except (OSError, ValueError) as error:
        raise ValueError(f"{source}: {error}") from error
    draft = source.with_suffix(f".mo.{os.getpid()}")
    catalogue.save_as_mofile(str(draft))
    target = source.with_suffix(".mo")
    os.replace(draft, target)
    return target


def main() -> int:
    """Compile the checkout's languages and say which; 1 if a file is faulty."""
    root = Path(__file__).resolve().parent.parent
    try:
        for path in compile_changed(root):
            print(f"compiled {path.relative_to(root)}")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
