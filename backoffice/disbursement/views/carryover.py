"""保留: contracts and loans that can hardly be paid within the year, and the approvals entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
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
from backoffice.spreadsheets.layout import CellValue, ColumnKind
from backoffice.spreadsheets.layout import Column as SheetColumn
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, list_files, paged, send_list
from backoffice.web.numbers import row_number
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
    day, chosen, scheme = today(), _chosen(), _scheme()
    found = _asked_for()(after=_after(), size=PAGE)
    rows = found[:PAGE]
    return render(
        year=day.year - 1911,
        year_end=year_end(day),
        notice_days=NOTICE_DAYS,
        chosen=chosen,
        scheme=scheme,
        schemes=registry.schemes(),
        links=[(_words(key), _url(key, scheme), key == chosen) for key in (DUE, ALL, CARRIED)],
        lines=[_line(row) for row in rows],
        unpaid=total(row.unpaid for row in rows),
        columns=_columns(),
        files=list_files("disbursement.carry_overs_list"),
        first_url=_url(chosen, scheme) if request.args.get("after") else "",
        next_url=_url(chosen, scheme, rows[-1]) if len(found) > PAGE else "",
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
    )


@blueprint.get(f"/carry-overs/list.<{KINDS}:kind>")
@page(requires=Permission.LEDGER_READ)
def carry_overs_list(kind: str) -> Response:
    """All cases of the part of the list asked for."""
    asked_for = _asked_for()

    def some(after: ObligedKey | None) -> tuple[Sequence[ObligedRow], ObligedKey | None]:
        found = asked_for(after=after, size=CHUNK)
        rows = found[:CHUNK]
        return rows, _key(rows[-1]) if len(found) > CHUNK else None

    asked = [
        (gettext("年度"), str(today().year - 1911)),
        (gettext("分類"), _words(_chosen())),
        (gettext("方案"), _scheme() or gettext("全部")),
    ]
    listing = Listing(gettext("年度保留"), _sheet_columns(), map(_cells, paged(some)), asked)
    return send_list(sessions.session(), listing, kind)


def _asked_for() -> Callable[..., tuple[ObligedRow, ...]]:
    """The cases that the address asks for: `obliged`, but for where it begins and how many."""
    day, chosen = today(), _chosen()
    return partial(
        obliged,
        sessions.session(),
        year=day.year,
        ends_after=candidates_after(day, NOTICE_DAYS) if chosen == DUE else None,
        carried=chosen == CARRIED,
        scheme=_scheme(),
    )


def _chosen() -> str:
    asked = request.args.get("show", DUE)
    return asked if asked in (DUE, ALL, CARRIED) else DUE


def _words(chosen: str) -> str:
    return {
        DUE: gettext("應辦保留"),
        ALL: gettext("全部未撥"),
        CARRIED: gettext("本年度已保留"),
    }[chosen]


def _scheme() -> str:
    """The scheme that the address asks for; "" for all."""
    asked = request.args.get("scheme", "")
    return asked if asked in registry.schemes() else ""


def _key(row: ObligedRow) -> ObligedKey:
    return ObligedKey(row.ends_on, row.case_id)


def _after() -> ObligedKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    day, _, number = request.args.get("after", "").partition("~")
    try:
        return ObligedKey(date.fromisoformat(day), row_number(number))
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


def _sheet_columns() -> list[SheetColumn]:
    money = ColumnKind.MONEY
    return [
        SheetColumn(gettext("案件編號"), width=18),
        SheetColumn(gettext("企業"), width=30),
        SheetColumn(gettext("計畫或補貼結束日"), ColumnKind.DATE, 18),
        SheetColumn(gettext("距特別預算屆滿日數"), ColumnKind.COUNT, 18),
        SheetColumn(gettext("契約數"), money, 16, is_summed=True),
        SheetColumn(gettext("已撥付"), money, 16, is_summed=True),
        SheetColumn(gettext("應付數"), money, 16, is_summed=True),
        SheetColumn(gettext("未撥餘額"), money, 16, is_summed=True),
        SheetColumn(gettext("保留核准文號"), width=24),
    ]


def _cells(row: ObligedRow) -> Sequence[CellValue]:
    return (
        row.number,
        row.firm_name,
        row.ends_on,
        _line(row).days_left,
        row.contracted,
        row.paid,
        row.payable,
        row.unpaid,
        row.approval_number,
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
