"""A worker in a process of its own, so that a test can kill it: `python -m lottery.tests.worker CONNECTION JOB [half]`.

With `half` it says "half" in the middle of the panels and waits there for the signal.
"""

import json
import sys
import time

import django
from django.conf import settings

PATIENCE = 120


def main(connection: str, job: str, *rest: str) -> None:
    """Do one job of `lottery.compute` against the database that the test names."""
    settings.DATABASES["default"].update(json.loads(connection))
    django.setup()
    from lottery import tasks
    from lottery.services import drawing

    if "half" in rest:
        draw_lottery = drawing.draw_lottery

        def waits_halfway(problem, *, progress, **options):  # type: ignore[no-untyped-def]
            def report(done: int, total: int) -> None:
                progress(done, total)
                if done >= total // 2:
                    print("half", flush=True)
                    time.sleep(PATIENCE)

            return draw_lottery(problem, progress=report, **options)

        drawing.draw_lottery = waits_halfway
    tasks.compute(int(job))
    print("ended", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
