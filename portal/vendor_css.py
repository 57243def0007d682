"""Make a design system's style sheet smaller: keep the rules whose classes we use, drop the tokens nobody reads.

A small reader of CSS that knows strings, brackets and nested blocks; enough for a minified sheet without nesting.
"""

import re
from dataclasses import dataclass, field


@dataclass
class Rule:
    """One rule: what stands before the brace, then declarations (text) or, for `@media`, rules inside."""

    head: str
    body: str = ""
    inside: list["Rule"] = field(default_factory=list)

    def text(self) -> str:
        if self.inside:
            return self.head + "{" + "".join(rule.text() for rule in self.inside) + "}"
        return f"{self.head}{{{self.body}}}" if self.body else ""


def closing(css: str, start: int) -> int:
    """The index of the brace that closes the one at `start`; braces in strings do not count."""
    depth, quote, at = 0, "", start
    while at < len(css):
        character = css[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError("a brace is never closed")


def read(css: str) -> list[Rule]:
    """The rules of `css`; comments, `@charset` and `@import` are dropped."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"@(charset|import)[^;{]*;", "", css)
    rules, at = [], 0
    while (brace := css.find("{", at)) != -1:
        end = closing(css, brace)
        head, body = css[at:brace].strip(), css[brace + 1 : end].strip()
        nested = head.startswith(("@media", "@supports", "@layer"))
        rules.append(Rule(head, inside=read(body)) if nested else Rule(head, body))
        at = end + 1
    return rules


def split(text: str, separator: str) -> list[str]:
    """`text` split at `separator`, but not inside brackets or strings."""
    parts, depth, quote, start = [], 0, "", 0
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [part for part in [*parts, text[start:]] if part.strip()]


def is_wanted(selector: str, keep: dict) -> bool:
    """Whether every KERN class outside `:is()` and `:not()` in `selector` belongs to a kept block or icon."""
    plain = re.sub(r":(is|not)\([^()]*\)", "", selector)
    for name in re.findall(r"\.kern-([\w-]+)", plain):
        block = re.split(r"__|--", name)[0]
        if block == "icon" and "--" in name:
            if name.split("--")[1] not in keep["icons"]:
                return False
        elif not any(block == wanted or block.startswith(f"{wanted}-") for wanted in keep["blocks"]):
            return False
    return True


def keep_rules(rules: list[Rule], keep: dict) -> list[Rule]:
    """The rules with at least one wanted selector, and of those the wanted selectors."""
    kept = []
    for rule in rules:
        if rule.inside:
            rule.inside = keep_rules(rule.inside, keep)
            if rule.inside:
                kept.append(rule)
        elif rule.head.startswith("@font-face"):
            continue
        elif rule.head.startswith("@"):
            kept.append(rule)
        elif wanted := [part for part in split(rule.head, ",") if is_wanted(part, keep)]:
            rule.head = ",".join(wanted)
            kept.append(rule)
    return kept


def used_tokens(css: str) -> set[str]:
    """The KERN tokens that `css` reads."""
    return set(re.findall(r"var\(\s*(--kern-[\w-]+)", css))


def drop_tokens(rules: list[Rule], needed: set[str]) -> None:
    """Drop the declarations of tokens that neither a kept rule nor another needed token reads, in place."""
    declared: dict[str, set[str]] = {}
    plain: list[Rule] = []

    def walk(some: list[Rule]) -> None:
        for rule in some:
            walk(rule.inside)
            if rule.body:
                plain.append(rule)

    walk(rules)
    needed = set(needed)
    for rule in plain:
        for part in split(rule.body, ";"):
            name, _, value = part.partition(":")
            if name.strip().startswith("--kern-"):
                declared.setdefault(name.strip(), set()).update(used_tokens(value))
            else:
                needed |= used_tokens(value)
    queue = list(needed)
    while queue:
        for name in declared.get(queue.pop(), set()) - needed:
            needed.add(name)
            queue.append(name)
    for rule in plain:
        parts = [part.strip() for part in split(rule.body, ";")]
        rule.body = ";".join(
            part for part in parts if not part.startswith("--kern-") or part.partition(":")[0].strip() in needed
        )


def prune(css: str, keep: dict, tokens: set[str]) -> str:
    """`css` with the blocks and icons named in `keep` only, and the tokens these or `tokens` need.

    `keep` holds `blocks` (how a class name goes on after `kern-`, up to a hyphen) and `icons`.
    """
    rules = keep_rules(read(css), keep)
    drop_tokens(rules, tokens)
    return "".join(rule.text() for rule in rules) + "\n"
