"""What was checked, what is wrong, and what could not be checked. Standard library only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, ZeroDivisionError)
"""What a check raises on a text that is no record; it becomes a fault."""


@dataclass
class Report:
    """`checked` has the name of each check with its faults; `unchecked` and `findings` are sentences."""

    view: str
    stage: str
    checked: list[tuple[str, list[str]]] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def check(self, name: str, faults: Callable[[], Iterator[str]]) -> bool:
        """Run one check; what cannot be read is a fault of that check. Whether all was right."""
        found: list[str] = []
        try:
            found.extend(faults())
        except UNREADABLE as error:
            found.append(f"cannot be read: {type(error).__name__}: {error}"[:200])
        self.checked.append((name, found))
        return not found

    @property
    def faults(self) -> list[str]:
        return [f"{name}: {fault}" for name, found in self.checked for fault in found]

    def text(self) -> str:
        """All of it, a line each."""
        lines = [f"view: {self.view}; stage: {self.stage}"]
        for name, found in self.checked:
            lines += [f"FAULT {name}: {fault}" for fault in found] or [f"ok    {name}"]
        lines += [f"found: {sentence}" for sentence in self.findings]
        lines += [f"not checked: {sentence}" for sentence in self.unchecked]
        return "\n".join(lines)
