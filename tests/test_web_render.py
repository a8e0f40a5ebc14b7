"""What every template is set with: texts are translated and escaped as they are put together, and what is not there is an error."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from octavo.web.render import OFFERED, environment


def rendered(source: str, language: str = "en", **context: object) -> str:
    return environment(language).from_string(source).render(**context)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ _('Saved') }}", "Saved"),
        ("{{ _('100 %% of it') }}", "100 % of it"),
        ("{{ _('by %(name)s', name='<b>') }}", "by &lt;b&gt;"),
        ("{{ _('by %(name)s', name='<b>'|safe) }}", "by <b>"),
        ("{{ ngettext('%(num)s day', '%(num)s days', 1) }}, {{ ngettext('%(num)s day', '%(num)s days', 2) }}", "1 day, 2 days"),
        ("{{ ngettext('%(num)s day of %(of)s', '%(num)s days of %(of)s', 3, of='<i>') }}", "3 days of &lt;i&gt;"),
        ("{% trans name='<b>' %}by {{ name }}{% endtrans %}", "by &lt;b&gt;"),
        ("{% trans count=2 %}{{ count }} day{% pluralize %}{{ count }} days{% endtrans %}", "2 days"),
        ("{% macro tag(text) %}<b>{{ text }}</b>{% endmacro %}{{ tag('&') }}{{ '' ~ tag('<') }}", "<b>&amp;</b><b>&lt;</b>"),
        (
            "{% for one in [1, 2] %}{% set own = one * 2 %}{% macro twice() %}{{ own }}{% endmacro %}{{ twice() }}{{ loop.cycle('a', 'b') }}{% endfor %}",
            "2a4b",
        ),
        ("{{ '&' }}{{ '<' }}{{ '>' }}{{ '\\'' }}{{ '\"' }}{{ 'plain' }}", "&amp;&lt;&gt;&#39;&#34;plain"),
        ("{{ 3 }}{{ none }}{{ ['<'] }}{{ 'x' if false else '' }}", "3None[&#39;&lt;&#39;]"),
        ("{% set one %}{{ '<' }}{% endset %}{{ one }}{% filter upper %}{{ '<' }}{% endfilter %}{{ '<' ~ one }}", "&lt;&LT;&lt;&lt;"),
        ("{% macro outer() %}({{ caller(1) }}){% endmacro %}{% call(n) outer() %}{{ n }}{{ '<' }}{% endcall %}", "(1&lt;)"),
    ],
)
def test_what_a_template_calls_gives_escaped_text(source: str, expected: str) -> None:
    assert rendered(source) == expected


def test_texts_are_those_of_the_language() -> None:
    texts = {language: rendered("{{ _('Settings') }}", language) for language in OFFERED}
    assert texts["en"] == "Settings"
    assert texts["de"] == "Einstellungen"
    assert len(set(texts.values())) == len(OFFERED)


def test_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'nobody' is undefined"):
        rendered("{{ nobody('x') }}")
