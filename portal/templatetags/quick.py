"""Django's own `url` and `include`, and `remember`: the same output for less work. Known to every template.

- `{% url %}` remembers addresses by name and arguments.
- `{% include "components/…" with … only %}` remembers the components of `PURE`, which show their parameters only.
- `{% remember a b c %}…{% endremember %}` remembers what lies between by the values named, which must be all it shows.
"""

from functools import lru_cache
from itertools import count
from typing import Any

from django import template
from django.conf import settings
from django.template import Context, NodeList
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.template.loader_tags import IncludeNode
from django.template.loader_tags import do_include as parse_include
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from portal.remembered import remembered
from portal.templatetags.ui import today

register = template.Library()

PURE = {
    f"components/{name}.html"
    for name in ("button", "card", "empty", "mark", "notice", "page_head", "pager", "section_head", "tag", "tile")
}
"""Components that depend on their parameters and the language alone."""

DATED = {"components/row.html"}
"""Components that show how far a date (`due`) is away, and else depend on their parameters alone."""

_numbers = count()  # of the pieces; the key of none is ever another's


@lru_cache(maxsize=8192, typed=True)
def address(_where: tuple[Any, ...], name: str, app: str | None, args: tuple, kwargs: tuple) -> str:
    """`reverse`, remembered; `_where` holds what else it depends on."""
    return reverse(name, args=args, kwargs=dict(kwargs), current_app=app)


class QuickURLNode(URLNode):
    """Django's, with `address` in the place of `reverse`."""

    def render(self, context: Context) -> str:
        """The address, or nothing if it is only asked whether there is one (`as`)."""
        args = tuple([arg.resolve(context) for arg in self.args])
        kwargs = tuple([(key, value.resolve(context)) for key, value in self.kwargs.items()])
        name = self.view_name.resolve(context)
        where = (settings.ROOT_URLCONF, get_urlconf(), get_script_prefix())
        try:
            url = address(where, name, app_of(context), args, kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            url = ""
        except TypeError:  # an argument that cannot be a key
            return super().render(context)
        if self.asvar:
            context[self.asvar] = url
            return ""
        return conditional_escape(url) if context.autoescape else url


def app_of(context: Context) -> str | None:
    """The namespace of the page, as Django's own tag finds it."""
    request = getattr(context, "request", None)
    found = getattr(request, "resolver_match", None)
    return getattr(request, "current_app", found.namespace if found else None)


class PureIncludeNode(IncludeNode):
    """An include of a component that shows its parameters only."""

    def render(self, context: Context) -> SafeString:
        """The component, drawn or remembered."""
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.template.var in DATED and values.get("due"):
            values["today"] = today(context)
        return remembered(self.template.var, values, lambda: super(PureIncludeNode, self).render(context))


class RememberNode(Node):
    """What lies between `{% remember … %}` and `{% endremember %}`."""

    def __init__(self, values: list[FilterExpression], nodelist: NodeList):
        self.values, self.nodelist, self.number = values, nodelist, next(_numbers)

    def render(self, context: Context) -> str:
        """The piece, drawn or remembered."""
        values = [value.resolve(context) for value in self.values]
        return remembered(self.number, values, lambda: self.nodelist.render(context))


@register.tag
def url(parser: Parser, token: Token) -> QuickURLNode:
    """`{% url name arguments %}`, as Django's."""
    node = parse_url(parser, token)
    return QuickURLNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.tag
def include(parser: Parser, token: Token) -> IncludeNode:
    """`{% include "…" with … only %}`, as Django's."""
    node = parse_include(parser, token)
    if node.isolated_context and getattr(node.template, "var", None) in PURE | DATED:
        node.__class__ = PureIncludeNode
    return node


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """`{% remember a b c %}…{% endremember %}`."""
    values = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(values, nodelist)
