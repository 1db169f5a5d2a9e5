"""The rows behind each kind of work: which record, of which case, due on which day, since when.

A source says whose the work is, so that nobody is told of what they may not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from backoffice.access import Permission
from backoffice.reports.queries.sources import bank, fees, loans, money, places, work
from backoffice.reports.queries.sources.shared import Source
from backoffice.reports.rules import DutyKind


@dataclass(frozen=True, slots=True)
class Asked:
    """Who may do a kind of work, and the rows that it is made of."""

    requires: Permission
    source: Callable[[], Source]


_P, _K = Permission, DutyKind
SOURCES: Final[Mapping[DutyKind, Asked]] = {
    _K.OVERDUE: Asked(_P.CASE_WORK, work.overdue),
    _K.CLAIMS: Asked(_P.CLAIM_WORK, work.claims),
    _K.POINTS: Asked(_P.CHECKPOINT_WORK, work.points),
    _K.MIDTERMS: Asked(_P.CHECKPOINT_WORK, work.midterms),
    _K.CLOSINGS: Asked(_P.CLOSING_CONCLUDE, work.closings),
    _K.OFFERS: Asked(_P.CASE_WORK, work.offers),
    _K.FEE_STATEMENTS: Asked(_P.FEE_STATEMENT, fees.statements),
    _K.FEE_LINES: Asked(_P.FEE_ENTER, fees.open_lines),
    _K.FEES_TO_APPROVE: Asked(_P.FEE_REFUND_APPROVE, fees.to_approve),
    _K.FEES_TO_PAY: Asked(_P.FEE_REFUND_PAY, fees.to_pay),
    _K.FEES_REFUNDABLE: Asked(_P.FEE_REFUND_MAKE, fees.refundable),
    _K.FEES_SHORT: Asked(_P.FEE_REFUND_MAKE, fees.short),
    _K.SEAT_HOLDS: Asked(_P.SEAT_WORK, places.holds),
    _K.SERVICES: Asked(_P.SEAT_WORK, places.services),
    _K.ENDINGS_TO_PREPARE: Asked(_P.ENDING_PREPARE, work.endings_to_prepare),
    _K.DEMANDS: Asked(_P.ENDING_PREPARE, work.demands),
    _K.BANK_LINES: Asked(_P.LOAN_WORK, loans.bank_lines),
    _K.LOANS_TO_REGISTER: Asked(_P.LOAN_WORK, loans.to_register),
    _K.LOANS_OVER: Asked(_P.LOAN_WORK, loans.over),
    _K.DECLARE: Asked(_P.REVIEW_SCORE, work.to_declare),
    _K.SCORE: Asked(_P.REVIEW_SCORE, work.to_score),
    _K.OPINIONS: Asked(_P.OPINION_GIVE, work.opinions),
    _K.DIVERGENCES: Asked(_P.SCORING_CLOSE, work.divergences),
    _K.CLOSE: Asked(_P.SCORING_CLOSE, work.to_close),
    _K.DECIDE: Asked(_P.CASE_DECIDE, work.to_decide),
    _K.ENDINGS_TO_DECIDE: Asked(_P.ENDING_DECIDE, work.endings_to_decide),
    _K.IN_LINE: Asked(_P.WAITLIST_PROMOTE, work.in_line),
    _K.SEAT_CONFLICTS: Asked(_P.SEAT_RESOLVE, places.conflicts),
    _K.SETTLE: Asked(_P.SHEET_SETTLE, money.to_settle),
    _K.BANK_ANSWERS: Asked(_P.SHEET_SETTLE, bank.to_confirm),
    _K.BANK_ITEMS: Asked(_P.SHEET_SETTLE, bank.to_work_off),
    _K.DAYS: Asked(_P.SHEET_SETTLE, bank.to_close),
    _K.SEND: Asked(_P.SHEET_SEND, money.to_send),
    _K.APPROVE: Asked(_P.SHEET_APPROVE, money.to_approve),
    _K.CHECK: Asked(_P.SHEET_CHECK, money.to_check),
    _K.READY: Asked(_P.SHEET_MAKE, money.ready),
    _K.REPAYMENTS: Asked(_P.RECOVERY_RECEIVE, money.overdue_repayments),
    _K.CARRY_OVER: Asked(_P.BUDGET_ENTER, money.to_carry_over),
    _K.NEARLY_USED_UP: Asked(_P.WINDOW_CLOSE, money.nearly_used_up),
    _K.VERIFY: Asked(_P.AUDIT_EXPORT, money.verified),
    _K.REVIEW_ACCOUNTS: Asked(_P.PEOPLE_MANAGE, money.reviewed),
    _K.BACKUP: Asked(_P.PEOPLE_MANAGE, money.backed_up),
    _K.INVITED: Asked(_P.PEOPLE_MANAGE, money.invited),
    _K.MINE: Asked(_P.CASE_WORK, work.mine),
    _K.UNASSIGNED: Asked(_P.CASE_WORK, work.unassigned),
}

# The kinds that no other page lists by themselves: their cases are listed with the duties.
OF_CASES: Final = frozenset(
    {
        _K.CLAIMS,
        _K.POINTS,
        _K.MIDTERMS,
        _K.CLOSINGS,
        _K.OFFERS,
        _K.ENDINGS_TO_PREPARE,
        _K.DEMANDS,
        _K.BANK_LINES,
        _K.LOANS_TO_REGISTER,
        _K.LOANS_OVER,
        _K.DECLARE,
        _K.SCORE,
        _K.OPINIONS,
        _K.DIVERGENCES,
        _K.CLOSE,
        _K.DECIDE,
        _K.ENDINGS_TO_DECIDE,
        _K.IN_LINE,
        _K.SEAT_HOLDS,
        _K.SEAT_CONFLICTS,
        _K.SERVICES,
    }
)
