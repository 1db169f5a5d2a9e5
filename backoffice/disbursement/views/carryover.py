"""保留: contracts and loans that can hardly be paid within the year, and the approvals entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.forms.recoveries import CarryOverForm
from backoffice.disbursement.operations.carryover import carry_over as enter
from backoffice.disbursement.queries.carryover import (
    PAGE,
    ObligedKey,
    ObligedRow,
    carry_overs_of,
    obligation_of,
    obliged,
)
from backoffice.disbursement.queries.cases import contract_of
from backoffice.disbursement.queries.loans import loan_of
from backoffice.disbursement.rules.carryover import candidates_after, carrying_refusal, year_end
from backoffice.disbursement.rules.contract import days_before_budget_end
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import framed, today, worded
from backoffice.kernel.money import total
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change, Column
from backoffice.web.render import render

DUE, ALL, CARRIED = "due", "all", "carried"
NOTICE_DAYS = 60  # a plan or subsidy that ends so near to the year's end is hardly paid within it


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list; `days_left` to the special budget's end, None when far enough."""

    row: ObligedRow
    days_left: int | None


@blueprint.get("/carry-overs")
@page(requires=Permission.LEDGER_READ)
def carry_overs() -> Response:
    """Cases whose money is still to come, by the end of their plan or subsidy, paged by key."""
    session, day = sessions.session(), today()
    chosen = _chosen()
    scheme = request.args.get("scheme", "")
    scheme = scheme if scheme in registry.schemes() else ""
    found = obliged(
        session,
        year=day.year,
        ends_after=candidates_after(day, NOTICE_DAYS) if chosen == DUE else None,
        carried=chosen == CARRIED,
        scheme=scheme,
        after=_after(),
    )
    rows = found[:PAGE]
    return render(
        year=day.year - 1911,
        year_end=year_end(day),
        notice_days=NOTICE_DAYS,
        chosen=chosen,
        scheme=scheme,
        schemes=registry.schemes(),
        links=[
            (words, _url(key, scheme), key == chosen)
            for key, words in (
                (DUE, gettext("應辦保留")),
                (ALL, gettext("全部未撥")),
                (CARRIED, gettext("本年度已保留")),
            )
        ],
        lines=[_line(row) for row in rows],
        unpaid=total(row.unpaid for row in rows),
        columns=_columns(),
        first_url=_url(chosen, scheme) if request.args.get("after") else "",
        next_url=_url(chosen, scheme, rows[-1]) if len(found) > PAGE else "",
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
    )


def _chosen() -> str:
    asked = request.args.get("show", DUE)
    return asked if asked in (DUE, ALL, CARRIED) else DUE


def _after() -> ObligedKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    day, _, number = request.args.get("after", "").partition("~")
    try:
        return ObligedKey(date.fromisoformat(day), int(number))
    except ValueError:
        return None


def _url(chosen: str, scheme: str, after: ObligedRow | None = None) -> str:
    arguments = {"show": chosen}
    if scheme:
        arguments["scheme"] = scheme
    if after is not None:
        arguments["after"] = f"{after.ends_on.isoformat()}~{after.case_id}"
    return f"{url_for('disbursement.carry_overs')}?{urlencode(arguments)}"


def _line(row: ObligedRow) -> Line:
    edition = registry.edition_named(row.edition)
    return Line(row, days_before_budget_end(row.ends_on, edition))


def _columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("計畫或補貼結束日")),
        Column(gettext("契約數"), numeric=True, unit=unit),
        Column(gettext("已撥付"), numeric=True, unit=unit),
        Column(gettext("應付數"), numeric=True, unit=unit),
        Column(gettext("未撥餘額"), numeric=True, unit=unit),
        Column(gettext("保留")),
    )


@blueprint.route("/carry-overs/<int:case_id>", methods=["GET", "POST"])
@page(requires=Permission.BUDGET_ENTER)
def carry_over(case_id: int) -> ResponseReturnValue:
    """Enter the approval to carry one case's obligation over."""
    session, day = sessions.session(), today()
    head = case_head(session, case_id)
    form = CarryOverForm(version=head.version)
    if form.submitted() and form.attempt(enter, case_id, form.version.number, form.letter):
        flash(gettext("已登錄保留。"), "good")
        return redirect(_url(CARRIED, ""), code=303)
    form.show_version(head.version)
    obligation = obligation_of(session, head.scheme, case_id)
    refusal = carrying_refusal(obligation, day)
    return render(
        **framed(head),
        form=form,
        year=day.year - 1911,
        year_end=year_end(day),
        ends=_ends(session, case_id),
        obligation=obligation,
        earlier=carry_overs_of(session, case_id),
        refusal=worded(refusal),
        changes=[
            Change(gettext("已核准保留"), "–", ntd_unit(obligation.unpaid)),
            Change(gettext("可用餘額"), gettext("不變"), gettext("不變")),
        ],
    )


def _ends(session: Session, case_id: int) -> str:
    """Until when the case runs, in words; "" when it has neither a contract nor a loan."""
    if contract := contract_of(session, case_id):
        return gettext("計畫至 %(day)s。", day=shown(contract.period_end))
    if loan := loan_of(session, case_id):
        return gettext("利息補貼至 %(day)s。", day=shown(loan.ends_on))
    return ""
