"""Journeys through the running portal in a real browser."""
