"""The listening client hears what is missing: a sentence, a language, a word that was typed."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.people.rules import TAIWANESE
from backoffice.web import guard
from backoffice.web.refusals import tell
from tests.given import refusals

NO = Refused("note.missing")
FORM = """<form><input name="number" value="{number}"><textarea name="text">{text}</textarea>
  <select name="kind"><option value="A">A</option><option value="B"{b}>B</option></select>
  <input type="checkbox" name="seen" value="1"{seen}><input type="password" name="secret">
  <input type="hidden" name="shown" value="7"><button name="step" value="go">go</button></form>"""
TYPED = MultiDict(
    [
        ("number", "1,000"),
        ("number", " "),
        ("text", "一\r\n二"),
        ("kind", "B"),
        ("seen", "1"),
        ("secret", "x"),
        ("shown", "6"),
        ("step", "go"),
        ("csrf_token", "y"),
    ]
)


def answering(app: Flask, body: str, *, only: str = "") -> None:
    """A page that refuses and says so in `body`; its words are of the language `only` if given."""

    @app.route("/refuses")
    @guard.page(requires=guard.PUBLIC)
    def refuses() -> tuple[str, int]:
        told = tell(NO)
        if only:
            with force_locale(only):
                told = sentence(NO)
        return body.format(told=told), 422


def test_a_refusal_that_is_said_in_the_reader_s_language_is_heard(app: Flask) -> None:
    answering(app, "<p>{told}</p>")

    app.test_client().get("/refuses")

    assert refusals.heard(app) == {"note.missing": refusals.BOTH}


def test_a_page_that_does_not_say_why_is_noticed(app: Flask) -> None:
    answering(app, "<p>不行。</p>")

    with pytest.raises(AssertionError, match="does not say"):
        app.test_client().get("/refuses")


def test_a_page_that_says_it_in_one_language_only_is_noticed(app: Flask) -> None:
    answering(app, "<p>{told}</p>", only=TAIWANESE)

    with pytest.raises(AssertionError, match="does not say"):
        app.test_client().get("/refuses")


def parsed(**holds: str) -> BeautifulSoup:
    holds = {"number": "", "text": "", "b": "", "seen": ""} | holds
    return BeautifulSoup(FORM.format(**holds), "html.parser")


def test_what_stands_in_the_form_again_is_not_lost() -> None:
    kept = parsed(number="1,000", text="一\n二", b=" selected", seen=" checked")

    assert refusals.lost(TYPED, parsed(), kept) == []


def test_what_was_typed_or_chosen_and_is_gone_is_lost() -> None:
    gone = ["number=1,000", "text=一\r\n二", "kind=B", "seen=1"]

    assert refusals.lost(TYPED, parsed(), parsed()) == gone


def test_a_choice_that_is_not_offered_any_more_is_not_lost_but_words_are() -> None:
    assert refusals.lost(TYPED, parsed(), BeautifulSoup("<p></p>", "html.parser")) == [
        "number=1,000",
        "text=一\r\n二",
    ]


def test_a_refusal_that_is_quoted_is_heard_too() -> None:
    inner = Refused("tranche.held", reason="檢舉")

    assert list(refusals.quoted(Refused("sheet.line_blocked", case="1", why=inner))) == [
        "tranche.held"
    ]
