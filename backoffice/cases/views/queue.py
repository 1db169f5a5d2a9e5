"""The queue: whose turn it is, since when, and what to take up next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlencode

from flask import Response, request

from backoffice.access import Permission, Role
from backoffice.cases.models import WaitingFor
from backoffice.cases.queries.queue import (
    COUNT_MAX,
    Filter,
    Key,
    Pile,
    QueueRow,
    by_due_date,
    counts,
)
from backoffice.cases.queries.queue import queue as queue_page
from backoffice.cases.queries.search import search
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.views.blueprint import blueprint
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, parse_instant
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd, roc_datetime, roc_slashes
from backoffice.web.guard import page
from backoffice.web.language import words_of
from backoffice.web.navigation import address
from backoffice.web.numbers import row_number
from backoffice.web.render import render


@blueprint.get("/")
@page(requires=Permission.CASE_READ)
def queue() -> Response:
    """The queue by piles, or what a search finds."""
    session, actor = sessions.session(), guard.actor()
    word = request.args.get("q", "").strip()
    wanted = wanted_cases(actor.id, works=actor.role is Role.OFFICER)
    rows: Sequence[QueueRow]
    if word:
        rows, next_url = search(session, word), ""
    else:
        found = queue_page(session, wanted, after=_key(wanted.pile))
        rows, next_url = found.rows, _next_url(found.next)
    piles = counts(session, officer_id=actor.id, today=wanted.today)
    base = _base()
    return render(
        cells=_cells(rows, wanted.today),
        next_url=next_url,
        first_url=_first_url() if request.args.get("after") else "",
        wanted=wanted,
        word=word,
        by_due_date=by_due_date(wanted.pile),
        piles=[(pile, _shown(count), f"{base}?pile={pile.value}") for pile, count in piles.items()],
        all_url=f"{base}?pile={Pile.ALL.value}",
        schemes=registry.schemes(),
        states=words_of(CaseState).items() if wanted.pile is Pile.ALL else (),
        base=base,
    )


_PILES = {pile.value: pile for pile in Pile}
_STATES = {state.value: state for state in CaseState}
_SHAPES = {WaitingFor.OFFICER.value: "needs", WaitingFor.NOBODY.value: "closed"}


def _cells(rows: Iterable[QueueRow], today: date) -> list[tuple[object, ...]]:
    """The rows as the words of their cells, in the order in which the template unpacks them."""
    states, turns = words_of(CaseState), words_of(WaitingFor)
    return [
        (
            number,
            name,
            firm,
            ubn,
            scheme,
            _SHAPES.get(waiting_for, "progress"),
            states[state],
            turns[waiting_for],
            roc_datetime(since),
            roc_slashes(due),
            due is not None and due < today,
            officer or "–",
            findings,
            ntd(asked),
        )
        for (
            number,
            name,
            firm,
            ubn,
            scheme,
            state,
            waiting_for,
            since,
            due,
            officer,
            findings,
            asked,
        ) in rows
    ]


def wanted_cases(officer_id: int, *, works: bool) -> Filter:
    """What the address of the queue asks for; an officer begins with their own cases."""
    pile = _PILES.get(request.args.get("pile", ""), Pile.MINE if works else Pile.ALL)
    scheme = request.args.get("scheme")
    return Filter(
        pile=pile,
        officer_id=officer_id,
        today=local_date(guard.now()),
        scheme=scheme if scheme in registry.schemes() else None,
        state=_STATES.get(request.args.get("state", "")) if pile is Pile.ALL else None,
    )


def _key(pile: Pile) -> Key | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    at, _, number = request.args.get("after", "").rpartition("~")
    try:
        if by_due_date(pile):
            return Key(date.fromisoformat(at), row_number(number)) if at else None
        return Key(parse_instant(at), row_number(number)) if at else None
    except (Refused, ValueError):
        return None


def _next_url(key: Key | None) -> str:
    return "" if key is None else _url_of({"after": f"{key.at.isoformat()}~{key.id}"})


def _first_url() -> str:
    return _url_of({})


def _url_of(place: dict[str, str]) -> str:
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return f"{_base()}?{urlencode(kept | place)}"


def _base() -> str:
    return address("cases.queue")


def _shown(count: int) -> str:
    return f"{COUNT_MAX:,}+" if count > COUNT_MAX else f"{count:,}"
