"""Rules of deadlines, as plain functions: no Django, no clock."""
