"""Somebody who uses the keys alone: no mouse, no touch; the focus can be seen at every stop."""

from playwright.sync_api import Locator

from tests.journeys.browser import Visitor

MOST_STOPS = 250
STOP = """
() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const drawn = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== "none";
  const middle = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 0), innerHeight - 1));
  return {
    name: node.tagName.toLowerCase() + " “" + (node.innerText || node.getAttribute("aria-label") || node.name || "").trim().slice(0, 60) + "”",
    isDrawn: drawn(style) || (node.parentElement !== null && node.matches("input") && drawn(getComputedStyle(node.parentElement))),
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth,
    isCovered: middle !== null && !(node.contains(middle) || middle.contains(node)),
  };
}
"""


class KeyboardVisitor(Visitor):
    """Moves with Tab, uses with Enter and Space, writes with the letters; arrows only among radio buttons."""

    def reach(self, control: Locator) -> None:
        """Tab until the control has the focus. Fails at a stop that cannot be seen, and where Tab never gets there."""
        for _stop in range(MOST_STOPS):
            if control.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.look()
        raise AssertionError(f"{self.page.url}: the Tab key never reaches {control}")

    def look(self) -> None:
        """The stop of the moment: is the focus drawn, in the window, and not covered (WCAG 2.4.7, 2.4.11)?"""
        stop = self.page.evaluate(STOP)
        if stop is None:
            return
        for has_trouble, words in (
            (not stop["isDrawn"], "the focus is not drawn"),
            (not stop["isSeen"], "the focus is outside the window"),
            (stop["isCovered"], "the focus is covered"),
        ):
            if has_trouble:
                self.note(self.page.url, f"{words}: {stop['name']}")

    def activate(self, control: Locator) -> None:
        self.reach(control)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            fields = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
            assert fields.count(), f"{self.page.url} has no field {name}"
            kind = fields.first.evaluate("node => node.type")
            if kind == "radio":
                self.choose(fields, value)
            else:
                self.write(fields.first, kind, value)

    def choose(self, options: Locator, value: str) -> None:
        """Tab into the group, arrows to the option, Space where nothing is chosen yet."""
        wanted = options.and_(self.page.locator(f'[value="{value}"]'))
        chosen = options.and_(self.page.locator(":checked"))
        self.reach(chosen.first if chosen.count() else options.first)
        self.page.keyboard.press("Space")
        for _step in range(options.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
            self.look()
        raise AssertionError(f"{self.page.url}: the arrow keys never reach {value}")

    def write(self, field: Locator, kind: str, value: str) -> None:
        """Type over what stands in a field; a date is typed as its digits, in the order in which the browser asks."""
        self.reach(field)
        if kind == "date":
            year, month, day = value.split("-")
            self.page.keyboard.type(month + day + year)  # Chromium without its language packs asks in this order
            if field.input_value() != value:
                self.page.keyboard.press("ArrowLeft")
                self.page.keyboard.press("ArrowLeft")
                self.page.keyboard.type(day + month + year)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(value)
        assert field.input_value() == value, f"{self.page.url}: typing gave {field.input_value()!r}, not {value!r}"
