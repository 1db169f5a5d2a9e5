"""The main door: a workbook of the online application system is read, judged and brought in."""

from backoffice.cases.operations.imports.deeds import (
    accept_eligible,
    accept_together,
    bring_in,
    confirm_import,
    discard_import,
    preview_workbook,
)
from backoffice.cases.operations.imports.told import notices_of, pile_of, told_details
from backoffice.cases.operations.imports.workbook import (
    JudgedWorkbook,
    ReadWorkbook,
    fingerprinted,
    judged,
    judged_by,
    read_upload,
    uncollected,
)

__all__ = [
    "JudgedWorkbook",
    "ReadWorkbook",
    "accept_eligible",
    "accept_together",
    "bring_in",
    "confirm_import",
    "discard_import",
    "fingerprinted",
    "judged",
    "judged_by",
    "notices_of",
    "pile_of",
    "preview_workbook",
    "read_upload",
    "told_details",
    "uncollected",
]
