"""Sheets are made, checked, approved, sent and settled, each step by another person."""

from backoffice.disbursement.operations.sheets.accounts import correct_account
from backoffice.disbursement.operations.sheets.amending import correct_line, exclude_line
from backoffice.disbursement.operations.sheets.asking import answer_query, query_line
from backoffice.disbursement.operations.sheets.making import make_sheet
from backoffice.disbursement.operations.sheets.settling import settle_line, settle_sheet
from backoffice.disbursement.operations.sheets.signing import (
    approve_sheet,
    check_sheet,
    send_sheet,
    void_sheet,
)
from backoffice.disbursement.operations.sheets.workbook import WORKBOOK_TYPE, signatures, workbook

__all__ = [
    "WORKBOOK_TYPE",
    "answer_query",
    "approve_sheet",
    "check_sheet",
    "correct_account",
    "correct_line",
    "exclude_line",
    "make_sheet",
    "query_line",
    "send_sheet",
    "settle_line",
    "settle_sheet",
    "signatures",
    "void_sheet",
    "workbook",
]
