"""The lists of the fee desk as files: accounts, lines of a statement, open lines, refunds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.fees.book import AccountRow, accounts
from backoffice.disbursement.queries.fees.refunds import RefundKey, RefundRow, refunds
from backoffice.disbursement.queries.fees.statements import (
    LineKey,
    LineRow,
    lines_of,
    open_lines,
    statement,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.desk import chosen_shelf, place_words, shelf_words
from backoffice.disbursement.views.fees.frame import chosen_scheme
from backoffice.disbursement.views.fees.lines import why_words
from backoffice.disbursement.views.fees.refunds import chosen_refunds, refund_words
from backoffice.disbursement.views.frame import today
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/fees/list.<{KINDS}:kind>")
@page(requires=Permission.FEE_READ)
def fee_list(kind: str) -> Response:
    """Every fee account of the part that the page shows."""
    session, day = sessions.session(), today()
    shelf, scheme = chosen_shelf(), chosen_scheme()

    def some(after: str | None) -> tuple[Sequence[AccountRow], str | None]:
        found = accounts(session, shelf, day, scheme=scheme, after=after or "", size=CHUNK)
        return found[:CHUNK], found[CHUNK - 1].number if len(found) > CHUNK else None

    asked = [(gettext("狀態"), shelf_words(shelf)), *_asked(scheme)]
    rows = (_account(row) for row in paged(some))
    return send_list(session, Listing(gettext("繳費清單"), _account_columns(), rows, asked), kind)


def _asked(scheme: str) -> Iterator[tuple[str, str]]:
    if scheme:
        yield gettext("方案"), scheme


def _account_columns() -> list[Column]:
    money = ColumnKind.MONEY
    return [
        Column(gettext("案件編號"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("方案"), width=8),
        Column(gettext("應繳"), money, 14),
        Column(gettext("已收"), money, 14, is_summed=True),
        Column(gettext("已退"), money, 14, is_summed=True),
        Column(gettext("退費辦理中"), money, 14, is_summed=True),
        Column(gettext("最近入帳"), ColumnKind.INSTANT, 20),
        Column(gettext("名額"), width=20),
        Column(gettext("狀態"), width=10),
    ]


def _account(row: AccountRow) -> Sequence[CellValue]:
    return (
        row.number,
        row.firm_name,
        row.ubn,
        row.scheme,
        row.fee,
        row.received,
        row.refunded,
        row.running,
        row.last_paid_at,
        place_words(row),
        shown(row.standing),
    )


@blueprint.get(f"/fees/statements/<int:statement_id>/lines.<{KINDS}:kind>")
@page(requires=Permission.FEE_READ)
def fee_statement_list(statement_id: int, kind: str) -> Response:
    """The lines of one statement, as they were booked."""
    session = sessions.session()
    found = statement(session, statement_id)

    def some(after: int | None) -> tuple[Sequence[LineRow], int | None]:
        rows = lines_of(session, statement_id, after_row=after or 0, size=CHUNK)
        return rows[:CHUNK], rows[CHUNK - 1].row if len(rows) > CHUNK else None

    asked = [(gettext("檔案"), found.file_name)]
    listing = Listing(gettext("入帳明細"), _line_columns(), _lines(paged(some)), asked)
    return send_list(session, listing, kind)


@blueprint.get(f"/fees/open-lines/list.<{KINDS}:kind>")
@page(requires=Permission.FEE_READ)
def fee_line_list(kind: str) -> Response:
    """Every line of which nobody knows whose it is."""
    session, scheme = sessions.session(), chosen_scheme()

    def some(after: LineKey | None) -> tuple[Sequence[LineRow], LineKey | None]:
        rows = open_lines(session, scheme=scheme, after=after, size=CHUNK)
        last = rows[CHUNK - 1] if len(rows) > CHUNK else None
        return rows[:CHUNK], LineKey(last.value_at, last.id) if last else None

    listing = Listing(
        gettext("待查入帳"), _line_columns(), _lines(paged(some)), list(_asked(scheme))
    )
    return send_list(session, listing, kind)


def _line_columns() -> list[Column]:
    return [
        Column(gettext("列"), ColumnKind.COUNT, 6),
        Column(gettext("交易序號"), width=22),
        Column(gettext("入帳時間"), ColumnKind.INSTANT, 20),
        Column(gettext("金額"), ColumnKind.MONEY, 14, is_summed=True),
        Column(gettext("付款人"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("備註"), width=30),
        Column(gettext("案件編號"), width=18),
        Column(gettext("判別"), width=16),
        Column(gettext("狀態"), width=14),
        Column(gettext("說明"), width=40),
    ]


def _lines(rows: Iterable[LineRow]) -> Iterator[Sequence[CellValue]]:
    for row in rows:
        yield (
            row.row,
            row.transaction_number,
            row.value_at,
            row.amount,
            row.payer,
            row.ubn,
            row.note,
            row.case_number or row.named,
            shown(row.verdict),
            shown(row.state),
            row.note_left or (why_words(row) if row.why else ""),
        )


@blueprint.get(f"/fees/refunds/list.<{KINDS}:kind>")
@page(requires=Permission.FEE_READ)
def fee_refund_list(kind: str) -> Response:
    """Every refund of the part that the page shows."""
    session, day = sessions.session(), today()
    shelf, scheme = chosen_refunds(), chosen_scheme()

    def some(after: RefundKey | None) -> tuple[Sequence[RefundRow], RefundKey | None]:
        rows = refunds(session, shelf, day, scheme=scheme, after=after, size=CHUNK)
        last = rows[CHUNK - 1] if len(rows) > CHUNK else None
        return rows[:CHUNK], RefundKey(last.due_on, last.id) if last else None

    asked = [(gettext("狀態"), refund_words(shelf)), *_asked(scheme)]
    rows = (_refund(row) for row in paged(some))
    return send_list(session, Listing(gettext("退費清單"), _refund_columns(), rows, asked), kind)


def _refund_columns() -> list[Column]:
    return [
        Column(gettext("案件或交易"), width=22),
        Column(gettext("受款人"), width=30),
        Column(gettext("方案"), width=8),
        Column(gettext("事由"), width=30),
        Column(gettext("退費金額"), ColumnKind.MONEY, 14, is_summed=True),
        Column(gettext("扣除廣告"), ColumnKind.MONEY, 14, is_summed=True),
        Column(gettext("退費期限"), ColumnKind.DATE, 14),
        Column(gettext("簽辦"), width=12),
        Column(gettext("核准"), width=12),
        Column(gettext("付款日期"), ColumnKind.DATE, 14),
        Column(gettext("銀行付款編號"), width=20),
        Column(gettext("退匯日期"), ColumnKind.DATE, 14),
        Column(gettext("銀行退匯編號"), width=20),
        Column(gettext("狀態"), width=10),
    ]


def _refund(row: RefundRow) -> Sequence[CellValue]:
    return (
        row.of_what,
        row.payee,
        row.scheme,
        shown(row.ground),
        row.amount,
        row.deducted,
        row.due_on,
        row.made_by_name,
        row.approved_by_name,
        row.paid_on,
        row.bank_reference,
        row.bounced_on,
        row.bounce_reference,
        shown(row.state),
    )
