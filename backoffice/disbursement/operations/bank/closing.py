"""日結: a day is closed when sheet, ledger and bank say the same and nothing waits."""

from __future__ import annotations

from datetime import date

from backoffice.access import Permission
from backoffice.disbursement.models import DayClose
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.sheets.records import hold_days
from backoffice.disbursement.queries.bank.days import day_view, settled_on
from backoffice.disbursement.rules.bank import closing_refusal, day_hash
from backoffice.use_case import Act, use_case


@use_case("bank.close_day", requires=Permission.SHEET_SETTLE)
def close_day(act: Act, day: date) -> int:
    """Close a day: from now on nothing is settled on it; its totals and their hash are kept.

    Refuses what `closing_refusal` does.
    """
    hold_days(act)
    facts = day_view(act.session, day).facts
    if refusal := closing_refusal(facts, today(act)):
        raise refusal
    sheet, ledger, bank = facts.whole.sheet, facts.whole.ledger, facts.whole.bank
    closed = DayClose(
        day=day,
        paid_rows=sheet.paid_rows,
        paid=sheet.paid,
        returned_rows=sheet.returned_rows,
        returned=sheet.returned,
        ledger_paid=ledger.paid,
        ledger_returned=ledger.returned,
        bank_paid=bank.paid,
        bank_returned=bank.returned,
        content_sha256=day_hash(
            day,
            (
                (row.sheet, row.position, row.state.value, row.amount.dollars)
                for row in settled_on(act.session, day)
            ),
        ),
        closed_by=act.actor.id,
        closed_by_name=act.actor.name,
        closed_at=act.now,
    )
    act.session.add(closed)
    act.session.flush()
    return closed.id
