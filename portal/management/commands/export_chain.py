"""Write the chain of one object to standard output: `./run manage export_chain proposal:12 > chain.json`.

`python -m audit.verify chain.json` checks it on bare Python. The last line on standard error is the chain's head:
keep it elsewhere, and a chain that is cut off later will be found out (`--head`).
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import export_chain


class Command(BaseCommand):
    help = "Export the chain of events of one object."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("label", help='the object, as "proposal:12"')

    def handle(self, **options: Any) -> None:
        export = export_chain(options["label"])
        if not export["events"]:
            raise CommandError(f"Nothing is recorded about {options['label']!r}; labels look like proposal:12.")
        self.stdout.write(json.dumps(export, ensure_ascii=False, indent=1))
        self.stderr.write(f"head {export['events'][-1]['hash']}")
