"""The lists of the reconciliation as files, and the form that a bank may fill in.

Accounts stay masked as on the pages; the bank's own file is kept byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.bank.answers import AnswerRow, answer, answers
from backoffice.disbursement.queries.bank.days import DayRow, SheetView, by_sheet, days
from backoffice.disbursement.queries.bank.items import ItemKey, ItemRow, items, items_of
from backoffice.disbursement.queries.sheets import lines_of, sheet
from backoffice.disbursement.rules.bank import AnswerColumn
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.views.bank.answers import masked
from backoffice.disbursement.views.bank.days import day_of
from backoffice.disbursement.views.bank.frame import day_badge, said_words, told_words
from backoffice.disbursement.views.bank.items import asked_kind, asked_state, place_of
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list

_TEXTS = {AnswerColumn.AMOUNT: ColumnKind.MONEY}


@blueprint.get(f"/bank/list.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_answers_list(kind: str) -> Response:
    """The bank's files."""
    session = sessions.session()

    def some(before: int | None) -> tuple[Sequence[AnswerRow], int | None]:
        found = answers(session, before_id=before, size=CHUNK)
        return found[:CHUNK], found[CHUNK - 1].id if len(found) > CHUNK else None

    listing = Listing(gettext("銀行回覆檔"), _answer_columns(), map(_answer, paged(some)))
    return send_list(session, listing, kind)


@blueprint.get(f"/bank/<int:answer_id>/lines.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_answer_lines(answer_id: int, kind: str) -> Response:
    """What a confirmed file came to, line by line."""
    session = sessions.session()
    row = answer(session, answer_id)
    listing = Listing(
        gettext("銀行回覆明細"),
        _item_columns(),
        map(_item, items_of(session, answer_id)),
        [(gettext("回覆檔"), row.name), (gettext("狀態"), shown(row.state))],
    )
    return send_list(session, listing, kind)


@blueprint.get(f"/bank/items/list.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_items_list(kind: str) -> Response:
    """What waits, or was worked off, as the page shows it."""
    session = sessions.session()
    state, which = asked_state(), asked_kind()

    def some(after: ItemKey | None) -> tuple[Sequence[ItemRow], ItemKey | None]:
        found = items(session, state=state, kind=which, after=after, size=CHUNK)
        rows = found[:CHUNK]
        return rows, ItemKey(rows[-1].day, rows[-1].id) if len(found) > CHUNK else None

    asked = [(gettext("狀態"), shown(state))]
    if which is not None:
        asked.append((gettext("分類"), shown(which)))
    listing = Listing(gettext("待查款項"), _item_columns(), map(_item, paged(some)), asked)
    return send_list(session, listing, kind)


@blueprint.get(f"/bank/days/list.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_days_list(kind: str) -> Response:
    """The days three ways."""
    session = sessions.session()

    def some(before: date | None) -> tuple[Sequence[DayRow], date | None]:
        found = days(session, before=before)
        rows = found[:-1] if len(found) > 1 else found
        return rows, rows[-1].day if len(found) > len(rows) else None

    listing = Listing(gettext("三方核對"), _day_columns(), map(_day, paged(some)))
    return send_list(session, listing, kind)


@blueprint.get(f"/bank/days/<day>/sheets.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_day_sheets(day: str, kind: str) -> Response:
    """One day three ways, sheet by sheet."""
    session, on = sessions.session(), day_of(day)
    listing = Listing(
        gettext("三方核對明細"),
        _sheet_columns(),
        map(_sheet, by_sheet(session, on)),
        [(gettext("日期"), shown(on))],
    )
    return send_list(session, listing, kind)


@blueprint.get(f"/bank/template.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def bank_template(kind: str) -> Response:
    """The form of an answer, empty: for a bank without files of the clearing house."""
    session = sessions.session()
    listing = Listing(gettext("銀行回覆範本"), _form_columns(), ())
    return send_list(session, listing, kind)


@blueprint.get(f"/sheets/<int:sheet_id>/answer-form.<{KINDS}:kind>")
@page(requires=Permission.SHEET_READ)
def sheet_answer_form(sheet_id: int, kind: str) -> Response:
    """The form of an answer with the payments of one sheet that wait; 結果 is to be filled in."""
    session = sessions.session()
    record = sheet(session, sheet_id)
    rows = _form_rows(record.number, sheet_id)
    asked = [(gettext("清冊編號"), record.number)]
    return send_list(session, Listing(gettext("銀行回覆"), _form_columns(), rows, asked), kind)


def _form_columns() -> list[Column]:
    # The headers are the form's own: whoever reads English must not translate them.
    return [
        Column(column.value, _TEXTS.get(column, ColumnKind.TEXT), 18) for column in AnswerColumn
    ]


def _form_rows(number: str, sheet_id: int) -> Iterator[Sequence[CellValue]]:
    for line in lines_of(sessions.session(), sheet_id, today()):
        if line.state is LineState.SENT:
            frozen = line.frozen
            yield (
                number,
                str(frozen.position),
                frozen.case_number,
                frozen.payee,
                frozen.ubn,
                "",
                "",
                line.amount,
                "",
                "",
                "",
            )


def _answer_columns() -> list[Column]:
    return [
        Column(gettext("回覆檔"), width=30),
        Column(gettext("格式"), width=12),
        Column(gettext("狀態"), width=10),
        Column(gettext("最早日期"), ColumnKind.DATE, 16),
        Column(gettext("最晚日期"), ColumnKind.DATE, 16),
        Column(gettext("筆數"), ColumnKind.COUNT, 8, is_summed=True),
        Column(gettext("入帳"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("退匯"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("待查"), ColumnKind.COUNT, 8, is_summed=True),
        Column(gettext("載入人"), width=12),
        Column(gettext("載入時間"), ColumnKind.INSTANT, 20),
        Column(gettext("確認人"), width=12),
        Column("SHA-256", width=66),
    ]


def _answer(row: AnswerRow) -> Sequence[CellValue]:
    return (
        row.name,
        shown(row.form),
        shown(row.state),
        row.first_on,
        row.last_on,
        row.row_count,
        row.paid_total,
        row.returned_total,
        row.open_items,
        row.loaded_by_name,
        row.loaded_at,
        row.confirmed_by_name,
        row.sha256,
    )


def _item_columns() -> list[Column]:
    return [
        Column(gettext("行"), ColumnKind.COUNT, 6),
        Column(gettext("分類"), width=16),
        Column(gettext("狀態"), width=10),
        Column(gettext("日期"), ColumnKind.DATE, 16),
        Column(gettext("清冊及序號"), width=24),
        Column(gettext("案件編號"), width=18),
        Column(gettext("受款人"), width=30),
        Column(gettext("帳戶"), width=22),
        Column(gettext("銀行回覆"), width=24),
        Column(gettext("銀行金額"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("應撥"), ColumnKind.MONEY, 16),
        Column(gettext("計入金額"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("辦理結果"), width=40),
        Column(gettext("辦理人"), width=12),
        Column(gettext("回覆檔"), width=30),
    ]


def _item(row: ItemRow) -> Sequence[CellValue]:
    return (
        row.said_row,
        shown(row.kind),
        shown(row.state),
        row.day,
        place_of(row),
        row.case_number or row.said_case or "",
        row.payee,
        masked(row.said_bank or "", row.said_account or ""),
        said_words(row.said_event, row.said_code),
        row.amount,
        row.line_amount,
        row.counted,
        told_words(row),
        row.resolved_by_name,
        row.answer_name or "",
    )


def _day_columns() -> list[Column]:
    return [
        Column(gettext("日期"), ColumnKind.DATE, 16),
        Column(gettext("筆數"), ColumnKind.COUNT, 8),
        Column(gettext("清冊"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("帳"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("銀行"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("差額"), ColumnKind.MONEY, 16),
        Column(gettext("待查"), ColumnKind.COUNT, 8),
        Column(gettext("狀態"), width=18),
    ]


def _day(row: DayRow) -> Sequence[CellValue]:
    view = row.view
    return (
        row.day,
        view.sheet.paid_rows + view.sheet.returned_rows,
        view.sheet.sum,
        view.ledger.sum,
        view.bank.sum,
        view.difference,
        row.open_items,
        day_badge(row.is_closed, view, row.open_items).word,
    )


def _sheet_columns() -> list[Column]:
    return [
        Column(gettext("清冊編號"), width=18),
        Column(gettext("筆數"), ColumnKind.COUNT, 8),
        Column(gettext("清冊"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("帳"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("銀行"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("差額"), ColumnKind.MONEY, 16),
    ]


def _sheet(row: SheetView) -> Sequence[CellValue]:
    view = row.view
    return (
        row.number,
        view.sheet.paid_rows + view.sheet.returned_rows,
        view.sheet.sum,
        view.ledger.sum,
        view.bank.sum,
        view.difference,
    )
