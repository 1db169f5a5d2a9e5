"""Papers of the payment desk: the bank's file, the sheet, notices and receipts as PDF."""

from __future__ import annotations

import hashlib

from flask import Response, abort
from werkzeug.exceptions import NotFound

from backoffice import documents, letters
from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.operations.sheets import signatures
from backoffice.disbursement.queries.claims import tranche as tranche_row
from backoffice.disbursement.queries.sheets import LineRow, SheetRecord
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.frame import APPROVED, may_hold_file, opened
from backoffice.kernel.taiwan import roc_date
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.downloads import download
from backoffice.web.guard import page

PDF = "application/pdf"
_HEADS = (
    "序號",
    "案件編號",
    "受款人",
    "統一編號",
    "期別",
    "核定補助款",
    "前已撥付",
    "本次應撥",
    "扣繳稅額",
    "實撥金額",
    "未撥餘額",
    "帳戶",
    "備註",
)
_NUMERIC = (0, 5, 6, 7, 8, 9, 10)


@blueprint.get("/sheets/<int:sheet_id>/bank-file")
@page(requires=Permission.SHEET_READ)
def sheet_bank_file(sheet_id: int) -> Response:
    """ACHP01 of an approved sheet, byte for byte as it was made at the approval."""
    if not may_hold_file(guard.actor()):
        abort(403)
    session = sessions.session()
    record = record_of(session, sheet_id)
    found = record.bank if record.state in APPROVED else None
    if found is None:
        raise NotFound
    return download(documents.file(session, found.document_id))


@blueprint.get("/sheets/<int:sheet_id>/sheet.pdf")
@page(requires=Permission.SHEET_READ)
def sheet_pdf(sheet_id: int) -> Response:
    """The sheet with those who have signed it so far; accounts stay masked."""
    found = opened(sessions.session(), sheet_id)
    record = found.record
    title = registry.edition_named(record.edition).title_zh
    content = letters.sheet(
        letters.SheetPaper(
            agency=record.agency,
            number=record.number,
            about=f"方案：{title}（{record.edition}）　清冊編號：{record.number}　"
            f"日期：{roc_date(record.dated_on)}　用途：{record.purpose or '補助款撥付'}　"
            "單位：新臺幣元",
            origin=f"經費來源：{record.funding_source}",
            heads=_HEADS,
            numeric=_NUMERIC,
            rows=[_cells(line.frozen) for line in found.lines],
            count=record.row_count,
            total=record.total,
            seal=f"控制碼（SHA-256）：{record.content_sha256 or '–'}",
            signatures=signatures(record),
        )
    )
    return _sent(content, f"撥款清冊_{record.number}.pdf")


def _cells(line: FrozenLine) -> tuple[str, ...]:
    amounts = (line.award, line.paid_before, line.amount, line.withheld, line.paid, line.unpaid)
    return (
        str(line.position),
        line.case_number,
        line.payee,
        line.ubn,
        f"第{line.tranche}期",
        *(f"{amount.dollars:,}" for amount in amounts),
        line.masked_account,
        line.remark or "–",
    )


@blueprint.get("/sheets/<int:sheet_id>/lines/<int:payment_id>/notice.pdf")
@page(requires=Permission.SHEET_READ)
def payment_notice(sheet_id: int, payment_id: int) -> Response:
    """付款通知 of a payment that has arrived; 404 for one that has not."""
    found = opened(sessions.session(), sheet_id)
    line = next((each for each in found.lines if each.id == payment_id), None)
    if line is None or line.state is not LineState.PAID:
        raise NotFound
    content = letters.notice(_notice(found.record, line))
    return _sent(content, f"付款通知_{line.frozen.case_number}.pdf")


def _notice(record: SheetRecord, line: LineRow) -> letters.Notice:
    assert line.settled_on is not None, "what is paid has its day"
    kept = line.frozen
    return letters.Notice(
        agency=record.agency,
        scheme=registry.edition_named(record.edition).title_zh,
        payee=kept.payee,
        case_number=kept.case_number,
        project=kept.project,
        tranche=kept.tranche,
        amount=line.amount,
        paid_on=line.settled_on,
        account=kept.masked_account,
        sheet_number=record.number,
        position=kept.position,
    )


@blueprint.get("/tranches/<int:tranche_id>/receipt-form.pdf")
@page(requires=Permission.CLAIM_WORK)
def receipt_form(tranche_id: int) -> Response:
    """領據 for the firm to sign; it writes its account by hand, so that no number leaves here."""
    row = tranche_row(sessions.session(), tranche_id)
    edition = registry.edition_named(row.edition)
    content = letters.receipt(
        letters.Receipt(
            agency=edition.agency_on(today()),
            scheme=edition.title_zh,
            project=row.project_name,
            tranche=row.number,
            amount=row.amount,
            payee=row.firm_name,
            ubn=row.ubn,
            case_number=row.case_number,
        )
    )
    return _sent(content, f"領據_{row.case_number}_第{row.number}期.pdf")


def _sent(content: bytes, name: str) -> Response:
    file = documents.DocumentFile(
        id=0,
        name=name,
        media_type=PDF,
        case_id=None,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    return download(file)
