"""The entries behind a figure: every number of the books leads here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, abort, request, url_for

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, parse_date, through_end_of
from backoffice.reports.forms import AsOfForm
from backoffice.reports.queries.board import books
from backoffice.reports.queries.budget import PAGE, ledger, movements
from backoffice.reports.queries.days import moved_between, start_of
from backoffice.reports.queries.figures import OwedRow, figures_of, owed
from backoffice.reports.rules import Movement
from backoffice.reports.rules.figures import FIGURES, FigureName
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.explanations import (
    DEFINITIONS,
    formula_of,
    label_of,
    parts_of,
    value_of,
)
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.render import render


@blueprint.get("/entries/<scheme>/<stage>")
@page(requires=Permission.LEDGER_READ)
def entries(scheme: str, stage: str) -> Response:
    """What one figure is and is made of, with the entries that make it, now or at a past day."""
    if stage not in FIGURES or scheme not in registry.schemes():
        abort(404)
    session, form = sessions.session(), AsOfForm()
    as_of: date | None = form.as_of.parsed if form.readable and form.as_of.data else None
    figure, asked = FIGURES[stage], str(form.as_of.data or "") if as_of else ""
    stages = figure.stages
    by_entries = bool(stages) and stage != FigureName.CARRIED
    sums = None if by_entries else figures_of(session, scheme, as_of=as_of)
    found = ledger(session, scheme, stages, as_of=as_of, before=page_key()) if stages else None
    waits = owed(session, scheme, before=page_key()) if stage == FigureName.PAYABLE else ()
    next_key = found.next_before if found else _next_owed(waits)
    place: dict[str, Any] = {"scheme": scheme, "stage": stage}
    if as_of:
        place["as_of"] = form.as_of.data
    return render(
        scheme=scheme,
        figure=label_of(stage),
        definition=DEFINITIONS[stage],
        formula=formula_of(stage),
        value=value_of(stage, sums) if sums else ntd(found.total if found else None),
        is_rate=figure.is_rate,
        made_of=parts_of(stage, sums, asked) if sums else (),
        parts=stages if len(stages) > 1 else (),
        ledger=found,
        waits=waits[:PAGE] if as_of is None else (),
        is_owed=stage == FigureName.PAYABLE,
        form=form,
        as_of=as_of,
        first_url=url_for("reports.entries", **place) if page_key() else "",
        next_url=url_for("reports.entries", before=next_key, **place) if next_key else "",
        cases=url_for("cases.queue") if guard.actor().may(Permission.CASE_READ) else "",
        books=books(session),
    )


def _next_owed(waits: Sequence[OwedRow]) -> int | None:
    return waits[PAGE - 1].tranche_id if len(waits) > PAGE else None


@blueprint.get("/movements/<any(awarded, paid):kind>")
@page(requires=Permission.BOARD_READ)
def movements_since(kind: str) -> Response:
    """The cases whose money was awarded or paid since a day, or until another; newest first."""
    session, movement = sessions.session(), Movement(kind)
    since, until = movement_days()
    rows = movements(
        session,
        movement,
        since=start_of(since),
        until=through_end_of(until),
        before=page_key(),
    )
    more = len(rows) > PAGE
    place: dict[str, Any] = {"kind": kind, "since": since.isoformat(), "until": until.isoformat()}
    return render(
        movement=movement,
        since=since,
        until=until,
        all=moved_between(session, since, until)[movement],
        rows=rows[:PAGE],
        first_url=url_for("reports.movements_since", **place) if page_key() else "",
        next_url=(
            url_for("reports.movements_since", before=rows[PAGE - 1].id, **place) if more else ""
        ),
        cases=url_for("cases.queue") if guard.actor().may(Permission.CASE_READ) else "",
    )


def movement_days() -> tuple[date, date]:
    """The days that a list of movements is asked for: up to today, and from today, unless said."""
    today = local_date(guard.now())
    since = day_of(request.args.get("since")) or today
    return since, day_of(request.args.get("until")) or today


def day_of(text: str | None) -> date | None:
    """A day as an address says it; None for anything else."""
    try:
        return parse_date(text) if text else None
    except Refused:
        return None


def page_key() -> int | None:
    """Where the page before ended; what is no number of a row begins at the beginning."""
    return request.args.get("before", type=row_number)
