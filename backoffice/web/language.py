"""The reader's language: its catalogue, its state words, and the templates with its words in them.

A template is compiled once for each language, with the translations of its constant words written
into it as text. So a page asks for no word that does not depend on the request.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from gettext import NullTranslations
from typing import Any, Final, cast

from babel import Locale
from flask import Flask, current_app, g, has_app_context
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

try:
    from markupsafe._speedups import _escape_inner as escaped
except ImportError:  # a platform for which MarkupSafe was built without C
    from markupsafe._native import _escape_inner as escaped

from backoffice.messages import shown

EXTENSION: Final = "languages"
GETTEXT: Final = ("_", "gettext")


class Language:
    """What is worked out once in the life of a process for each language of the house."""

    def __init__(self, tag: str, catalogue: NullTranslations, templates: Templates) -> None:
        self.tag = tag
        self.catalogue = catalogue
        self.templates = templates
        self._words: dict[type[StrEnum], dict[str, str]] = {}

    def words(self, vocabulary: type[StrEnum]) -> Mapping[str, str]:
        """The words of a closed vocabulary by its values; asked while this language is spoken."""
        found = self._words.get(vocabulary)
        if found is None:
            found = {member.value: shown(member) for member in vocabulary}
            self._words[vocabulary] = found
        return found


def written(value: object) -> str:
    """A value as it stands in a page: what `markupsafe.escape` makes of it, to the letter.

    Only for writing out: the answer is not marked as safe. A page writes a thousand values, and to
    mark each of them, only to join them, took a quarter of its time.
    """
    if type(value) is str:
        return escaped(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


class _Writer(CodeGenerator):
    """Writes templates out by `written`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """Jinja, which hands out each template in the language of the request."""

    code_generator_class = _Writer
    written = staticmethod(written)
    catalogue: NullTranslations | None = None

    def of(self, catalogue: NullTranslations) -> Templates:
        """The same filters and folders, with templates compiled for this catalogue."""
        own = self.overlay()
        own.catalogue = catalogue
        return own

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template knows, as one dictionary: Jinja's chain of two is asked all day.

        So whatever is added to the environment is added before the first page is written.
        """
        return {**self.globals, **(d or {})}

    def get_or_select_template(
        self, template_name_or_list: str | Template | list[str | Template], *rest: Any, **named: Any
    ) -> Template:
        """What `render_template` asks: inside a request, the template of its language."""
        spoken = language() if self.catalogue is None and has_app_context() else None
        if spoken is not None:
            return spoken.templates.get_or_select_template(template_name_or_list, *rest, **named)
        return super().get_or_select_template(template_name_or_list, *rest, **named)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        if self.catalogue is not None:
            worded = _Wording(self.catalogue, escapes=nodes.EvalContext(self, name).autoescape)
            source = worded.visit(source)
            source.set_environment(self)
        return super()._generate(source, name, filename, defer_init)


class _Wording(NodeTransformer):
    """Puts the translation in the place of each call of gettext with a constant text."""

    def __init__(self, catalogue: NullTranslations, *, escapes: bool) -> None:
        self._catalogue = catalogue
        self._escapes = escapes

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """A call of gettext becomes its answer, or what fills it in; other nodes are looked into.

        As with Jinja's own, the text is always a format, and trusted where the page escapes.
        """
        node = super().visit(node, *args, **kwargs)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str(text))],
                kwargs=facts,
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in GETTEXT:
                return self._worded(self._catalogue.gettext(text), facts, node.lineno)
            case _:
                return node

    def _worded(self, text: str, facts: list[nodes.Keyword], line: int) -> nodes.Expr:
        word = nodes.Const(text if facts else text % {}, lineno=line)
        trusted = nodes.MarkSafe(word, lineno=line) if self._escapes else word
        if not facts:
            return trusted
        pairs = [nodes.Pair(nodes.Const(fact.key), fact.value, lineno=line) for fact in facts]
        return nodes.Mod(trusted, nodes.Dict(pairs, lineno=line), lineno=line)


def language() -> Language | None:
    """The language of this request; None where there is nobody to speak to."""
    locale = get_locale()
    if locale is None or EXTENSION not in current_app.extensions:
        return None
    kept: tuple[Locale, Language] | None = g.get("language")
    if kept is None or kept[0] is not locale:  # it changes within `force_locale`
        kept = g.language = (locale, _known(locale))
    return kept[1]


def words_of(vocabulary: type[StrEnum]) -> Mapping[str, str]:
    """The words of a closed vocabulary in the language of this request, by its values."""
    spoken = language()
    assert spoken is not None, "words are asked for by pages"
    return spoken.words(vocabulary)


def _known(locale: Locale) -> Language:
    languages: dict[str, Language] = current_app.extensions[EXTENSION]
    name = str(locale)
    if name not in languages:
        catalogue = get_translations()
        templates = cast("Templates", current_app.jinja_env).of(catalogue)
        tag = "en" if name.startswith("en") else "zh-Hant-TW"
        languages[name] = Language(tag, catalogue, templates)
    return languages[name]


def register(app: Flask) -> None:
    """Make the application's templates ours; before anything asks for its Jinja environment."""
    app.jinja_environment = Templates
    app.extensions[EXTENSION] = {}


def gettext(text: str, **facts: object) -> str:
    """The text in the reader's language, as Flask-Babel's `gettext` says it, for busy pages.

    Flask-Babel looks the request's language up anew for every word; a board has hundreds.
    """
    spoken = language()
    found = text if spoken is None else spoken.catalogue.gettext(text)
    return found % facts if facts else found
