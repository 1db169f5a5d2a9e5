"""Work on the bank's answers: files to confirm, items to work off, days to close."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from backoffice.disbursement.models import BankAnswer, BankItem, DayClose, SheetLine
from backoffice.disbursement.rules.bank import AnswerState, ItemState
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.reports.queries.sources.shared import NO_CASE, NO_INSTANT, TODAY, Source, rows


def to_confirm() -> Source:
    """Files of the bank that were read and neither confirmed nor set aside."""
    return rows(BankAnswer.id, since=BankAnswer.loaded_at).where(
        BankAnswer.state == AnswerState.READ
    )


def to_work_off() -> Source:
    """What an answer left open; due on its day, after which that day cannot be closed."""
    return rows(BankItem.id, case_id=BankItem.case_id, due_on=BankItem.day).where(
        BankItem.state == ItemState.OPEN
    )


def to_close() -> Source:
    """Days before today on which something was settled, and that are not closed."""
    settled = (
        select(SheetLine.settled_on.label("day"), func.min(SheetLine.id).label("ref"))
        .where(
            SheetLine.state.in_((LineState.PAID, LineState.RETURNED)),
            SheetLine.settled_on < TODAY,
            ~exists().where(DayClose.day == SheetLine.settled_on),
        )
        .group_by(SheetLine.settled_on)
        .subquery()
    )
    return select(
        settled.c.ref,
        NO_CASE.label("case_id"),
        settled.c.day.label("due_on"),
        NO_INSTANT.label("since"),
    )
