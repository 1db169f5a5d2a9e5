"""三方核對 and 日結: sheet, ledger and bank of each day beside each other, and its closing."""

from __future__ import annotations

from datetime import date

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.bank import DayForm
from backoffice.disbursement.operations.bank import close_day
from backoffice.disbursement.queries.bank.days import (
    DAYS,
    DayRow,
    day_view,
    days,
)
from backoffice.disbursement.rules.bank import Side, ThreeWay, closing_refusal
from backoffice.disbursement.views.bank.frame import (
    columns_of,
    day_badge,
    heads,
    may_settle,
    tabs,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_date
from backoffice.messages import sentence, shown
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.get("/bank/days")
@page(requires=Permission.SHEET_READ)
def bank_days() -> Response:
    """The days on which money was settled or answered, the newest first."""
    before = asked_day("after")
    found = days(sessions.session(), before=before)
    rows = found[:DAYS]
    return render(
        tabs=tabs(),
        lead=_lead(rows),
        rows=[(row, day_badge(row.is_closed, row.view, row.open_items)) for row in rows],
        due=next((row.day.isoformat() for row in reversed(rows) if not row.is_closed), ""),
        columns=columns_of(
            "day", "rows", "on_sheet", "ledger", "bank", "difference", "open", "state"
        ),
        heads=heads(),
        first_url=url_for("disbursement.bank_days") if before else "",
        next_url=url_for("disbursement.bank_days", after=rows[-1].day.isoformat())
        if len(found) > DAYS
        else "",
    )


def _lead(rows: tuple[DayRow, ...]) -> str:
    open_days = sum(not row.is_closed for row in rows)
    if not open_days:
        return gettext("本頁各日均已日結。")
    return gettext("本頁 %(count)s 日尚未日結。", count=open_days)


@blueprint.route("/bank/days/<day>", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def bank_day(day: str) -> ResponseReturnValue:
    """One day, sheet by sheet; and its closing, when all three say the same."""
    session, on, form = sessions.session(), day_of(day), DayForm()
    if form.submitted() and form.attempt(close_day, on):
        flash(gettext("%(day)s 已日結。", day=shown(on)), "good")
        return redirect(url_for("disbursement.bank_days"), code=303)
    view = day_view(session, on)
    facts = view.facts
    refusal = closing_refusal(facts, today())
    return render(
        day=on,
        form=form,
        facts=facts,
        closed=view.closed,
        refusal=sentence(refusal) if refusal else "",
        lead=gettext("差額 %(difference)s。", difference=ntd_unit(facts.whole.difference)),
        sides=sides_of(facts.whole),
        side_columns=columns_of("side", "rows", "paid", "rows", "returned"),
        rows=view.sheets,
        columns=columns_of("sheet", "rows", "on_sheet", "ledger", "bank", "difference"),
        heads=heads(),
        may_settle=may_settle(),
        back_url=url_for("disbursement.bank_days"),
    )


def sides_of(view: ThreeWay) -> list[tuple[str, Side]]:
    """清冊, 帳, 銀行, each with its words."""
    return [
        (gettext("清冊"), view.sheet),
        (gettext("帳"), view.ledger),
        (gettext("銀行"), view.bank),
    ]


def day_of(text: str) -> date:
    """The day of an address; NotFound for what is none."""
    try:
        return parse_date(text)
    except Refused as error:
        raise NotFound from error


def asked_day(name: str) -> date | None:
    """A day in the address's arguments; None for what is none."""
    try:
        return parse_date(request.args.get(name, ""))
    except Refused:
        return None
