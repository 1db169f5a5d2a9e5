"""The queue: whose turn it is, since when, and what to take up next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request, url_for

from backoffice.access import Permission, Role
from backoffice.cases.models import WaitingFor
from backoffice.cases.queries.queue import (
    COUNT_MAX,
    Filter,
    Key,
    Pile,
    QueueRow,
    counts,
    search,
)
from backoffice.cases.queries.queue import queue as queue_page
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.views.blueprint import blueprint
from backoffice.db import sessions
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd, roc_datetime, roc_slashes
from backoffice.web.guard import page
from backoffice.web.render import render

S = TypeVar("S", bound=StrEnum)


@blueprint.get("/")
@page(requires=Permission.CASE_READ)
def queue() -> Response:
    """The queue by piles, or what a search finds."""
    session, actor = sessions.session(), guard.actor()
    word = request.args.get("q", "").strip()
    wanted = _wanted(actor.id, works=actor.role is Role.OFFICER)
    today = wanted.today
    if word:
        rows, next_url = search(session, word), ""
    else:
        found = queue_page(session, wanted, after=_key())
        rows, next_url = found.rows, _next_url(found.next)
    piles = counts(session, officer_id=actor.id, today=today)
    return render(
        cells=_cells(rows, today),
        next_url=next_url,
        first_url=_first_url() if request.args.get("after") else "",
        wanted=wanted,
        word=word,
        piles=[(pile, _shown(piles[pile]), _url(pile)) for pile in piles],
        all_url=_url(Pile.ALL),
        schemes=registry.schemes(),
        states=tuple(CaseState) if wanted.pile is Pile.ALL else (),
        base=url_for("cases.queue"),
    )


_SHAPES = {WaitingFor.OFFICER: "needs", WaitingFor.NOBODY: "closed"}


def _cells(rows: Iterable[QueueRow], today: date) -> list[tuple[object, ...]]:
    """The rows as the words of their cells; the words of a closed vocabulary are looked up once."""
    words = _Words()
    return [
        (
            row.id,
            row.number,
            row.firm_name,
            row.ubn,
            row.scheme,
            _SHAPES.get(row.waiting_for, "progress"),
            words[row.state],
            words[row.waiting_for],
            roc_datetime(row.waiting_since),
            roc_slashes(row.due_on),
            row.due_on is not None and row.due_on < today,
            row.officer_name or "–",
            row.finding_count,
            ntd(row.subsidy_requested),
        )
        for row in rows
    ]


class _Words(dict[StrEnum, str]):
    """State words in the reader's language, each looked up when it is first met."""

    def __missing__(self, state: StrEnum) -> str:
        self[state] = word = shown(state)
        return word


def _wanted(officer_id: int, *, works: bool) -> Filter:
    pile = _one_of(Pile, request.args.get("pile")) or (Pile.MINE if works else Pile.ALL)
    scheme = request.args.get("scheme")
    return Filter(
        pile=pile,
        officer_id=officer_id,
        today=local_date(guard.now()),
        scheme=scheme if scheme in registry.schemes() else None,
        state=_one_of(CaseState, request.args.get("state")) if pile is Pile.ALL else None,
    )


def _one_of(vocabulary: type[S], text: str | None) -> S | None:
    return next((word for word in vocabulary if word.value == text), None)


def _key() -> Key | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    since, _, number = request.args.get("after", "").rpartition("~")
    try:
        return Key(datetime.fromisoformat(since), int(number)) if since else None
    except ValueError:
        return None


def _next_url(key: Key | None) -> str:
    if key is None:
        return ""
    kept = {name: value for name, value in request.args.items() if name != "after"}
    kept["after"] = f"{key.waiting_since.isoformat()}~{key.id}"
    return f"{url_for('cases.queue')}?{urlencode(kept)}"


def _first_url() -> str:
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return f"{url_for('cases.queue')}?{urlencode(kept)}"


def _url(pile: Pile) -> str:
    return f"{url_for('cases.queue')}?{urlencode({'pile': pile.value})}"


def _shown(count: int) -> str:
    return f"{COUNT_MAX:,}+" if count > COUNT_MAX else f"{count:,}"
