"""The schemes as a reader finds them: the list, each edition as a contract, what is assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from backoffice.scheme.rules import Clause, Edition, EditionKey
from backoffice.scheme.sentences import (
    label,
    path_words,
    section_title,
    sentence,
    source_words,
    value_words,
    word,
)
from backoffice.scheme.sentences.words import closing_instant, instant
from backoffice.scheme.titles import title_of
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render

blueprint = Blueprint("scheme", __name__, url_prefix="/schemes")


@dataclass(frozen=True, slots=True)
class VariantLine:
    """A class of a scheme and the most one case may have; None where none is paid."""

    label: str
    cap: Ntd | None


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """One edition in the list. `is_open` is whether applications are received now."""

    scheme: str
    number: int
    title: str
    flow: str
    variants: tuple[VariantLine, ...]
    opens_at: str
    closes_at: str
    is_open: bool
    in_force: bool
    assumed: int
    seal: str
    url: str


@blueprint.get("/")
@page(requires=Permission.SCHEME_READ)
def catalogue() -> Response:
    """Every edition of every scheme."""
    seals = registry.all_seals()
    now = guard.now()
    lines = [_line(edition, seals.get(str(edition.key), ""), now) for edition in _editions()]
    return render(lines=lines, assumed=sum(line.assumed for line in lines))


def _editions() -> list[Edition]:
    return [each for scheme in registry.schemes() for each in registry.editions_of(scheme)]


def _line(edition: Edition, seal: str, now: datetime) -> SchemeLine:
    closes_at = edition.window.closes_at
    return SchemeLine(
        scheme=edition.key.scheme,
        number=edition.key.number,
        title=title_of(edition),
        flow=word(edition.flow),
        variants=tuple(VariantLine(label(each), each.cap) for each in edition.variants),
        opens_at=instant(edition.window.opens_at),
        closes_at=closing_instant(closes_at) if closes_at else "",
        is_open=edition.window.is_open_at(now),
        in_force=registry.governing(edition.key.scheme, now).key == edition.key,
        assumed=len(edition.assumptions()),
        seal=seal,
        url=_url(edition),
    )


def _url(edition: Edition) -> str:
    return url_for("scheme.contract", scheme=edition.key.scheme, number=edition.key.number)


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A rule as a sentence; `anchor` is its place on the page, `doubts` what is assumed in it."""

    anchor: str
    sentence: str
    source: str
    assumed: bool
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A section of the contract."""

    title: str
    clauses: tuple[ClauseLine, ...]


@blueprint.get("/<scheme>/<int:number>")
@page(requires=Permission.SCHEME_READ)
def contract(scheme: str, number: int) -> Response:
    """One edition, one sentence a rule, each with its source."""
    try:
        edition = registry.edition(EditionKey(scheme, number))
    except Refused:
        abort(404)
    clauses = edition.clauses()
    anchors = _anchors(clauses)
    doubts = _doubts(edition, clauses)
    numbered = list(enumerate(clauses))
    return render(
        line=_line(edition, registry.all_seals().get(str(edition.key), ""), guard.now()),
        articles=[
            Article(
                section_title(section),
                tuple(
                    _clause(each, anchors[place], doubts.get(place, ())) for place, each in group
                ),
            )
            for section, group in groupby(numbered, key=lambda item: item[1].section)
        ],
        others=[
            (each.key.number, _url(each))
            for each in registry.editions_of(scheme)
            if each.key != edition.key
        ],
    )


def _clause(clause: Clause, anchor: str, doubts: tuple[str, ...]) -> ClauseLine:
    return ClauseLine(
        anchor=anchor,
        sentence=sentence(clause),
        source=source_words(clause.source),
        assumed=clause.assumed,
        doubts=() if clause.assumed else doubts,
    )


def _anchors(clauses: tuple[Clause, ...]) -> list[str]:
    """A place on the page for each clause, unique though several are read from one path."""
    seen: dict[str, int] = {}
    places = []
    for clause in clauses:
        name = re.sub(r"[^A-Za-z0-9]+", "-", clause.path).strip("-")
        seen[name] = seen.get(name, 0) + 1
        places.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return places


def _home(path: str, clauses: tuple[Clause, ...]) -> int | None:
    """The clause that a figure belongs to: its own, the one above it, else the one beside it."""
    around = path
    while around:
        near = (f"{around}.", f"{around}[")
        for place, clause in enumerate(clauses):
            if clause.path == around or (around != path and clause.path.startswith(near)):
                return place
        around = re.sub(r"(?:\.[^.\[\]]+|\[[^\]]*\]|^[^.\[\]]+)$", "", around)
    return None


def _doubts(edition: Edition, clauses: tuple[Clause, ...]) -> dict[int, tuple[str, ...]]:
    """Assumed figures by the clause that they belong to, but for those that are a clause's own."""
    own = {clause.path for clause in clauses}
    found: dict[int, tuple[str, ...]] = {}
    for assumption in edition.assumptions():
        place = _home(assumption.path, clauses)
        if assumption.path not in own and place is not None:
            found[place] = (*found.get(place, ()), _figure(assumption.path, assumption.value))
    return found


def _figure(path: str, value: object) -> str:
    return gettext("%(name)s %(value)s", name=path_words(path), value=value_words(path, value))


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """A value that nobody confirmed yet: what it is, why, and each edition that has it.

    `places` pairs an edition's code with the address of the clause that the value belongs to.
    """

    path: str
    value: str
    reason: str
    places: tuple[tuple[str, str], ...]


@blueprint.get("/assumptions")
@page(requires=Permission.SCHEME_READ)
def assumptions() -> Response:
    """Every assumed number of every edition, for the agency to sign off; equal ones together."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for edition in _editions():
        for key, place in _assumed(edition):
            found.setdefault(key, []).append(place)
    return render(
        lines=[AssumptionLine(*key, tuple(places)) for key, places in found.items()],
        count=sum(map(len, found.values())),
    )


def _assumed(edition: Edition) -> Iterator[tuple[tuple[str, str, str], tuple[str, str]]]:
    clauses = edition.clauses()
    anchors, url = _anchors(clauses), _url(edition)
    for each in edition.assumptions():
        home = _home(each.path, clauses)
        _assumed_word, _colon, reason = (edition.source_of(each.path) or "").partition(": ")
        yield (
            (path_words(each.path), value_words(each.path, each.value), reason),
            (str(edition.key), f"{url}#{anchors[home]}" if home is not None else url),
        )
