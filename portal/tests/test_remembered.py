"""Pieces that are remembered are what they would be if they were drawn."""

import datetime

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from portal.remembered import Unkeyed, frozen, remembered


def test_a_piece_is_drawn_once_for_its_values():
    drawn = []

    def draw():
        drawn.append(1)
        return "<b>1</b>"

    for values in ([1, "a"], [1, "a"], [2, "a"], [True, "a"]):
        assert remembered("test.once", values, draw) == "<b>1</b>"
    assert len(drawn) == 3  # True is no 1: it is written differently


def test_safe_and_unsafe_words_are_different():
    template = Template("{% remember word %}{{ word }}{% endremember %}")
    assert template.render(Context({"word": "<i>"})) == "&lt;i&gt;"
    assert template.render(Context({"word": mark_safe("<i>")})) == "<i>"
    component = Template('{% include "components/tag.html" with label=word only %}')
    assert "&lt;i&gt;" in component.render(Context({"word": "<i>"}))
    assert "<i>" in component.render(Context({"word": mark_safe("<i>")}))


def test_each_language_has_its_own_piece():
    template = Template("{% remember word %}{{ word }}{% endremember %}")
    word = gettext_lazy("Proposals")
    with override("de"):
        german = template.render(Context({"word": word}))
    with override("en"):
        assert template.render(Context({"word": word})) == "Proposals" != german


def test_what_cannot_be_a_key_is_drawn_each_time():
    class Thing:
        number = 0

        def __str__(self):
            self.number += 1
            return str(self.number)

    with pytest.raises(Unkeyed):
        frozen(Thing())
    template, thing = Template("{% remember thing %}{{ thing }}{% endremember %}"), Thing()
    assert [template.render(Context({"thing": thing})) for _ in range(2)] == ["1", "2"]


def test_two_templates_do_not_share_a_piece():
    first, second = (Template(f"{{% remember a %}}{name}{{{{ a }}}}{{% endremember %}}") for name in ("x", "y"))
    assert (first.render(Context({"a": 1})), second.render(Context({"a": 1}))) == ("x1", "y1")


def test_a_row_says_anew_each_day_how_far_its_date_is(monkeypatch):
    template = Template('{% include "components/row.html" with title="A" due=due only %}')
    due, said = datetime.date(2030, 1, 10), []
    for today in (datetime.date(2030, 1, 8), datetime.date(2030, 1, 9)):
        monkeypatch.setattr("audit.clock.today", lambda today=today: today)
        with override("en"):
            said.append(template.render(Context({"due": due})))
    assert "2 days left" in said[0]
    assert "1 day left" in said[1]


def test_addresses_follow_their_arguments():
    template = Template("{% url 'proposals:detail' pk %} {% url 'no:where' as nowhere %}{{ nowhere }}")
    assert template.render(Context({"pk": 7})).strip() == "/vorschlaege/7/"
    assert template.render(Context({"pk": 8})).strip() == "/vorschlaege/8/"
