"""Prepares the demo's data in one process, so that Django is loaded once: `python -m portal.development.seed`."""

import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError

from portal import languages


def main() -> int:
    """Languages, migrations, the cache's table, the demo's city; each does only what is still to be done."""
    if languages.main() != 0:
        return 1
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("demo")
    except (CommandError, OperationalError) as error:  # a fault of the data or the disk, not of the code
        print(str(error).strip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
