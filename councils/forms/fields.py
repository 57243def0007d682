"""Fields that several forms share."""

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field; its value is an ISO date in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def date_field(label: str, **options: object) -> forms.DateField:
    """A date, typed or chosen."""
    return forms.DateField(label=label, widget=DateInput(), **options)  # type: ignore[arg-type]


def words_field(label: str, rows: int = 5, **options: object) -> forms.CharField:
    """Some sentences."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)  # type: ignore[arg-type]
