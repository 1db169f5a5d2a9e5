"""Official papers as PDF: facts in, pages out; typst prints them, loaded when first used."""

from backoffice.letters.papers import (
    FeeReceipt,
    Notice,
    Receipt,
    SheetPaper,
    fee_receipt,
    notice,
    receipt,
    sheet,
)

__all__ = [
    "FeeReceipt",
    "Notice",
    "Receipt",
    "SheetPaper",
    "fee_receipt",
    "notice",
    "receipt",
    "sheet",
]
