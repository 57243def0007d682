"""Reads PrefLib's soc, soi, toc, toi and cat files (Mattei and Walsh 2013), in the old form and the new one.

New form: "# KEY: value" lines, then "count: 1,2,{3,4}". Old form: the number of alternatives, "number,name" lines,
a line of sums, then "count,1,2,{3,4}". Braces hold alternatives that share a rank or a category.
"""

import re

from .model import CATEGORIES, RANKINGS, BallotFile, FileFault, text_lines, unlike, whole_number

_ITEM = re.compile(r"\{([^{}]*)\}|([^,{}]+)")


def read_preflib(text: str) -> BallotFile:
    """Ranked ballots, or categories for cat files. Raises FileFault."""
    lines = [(number, line.strip()) for number, line in enumerate(text_lines(text), start=1) if line.strip()]
    if lines[0][1].startswith("#"):
        return _read_new(lines)
    return _read_old(lines)


def _read_new(lines: list[tuple[int, str]]) -> BallotFile:
    meta: dict[str, str] = {}
    ballots = []
    for number, line in lines:
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            meta[key.strip().upper()] = value.strip()
        else:
            count, colon, ranks = line.partition(":")
            if not colon:
                cure = "write the number of ballots, a colon and the order, e.g. 3: 1,2"
                raise FileFault("this line has no colon", line=number, cure=cure)
            ballots.append((number, count, ranks))
    if "NUMBER ALTERNATIVES" not in meta:
        raise FileFault("the number of alternatives is missing", cure="add a line such as # NUMBER ALTERNATIVES: 4")
    size = whole_number(meta["NUMBER ALTERNATIVES"], line=1, what="the number of alternatives", least=1)
    names = unlike(meta.get(f"ALTERNATIVE NAME {i}", str(i)) or str(i) for i in range(1, size + 1))
    is_cat = meta.get("DATA TYPE", "").lower() == "cat"
    categories = []
    if is_cat:
        groups = whole_number(meta.get("NUMBER CATEGORIES", ""), line=1, what="the number of categories", least=1)
        categories = unlike(meta.get(f"CATEGORY NAME {i}", str(i)) for i in range(1, groups + 1))
    kind = CATEGORIES if is_cat else RANKINGS
    result = BallotFile(kind, names, title=meta.get("TITLE", ""), categories=categories, meta=meta)
    for number, found, ranks in ballots:
        _add(result, number, found, ranks)
    return result


def _read_old(lines: list[tuple[int, str]]) -> BallotFile:
    number, first = lines[0]
    size = whole_number(first, line=number, what="the number of alternatives", least=1)
    if len(lines) < size + 2:
        cure = "the file seems cut off, fetch it again"
        raise FileFault(f"fewer lines than {size} alternatives need", line=lines[-1][0], cure=cure)
    names = []
    for expected, (line, entry) in enumerate(lines[1 : size + 1], start=1):
        label, _, name = entry.partition(",")
        if label.strip() != str(expected):
            cure = f"write {expected},name"
            raise FileFault(f"alternative {expected} is not where it should be", line=line, cure=cure)
        names.append(name.strip() or str(expected))
    result = BallotFile(RANKINGS, unlike(names))
    for line, entry in lines[size + 2 :]:
        count, _, ranks = entry.partition(",")
        _add(result, line, count, ranks)
    return result


def _add(result: BallotFile, line: int, count: str, ranks: str) -> None:
    number = whole_number(count, line=line, what="the number of ballots")
    pattern = tuple(_item(result, line, *found.groups()) for found in _ITEM.finditer(ranks) if found.group().strip())
    if result.kind == CATEGORIES:
        pattern = tuple(frozenset([item]) if isinstance(item, str) else item for item in pattern)
        if len(pattern) > len(result.categories):
            cure = "put the alternatives of each category in braces, in the order of the categories"
            raise FileFault("more groups than categories", line=line, cure=cure)
    result.add(pattern, number, line)


def _item(result: BallotFile, line: int, shared: str, single: str | None) -> str | frozenset:
    if single is not None:
        return _option(result, line, single)
    found = frozenset(_option(result, line, part) for part in shared.split(",") if part.strip())
    return next(iter(found)) if len(found) == 1 else found


def _option(result: BallotFile, line: int, text: str) -> str:
    number = whole_number(text, line=line, what="the alternative", least=1)
    if number > len(result.options):
        cure = f"use numbers from 1 to {len(result.options)}"
        raise FileFault(f"there is no alternative {number}", line=line, cure=cure)
    return result.options[number - 1]
