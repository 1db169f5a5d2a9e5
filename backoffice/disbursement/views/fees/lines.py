"""待查入帳: money of which nobody knows whose it is, until it is matched or given back."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.fees import MatchForm, SameForm
from backoffice.disbursement.operations.fees.lines import match_line, same_payment
from backoffice.disbursement.queries.fees.book import fee_schemes
from backoffice.disbursement.queries.fees.refunds import refunds_of
from backoffice.disbursement.queries.fees.statements import (
    PAGE,
    LineKey,
    LineRow,
    cases_like,
    count_open,
    open_lines,
)
from backoffice.disbursement.queries.fees.statements import line as one
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.statement import StatementLine
from backoffice.disbursement.rules.fees.verdicts import Verdict, Why
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import (
    chosen_scheme,
    line_badge,
    parts,
    refund_badge,
    scheme_title,
)
from backoffice.disbursement.views.frame import today
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_instant
from backoffice.messages import shown
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.forms import was_sent
from backoffice.web.guard import page
from backoffice.web.lists import list_files
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Column
from backoffice.web.render import render


@blueprint.get("/fees/open-lines")
@page(requires=Permission.FEE_READ)
def fee_lines() -> Response:
    """The worklist, the oldest money first, paged by key."""
    session, scheme = sessions.session(), chosen_scheme()
    count = count_open(session, scheme)
    found = open_lines(session, scheme=scheme, after=_after())
    rows = found[:PAGE]
    return render(
        parts=parts(),
        scheme=scheme,
        schemes=[(each, scheme_title(each)) for each in fee_schemes()],
        lead=gettext("%(count)s 筆入帳待查明；查明後登錄於案件，或簽辦退還。", count=ntd(count)),
        rows=[(row, why_words(row)) for row in rows],
        columns=_columns(),
        files=list_files("disbursement.fee_line_list"),
        first_url=_url(scheme) if request.args.get("after") else "",
        next_url=_url(scheme, rows[-1]) if len(found) > PAGE else "",
    )


def why_words(row: LineRow) -> str:
    """Why a line is not booked to a case, in words."""
    if row.refunding:
        return gettext("退費辦理中")
    return shown(Why(row.why)) if row.why else shown(row.verdict)


def _after() -> LineKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    instant, _, number = request.args.get("after", "").partition("~")
    try:
        return LineKey(parse_instant(instant), row_number(number))
    except (Refused, ValueError):
        return None


def _url(scheme: str, after: LineRow | None = None) -> str:
    arguments = {"scheme": scheme} if scheme else {}
    if after is not None:
        arguments["after"] = f"{_written(after.value_at)}~{after.id}"
    asked = f"?{urlencode(arguments)}" if arguments else ""
    return f"{url_for('disbursement.fee_lines')}{asked}"


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")


@blueprint.route("/fees/lines/<int:fee_line_id>", methods=["GET", "POST"])
@page(requires=Permission.FEE_READ, sends=(Permission.FEE_ENTER,))
def fee_line(fee_line_id: int) -> ResponseReturnValue:
    """One transaction: whose it may be, and what became of it."""
    session, day, actor = sessions.session(), today(), guard.actor()
    row = one(session, fee_line_id)
    form, same = MatchForm(version=row.version), SameForm(version=row.version)
    is_double = row.verdict is Verdict.DOUBLE
    if was_sent("same_note", otherwise=False):
        if same.submitted() and same.attempt(
            same_payment, fee_line_id, same.version.number, same.same_note.text
        ):
            flash(gettext("已認定為同一筆，不重複入帳。"), "good")
            return redirect(url_for("disbursement.fee_line", fee_line_id=fee_line_id), code=303)
    elif form.submitted() and form.attempt(
        match_line, fee_line_id, form.version.number, form.case_number.text, form.note.text
    ):
        flash(gettext("已登錄於案件 %(number)s。", number=form.case_number.text), "good")
        return redirect(url_for("disbursement.fee_line", fee_line_id=fee_line_id), code=303)
    form.show_version(row.version)
    same.show_version(row.version)
    is_open = row.state is LineState.OPEN and not row.refunding
    return render(
        parts=parts(),
        row=row,
        badge=line_badge(row.state),
        title=scheme_title(row.scheme),
        why=why_words(row),
        likely=cases_like(session, row.scheme, _words(row)) if is_open else (),
        refunds=[
            (each, refund_badge(each, day)) for each in refunds_of(session, line_id=fee_line_id)
        ],
        form=form,
        same=same if is_double else None,
        faulty=same if same.faulty else form,
        # What was typed stays on the page, even where somebody was faster.
        may_match=(is_open or form.faulty or same.faulty) and actor.may(Permission.FEE_ENTER),
        may_refund=is_open and actor.may(Permission.FEE_REFUND_MAKE),
    )


def _words(row: LineRow) -> list[str]:
    line = StatementLine(
        row=row.row,
        number=row.transaction_number,
        value_at=row.value_at,
        amount=row.amount,
        payer=row.payer,
        ubn=row.ubn,
        case_number=row.named,
        note=row.note,
    )
    return [*sorted(line.case_numbers | line.ubns), row.payer, row.case_number or ""]


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("交易序號")),
        Column(gettext("方案")),
        Column(gettext("入帳時間")),
        Column(gettext("金額"), numeric=True, unit=gettext("元")),
        Column(gettext("付款人")),
        Column(gettext("備註")),
        Column(gettext("待查原因")),
    )
