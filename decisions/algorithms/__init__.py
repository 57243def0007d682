"""Rules of deadlines and of what binds, as plain functions: no Django, no clock."""
