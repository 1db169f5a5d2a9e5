"""The entries behind a figure: every number of the books leads here."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import Response, abort, request, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.taiwan import local_date, through_end_of
from backoffice.messages import shown
from backoffice.reports.forms import AsOfForm
from backoffice.reports.queries.board import books
from backoffice.reports.queries.budget import PAGE, ledger, moved, movements
from backoffice.reports.rules import OUTSTANDING, Movement, stages_behind
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render

KEY_MAX: Final = 1 << 63


@blueprint.get("/entries/<scheme>/<stage>")
@page(requires=Permission.LEDGER_READ)
def entries(scheme: str, stage: str) -> Response:
    """The transfers that make one figure, newest first, now or as at a past day."""
    stages = stages_behind(stage)
    if stages is None or scheme not in registry.schemes():
        abort(404)
    session, form = sessions.session(), AsOfForm()
    as_of: date | None = form.as_of.parsed if form.readable and form.as_of.data else None
    found = ledger(session, scheme, stages, as_of=as_of, before=page_key())
    place: dict[str, Any] = {"scheme": scheme, "stage": stage}
    if as_of:
        place["as_of"] = form.as_of.data
    return render(
        scheme=scheme,
        figure=gettext("已核定未撥") if stage == OUTSTANDING else shown(stages[0]),
        parts=stages if len(stages) > 1 else (),
        ledger=found,
        form=form,
        as_of=as_of,
        first_url=url_for("reports.entries", **place) if page_key() else "",
        next_url=(
            url_for("reports.entries", before=found.next_before, **place)
            if found and found.next_before
            else ""
        ),
        cases=url_for("cases.queue") if guard.actor().may(Permission.CASE_READ) else "",
        books=books(session),
    )


@blueprint.get("/movements/<any(awarded, paid):kind>")
@page(requires=Permission.BOARD_READ)
def movements_since(kind: str) -> Response:
    """The cases whose money was awarded or paid since a day, newest first."""
    session, movement = sessions.session(), Movement(kind)
    today = local_date(guard.now())
    since = day_of(request.args.get("since")) or today
    start = through_end_of(date.fromordinal(since.toordinal() - 1))
    rows = movements(session, movement, since=start, before=page_key())
    more = len(rows) > PAGE
    place: dict[str, Any] = {"kind": kind, "since": since.isoformat()}
    return render(
        movement=movement,
        since=since,
        today=today,
        all=moved(session, since=start)[movement],
        rows=rows[:PAGE],
        first_url=url_for("reports.movements_since", **place) if page_key() else "",
        next_url=(
            url_for("reports.movements_since", before=rows[PAGE - 1].id, **place) if more else ""
        ),
        cases=url_for("cases.queue") if guard.actor().may(Permission.CASE_READ) else "",
    )


def day_of(text: str | None) -> date | None:
    """A day as an address says it; None for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def page_key() -> int | None:
    """Where the page before ended; what is no number of a row begins at the beginning."""
    key = request.args.get("before", type=int)
    return key if key is not None and 0 < key < KEY_MAX else None
