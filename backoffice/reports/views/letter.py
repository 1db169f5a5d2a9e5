"""The letter of a Monday: the board's sentences and what moved in each scheme, as text."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.reports.rules.board import Row, letter_of
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.entries import day_of
from backoffice.reports.views.looking import Board, looked_at, sentences_of
from backoffice.reports.views.sentences import Sentence, Words, counted, forecast_url, outlook
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.figures import explain_url
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.language import gettext
from backoffice.web.navigation import address
from backoffice.web.render import render


@blueprint.get("/monday-letter")
@page(requires=Permission.BOARD_READ)
def monday_letter() -> Response:
    """What changed in the week before a Monday: this week's, unless another is asked for.

    It is made of what was kept and of what the ledger says of whole days, so the same Monday gives
    the same letter whenever it is read.
    """
    session, actor, today = sessions.session(), guard.actor(), local_date(guard.now())
    turn = letter_of(today, day_of(request.args.get("week")))
    found = looked_at(session, turn, "", guard.now())
    here = address("reports.monday_letter")
    return render(
        monday=turn.shown_on,
        since=turn.since,
        until=turn.until,
        kept_on=found.kept_on,
        sentences=sentences_of(found, actor),
        lines=tuple(_lines(found)),
        board_url=f"{address('reports.board')}?week={turn.shown_on.isoformat()}",
        earlier_url=f"{here}?week={turn.earlier.isoformat()}",
        later_url=f"{here}?week={turn.later.isoformat()}" if turn.later else "",
    )


def _lines(found: Board) -> Iterator[Sentence]:
    """A line for each scheme that has money, places or cases."""
    names = titles(guard.now())
    for row in found.rows:
        if row.is_limited or row.undecided:
            yield tuple(_line(found, row, names.get(row.scheme, row.scheme)))


def _line(found: Board, row: Row, title: str) -> Iterator[Words]:
    before = found.before.get(row.scheme)
    yield Words(f"{row.scheme} {title}")
    if row.has_money:
        yield Words(gettext("：可用餘額 "))
        day = found.turn.until
        yield Words(ntd_unit(row.available), explain_url("available", row.scheme, day))
        if before is not None and before.has_money:
            yield Words(_than(row.available - before.available))
    if row.seats_total is not None:
        used, size = ntd(row.seats_used), ntd(row.seats_total)
        yield Words(gettext("：名額 %(used)s／%(total)s", used=used, total=size))
    if row.is_limited and found.forecast_on:
        words, band = outlook(row)
        yield Words(gettext("；用罄預測 "))
        yield Words(words, forecast_url(row.scheme, found.forecast_on))
        if band:
            yield Words(gettext("（%(band)s）", band=band))
    yield Words(gettext("；待審 %(count)s 案", count=counted(row.undecided)))
    if before is not None:
        yield Words(gettext("（上週一 %(count)s 案）", count=counted(before.undecided)))
    yield Words(gettext("。"))


def _than(change: Ntd) -> str:
    if change > Ntd(0):
        return gettext("（較上週一增加 %(amount)s）", amount=ntd_unit(change))
    if change < Ntd(0):
        return gettext("（較上週一減少 %(amount)s）", amount=ntd_unit(-change.dollars))
    return gettext("（與上週一相同）")
