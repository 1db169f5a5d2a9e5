"""Sheets as they are listed and shown, and the verified tranches that wait for one."""

from backoffice.disbursement.queries.sheets.desk import (
    PAGE,
    SheetRow,
    StepCount,
    counts,
    ready_count,
    sheets,
)
from backoffice.disbursement.queries.sheets.ready import (
    ReadyKey,
    ReadyRow,
    candidates,
    ready,
)
from backoffice.disbursement.queries.sheets.records import (
    LineRow,
    SheetRecord,
    Signer,
    lines_of,
    scorers_of_cases,
    scorers_of_sheet,
    sheet,
    signers,
)

__all__ = [
    "PAGE",
    "LineRow",
    "ReadyKey",
    "ReadyRow",
    "SheetRecord",
    "SheetRow",
    "Signer",
    "StepCount",
    "candidates",
    "counts",
    "lines_of",
    "ready",
    "ready_count",
    "scorers_of_cases",
    "scorers_of_sheet",
    "sheet",
    "sheets",
    "signers",
]
