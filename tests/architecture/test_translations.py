"""Every word of the office is there in both languages, and says the same facts in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.source import ROOT

ENGLISH = ROOT / "backoffice" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}

# %(name)s, %%, % and {name}: what code puts into a sentence.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%|\{\w+\}")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
QUOTED_TERM = re.compile(r"\([^()]*\)")
MANNERS = re.compile(r"\b(?:please|sorry|oops)\b|!", re.IGNORECASE)

# Characters that only Simplified Chinese writes: those the office's words are likeliest to hold.
SIMPLIFIED = frozenset(
    "国补经费请发动态输个为这时间实审业务应对开关无签约帐号码电邮选择项数额计资类条认证变处报"
    "录图现结给统续确单质产书长门问题两体会与级别评拨库帮仅专员办规则条违进远还连转较载"
)


@cache
def words() -> Mapping[str, str]:
    """Every source string with one place where it stands, by the mapping of babel.cfg.

    The layouts and macros are in folders that begin with _, which Babel would pass over.
    """
    places: dict[str, str] = {}
    for file, line, message, _comments, _context in extract_from_dir(
        ROOT, *mapping(), keywords=KEYWORDS, directory_filter=is_ours
    ):
        for text in forms(message):
            places.setdefault(text, f"{file}:{line}")
    return places


def mapping() -> tuple[list[tuple[str, str]], dict[str, dict[str, Any]]]:
    """The methods and options of babel.cfg, as Babel takes them."""
    config = ConfigParser()
    config.read(ROOT / "babel.cfg", encoding="utf-8")
    methods = []
    options: dict[str, dict[str, Any]] = {}
    for section in config.sections():
        method, _colon, pattern = section.partition(":")
        methods.append((pattern.strip(), method.strip()))
        options[pattern.strip()] = dict(config[section])
    return methods, options


def is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name != "__pycache__"


@cache
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def translations() -> Iterator[tuple[str, str]]:
    """Source and English of every entry but the header; a plural comes once for each form."""
    for entry in english():
        sources = forms(entry.id)
        if sources != ("",):
            for target in forms(entry.string or ""):
                yield sources[-1], target


def forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """The forms of a text: one, or those of its plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_word_has_its_english() -> None:
    known = {source for source, target in translations() if target}
    empty = {source for source, target in translations() if not target}

    missing = [
        f"{at}: {text}" for text, at in words().items() if text in empty or text not in known
    ]

    assert missing == []


def test_the_catalogue_holds_nothing_else() -> None:
    left_over = [source for source, _target in translations() if source not in words()]

    assert left_over == []
    assert list(english().obsolete) == []


def test_no_english_is_a_guess() -> None:
    assert [entry.id for entry in english() if entry.id and entry.fuzzy] == []


def test_both_languages_say_the_same_facts() -> None:
    different = [
        f"{source} → {target}"
        for source, target in translations()
        if target and Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(target))
    ]

    assert different == []


def test_every_sentence_takes_its_facts() -> None:
    for source, target in translations():
        facts = dict.fromkeys(re.findall(r"%\((\w+)\)", source), "1")
        if facts:
            assert "%(" not in source % facts
            assert "%(" not in target % facts


def test_english_is_calm_and_has_chinese_only_as_a_term_in_parentheses() -> None:
    unfit = [
        target
        for _source, target in translations()
        if MANNERS.search(target) or CHINESE.search(QUOTED_TERM.sub("", target))
    ]

    assert unfit == []


def test_sources_are_in_traditional_chinese() -> None:
    simplified = [f"{place}: {text}" for text, place in words().items() if set(text) & SIMPLIFIED]

    assert simplified == []


@pytest.mark.parametrize("place", ["templates/_layout/", "templates/_macros/", "backoffice/"])
def test_the_extraction_reaches(place: str) -> None:
    assert any(where.startswith(place) for where in words().values())
