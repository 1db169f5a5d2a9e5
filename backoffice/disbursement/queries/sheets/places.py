"""Where a line stands on its sheet, as the paper, the bank's file and the ledger number it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from backoffice.disbursement.models import SheetChange, SheetLine


def place_on_sheet() -> ColumnElement[int]:
    """1 for the first line that is left, and so on without a gap; as a part of another query.

    A line that left its sheet before it was sent keeps the place that it was given first: behind
    it everything moves up. Only for lines that did not leave.
    """
    earlier = aliased(SheetLine)
    left = (
        select(func.count())
        .select_from(SheetChange)
        .join(earlier, earlier.id == SheetChange.line_id)
        .where(SheetChange.sheet_id == SheetLine.sheet_id, earlier.position < SheetLine.position)
        .correlate(SheetLine)
        .scalar_subquery()
    )
    return SheetLine.position - left
