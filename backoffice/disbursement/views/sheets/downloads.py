"""The lists of the payment desk as files: sheets by step, tranches that wait, a sheet's lines.

Accounts stay masked as on the pages. The sheet itself, with whole accounts, is the file that was
made at its approval.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.sheets import (
    LineRow,
    ReadyKey,
    ReadyRow,
    SheetRow,
    lines_of,
    ready,
    sheets,
)
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.sheets import LINES_MAX, Rung
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.desk import chosen_step, states_of
from backoffice.disbursement.views.sheets.frame import nth, returned_words
from backoffice.messages import sentence, shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/sheets/list.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def sheets_list(kind: str) -> Response:
    """All that the desk shows at the step asked for: sheets, or tranches ready for one."""
    session = sessions.session()
    chosen = chosen_step(session, guard.actor())
    asked = [(gettext("步驟"), shown(chosen))]
    if chosen is Rung.MAKE:

        def some_ready(after: ReadyKey | None) -> tuple[Sequence[ReadyRow], ReadyKey | None]:
            found = ready(session, today(), after=after)
            rows = found[:LINES_MAX]
            more = len(found) > LINES_MAX
            return rows, ReadyKey(rows[-1].edition, rows[-1].tranche_id) if more else None

        rows = map(_ready, paged(some_ready))
        listing = Listing(gettext("待編入清冊期款"), _ready_columns(), rows, asked)
        return send_list(session, listing, kind)

    states = states_of(chosen)

    def some(before: int | None) -> tuple[Sequence[SheetRow], int | None]:
        found = sheets(session, states, before_id=before, size=CHUNK)
        return found[:CHUNK], found[CHUNK - 1].id if len(found) > CHUNK else None

    listing = Listing(gettext("撥款清冊"), _sheet_columns(), map(_sheet, paged(some)), asked)
    return send_list(session, listing, kind)


@blueprint.get(f"/sheets/<int:sheet_id>/lines.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def sheet_lines(sheet_id: int, kind: str) -> Response:
    """The lines of one sheet as its page shows them."""
    session = sessions.session()
    record = record_of(session, sheet_id)
    rows = map(_line, lines_of(session, sheet_id, today()))
    asked = [(gettext("清冊編號"), record.number), (gettext("狀態"), shown(record.state))]
    listing = Listing(gettext("清冊明細"), _line_columns(), rows, asked)
    return send_list(session, listing, kind)


def _sheet_columns() -> list[Column]:
    return [
        Column(gettext("清冊編號"), width=16),
        Column(gettext("日期"), ColumnKind.DATE, 16),
        Column(gettext("方案"), width=8),
        Column(gettext("用途"), width=30),
        Column(gettext("筆數"), ColumnKind.COUNT, 8),
        Column(gettext("合計"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("編製"), width=12),
        Column(gettext("狀態"), width=12),
    ]


def _sheet(row: SheetRow) -> Sequence[CellValue]:
    return (
        row.number,
        row.dated_on,
        row.scheme,
        row.purpose,
        row.row_count,
        row.total,
        row.made_by_name,
        shown(row.state),
    )


def _ready_columns() -> list[Column]:
    return [
        Column(gettext("版本"), width=12),
        Column(gettext("案件編號"), width=18),
        Column(gettext("受款人"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("期別"), width=8),
        Column(gettext("本次應撥"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("帳號"), width=22),
        Column(gettext("領據日期"), ColumnKind.DATE, 16),
        Column(gettext("不能編入的原因"), width=40),
        Column(gettext("退匯"), width=30),
    ]


def _ready(row: ReadyRow) -> Sequence[CellValue]:
    refusal, returned = row.refusal, row.returned
    came_back = f"{returned.place}：{returned_words(returned.recorded)}" if returned else ""
    return (
        row.edition,
        row.case_number,
        row.account.holder,
        row.ubn,
        nth(row.number),
        row.amount,
        row.account.masked,
        row.receipt_on,
        sentence(refusal) if refusal else "",
        came_back,
    )


def _line_columns() -> list[Column]:
    return [
        Column(gettext("列"), ColumnKind.COUNT, 6),
        Column(gettext("案件編號"), width=18),
        Column(gettext("受款人"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("計畫名稱"), width=36),
        Column(gettext("期別"), width=8),
        Column(gettext("本次應撥"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("帳號"), width=22),
        Column(gettext("領據編號"), width=18),
        Column(gettext("領據日期"), ColumnKind.DATE, 16),
        Column(gettext("狀態"), width=10),
        Column(gettext("入帳或退匯日"), ColumnKind.DATE, 16),
        Column(gettext("退匯原因"), width=30),
    ]


def _line(line: LineRow) -> Sequence[CellValue]:
    kept = line.frozen
    return (
        kept.position,
        kept.case_number,
        kept.payee,
        kept.ubn,
        kept.project,
        nth(kept.tranche),
        line.amount,
        kept.masked_account,
        kept.receipt_number,
        kept.receipt_on,
        shown(line.state),
        line.settled_on,
        returned_words(line.recorded_reason) if line.recorded_reason else "",
    )
