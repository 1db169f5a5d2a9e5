"""Who may do what: permissions, roles, and one literal table between them.

The table is also kept as a page that a non-programmer can read (tests/golden/permissions.md),
so a change in power is seen as a change of that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a page or a use case asks for, as `resource:action`."""

    ACCOUNT_OWN = "account:own"
    AUDIT_EXPORT = "audit:export"
    AUDIT_READ = "audit:read"
    BOARD_READ = "board:read"
    BONUS_CONFIRM = "bonus:confirm"
    BUDGET_APPROVE = "budget:approve"
    BUDGET_ENTER = "budget:enter"
    CASE_DECIDE = "case:decide"
    CASE_IMPORT = "case:import"
    CASE_READ = "case:read"
    CASE_WORK = "case:work"
    CHECKPOINT_READ = "checkpoint:read"
    CHECKPOINT_WORK = "checkpoint:work"
    CLAIM_WORK = "claim:work"
    CLOSING_CONCLUDE = "closing:conclude"
    CONTRACT_SIGN = "contract:sign"
    ENDING_DECIDE = "ending:decide"
    ENDING_PREPARE = "ending:prepare"
    FEE_ENTER = "fee:enter"
    FEE_READ = "fee:read"
    FEE_REFUND_APPROVE = "fee:refund-approve"
    FEE_REFUND_MAKE = "fee:refund-make"
    FEE_REFUND_PAY = "fee:refund-pay"
    FEE_STATEMENT = "fee:statement"
    LEDGER_READ = "ledger:read"
    LOAN_READ = "loan:read"
    LOAN_WORK = "loan:work"
    OPINION_GIVE = "opinion:give"
    PANEL_PREPARE = "panel:prepare"
    PEOPLE_MANAGE = "people:manage"
    RATE_ENTER = "rate:enter"
    RECOVERY_READ = "recovery:read"
    RECOVERY_RECEIVE = "recovery:receive"
    RECOVERY_WRITE_OFF = "recovery:write-off"
    REVIEW_SCORE = "review:score"
    SCHEME_READ = "scheme:read"
    SCORES_READ = "scores:read"
    SCORING_CLOSE = "scoring:close"
    SEAT_READ = "seat:read"
    SEAT_RESOLVE = "seat:resolve"
    SEAT_WORK = "seat:work"
    SHEET_APPROVE = "sheet:approve"
    SHEET_CHECK = "sheet:check"
    SHEET_MAKE = "sheet:make"
    SHEET_READ = "sheet:read"
    SHEET_SEND = "sheet:send"
    SHEET_SETTLE = "sheet:settle"
    SYSTEM = "system:run"
    WAITLIST_PROMOTE = "waitlist:promote"
    WINDOW_CLOSE = "window:close"


class Role(StrEnum):
    """The eight roles of the office, and the system itself."""

    REVIEWER = "reviewer"
    OFFICER = "officer"
    CONVENOR = "convenor"
    ACCOUNTING = "accounting"
    CASHIER = "cashier"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"


_P = Permission
_EVERYBODY = frozenset({_P.ACCOUNT_OWN, _P.SCHEME_READ})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REVIEWER: _EVERYBODY | {_P.REVIEW_SCORE, _P.OPINION_GIVE},
    Role.OFFICER: _EVERYBODY
    | {
        _P.BONUS_CONFIRM,
        _P.CASE_IMPORT,
        _P.CASE_READ,
        _P.CASE_WORK,
        _P.CHECKPOINT_READ,
        _P.CHECKPOINT_WORK,
        _P.CLAIM_WORK,
        _P.CLOSING_CONCLUDE,
        _P.CONTRACT_SIGN,
        _P.ENDING_PREPARE,
        _P.FEE_ENTER,
        _P.FEE_READ,
        _P.FEE_REFUND_MAKE,
        _P.LOAN_READ,
        _P.LOAN_WORK,
        _P.PANEL_PREPARE,
        _P.RATE_ENTER,
        _P.RECOVERY_READ,
        _P.SCORES_READ,
        _P.SEAT_READ,
        _P.SEAT_WORK,
        _P.SHEET_CHECK,
        _P.SHEET_READ,
    },
    Role.CONVENOR: _EVERYBODY
    | {
        _P.BOARD_READ,
        _P.CASE_DECIDE,
        _P.CASE_READ,
        _P.ENDING_DECIDE,
        _P.LOAN_READ,
        _P.RECOVERY_READ,
        _P.SCORES_READ,
        _P.SCORING_CLOSE,
        _P.SEAT_READ,
        _P.SEAT_RESOLVE,
        _P.WAITLIST_PROMOTE,
    },
    Role.ACCOUNTING: _EVERYBODY
    | {
        _P.BOARD_READ,
        _P.BUDGET_ENTER,
        _P.CASE_READ,
        _P.FEE_READ,
        _P.FEE_REFUND_APPROVE,
        _P.LEDGER_READ,
        _P.LOAN_READ,
        _P.RATE_ENTER,
        _P.RECOVERY_READ,
        _P.RECOVERY_RECEIVE,
        _P.RECOVERY_WRITE_OFF,
        _P.SEAT_READ,
        _P.SHEET_CHECK,
        _P.SHEET_MAKE,
        _P.SHEET_READ,
    },
    Role.CASHIER: _EVERYBODY
    | {
        _P.FEE_ENTER,
        _P.FEE_READ,
        _P.FEE_REFUND_PAY,
        _P.FEE_STATEMENT,
        _P.LOAN_READ,
        _P.RECOVERY_READ,
        _P.RECOVERY_RECEIVE,
        _P.SEAT_READ,
        _P.SHEET_READ,
        _P.SHEET_SEND,
        _P.SHEET_SETTLE,
    },
    Role.MANAGER: _EVERYBODY
    | {
        _P.BOARD_READ,
        _P.BUDGET_APPROVE,
        _P.CASE_READ,
        _P.CHECKPOINT_READ,
        _P.FEE_READ,
        _P.LEDGER_READ,
        _P.LOAN_READ,
        _P.RECOVERY_READ,
        _P.SCORES_READ,
        _P.SEAT_READ,
        _P.SEAT_RESOLVE,
        _P.SHEET_APPROVE,
        _P.SHEET_READ,
        _P.WINDOW_CLOSE,
    },
    Role.AUDITOR: _EVERYBODY
    | {
        _P.AUDIT_EXPORT,
        _P.AUDIT_READ,
        _P.BOARD_READ,
        _P.CASE_READ,
        _P.CHECKPOINT_READ,
        _P.FEE_READ,
        _P.LEDGER_READ,
        _P.LOAN_READ,
        _P.RECOVERY_READ,
        _P.SCORES_READ,
        _P.SEAT_READ,
        _P.SHEET_READ,
    },
    Role.ADMIN: _EVERYBODY | {_P.PEOPLE_MANAGE},
    Role.SYSTEM: frozenset(
        {_P.SYSTEM, _P.PEOPLE_MANAGE, _P.CASE_IMPORT, _P.CASE_WORK, _P.WAITLIST_PROMOTE}
    ),
}

STAFF_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) on whose behalf something is done."""

    id: int
    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Whether this role holds the permission; facts of the case are asked elsewhere."""
        return permission in GRANTS[self.role]


SYSTEM = Actor(id=0, name="system", role=Role.SYSTEM)
