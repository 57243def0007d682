"""Prepares the demo's data in one process, so that Django is loaded once.

`python -m portal.development.seed FILE` also writes the demo's logins into the file.
"""

import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from portal import languages, vendor


def main() -> int:
    """Languages, compressed styles, migrations, the cache's table, the demo's city; each does only what is still to be done."""
    if languages.main() != 0:
        return 1
    vendor.compress()
    django.setup()
    try:
        migrate()
        call_command("createcachetable", verbosity=0)
        call_command("demo")
        with open(sys.argv[1], "w") as file:
            call_command("demo", "--logins", stdout=file)
    except (CommandError, OperationalError) as error:  # a fault of the data or the disk, not of the code
        print(str(error).strip(), file=sys.stderr)
        return 1
    return 0


def migrate() -> None:
    """Apply the migrations that are missing, and say how many: on an empty database they take half a minute."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        print(f"  {len(missing)} migrations …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
