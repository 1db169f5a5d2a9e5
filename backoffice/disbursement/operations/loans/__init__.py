"""Loans: registered, moved, claimed for by their banks, and brought to their end."""

from backoffice.disbursement.operations.loans.claims import BankLetter, enter_bank_claim
from backoffice.disbursement.operations.loans.endings import call_loan, end_loan
from backoffice.disbursement.operations.loans.lines import (
    accept_line,
    accept_ready,
    return_line,
    take_back_line,
)
from backoffice.disbursement.operations.loans.reading import read_file, read_pasted
from backoffice.disbursement.operations.loans.register import (
    BATCH,
    enter_movement,
    enter_rate,
    recommit,
    recommit_behind,
    register_loan,
)
from backoffice.disbursement.operations.loans.withdrawals import withdraw_notice

__all__ = [
    "BATCH",
    "BankLetter",
    "accept_line",
    "accept_ready",
    "call_loan",
    "end_loan",
    "enter_bank_claim",
    "enter_movement",
    "enter_rate",
    "read_file",
    "read_pasted",
    "recommit",
    "recommit_behind",
    "register_loan",
    "return_line",
    "take_back_line",
    "withdraw_notice",
]
