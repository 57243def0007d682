"""Counting methods, exact and free of Django: plain ballots in, plain lists, strings and integers out.

Every method takes its ballots as an iterable of hashable patterns or as a mapping pattern → number of
ballots, counts equal patterns first, uses integers and fractions only, and tells its steps. Formats,
rules, tie-breaks and sources: docs/counting.md. The same methods as a command: `python -m voting.count`.
"""
