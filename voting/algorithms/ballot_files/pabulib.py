"""Reads Pabulib's .pb files (pabulib.org/format): META, PROJECTS and VOTES, columns parted by semicolons.

Vote types: approval and choose-1 (projects), cumulative and scoring (projects with points), ordinal (an order).
"""

import csv

from .model import APPROVALS, POINTS, RANKINGS, BallotFile, FileFault, amount, text_lines

SECTIONS = ("META", "PROJECTS", "VOTES")
KINDS = {
    "approval": APPROVALS,
    "choose-1": APPROVALS,
    "cumulative": POINTS,
    "scoring": POINTS,
    "ordinal": RANKINGS,
}


def read_pabulib(text: str) -> BallotFile:
    """Budget, costs and ballots; `options` are the project ids. Raises FileFault."""
    sections = _sections(text)
    meta = {row["key"].lower(): row["value"] for _, row in sections["META"]}
    budget_line = next((line for line, row in sections["META"] if row["key"].lower() == "budget"), None)
    if budget_line is None:
        raise FileFault("META names no budget", cure="add a line such as budget;1000000")
    kind = KINDS.get(meta.get("vote_type", "").lower())
    if kind is None:
        raise FileFault(f"the vote_type {meta.get('vote_type', '')!r} is unknown", cure=f"use {', '.join(KINDS)}")
    result = BallotFile(kind, [], title=meta.get("description", ""), meta=meta)
    result.budget = amount(meta["budget"], line=budget_line, what="the budget")
    for line, row in sections["PROJECTS"]:
        _add_project(result, line, row)
    seen: set[str] = set()
    for line, row in sections["VOTES"]:
        if row["voter_id"] in seen:
            cure = "give each voter one row"
            raise FileFault(f"voter {row['voter_id']!r} is there twice", line=line, cure=cure)
        seen.add(row["voter_id"])
        result.add(_ballot(result, line, row), 1, line)
    _check_number(meta, "num_projects", len(result.options))
    _check_number(meta, "num_votes", len(seen))
    return result


def _sections(text: str) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Rows of each section as (line, column → cell). The columns a section must have are checked."""
    needed = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
    found: dict[str, list[tuple[int, dict[str, str]]]] = {}
    section = ""
    header: list[str] = []
    rows = csv.reader((line + "\n" for line in text_lines(text)), delimiter=";", skipinitialspace=True)
    for row in rows:
        line, cells = rows.line_num, [cell.strip() for cell in row]
        if not any(cells):
            continue
        if cells[0].upper() in SECTIONS and not any(cells[1:]) and cells[0].upper() not in found:
            section, header = cells[0].upper(), []
            found[section] = []
        elif not section:
            raise FileFault(
                "the file does not begin with META", line=line, cure="write the sections META, PROJECTS, VOTES"
            )
        elif not header:
            header = [cell.lower() for cell in cells]
            missing = [column for column in needed[section] if column not in header]
            if missing:
                cure = f"name the columns {', '.join(needed[section])} in the line below {section}"
                raise FileFault(f"the section {section} has no column {missing[0]}", line=line, cure=cure)
        else:
            if len(cells) < len(header) or (section != "META" and any(cells[len(header) :])):
                cure = "part the cells by semicolons and quote cells that hold one"
                raise FileFault(f"{len(cells)} cells below {len(header)} columns", line=line, cure=cure)
            found[section].append((line, dict(zip(header, cells, strict=False))))
    missing = [name for name in SECTIONS if name not in found]
    if missing:
        raise FileFault(f"the section {missing[0]} is missing", cure="write the sections META, PROJECTS, VOTES")
    return found


def _add_project(result: BallotFile, line: int, row: dict[str, str]) -> None:
    project = row["project_id"]
    if not project or project in result.costs:
        cure = "give each project an id of its own"
        raise FileFault(f"project {project!r} is there twice or has no id", line=line, cure=cure)
    cost = amount(row["cost"], line=line, what="the cost")
    if cost < 0:
        raise FileFault(f"project {project!r} costs less than nothing", line=line, cure="write a cost from 0")
    result.costs[project] = cost
    result.options.append(project)


def _ballot(result: BallotFile, line: int, row: dict[str, str]):
    projects = [part.strip() for part in row["vote"].split(",") if part.strip()]
    for project in projects:
        if project not in result.costs:
            cure = "name it under PROJECTS or correct the vote"
            raise FileFault(f"there is no project {project!r}", line=line, cure=cure)
    if len(set(projects)) != len(projects):
        raise FileFault("this vote names a project twice", line=line, cure="name each project once")
    if result.kind == APPROVALS:
        return frozenset(projects)
    if result.kind == RANKINGS:
        return tuple(projects)
    points = [part for part in row.get("points", "").split(",") if part.strip()]
    if len(points) != len(projects):
        cure = "give points in the column points, one for each project, parted by commas"
        raise FileFault(f"{len(points)} points for {len(projects)} projects", line=line, cure=cure)
    given = {
        project: amount(text, line=line, what="the points") for project, text in zip(projects, points, strict=True)
    }
    default = amount(result.meta.get("default_score") or "0", line=None, what="default_score")
    if default:
        given = {project: given.get(project, default) for project in result.options}
    return tuple(sorted(given.items()))


def _check_number(meta: dict[str, str], key: str, number: int) -> None:
    if meta.get(key) and amount(meta[key], line=None, what=key) != number:
        cure = "fetch the file again if it is cut off, or correct META"
        raise FileFault(f"META says {key} {meta[key]}, the file has {number}", cure=cure)
