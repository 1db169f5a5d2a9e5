"""Words that nobody means: for addresses and forms that must not end in an error page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

_LONGEST = 9_223_372_036_854_775_807
NUMBERS = ("0", "1", "5", "999999999", str(_LONGEST), str(_LONGEST + 1), "9" * 30)
ARGUMENTS = (
    *("after", "as_of", "before", "case", "class", "cut", "id", "kind", "officer", "percent"),
    *("person", "pile", "q", "scheme", "show", "since", "state", "step", "until", "week", "year"),
)
WORDS = (
    *("", "0", "-1", "1.5", "abc", "NaN", "1e9", "S01", "S99", "on", "confirm", "5", "100"),
    *("113/07/01", "１１３/０７/０１", "2024-07-01", "2024-02-30", "0001-01-01", "9999-12-31"),
    *("113/13/45", "10000-01-01", "2024-01-01~9", f"2024-01-01~{_LONGEST + 1}", "a~b~c", "~"),
    *("1,000", "999,999,999,999", "12345675", "１,０００", "-5", "　", "\r\n\r\n", "%s %(x)s {0}"),
    *("'\"<b>", "\x00", "\u202e", "\ufffe", "𠮷" * 40, "字" * 130, "字" * 700, "a" * 5_000),
)
FILES = (b"", b"%PDF-1.4 x", b"PK\x03\x04zz", b"a,b\n1,2\n", bytes(range(256)))
NAMES = ("a.pdf", "a.xlsx", "a.ods", "a.csv", "x", "../../a.pdf")
_PART = re.compile(r"<(?:(?P<how>[a-z]+(?:\([^)]*\))?):)?(?P<name>[a-z_]+)>")


def address(rule: str, random: Random) -> str:
    """An address that this route answers, its parts and its arguments odd."""

    def part(found: re.Match[str]) -> str:
        how = found["how"] or ""
        if how.startswith("any"):
            return str(re.findall(r"[a-z][a-z-]+", how)[1])
        return random.choice(NUMBERS) if how.startswith("int") else random.choice(("S01", "x"))

    asked = "&".join(
        f"{name}={quote(random.choice(WORDS))}" for name in random.sample(ARGUMENTS, 3)
    )
    return f"{_PART.sub(part, rule)}?{asked}"


def forms(client: FlaskClient, most: int) -> Iterator[tuple[str, Tag]]:
    """The forms of the pages that a person finds by the links, one page of each kind."""
    waiting = ["/"]
    seen: set[str] = set()
    while waiting and len(seen) < most:
        url = waiting.pop(0)
        kind = re.sub(r"\d+", "0", urlsplit(url).path)
        if kind in seen or "." in kind:
            continue
        seen.add(kind)
        answer = client.get(url, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        document = BeautifulSoup(answer.text, "html.parser")
        waiting += [
            urljoin(url, str(link["href"])) for link in document.select("main a[href^='/']")
        ]
        waiting += [str(link["href"]) for link in document.select(".places a[href^='/']")]
        for form in document.select("main form[method=post]"):
            yield urljoin(url, str(form.get("action") or url)), form


def fields(form: Tag, random: Random) -> dict[str, Any]:
    """The form filled in by somebody who means nothing: some of it right, some of it odd."""
    sent: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if kind == "file":
            sent[name] = (BytesIO(random.choice(FILES)), random.choice(NAMES))
        elif kind in ("radio", "checkbox"):
            if random.random() < 0.6:
                sent[name] = str(field.get("value", "on"))
        elif name == "csrf_token" or (kind == "hidden" and random.random() < 0.8):
            sent[name] = str(field.get("value", ""))
        else:
            sent[name] = _value(field, random)
    buttons = form.select("button[name]")
    if buttons:
        button = random.choice(buttons)
        sent[str(button["name"])] = str(button.get("value", ""))
    return sent


def _value(field: Tag, random: Random) -> str:
    options = [str(option.get("value", "")) for option in field.select("option")]
    if options and random.random() < 0.8:
        return random.choice(options)
    typed = str(field.get("value", "")) or field.get_text().strip()
    return typed if typed and random.random() < 0.4 else random.choice(WORDS)
