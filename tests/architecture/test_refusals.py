"""Every refusal is met over HTTP by a test, in both languages; or a sentence says why not.

`tests/golden/refusals.txt` says which test meets which, and that test fails when it no longer
does; `tests/given/refusals.py` says how both languages are heard, and how to add a code.
"""

from __future__ import annotations

import re

from backoffice.messages import SENTENCES
from tests.given import refusals

# The catalogue also words findings and errors of an intake (in capitals), and what belongs to them.
CODE = re.compile(r"stale|(?!hint\.)[a-z_]+\.[a-z0-9_]+")

NOTICE = "A notice of what was read from a workbook; nothing is refused."
CELL = "A cell of a workbook: told as an error of its case in the preview, which is not refused."
STATEMENT = "A cell of a bank's statement: told by row and column in its preview, not refused."
DESK = "The fee desk asks for it first, in words of its own."
FORM = "The form asks for it first, in words of its own; the command line and other acts meet it."
OFFERED = "The form's list offers no other, and answers first whoever sends one all the same."
EXPORT = "No list of the office is as long, and no text or number in it as large."
JUDGED = "The invoice is entered all the same; the table says why it is not counted."
ELSEWHERE = "A case of such a scheme has no such page: the address is answered as not found."
SLOW = "It takes as long as the limit, on any machine; the reader's own tests meet it."
FAULT = "A fault of a programme that calls with what no page can send."

EXCEPTIONS = {
    "access.denied": "The page asks for the same right first, and answers that with a page of 403.",
    "case.letter_missing": FORM,
    "case.no_such_officer": OFFERED,
    "cell.too_long": CELL,
    "cell.unreadable": CELL,
    "bank.classes_differ": OFFERED,
    "bank.item_done": OFFERED,
    "bank.resolution_wrong": OFFERED,
    "bank.unreadable": "The reader of the bank's answer names the line and its bytes instead.",
    "budget.document_missing": FORM,
    "budget.same_person": "An account has one role: who enters a budget document approves none.",
    "closing.not_a_condition": OFFERED,
    "consortium.none": ELSEWHERE,
    "document.too_slow": SLOW,
    "ending.demand_missing": FORM,
    "ending.ground_missing": FORM,
    "ending.known_missing": FORM,
    "fee.cell_blank": STATEMENT,
    "fee.cell_formula": STATEMENT,
    "fee.in_future": DESK,
    "fee.invoice_missing": FORM,
    "fee.medium_missing": FORM,
    "fee.not_asked": ELSEWHERE,
    "fee.note_missing": FORM,
    "fee.nothing": DESK,
    "fee.number_twice": STATEMENT,
    "fee.receipt_missing": FORM,
    "firm.block_reversed": "No page blocks a firm yet: the act is there for the authority's list.",
    "intake.sheet_twice": "The reader refuses two sheets of one name first.",
    "ledger.short": FAULT,
    "people.name_missing": FORM,
    "quota.full": "The ledger's guard: places are given by balance, so nobody is ever told.",
    "recovery.final_missing": FORM,
    "refund.account_missing": FORM,
    "refund.payee_missing": FORM,
    "refund.reference_missing": FORM,
    "scheme.closed": "Told as an error of its case in the preview of a workbook.",
    "scheme.unknown": FAULT,
    "scheme.variant_unknown": FAULT,
    "spending.category_not_approved": JUDGED,
    "spending.claimed_elsewhere": JUDGED,
    "spending.duplicate": JUDGED,
    "spending.incomplete": JUDGED,
    "spending.outside_period": JUDGED,
    "targets.negative": "The form reads no number below nothing, and says that it cannot.",
    "targets.none_asked": ELSEWHERE,
    "tranche.negative": FAULT,
    "tranche.not_held": "The page lets go on only what is held; an older page is told it is stale.",
    "window.document_missing": FORM,
    "words.unreadable": "Amounts in words are written by the office, and read by its tests alone.",
    "workbook.hidden_columns": NOTICE,
    "workbook.hidden_rows": NOTICE,
    "workbook.hidden_sheet": NOTICE,
    "workbook.merged_cells": NOTICE,
    "workbook.number_too_large": EXPORT,
    "workbook.text_too_long": EXPORT,
    "workbook.too_long": EXPORT,
    "workbook.too_slow": SLOW,
    "workbook.unnamed_column": NOTICE,
    "loan.call_ground": OFFERED,
    "loan.class_unknown": OFFERED,
    "loan.not_for_scheme": ELSEWHERE,
    "loan.notice_missing": FORM,
    "bank_line.loan_over": "A loan that is over has no open line: the page says so.",
    "bank_line.nothing_left": "Only rounding up each period could use a commitment up.",
}

# Whole families of codes that only the command line meets: no page takes or restores a copy.
COMMANDS = ("backup.", "installation.", "restore.")


def codes() -> set[str]:
    """The codes of the catalogue by which somebody is refused on a page."""
    return {code for code in SENTENCES if CODE.fullmatch(code) and not code.startswith(COMMANDS)}


def test_every_refusal_is_met_over_http_or_it_is_said_why_not() -> None:
    assert sorted(codes() - refusals.table().keys() - EXCEPTIONS.keys()) == []


def test_nothing_is_excepted_that_is_met_and_nothing_listed_that_is_gone() -> None:
    met, unmet = refusals.table().keys(), EXCEPTIONS.keys()

    assert sorted(unmet & met) == []
    assert sorted((unmet | met) - codes()) == []


def test_the_table_is_in_order_and_names_each_code_once() -> None:
    lines = refusals.TABLE.read_text(encoding="utf-8").splitlines()
    listed = [line.split(" ", 1)[0] for line in lines if not line.startswith("#")]

    assert listed == sorted(set(listed))
