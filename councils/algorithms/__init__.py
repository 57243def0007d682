"""Rules of renewal and of what may bind an organ, as plain functions: no Django, no clock."""
