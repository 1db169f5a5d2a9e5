"""The payment desk: who changed a sheet, what was asked about it, what the bank is sent."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    LineQuery,
    Sheet,
    SheetChange,
    SheetLine,
    SheetPaymentFile,
    SheetVoidedApproval,
)
from backoffice.disbursement.rules.lifecycles import LineState, SheetState
from backoffice.disbursement.rules.sheets import Rung
from backoffice.documents import Document, StoredContent
from backoffice.invariants.register import Found, invariant

_SIGNED = (SheetState.CHECKED, SheetState.APPROVED, SheetState.SENT, SheetState.SETTLED)
_APPROVED = (SheetState.APPROVED, SheetState.SENT, SheetState.SETTLED)
_COUNT = slice(31, 39)  # of the trailer, in bytes
_SUM = slice(39, 55)


@invariant("I-91 nobody signs a sheet after changing a line of it")
def editors_do_not_sign(session: Session) -> Found:
    """Check, approval and sending against the names of the changes."""
    for row in session.execute(
        select(
            Sheet.number,
            Sheet.checked_by,
            Sheet.approved_by,
            Sheet.sent_by,
            SheetChange.changed_by,
        ).join(SheetChange, SheetChange.sheet_id == Sheet.id)
    ):
        if row.changed_by in (row.checked_by, row.approved_by, row.sent_by):
            yield row.number, f"changed and signed by person {row.changed_by}"


@invariant("I-92 no sheet is checked over an open question")
def no_open_question_is_passed_over(session: Session) -> Found:
    """Questions about lines that still stand on the sheet."""
    left = select(SheetChange.line_id)
    for row in session.execute(
        select(Sheet.number, LineQuery.line_id)
        .join(LineQuery, LineQuery.sheet_id == Sheet.id)
        .where(
            Sheet.state.in_(_SIGNED),
            LineQuery.answered_at.is_(None),
            LineQuery.line_id.not_in(left),
        )
    ):
        yield row.number, f"line {row.line_id} waits for an answer"


@invariant("I-93 the bank's file pays what the sheet pays")
def bank_files_pay_their_sheets(session: Session) -> Found:
    """The trailer of the file in force, read by its places, against the head of the sheet."""
    voided = Counter(
        session.scalars(
            select(SheetVoidedApproval.sheet_id).where(SheetVoidedApproval.step == Rung.APPROVE)
        )
    )
    for row in session.execute(
        select(
            Sheet.id,
            Sheet.number,
            Sheet.row_count,
            Sheet.total,
            SheetPaymentFile.round,
            StoredContent.content,
        )
        .join(SheetPaymentFile, SheetPaymentFile.sheet_id == Sheet.id)
        .join(Document, Document.id == SheetPaymentFile.document_id)
        .join(StoredContent, StoredContent.sha256 == Document.sha256)
        .where(Sheet.state.in_(_APPROVED))
    ):
        trailer = row.content.split(b"\r\n")[-2]
        said = (int(trailer[_COUNT]), int(trailer[_SUM]))
        if row.round == voided[row.id] and said != (row.row_count, row.total.dollars):
            yield row.number, f"file {said}, sheet {(row.row_count, row.total.dollars)}"


@invariant("I-94 a line that left its sheet is voided, and is no other sheet's")
def lines_that_left(session: Session) -> Found:
    """The change names the sheet of its line, and the line pays nothing any more."""
    for row in session.execute(
        select(
            SheetChange.line_id,
            SheetChange.sheet_id,
            SheetLine.sheet_id.label("stands_on"),
            SheetLine.state,
        ).join(SheetLine, SheetLine.id == SheetChange.line_id)
    ):
        if row.state is not LineState.VOIDED or row.sheet_id != row.stands_on:
            yield f"line {row.line_id}", f"{row.state} on sheet {row.stands_on}"
