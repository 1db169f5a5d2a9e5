"""Templates are compiled for each language, and write out exactly what MarkupSafe would."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

import pytest
from babel.support import Translations
from flask import Flask
from markupsafe import Markup, escape

from backoffice.web.language import Templates, written

ENGLISH = {"甲": "<A>", "乙 %(n)s": "B %(n)s", "丙 100%%": "C 100%%", "丁": "&"}


class Colour(StrEnum):
    """A vocabulary of its own, which a page may write."""

    RED = "<red>"


@pytest.fixture
def catalogue() -> Translations:
    made = Translations()
    made.__dict__["_catalog"] = ENGLISH
    return made


@pytest.fixture
def templates(catalogue: Translations) -> Templates:
    """Templates that ask for each word when they are rendered, as Jinja's own do."""
    made = Templates(Flask("words"), autoescape=True, extensions=["jinja2.ext.i18n"])
    cast("Any", made).install_gettext_callables(
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    return made


@pytest.mark.parametrize(
    "value",
    ["", "甲 & <乙>", "\"'", Markup("<b>"), 7, -1, True, None, 1.5, Colour.RED, ["<"]],
)
def test_a_value_is_written_as_markupsafe_escapes_it(value: object) -> None:
    assert written(value) == escape(value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ _('甲') }}", "<A>"),
        ("{{ _('甲')|lower }} {{ _('甲') ~ x }}", "<a> <A>&lt;x&gt;"),
        ("{{ _('乙 %(n)s', n=x) }}", "B &lt;x&gt;"),
        ("{{ _('乙 %(n)s', n=_('丁')) }}", "B &"),
        ("{{ _('丙 100%%') }}", "C 100%"),
        ("{{ _(word) }}", "<A>"),
        ("{% macro m(a=_('甲')) %}{{ a }}{% endmacro %}{{ m() }}", "<A>"),
        ("{% for each in [_('甲'), x] %}{{ each }}{% endfor %}", "<A>&lt;x&gt;"),
    ],
)
def test_words_written_into_a_template_say_what_asking_for_them_does(
    templates: Templates, catalogue: Translations, source: str, expected: str
) -> None:
    facts = {"x": "<x>", "word": "甲"}

    asked = templates.from_string(source).render(facts)
    worded = templates.of(catalogue).from_string(source).render(facts)

    assert asked == worded == expected


def test_a_template_of_one_language_asks_for_no_constant_word(
    templates: Templates, catalogue: Translations
) -> None:
    own = templates.of(catalogue)
    own.globals["gettext"] = None  # whoever asks for a word now fails

    assert own.from_string("{{ _('甲') }}{{ _('乙 %(n)s', n=1) }}").render() == "<A>B 1"
