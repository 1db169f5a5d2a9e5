"""What every step of a sheet begins with, and the order in which it takes its locks.

Budget (by `post`), then cases, then tranches by number, then the sheet and its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from backoffice.cases.models import Case
from backoffice.db import AUDITED
from backoffice.disbursement.models import Sheet, SheetLine, Tranche
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.queries.sheets import (
    LineRow,
    editors_of_sheet,
    off_sheet,
    scorers_of_sheet,
)
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.sheets import LINES_MAX, SheetFacts
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Transfer
from backoffice.use_case import Act, Installation


def sheet_at(act: Act, sheet_id: int, version: int) -> Sheet:
    """The sheet as the page showed it; Stale when somebody has changed it since."""
    sheet = act.session.get_one(Sheet, sheet_id)
    if sheet.version != version:
        raise Stale
    return sheet


def facts_of(act: Act, sheet: Sheet) -> SheetFacts:
    """The sheet as the rules ask about it."""
    record = record_of(act.session, sheet.id)
    return record.facts(
        scorers_of_sheet(act.session, sheet.id),
        editors_of_sheet(act.session, sheet.id, today(act)),
    )


def post_for_sheet(act: Act, *transfers: Transfer) -> None:
    """`post` of money that the sheet itself has put where it is: it is there, or it was moved on.

    Raises Stale where a faster colleague has sent, changed or voided the sheet in the meantime.
    """
    try:
        post(act, *transfers)
    except Refused as refusal:
        if refusal.code == "ledger.short":
            raise Stale from refusal
        raise


def touch(act: Act, sheet: Sheet) -> None:
    """Something beside the sheet's own row changes: whoever saw it before is told so.

    After the cases and tranches of the sheet have been locked. Raises Stale.
    """
    changed = act.session.execute(
        update(Sheet)
        .where(Sheet.id == sheet.id, Sheet.version == sheet.version)
        .values(version=Sheet.version + 1)
        .returning(Sheet.id),
        execution_options=AUDITED | {"synchronize_session": False},
    ).one_or_none()
    if changed is None:
        raise Stale
    act.session.refresh(sheet)


def hold_days(act: Act) -> None:
    """Until the act ends nobody else settles a payment or closes a day; before any money moves.

    Whoever waits here sees afterwards what was settled and closed meanwhile. The row itself, which
    says what this database is, never changes.
    """
    act.session.execute(select(Installation.id).with_for_update())


def refuse_broken(lines: Sequence[LineRow]) -> None:
    """Every payment can still be made. Refuses "sheet.line_broken" (position, payee, why)."""
    for line in lines:
        if refusal := line.refusal:
            raise Refused(
                "sheet.line_broken",
                position=line.frozen.position,
                payee=line.frozen.payee,
                why=refusal,
            )


@dataclass(frozen=True, slots=True)
class Payment:
    """A line with its tranche and its case, all held until the act ends."""

    line: SheetLine
    tranche: Tranche
    case: Case


def payments_of(act: Act, sheet: Sheet) -> tuple[Payment, ...]:
    """The sheet's payments in their order, held; only after the act has posted its money.

    A line that was taken out is none of them: its tranche may stand on another sheet by now.
    """
    on_sheet = (SheetLine.sheet_id == sheet.id) & SheetLine.id.not_in(off_sheet(sheet.id))
    case_ids = select(SheetLine.case_id).where(on_sheet)
    tranche_ids = select(SheetLine.tranche_id).where(on_sheet)
    cases = act.session.scalars(
        select(Case)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .limit(LINES_MAX)
        .with_for_update()
    )
    by_case = {case.id: case for case in cases}
    tranches = act.session.scalars(
        select(Tranche)
        .where(Tranche.id.in_(tranche_ids))
        .order_by(Tranche.id)
        .limit(LINES_MAX)
        .with_for_update()
    )
    by_tranche = {tranche.id: tranche for tranche in tranches}
    lines = act.session.scalars(
        select(SheetLine).where(on_sheet).order_by(SheetLine.position).limit(LINES_MAX)
    )
    return tuple(
        Payment(line, by_tranche[line.tranche_id], by_case[line.case_id]) for line in lines
    )
