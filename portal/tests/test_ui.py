"""What the components say and how they tie words to fields."""

import datetime

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from portal import figures
from portal.templatetags import ui

TODAY = datetime.date(2026, 3, 12)


def render(source: str, **context) -> str:
    with translation.override("en"):
        return Template("{% load ui %}" + source).render(Context({"today": TODAY, **context}))


class Question(forms.Form):
    topic = forms.CharField(help_text="One sentence")
    way = forms.ChoiceField(widget=forms.RadioSelect, choices=[("post", "By letter"), ("mail", "By e-mail")])
    note = forms.CharField(required=False, widget=forms.Textarea)


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    html = render("{% field form.topic %}", form=Question({"topic": ""}))
    assert 'aria-describedby="id_topic_hint id_topic_error"' in html
    assert 'id="id_topic_hint"' in html
    assert 'id="id_topic_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_without_error_says_nothing_of_one():
    html = render("{% field form.topic %}", form=Question())
    assert "aria-invalid" not in html
    assert "id_topic_error" not in html


def test_a_choice_is_a_group_with_a_legend():
    html = render("{% field form.way %}", form=Question())
    assert html.count('type="radio"') == 2
    assert "<legend>Way" in html


def test_only_what_may_be_left_out_is_marked():
    assert "optional" in render("{% field form.note %}", form=Question())
    assert "optional" not in render("{% field form.topic %}", form=Question())


def test_the_summary_leads_to_each_faulty_field_and_keeps_what_was_typed():
    html = render("{% form_fields form %}", form=Question({"topic": "", "note": "typed before"}))
    assert 'href="#id_topic"' in html
    assert 'href="#id_way' in html
    assert "typed before" in html


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (3, "3 days left"),
        (1, "1 day left"),
        (0, "ends today"),
        (-1, "awaited for 1 day"),
        (-5, "awaited for 5 days"),
    ],
)
def test_a_deadline_says_what_is_left(days, words):
    due = TODAY + datetime.timedelta(days=days)
    html = render("{% deadline due %}", due=due)
    assert words in html
    assert f'datetime="{due:%Y-%m-%d}"' in html
    assert ("chair--waiting" in html) == (days < 0)


def test_a_deadline_that_was_met_says_nothing_of_what_is_left():
    html = render("{% deadline due met=True %}", due=TODAY - datetime.timedelta(days=5))
    assert "awaited" not in html


def test_a_moment_late_in_the_evening_belongs_to_its_local_day():
    moment = datetime.datetime(2026, 3, 12, 23, 30, tzinfo=datetime.UTC)
    assert ui.local(moment) == datetime.date(2026, 3, 13)


def test_dates_carry_their_weekday():
    assert render("{{ due|day }}", due=TODAY) == "Thursday, 12 March 2026"


@pytest.mark.parametrize(
    ("state", "tone"),
    [("vote", "now"), ("adopted", "done"), ("overdue", "late"), ("refused", "refused"), ("draft", "")],
)
def test_states_have_a_tone(state, tone):
    assert ui.tone(state) == tone


def test_a_late_station_says_how_long_it_is_awaited():
    stations = [
        {"title": "Vote", "state": "done", "date": TODAY},
        {"title": "Answer", "state": "late", "date": TODAY - datetime.timedelta(days=2)},
    ]
    html = render("{% ribbon stations %}", stations=stations)
    assert "awaited for 2 days" in html
    assert html.count('aria-current="step"') == 1


def test_bars_are_shares_of_the_whole_with_a_table():
    html = render('{% bars rows "Vote" total=54 goal=28 %}', rows=[{"label": "Yes", "value": 27, "tone": "yes"}])
    assert 'width="50.0%"' in html
    assert 'x="51.9%"' in html
    assert "<table" in html


def test_numbers_in_drawings_are_not_localised():
    rows = [{"label": "Letters", "value": 3500}, {"label": "Replies", "value": 367}]
    with translation.override("de"):
        html = Template("{% load ui %}{% bars rows 'x' %}").render(Context({"rows": rows}))
    assert 'width="90.5%"' in html
    assert "3.500" in html


def test_quotas_tell_what_is_kept():
    rows = [{"label": "16 to 29", "min": 11, "max": 13, "actual": 9}]
    html = render('{% quotas rows "Age" %}', rows=rows)
    assert "<td>no</td>" in html


def test_the_hemicycle_shows_each_seat_once_and_says_it_in_words():
    seats = [{"number": number, "state": "vacant" if number > 50 else "active"} for number in range(1, 57)]
    html = render("{% hemicycle seats %}", seats=seats)
    assert html.count("<svg class") == 56 + 2  # and the two of the legend
    assert "50 taken, 6 vacant" in html


@pytest.mark.parametrize("count", [1, 2, 5, 12, 24, 56, 100, 160])
def test_chairs_stand_inside_the_drawing_and_not_on_one_another(count):
    places, width, height = figures.hemicycle(count)
    assert sorted(place.number for place in places) == list(range(1, count + 1))
    assert all(0 <= place.x <= width - figures.CHAIR_WIDTH for place in places)
    assert all(0 <= place.y <= height - figures.CHAIR_HEIGHT for place in places)
    for index, one in enumerate(places):
        for other in places[index + 1 :]:
            # a chair may stand before another's legs, never before its number
            assert abs(one.x - other.x) > 15 or abs(one.y - other.y) > 15


def test_no_seats_are_no_drawing():
    assert "<svg" not in render("{% hemicycle seats %}", seats=[])


def test_a_code_on_paper_leads_to_its_address():
    html = render("{% qr address %}", address="https://example.org/l/7K4M")
    assert "https://example.org/l/7K4M" in html
    assert html.count("h1v1h-1z") > 100


def test_leichte_sprache_is_german_to_the_browser():
    with translation.override("de-ls"):
        assert ui.html_lang() == "de"
        assert ui.is_plain()


def test_the_navigation_marks_where_one_is():
    request = RequestFactory().get("/mitmachen/")
    entries = ui.navigation(Context({"request": request}))
    assert [entry["url"] for entry in entries if entry["is_current"]] == ["/mitmachen/"]


def test_devices_are_called_by_their_names():
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    assert ui.device(firefox) == "Firefox, Windows"


def test_a_row_shorter_than_its_columns_is_refused():
    with pytest.raises(ValueError, match="zip"):
        ui.paired(["A", "B"], ["only one"])
