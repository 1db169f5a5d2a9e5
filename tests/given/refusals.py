"""Every refusal that a test meets over HTTP is heard in both languages, with nothing typed lost.

A test need not ask for this. The client of the `app` fixture listens: whenever the application
tells somebody no (`backoffice.web.refusals`), it sends the identical request again in the other
language, which changes nothing since the first was refused, and in each language it demands that

- the exact sentence of each refusal that was told stands in the answer, and
- each value that was sent with the form still stands in the form's control of that name
  (unless the person may not do it at all: whoever may not was shown no form).

Which test hears which code is written in `tests/golden/refusals.txt`, one line a code. A test
that is named there fails when it no longer hears its code, and `tests/architecture` fails when a
code of the catalogue stands neither there nor among its reasoned exceptions. So, for a new code:

1. write an ordinary test that meets it over HTTP, `submit(client, url, …)`, and reads the page;
2. run that test with `REGENERATE=1` and `-n0`; the line is added. Or add it by hand.

A code of `COUNTED` changes something although it is refused (a failed attempt counts), so its
request is not repeated: the test sends it once in each language, `speaking(app, locale)`.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.people.rules import ENGLISH, TAIWANESE
from backoffice.web.refusals import refusal_told

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TABLE = Path(__file__).resolve().parents[1] / "golden" / "refusals.txt"
LANGUAGES = {"zh-Hant-TW": TAIWANESE, "en": ENGLISH}  # as a page says it: as Babel says it
BOTH = frozenset(LANGUAGES.values())
COUNTED = frozenset({"people.sign_in_refused", "people.password_wrong"})

CARRIED = frozenset({"csrf_token", "act_key", "version"})  # what a form brings of itself
NOT_TYPED = frozenset({"hidden", "password", "file", "submit", "button"})  # kinds of controls
CHOSEN = frozenset({"select", "checkbox", "radio"})

Heard = dict[str, set[str]]  # code: the languages in which it was heard
Answer = tuple[bytes, str, Headers]


class ListeningClient(FlaskClient):
    """A browser that, told no, asks again in the other language and reads both answers."""

    page_read = b""  # the last one, whose form is then sent

    def run_wsgi_app(
        self, environ: WSGIEnvironment, buffered: bool = False
    ) -> tuple[Iterable[bytes], str, Headers]:
        """What was answered to the request as it was sent; see the module."""
        with environ["wsgi.input"] as stream:
            sent = stream.read()
        environ["wsgi.input"] = BytesIO(sent)
        with listening(self.application) as told:
            # Read to its end, as a browser would: what is streamed holds its connection till then.
            answered, status, headers = super().run_wsgi_app(environ, buffered=True)
        is_page = headers.get("Content-Type", "").startswith("text/html")
        if not told and not is_page:
            return answered, status, headers
        body = b"".join(answered)
        if told:
            own = self._read(environ | {"wsgi.input": BytesIO(sent)}, told, (body, status, headers))
            if COUNTED.isdisjoint(refusal.code for refusal in told):
                for locale in BOTH - {own}:
                    self._ask_again(environ, sent, locale)
        if is_page and not status.startswith("3"):
            self.page_read = body
        return [body], status, headers

    def _ask_again(self, environ: WSGIEnvironment, sent: bytes, locale: str) -> None:
        again = environ | {"wsgi.input": BytesIO(sent)}
        again.pop("werkzeug.debug.preserve_context", None)
        with speaking(self.application, locale), listening(self.application) as told:
            answered, status, headers = run_wsgi_app(self.application, again, buffered=True)
        assert told, f"{again['PATH_INFO']} refuses in one language only"
        again["wsgi.input"] = BytesIO(sent)
        self._read(again, told, (b"".join(answered), status, headers), locale)

    def _read(
        self,
        environ: WSGIEnvironment,
        told: Sequence[Refused],
        answer: Answer,
        locale: str | None = None,
    ) -> str:
        """The language of the answer, which holds every sentence and everything typed."""
        body, status, headers = answer
        if headers["Content-Type"] == "application/json":
            page = BeautifulSoup(str(json.loads(body)["message"]), "html.parser")
        else:
            page = BeautifulSoup(body, "html.parser")
        spoken = locale or (LANGUAGES[str(page.html["lang"])] if page.html else TAIWANESE)
        if status.startswith("200") and page.html is None:
            return spoken  # a part of a page, refreshed while somebody types: no answer yet
        text = " ".join(page.get_text(" ").split())
        for refusal in told:
            expected = worded(self.application, refusal, spoken)
            assert expected in text, f"{status}: the page does not say «{expected}»: {text[:500]}"
            for code in (refusal.code, *quoted(refusal)):
                heard(self.application)[code].add(spoken)
        if page.html and "access.denied" not in {refusal.code for refusal in told}:
            with Request(environ) as request:
                gone = lost(request.form, BeautifulSoup(self.page_read, "html.parser"), page)
            assert gone == [], f"{request.path} refuses {told} and loses what was typed: {gone}"
        return spoken


EXTENSION = "refusals heard"


def listen(app: Flask) -> Heard:
    """Give the application's tests listening clients; what they hear is put into the answer."""
    heard: Heard = defaultdict(set)
    app.extensions[EXTENSION] = heard
    app.test_client_class = ListeningClient
    return heard


def heard(app: Flask) -> Heard:
    """What the clients of this application have heard so far, and in which languages."""
    told: Heard = app.extensions[EXTENSION]
    return told


@contextmanager
def listening(app: Any) -> Iterator[list[Refused]]:
    """The refusals that the application tells meanwhile."""
    told: list[Refused] = []

    def note(_app: object, refusal: Refused) -> None:
        if refusal not in told:
            told.append(refusal)

    with refusal_told.connected_to(note, sender=app):
        yield told


@contextmanager
def speaking(app: Any, locale: str) -> Iterator[None]:
    """The application answers everybody in this language meanwhile, whatever they have chosen.

    How a language is chosen has its own tests, in `tests/people/test_language.py`.
    """
    babel = app.extensions["babel"]
    chosen: Callable[[], str] = babel.locale_selector
    babel.locale_selector = lambda: locale
    try:
        yield
    finally:
        babel.locale_selector = chosen


def worded(app: Any, refusal: Refused, locale: str) -> str:
    """The sentence of this refusal as it must stand in a page in this language."""
    with app.test_request_context(), force_locale(locale):
        return " ".join(sentence(refusal).split())


def quoted(refusal: Refused) -> Iterator[str]:
    """The codes of the refusals whose sentences stand in this one's."""
    for fact in refusal.facts.values():
        for one in fact if isinstance(fact, (list, tuple)) else [fact]:
            if isinstance(one, Refused):
                yield one.code
                yield from quoted(one)


def lost(sent: MultiDict[str, str], before: BeautifulSoup, after: BeautifulSoup) -> list[str]:
    """What was sent from the page `before` and no longer stands in `after`: `name=value`, in order.

    A secret or a file is never given back, and what is hidden or was a button is nobody's typing.
    A choice that is no longer offered is not lost; one that is offered must still be chosen.
    """
    was: dict[str, set[str]] = defaultdict(set)
    for control in before.select("[name]"):
        was[str(control["name"])].add(_kind(control))
    offered = {(name, value) for name, value, _is_chosen in parts(after)}
    held = {(name, value) for name, value, is_chosen in parts(after) if is_chosen}
    return [
        f"{name}={value}"
        for name, value in sent.items(multi=True)
        if name not in CARRIED
        and value.strip()
        and was[name].isdisjoint(NOT_TYPED)
        and (was[name].isdisjoint(CHOSEN) or (name, _plain(value)) in offered)
        and (name, _plain(value)) not in held
    ]


def parts(page: BeautifulSoup) -> Iterator[tuple[str, str, bool]]:
    """Name and value of all that the controls of a page may hold, and whether they hold it now."""
    for control in page.select("[name]"):
        name = str(control["name"])
        match _kind(control):
            case "select":
                options = control.select("option")
                chosen = control.select("option[selected]") or options[:1]
                for option in options:
                    value = _plain(str(option.get("value", option.get_text())))
                    yield name, value, option in chosen
            case "textarea":
                yield name, _plain(control.get_text()), True
            case "checkbox" | "radio":
                yield name, _plain(str(control.get("value", "on"))), control.has_attr("checked")
            case _:
                yield name, _plain(str(control.get("value", ""))), True


def _kind(control: Tag) -> str:
    return str(control.get("type", "text")) if control.name == "input" else str(control.name)


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


# --- the table ---


def table() -> dict[str, str]:
    """Each code, and the test that hears it."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def name_of(node: pytest.Item) -> str:
    """The test as the table names it: whatever engine it runs on."""
    return re.sub(r"\[\]$", "", re.sub(r"\[(sqlite|postgresql)-?", "[", node.nodeid))


def agree(node: pytest.Item, heard: Heard) -> None:
    """The test heard all that the table says of it; with REGENERATE=1 the table learns."""
    told = table()
    mine = {code for code, test in told.items() if test == name_of(node)}
    complete = {code for code, spoken in heard.items() if spoken == BOTH}
    if os.environ.get("REGENERATE"):
        _learn(told, name_of(node), mine - complete, complete - told.keys())
        return
    assert mine <= complete, f"{TABLE.name} says that {name_of(node)} hears {mine - complete}"


def _learn(told: dict[str, str], test: str, unheard: set[str], new: set[str]) -> None:
    if not unheard and not new:
        return
    known = {code: by for code, by in told.items() if code not in unheard}
    known |= dict.fromkeys(new, test)
    head = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    lines = [f"{code} {by}" for code, by in sorted(known.items())]
    TABLE.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


def refuse_unknown(items: list[pytest.Item]) -> None:
    """A file that is collected whole holds every test that the table names of it."""
    collected = {name_of(item) for item in items}
    files = {name.partition("::")[0] for name in collected}
    missing = {t for t in table().values() if t.partition("::")[0] in files} - collected
    if missing and not os.environ.get("REGENERATE"):
        raise pytest.UsageError(f"{TABLE} names tests that do not exist: {sorted(missing)}")
