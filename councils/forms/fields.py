"""Fields that several forms share."""

from typing import TYPE_CHECKING

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DateInput(forms.DateInput):
    """The browser's own date field; its value is an ISO date in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def date_field(label: "StrOrPromise", **options: object) -> forms.DateField:
    """A date, typed or chosen."""
    return forms.DateField(label=label, widget=DateInput(), **options)  # type: ignore[arg-type]


def words_field(label: "StrOrPromise", rows: int = 5, **options: object) -> forms.CharField:
    """Some sentences."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)  # type: ignore[arg-type]
