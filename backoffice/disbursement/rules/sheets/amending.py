"""更正: a line leaves its sheet before it is sent, and what was signed over it is void."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backoffice.disbursement.rules.lifecycles import SHEET, SheetEvent, SheetState
from backoffice.disbursement.rules.sheets.signing import Rung, SheetFacts
from backoffice.kernel.refusal import Refused


class LineChange(StrEnum):
    """What a change did to a line: taken out of the sheet, or paid to another account."""

    EXCLUDED = "EXCLUDED"
    ACCOUNT = "ACCOUNT"


@dataclass(frozen=True, slots=True)
class Signature:
    """A step that somebody has signed, as far as a change may void it."""

    step: Rung
    person_id: int
    name: str
    at: datetime


def may_amend(sheet: SheetFacts) -> Refused | None:
    """A sheet is changed until it is sent; afterwards only the bank can give money back."""
    try:
        SHEET.after(sheet.state, SheetEvent.AMEND)
    except Refused as refusal:
        return refusal
    return None


def may_exclude(sheet: SheetFacts, count: int) -> Refused | None:
    """A line is taken out unless it is the last one: such a sheet is voided as a whole.

    What `may_amend` says, and "sheet.last_line". `count` is of the lines that stand on it now.
    """
    if refusal := may_amend(sheet):
        return refusal
    return Refused("sheet.last_line") if count <= 1 else None


def may_ask(sheet: SheetFacts) -> Refused | None:
    """A line is queried, and a query answered, while the sheet waits for its check."""
    if sheet.state is SheetState.MADE:
        return None
    return Refused("sheet.not_being_checked", state=sheet.state)
