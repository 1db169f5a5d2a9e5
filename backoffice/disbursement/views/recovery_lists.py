"""The demands, and the receipts of one, as files: exactly what their pages show."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.recoveries import (
    RecoveryKey,
    RecoveryRow,
    key_of,
    recoveries,
    recovery,
)
from backoffice.disbursement.queries.repayments import RepaymentRow, repayments
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.recoveries import chosen_scheme, chosen_shelf, shelf_words
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/recoveries/list.<{KINDS}:kind>")
@page(requires=Permission.RECOVERY_READ)
def recoveries_list(kind: str) -> Response:
    """All demands of the part of the list asked for."""
    session, day = sessions.session(), today()
    shelf, scheme = chosen_shelf(), chosen_scheme()

    def some(after: RecoveryKey | None) -> tuple[Sequence[RecoveryRow], RecoveryKey | None]:
        found = recoveries(session, shelf, day, scheme=scheme, after=after, size=CHUNK)
        rows = found[:CHUNK]
        return rows, key_of(rows[-1]) if len(found) > CHUNK else None

    asked = [(gettext("分類"), shelf_words(shelf)), (gettext("方案"), scheme or gettext("全部"))]
    listing = Listing(gettext("追繳"), _columns(), map(_row, paged(some)), asked)
    return send_list(session, listing, kind)


@blueprint.get(f"/recoveries/<int:recovery_id>/receipts.<{KINDS}:kind>")
@page(requires=Permission.RECOVERY_READ)
def recovery_receipts(recovery_id: int, kind: str) -> Response:
    """What came in on one demand, corrections beside it."""
    session = sessions.session()
    row = recovery(session, recovery_id)
    asked = [(gettext("處分書"), row.number), (gettext("案件編號"), row.case_number)]
    rows = map(_receipt, repayments(session, recovery_id))
    return send_list(session, Listing(gettext("收回紀錄"), _receipt_columns(), rows, asked), kind)


def _columns() -> list[Column]:
    return [
        Column(gettext("處分書"), width=22),
        Column(gettext("案件編號"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("事由"), width=20),
        Column(gettext("追繳金額"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("已收回"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("已註銷"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("尚欠"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("繳納期限"), ColumnKind.DATE, 16),
        Column(gettext("移送執行文號"), width=22),
        Column(gettext("狀態"), width=14),
    ]


def _row(row: RecoveryRow) -> Sequence[CellValue]:
    return (
        row.number,
        row.case_number,
        row.firm_name,
        row.ubn,
        shown(row.ground),
        row.amount,
        row.repaid,
        row.written_off,
        row.owed,
        row.due_on,
        row.enforcement_number,
        shown(row.state),
    )


def _receipt_columns() -> list[Column]:
    return [
        Column(gettext("收款日期"), ColumnKind.DATE, 16),
        Column(gettext("收據編號"), width=18),
        Column(gettext("繳入帳戶"), width=24),
        Column(gettext("收回金額"), ColumnKind.MONEY, 16),
        Column(gettext("支出收回"), ColumnKind.MONEY, 16),
        Column(gettext("收回以前年度歲出"), ColumnKind.MONEY, 18),
        Column(gettext("收回書或繳款書"), width=22),
        Column(gettext("登錄人"), width=12),
        Column(gettext("更正人"), width=12),
        Column(gettext("更正理由"), width=30),
    ]


def _receipt(row: RepaymentRow) -> Sequence[CellValue]:
    return (
        row.received_on,
        row.receipt_number,
        row.account,
        row.amount,
        row.to_budget,
        row.to_treasury,
        row.document_number,
        row.entered_by_name or "",
        row.reversed_by_name or "",
        row.reversed_reason or "",
    )
