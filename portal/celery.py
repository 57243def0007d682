"""The worker and its schedule; schedules are code, not rows.

Rows in PostgreSQL are the truth: each task below asks the database what is due, so that a lost message
costs a minute and never work.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
MINUTE, DAY = 60.0, 86_400.0
app.conf.beat_schedule = {
    "beat": {"task": "audit.beat", "schedule": 5.0},
    "resend stale jobs": {"task": "audit.resend_jobs", "schedule": 20.0},
    "send messages": {"task": "accounts.send_messages", "schedule": 20.0},
    "settle": {"task": "portal.settle", "schedule": MINUTE},
    "purge": {"task": "portal.purge", "schedule": DAY},
}
