"""貸款: the register by its parts, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.loans import (
    PAGE,
    LoanFilter,
    LoanRow,
    LoanShelf,
    WaitingLoan,
    loans,
    open_line_count,
    to_register,
    totals,
    waiting_count,
)
from backoffice.disbursement.queries.loans import loans as listed
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.loans.frame import lending, loan_badge
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.spreadsheets.layout import CellValue, ColumnKind
from backoffice.spreadsheets.layout import Column as SheetColumn
from backoffice.web import guard
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, list_files, paged, send_list
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Column
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class ShelfLink:
    """A part of the register with its count."""

    label: str
    url: str
    count: int
    current: bool


@blueprint.get("/loans")
@page(requires=Permission.LOAN_READ)
def loans_register() -> Response:
    """One part of the register, paged by key."""
    session, day = sessions.session(), today()
    chosen, wanted, after = _chosen(), _wanted(), _after()
    sums, waiting = totals(session, day), waiting_count(session)
    running = sums[LoanShelf.RUNNING]
    counts = {shelf: found.count for shelf, found in sums.items()}
    counts[LoanShelf.TO_REGISTER] = waiting
    found: Sequence[LoanRow] = ()
    unregistered: Sequence[WaitingLoan] = ()
    if chosen is LoanShelf.TO_REGISTER:
        unregistered = to_register(session, wanted, after=after)
    else:
        found = listed(session, chosen, wanted, day, after=after)
    keys = [row.id for row in found] or [row.case_id for row in unregistered]
    return render(
        chosen=chosen,
        wanted=wanted,
        schemes=lending(),
        classes=_classes(),
        links=[
            ShelfLink(_shelf_words(shelf), _url(shelf, wanted), counts[shelf], shelf is chosen)
            for shelf in LoanShelf
        ],
        lead=gettext(
            "補貼中 %(count)s 件，補貼上限 %(committed)s，已受理 %(accepted)s。",
            count=ntd(running.count),
            committed=ntd_unit(running.committed),
            accepted=ntd_unit(running.accepted),
        ),
        rows=[(row, loan_badge(row, day)) for row in found[:PAGE]],
        unregistered=unregistered[:PAGE],
        columns=_columns(),
        waiting_columns=_waiting_columns(),
        open_lines=open_line_count(session),
        behind=counts[LoanShelf.BEHIND],
        files=list_files("disbursement.loans_list"),
        first_url=_url(chosen, wanted) if after else "",
        next_url=_url(chosen, wanted, keys[PAGE - 1]) if len(keys) > PAGE else "",
        may_work=guard.actor().may(Permission.LOAN_WORK),
        may_open_case=guard.actor().may(Permission.CASE_READ),
    )


@blueprint.get(f"/loans/list.<{KINDS}:kind>")
@page(requires=Permission.LOAN_READ)
def loans_list(kind: str) -> Response:
    """All of the part of the register that was asked for."""
    session, day = sessions.session(), today()
    chosen, wanted = _chosen(), _wanted()
    asked = [(gettext("分類"), _shelf_words(chosen))]
    asked += [
        (name, value)
        for name, value in (
            (gettext("類別"), wanted.loan_class),
            (gettext("承貸銀行"), wanted.bank_code),
            (gettext("關鍵字"), wanted.text),
        )
        if value
    ]
    if chosen is LoanShelf.TO_REGISTER:

        def some_waiting(after: int | None) -> tuple[Sequence[WaitingLoan], int | None]:
            rows = to_register(session, wanted, after=after or 0, limit=CHUNK + 1)
            return rows[:CHUNK], rows[CHUNK - 1].case_id if len(rows) > CHUNK else None

        cells = map(_waiting_cells, paged(some_waiting))
        listing = Listing(gettext("待登記貸款"), _waiting_sheet(), cells, asked)
        return send_list(session, listing, kind)

    def some(after: int | None) -> tuple[Sequence[LoanRow], int | None]:
        rows = loans(session, chosen, wanted, day, after=after or 0, limit=CHUNK + 1)
        return rows[:CHUNK], rows[CHUNK - 1].id if len(rows) > CHUNK else None

    listing = Listing(gettext("貸款登記"), _loan_sheet(), map(_loan_cells, paged(some)), asked)
    return send_list(session, listing, kind)


def _chosen() -> LoanShelf:
    asked = request.args.get("show", "")
    values = {shelf.value for shelf in LoanShelf}
    return LoanShelf(asked) if asked in values else LoanShelf.RUNNING


def _wanted() -> LoanFilter:
    scheme = request.args.get("scheme", "")
    return LoanFilter(
        scheme=scheme if scheme in lending() else "",
        loan_class=request.args.get("class", "")[:8],
        bank_code=request.args.get("bank", "").strip()[:3],
        text=request.args.get("q", "").strip()[:100],
    )


def _after() -> int:
    return request.args.get("after", 0, type=row_number)


def _url(shelf: LoanShelf, wanted: LoanFilter, after: int = 0) -> str:
    asked = {
        "show": shelf.value,
        "scheme": wanted.scheme,
        "class": wanted.loan_class,
        "bank": wanted.bank_code,
        "q": wanted.text,
        "after": str(after or ""),
    }
    kept = {name: value for name, value in asked.items() if value}
    return f"{url_for('disbursement.loans_register')}?{urlencode(kept)}"


def _classes() -> list[str]:
    return sorted(
        {
            variant.key
            for scheme in lending()
            for edition in registry.editions_of(scheme)
            for variant in edition.variants
        }
    )


def _shelf_words(shelf: LoanShelf) -> str:
    return {
        LoanShelf.TO_REGISTER: gettext("待登記"),
        LoanShelf.RUNNING: gettext("補貼中"),
        LoanShelf.BEHIND: gettext("待依新利率重算"),
        LoanShelf.OVER: gettext("期滿待結"),
        LoanShelf.ENDED: gettext("補貼結束"),
        LoanShelf.CALLED: gettext("違約收回"),
    }[shelf]


def _columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("類別")),
        Column(gettext("銀行")),
        Column(gettext("貸款金額"), numeric=True, unit=unit),
        Column(gettext("補貼至")),
        Column(gettext("補貼上限"), numeric=True, unit=unit),
        Column(gettext("已受理"), numeric=True, unit=unit),
        Column(gettext("餘額"), numeric=True, unit=unit),
        Column(gettext("狀態")),
    )


def _waiting_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("類別")),
        Column(gettext("銀行")),
        Column(gettext("申請金額"), numeric=True, unit=gettext("元")),
        Column(gettext("下一步")),
    )


def _loan_sheet() -> list[SheetColumn]:
    money = ColumnKind.MONEY
    return [
        SheetColumn(gettext("案件編號"), width=18),
        SheetColumn(gettext("企業名稱"), width=30),
        SheetColumn(gettext("統一編號"), width=12),
        SheetColumn(gettext("類別"), width=8),
        SheetColumn(gettext("銀行"), width=8),
        SheetColumn(gettext("貸款金額"), money, 16, is_summed=True),
        SheetColumn(gettext("首次撥貸日"), ColumnKind.DATE, 16),
        SheetColumn(gettext("補貼至"), ColumnKind.DATE, 16),
        SheetColumn(gettext("補貼上限"), money, 16, is_summed=True),
        SheetColumn(gettext("已受理"), money, 16, is_summed=True),
        SheetColumn(gettext("餘額"), money, 16, is_summed=True),
        SheetColumn(gettext("狀態"), width=12),
    ]


def _loan_cells(row: LoanRow) -> Sequence[CellValue]:
    return (
        row.case_number,
        row.firm_name,
        row.ubn,
        row.loan_class,
        row.bank_code,
        row.amount,
        row.starts_on,
        row.ends_on,
        row.committed,
        row.accepted,
        row.left,
        shown(row.state),
    )


def _waiting_sheet() -> list[SheetColumn]:
    return [
        SheetColumn(gettext("案件編號"), width=18),
        SheetColumn(gettext("企業名稱"), width=30),
        SheetColumn(gettext("統一編號"), width=12),
        SheetColumn(gettext("類別"), width=8),
        SheetColumn(gettext("銀行"), width=8),
        SheetColumn(gettext("申請金額"), ColumnKind.MONEY, 16, is_summed=True),
    ]


def _waiting_cells(row: WaitingLoan) -> Sequence[CellValue]:
    return (
        row.case_number,
        row.firm_name,
        row.ubn,
        row.loan_class,
        row.bank_code,
        row.amount,
    )
