"""The components of the interface: what needs a decision before it is drawn (docs/face.md shows each in use).

Whatever is only markup is a template in `templates/components/` and is included directly.
"""

import datetime
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import qrcode
from django import template
from django.conf import settings
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    DateInput,
    EmailInput,
    FileInput,
    NumberInput,
    RadioSelect,
    Select,
    Textarea,
    TextInput,
    URLInput,
)
from django.forms.utils import ErrorList
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from audit import clock
from portal import figures
from portal.remembered import remembered

register = template.Library()


def drawn(name: str, **options: Any) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """An inclusion tag whose template shows what the function returns and nothing else, so that it is remembered."""

    def decorate(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        @functools.wraps(function)
        def tag(*args: Any, **kwargs: Any) -> SafeString:
            values = function(*args, **kwargs)
            return remembered(name, values, lambda: render_to_string(name, values))

        register.simple_tag(tag, **options)
        return function

    return decorate


NAVIGATION = [
    ("portal:home", gettext_lazy("Start")),
    ("decisions:list", gettext_lazy("Decisions")),
    ("proposals:list", gettext_lazy("Proposals")),
    ("councils:company_list", gettext_lazy("Companies")),
    ("councils:council_list", gettext_lazy("Citizens' council")),
    ("lottery:draw_list", gettext_lazy("Civic lottery")),
    ("portal:participate", gettext_lazy("Take part")),
]

SEAT_STATES = {
    "active": gettext_lazy("taken"),
    "mine": gettext_lazy("your seat"),
    "drawn": gettext_lazy("drawn"),
    "alternate": gettext_lazy("alternate"),
    "vacant": gettext_lazy("vacant"),
    "recused": gettext_lazy("recused"),
    "waiting": gettext_lazy("awaited"),
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "abstain": gettext_lazy("Abstention"),
    "absent": gettext_lazy("absent"),
}

STATION_STATES = {
    "done": pgettext_lazy("station", "done"),
    "now": gettext_lazy("happening now"),
    "late": gettext_lazy("awaited"),
    "refused": gettext_lazy("refused"),
    "open": gettext_lazy("still to come"),
}

TONES = {
    "now": {"support", "deliberation", "vote", "casting", "announced", "renewing", "implementing", "computing"},
    "done": {"adopted", "accepted", "confirmed", "closed", "certified", "counted", "replied", "done", "active"},
    "late": {"overdue", "late", "disputed", "contested", "infeasible"},
    "refused": {"refused", "rejected", "lapsed", "annulled", "withdrawn", "declined", "ended", "dissolved"},
}


# --- Page -------------------------------------------------------------------------------------------------------


@register.simple_tag
def html_lang() -> str:
    """The language code for `<html lang>`: Leichte Sprache (`de-ls`) is German."""
    return (get_language() or "de").removesuffix("-ls")


@register.simple_tag
def is_plain() -> bool:
    """Whether the page is read in Leichte Sprache, which is set larger and looser."""
    return (get_language() or "").endswith("-ls")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[dict[str, Any]]:
    """The main navigation: `label`, `url`, `is_current`; entries whose route does not exist are left out."""
    request = context.get("request")
    return entries_at(request.path if request else "", settings.ROOT_URLCONF)


@functools.lru_cache(maxsize=1024)
def entries_at(path: str, _urls: str) -> list[dict[str, Any]]:
    """The entries of the main navigation, as seen from `path`."""
    entries: list[dict[str, Any]] = []
    for name, label in NAVIGATION:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        is_above = path == url or (name != "portal:home" and path.startswith(url))
        entries.append({"label": label, "url": url, "is_current": is_above})
    nearest = max((len(entry["url"]) for entry in entries if entry["is_current"]), default=0)
    return [{**entry, "is_current": entry["is_current"] and len(entry["url"]) == nearest} for entry in entries]


@register.simple_tag(takes_context=True)
def page_address(context: Context) -> str:
    """The full address of this page without its query, for the printed twin."""
    return context["request"].build_absolute_uri(context["request"].path)


@register.filter
def tone(state: str) -> str:
    """The tone of a state's tag: `now`, `done`, `late`, `refused`, or an empty string for a quiet one."""
    return next((name for name, states in TONES.items() if str(state) in states), "")


@register.filter
def device(user_agent: str) -> str:
    """A browser's own long name as people say it, e.g. „Firefox, Windows“."""
    browsers = {"Firefox": "Firefox", "Edg": "Edge", "OPR": "Opera", "Chrom": "Chrome", "Safari": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac"}
    found = [next((name for mark, name in each.items() if mark in user_agent), "") for each in (browsers, systems)]
    return ", ".join(filter(None, found)) or _("A device")


# --- Dates ------------------------------------------------------------------------------------------------------


@register.filter
def day(value: datetime.date | None) -> str:
    """A date with its weekday, as people say it."""
    return format_date(local(value), pgettext("date with weekday", "l, j F Y")) if value else ""


def local(value: datetime.date) -> datetime.date:
    """The local date of a date or of a moment."""
    return clock.local_date(value) if isinstance(value, datetime.datetime) else value


def today(context: Context) -> datetime.date:
    """Today: `today` of the context, or the one clock, asked once per page."""
    if known := context.get("today"):
        return known
    request = context.get("request") or getattr(context, "request", None)  # an include with „only“ keeps the latter
    if request is None:
        return clock.today()
    if not hasattr(request, "today"):
        request.today = clock.today()
    return request.today


def time_left(days: int) -> str:
    """How far a day is away, in words; a day gone by is awaited, not an alarm."""
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    if days == 0:
        return _("ends today")
    return ngettext("awaited for %(days)d day", "awaited for %(days)d days", -days) % {"days": -days}


@register.simple_tag(takes_context=True)
def print_date(context: Context) -> datetime.date:
    """Today, for „as of“ on the printed twin."""
    return today(context)


@drawn("components/deadline.html", takes_context=True)
def deadline(context: Context, due: datetime.date | None, met: bool = False) -> dict[str, Any]:
    """A deadline with its weekday and the days left; `met` shows the date alone."""
    if due is None:
        return {"due": None}
    due = local(due)
    days = (due - today(context)).days
    state = "late" if days < 0 else "soon" if days <= 7 else "calm"
    return {"due": due, "left": "" if met else time_left(days), "state": "met" if met else state}


# --- Forms ------------------------------------------------------------------------------------------------------


def control_kind(widget: Any) -> str:
    """How a widget is drawn: `check`, `options`, `select`, `file`, `area` or `input`."""
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "options"
    for kind, widgets in {"check": CheckboxInput, "file": FileInput, "select": Select, "area": Textarea}.items():
        if isinstance(widget, widgets):
            return kind
    return "input"


SIMPLE_WIDGETS = {TextInput, NumberInput, EmailInput, URLInput, DateInput, Textarea, Select}


@register.simple_tag
def field(bound: BoundField, hint: str = "", label: str = "") -> SafeString:
    """A form field with its label, hint and error beside it, tied together for screen readers.

    `hint` and `label` replace the form's own. The error says what to do; the value typed stays.
    """

    def draw() -> str:
        return render_to_string("components/field.html", field_values(bound, hint, label))

    key = field_key(bound)
    return remembered("components/field.html", [*key, hint, label], draw) if key else mark_safe(draw())  # noqa: S308


def field_key(bound: BoundField) -> list[Any]:
    """What a plain field without errors shows; empty for others, and for words that somebody typed: they stay theirs."""
    widget, value = bound.field.widget, bound.value()
    is_choice = type(widget) is Select
    if type(widget) not in SIMPLE_WIDGETS or (value and not is_choice) or bound.errors:
        return []
    if is_choice and not isinstance(widget.choices, list):  # asking what can be chosen may be a query: ask once
        return []
    names = [bound.html_name, bound.auto_id, bound.id_for_label, bound.label, bound.help_text]
    shape = [type(widget).__name__, widget.attrs, bound.field.required, bound.form.use_required_attribute]
    return [*names, *shape, bound.field.disabled, value, list(widget.choices) if is_choice else ()]


def field_values(bound: BoundField, hint: str, label: str) -> dict[str, Any]:
    """What `components/field.html` shows."""
    kind = control_kind(bound.field.widget)
    hint = str(hint or bound.help_text)  # of a safe string `str` keeps the safety: allauth puts a link there
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if kind != "options":
        attrs["placeholder"] = False
    if kind not in {"check", "options"}:
        error = " kern-form-input__input--error" if bound.errors else ""
        select = " kern-form-input__select" if kind == "select" else ""
        attrs["class"] = f"kern-form-input__input{select}{error}"
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if kind == "area" and bound.field.widget.attrs.get("rows") == "10":  # Django's own, too tall for a phone
        attrs["rows"] = 5
    control = "" if kind == "options" else bound.as_widget(attrs=attrs)
    return {"field": bound, "kind": kind, "hint": hint, "label": label or bound.label, "control": control}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Any, heading: str = "") -> dict[str, Any]:
    """All fields of a form one below the other, the error summary above them."""
    return {"form": form, "heading": heading}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any, heading: str = "") -> dict[str, Any]:
    """What is missing or wrong in a form that came back, each with a link to its field; empty when all is well."""
    entries = [(field, error) for field in form.visible_fields() for error in field.errors] if form.is_bound else []
    others = form.non_field_errors() if form.is_bound else ErrorList()
    return {"form": form, "heading": heading, "entries": entries, "others": others}


# --- Chairs -----------------------------------------------------------------------------------------------------


@drawn("components/chair.html")
def chair(number: int | str = "", state: str = "active") -> dict[str, Any]:
    """The drawn chair alone, for decoration; say in words beside it what it means."""
    return {"number": number, "state": state}


@drawn("components/seat.html")
def seat(number: int, state: str = "active", note: str = "", url: str = "", size: str = "") -> dict[str, Any]:
    """A member in public: the chair with its number, „Seat 17“, the state in words, optionally a note and a link."""
    word = note or ("" if state in {"active", "mine"} else SEAT_STATES.get(state, ""))
    return {"number": number, "state": state, "note": word, "url": url, "size": size}


@drawn("components/hemicycle.html")
def hemicycle(seats: Iterable[Any], title: str = "", with_table: bool = True) -> dict[str, Any]:
    """The council's picture: its chairs in a half circle, with legend and table.

    `seats` holds mappings or objects with `number` and `state` (a key of `SEAT_STATES`), optionally `url` and `note`.
    """
    rows = [{key: read(one, key) for key in ("number", "state", "url", "note")} for one in seats]
    rows.sort(key=lambda row: row["number"])
    for row in rows:
        row["label"] = SEAT_STATES.get(row["state"] or "active", row["state"])
    places, width, height = figures.hemicycle(len(rows))
    chairs = [{"x": str(place.x), "y": str(place.y), **rows[place.number - 1]} for place in places]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    legend = [{"state": key, "label": SEAT_STATES.get(key, key), "count": count} for key, count in counts.items()]
    heading = title or _("The seats of the council")
    names = {"chairs": chairs, "rows": rows, "legend": legend, "title": heading, "with_table": with_table}
    sizes = {"width": width, "height": height, "middle": width / 2, "count_y": height - 30, "unit_y": height - 6}
    return {**names, **{key: str(size) for key, size in sizes.items()}, "count": len(rows)}


def read(one: Any, key: str) -> Any:
    """`key` of a mapping or of an object, an empty string when it has none."""
    return one.get(key, "") if isinstance(one, Mapping) else getattr(one, key, "")


# --- Ways and figures -------------------------------------------------------------------------------------------


@drawn("components/ribbon.html", takes_context=True)
def ribbon(context: Context, stations: Iterable[Any], label: str = "") -> dict[str, Any]:
    """A way as a line with stations: a decision's, a draw's, one sentence's.

    A station has `title` and `state` (done, now, late, refused, open), optionally `date`, `note` and `url`.
    """
    rows = [{key: read(one, key) for key in ("title", "state", "date", "note", "url")} for one in stations]
    for row in rows:
        row["word"] = STATION_STATES.get(row["state"], "")
        if row["state"] == "late" and row["date"] and not row["note"]:
            row["note"] = time_left((local(row["date"]) - today(context)).days)
    return {"stations": rows, "label": label or _("The way so far and what comes next")}


@drawn("components/bars.html")
def bars(rows: Iterable[Any], title: str, total: int | None = None, source: str = "", goal: int = 0) -> dict[str, Any]:
    """Shares as bars with their table. A row has `label` and `value`, optionally `tone` (yes, no, abstain).

    `total` is what 100 % means (else the sum); `goal` draws a line, e.g. the majority that is needed.
    """
    entries = [{key: read(one, key) for key in ("label", "value", "tone")} for one in rows]
    whole = total or sum(entry["value"] for entry in entries)
    for entry in entries:
        entry["share"] = figures.share(entry["value"], whole)
        entry["width"] = str(entry["share"])
    mark = str(figures.share(goal, whole)) if goal else ""
    return {"rows": entries, "title": title, "total": whole, "source": source, "goal": goal, "mark": mark}


@drawn("components/quotas.html")
def quotas(rows: Iterable[Any], title: str, source: str = "") -> dict[str, Any]:
    """Per feature value the range the draw must keep and what it holds: `label`, `min`, `max`, `actual`."""
    entries = [{key: read(one, key) for key in ("label", "min", "max", "actual")} for one in rows]
    top = max([1, *(max(entry["max"], entry["actual"] or 0) for entry in entries)]) * 1.05
    for entry in entries:
        entry["left"] = str(figures.share(entry["min"], top))
        entry["width"] = str(max(0.8, figures.share(entry["max"] - entry["min"], top)))
        entry["dot"] = str(figures.share(entry["actual"] or 0, top))
        entry["is_kept"] = entry["min"] <= (entry["actual"] or 0) <= entry["max"]
    return {"rows": entries, "title": title, "source": source}


@register.simple_block_tag(takes_context=True)
def figure(context: Context, content: SafeString, **options: Any) -> str:
    """A drawing with its words: `{% figure title=… note=… columns=… rows=… source=… %}<svg>…</svg>{% endfigure %}`.

    The drawing carries its own `<title>` and `<desc>`; `columns` and `rows` become the table beside it.
    """
    return render_to_string("components/figure.html", {"content": content, **options})


@drawn("components/qr.html")
def qr(url: str, label: str = "") -> dict[str, Any]:
    """`url` as a QR code, for paper."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(url)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, is_dark in enumerate(line) if is_dark)
    return {"path": path, "size": len(matrix), "url": url, "label": label or _("The same page on the screen")}


# --- Back office --------------------------------------------------------------------------------------------------


@register.filter
def cell(value: Any) -> dict[str, Any]:
    """A table cell as a mapping: a plain value becomes `{"text": value}`; mappings pass (text, url, tone, due, seat)."""
    return dict(value) if isinstance(value, Mapping) else {"text": value}


@register.simple_tag
def paired(columns: Iterable[Any], cells: Iterable[Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Columns and the cells of one row side by side; a column may be a plain label."""
    heads = [dict(one) if isinstance(one, Mapping) else {"label": one} for one in columns]
    return [(head, cell(value)) for head, value in zip(heads, cells, strict=True)]


@register.filter
def heads(columns: Iterable[Any]) -> list[dict[str, Any]]:
    """Columns as mappings with `label` and `is_number`."""
    return [dict(one) if isinstance(one, Mapping) else {"label": one} for one in columns]
