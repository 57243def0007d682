"""How a count came about, as words, tables and figures: what `templates/meetings/_count.html` draws. Plain values."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from meetings.record_forms import grade_word
from meetings.services.chronicle import method_words
from voting.methods import BUDGETS
from voting.models import Vote

BAR, GAP, NAMES, COLUMN = 22, 12, 0, 132  # a row's bar, the space below it, and a round's column, in drawing units


def count_of(vote: Vote) -> dict[str, Any]:
    """The picture, the steps in words and the table of a closed vote on options; `kind` names the template's part."""
    result = vote.result or {}
    counted, titles = result["count"], vote.option_titles()
    winners = [titles[option] for option in result["winners"]]
    common = {"method_words": method_words(vote.method), "winners": winners, "seats": vote.rule["seats"]}
    if counted is None:
        return {**common, "kind": "none", "steps": [_("Nobody marked an option.")]}
    common["steps"] = steps_of(vote, counted, titles)
    if vote.method in BUDGETS:
        return {**common, "kind": "money", **money_of(counted, titles)}
    if vote.method in ("irv", "stv"):
        return {**common, "kind": "rounds", **rounds_of(counted, titles)}
    if vote.method == "schulze":
        return {**common, "kind": "pairs", **pairs_of(counted, titles)}
    if vote.method == "majority-judgment":
        return {**common, "kind": "grades", **grades_of(counted, titles)}
    return {**common, "kind": "bars", "bars": bars_of(vote, counted, titles)}


def number(value: Any) -> str:
    """A total as people read it: "12", "12,5"; fractions stay fractions, zeros at the end fall away."""
    text = str(value)
    if "/" in text:
        return text
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return number_format(text, use_l10n=True)


def money(value: Any) -> str:
    """Whole euros with their thousands apart."""
    text = str(value).partition(".")[0]
    return _("%(euros)s euros") % {"euros": f"{int(text):,}".replace(",", "\u202f")} if text.isdecimal() else text


def listed(options: list[str], titles: dict[str, str]) -> str:
    return ", ".join(titles[option] for option in options)


# --- One round --------------------------------------------------------------------------------------------------------


def bars_of(vote: Vote, counted: dict[str, Any], titles: dict[str, str]) -> list[dict[str, Any]]:
    """One bar an option, the best first; the chosen are marked in words."""
    totals, winners = counted["rounds"][0]["totals"], counted["winners"]
    order = sorted(titles, key=lambda option: float(totals[option]), reverse=vote.method != "consensus")
    return [
        {
            "label": _("%(option)s – chosen") % {"option": titles[option]} if option in winners else titles[option],
            "value": int(totals[option]),
            "tone": "yes" if option in winners else "",
        }
        for option in order
    ]


def grades_of(counted: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """Per option the grades it got as one stacked bar, the best on the left, and the middle grade."""
    grades, ballots = counted["grades"], counted["ballots"]
    tones = [round(5 * place / (len(grades) - 1)) for place in range(len(grades))]
    rows = []
    for option in counted["ranking"]:
        left, parts = 0.0, []
        for place, grade in enumerate(grades):
            share = 100 * counted["profile"][option][grade] / ballots
            if share:
                parts.append({"x": f"{left:.2f}", "width": f"{share:.2f}", "place": tones[place]})
            left += share
        middle = grade_word(counted["medians"][option])
        numbers = [counted["profile"][option][grade] for grade in grades]
        rows.append({"title": titles[option], "parts": parts, "middle": middle, "numbers": numbers})
    return {
        "rows": rows,
        "grades": [{"word": grade_word(grade), "place": tone} for tone, grade in zip(tones, grades, strict=True)],
    }


def pairs_of(counted: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """Who is preferred to whom by how many; `is_won` where the row wins the pair."""
    pairwise = counted["pairwise"]
    rows = [
        {
            "title": titles[row],
            "cells": [
                {"text": "–", "is_won": False}
                if row == column
                else {"text": pairwise[row][column], "is_won": pairwise[row][column] > pairwise[column][row]}
                for column in titles
            ],
        }
        for row in titles
    ]
    return {"rows": rows, "titles": list(titles.values())}


# --- Several rounds ---------------------------------------------------------------------------------------------------


def rounds_of(counted: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """Each option's votes round by round: bars side by side, with the quota as a line, and a table of the numbers."""
    rounds = counted["rounds"]
    most = max(float(total) for one in rounds for total in one["totals"].values()) or 1.0
    settled: dict[str, str] = {}
    columns = [_("Option"), *(_("Round %(n)s") % {"n": n} for n in range(1, len(rounds) + 1))]
    drawn: list[dict[str, Any]] = []
    cells: dict[str, list[str]] = {option: [] for option in titles}
    for place, one in enumerate(rounds):
        for row, option in enumerate(titles):
            total = float(one["totals"][option])
            word = _("elected") if option in one["elected"] else _("out") if option in one["eliminated"] else ""
            before = settled.get(option, "")
            if word:
                settled[option] = "yes" if option in one["elected"] else "no"
            tone = "yes" if option in one["elected"] or before == "yes" else "no" if word else ""
            if total and before != "no":
                width = f"{(COLUMN - 22) * total / most:.1f}"
                y = 30 + row * (BAR + GAP + 16) + 16
                drawn.append({"x": place * COLUMN, "y": y, "width": width, "tone": tone})
            text = number(one["totals"][option]) + (f" ({word})" if word else "")
            cells[option].append("–" if before == "no" else text)
    quota = counted.get("quota")
    lines = (
        [f"{place * COLUMN + (COLUMN - 22) * float(quota) / most:.1f}" for place in range(len(rounds))] if quota else []
    )
    return {
        "columns": columns,
        "rows": [[titles[option], *cells[option]] for option in titles],
        "drawn": drawn,
        "heads": [{"x": place * COLUMN, "text": columns[place + 1]} for place in range(len(rounds))],
        "names": [{"y": 30 + row * (BAR + GAP + 16) + 11, "text": title} for row, title in enumerate(titles.values())],
        "width": len(rounds) * COLUMN,
        "height": 30 + len(titles) * (BAR + GAP + 16),
        "bar": BAR,
        "lines": lines,
        "quota": quota,
    }


def money_of(counted: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """The budget as one bar, a piece for each funded project in their order, and what is left; a table of all."""
    budget, left, pieces = float(counted["budget"]), 0.0, []
    for place, option in enumerate(counted["winners"]):
        share = 100 * float(counted["costs"][option]) / budget
        pieces.append({"x": f"{left:.2f}", "width": f"{share:.2f}", "place": place % 6, "title": titles[option]})
        left += share
    funded = counted["winners"]
    order = [*funded, *(option for option in titles if option not in funded)]
    rows = [
        [
            titles[option],
            money(counted["costs"][option]),
            number(counted["support"][option]),
            _("yes") if option in funded else _("no"),
        ]
        for option in order
    ]
    return {
        "pieces": pieces,
        "columns": [_("Project"), _("Cost"), _("Crosses"), _("Funded")],
        "rows": rows,
        "spent": money(counted["spent"]),
        "left": money(counted["left"]),
        "budget": money(counted["budget"]),
    }


# --- In words ---------------------------------------------------------------------------------------------------------


def steps_of(vote: Vote, counted: dict[str, Any], titles: dict[str, str]) -> list[str]:
    """What happened, a sentence a step."""
    if vote.method in BUDGETS:
        steps = [_money_step(one, titles) for one in counted["rounds"]]
    elif vote.method in ("irv", "stv"):
        steps = [_round_step(place, one, titles) for place, one in enumerate(counted["rounds"], start=1)]
    else:
        steps = [_single_step(vote, counted, titles)]
    return [step for step in [*steps, *_tie_steps(counted, titles)] if step]


def _single_step(vote: Vote, counted: dict[str, Any], titles: dict[str, str]) -> str:
    chosen = listed(counted["winners"], titles)
    words = {
        "plurality": _("The most crosses: %(chosen)s."),
        "approval": _("The most crosses: %(chosen)s."),
        "score": _("The most points: %(chosen)s."),
        "consensus": _("The least resistance: %(chosen)s."),
        "majority-judgment": _(
            "The best middle grade: %(chosen)s. With equal grades the votes beside the middle decide."
        ),
        "schulze": _("Compared in pairs with each of the others: %(chosen)s."),
    }
    return words[vote.method] % {"chosen": chosen} if chosen else ""


def _round_step(place: int, one: dict[str, Any], titles: dict[str, str]) -> str:
    said = [_("Round %(n)s:") % {"n": place}, *_moved(one, titles)]
    if one["elected"]:
        said.append(_("%(options)s elected.") % {"options": listed(one["elected"], titles)})
    if one["eliminated"]:
        said.append(_("%(options)s out with the fewest votes.") % {"options": listed(one["eliminated"], titles)})
    return " ".join(said)


def _moved(one: dict[str, Any], titles: dict[str, str]) -> list[str]:
    """Whose votes went where before this round."""
    said = []
    for option, moved in (one.get("transfers") or {}).items():
        gains = moved.get("to", moved) if isinstance(moved, dict) else {}
        gained = [f"{titles[to]} +{number(votes)}" for to, votes in gains.items() if to in titles]
        if gained:
            said.append(
                _("votes of %(option)s go to %(gained)s.") % {"option": titles[option], "gained": ", ".join(gained)}
            )
    return said


def _money_step(one: dict[str, Any], titles: dict[str, str]) -> str:
    if not one["elected"]:
        passed = listed(one["eliminated"], titles)
        return _("Not affordable any more: %(options)s.") % {"options": passed} if passed else ""
    said = {"option": listed(one["elected"], titles), "cost": money(one["cost"]), "left": money(one["left"])}
    if one["by"] == "equal shares":
        return _("%(option)s for %(cost)s, paid by its supporters in equal parts; %(left)s are left.") % said
    return _("%(option)s for %(cost)s, next by the number of crosses; %(left)s are left.") % said


def _tie_steps(counted: dict[str, Any], titles: dict[str, str]) -> list[str]:
    said = []
    for tie in counted["ties"]:
        between = listed(tie["between"], titles)
        if tie["by"] == "lot":
            said.append(
                _("Tie between %(options)s: the lot chose %(chosen)s.")
                % {"options": between, "chosen": listed(tie["chosen"], titles)}
            )
        elif tie["by"] == "unresolved":
            said.append(_("Tie between %(options)s: a lot has to be drawn in public.") % {"options": between})
    return said
