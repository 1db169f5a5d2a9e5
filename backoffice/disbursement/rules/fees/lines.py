"""The states of a line of a statement, from the file to its place in the book."""

from __future__ import annotations

from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.refusal import Refused


class LineState(StrEnum):
    """Where a transaction of the bank stands."""

    BOOKED = "BOOKED"  # to its case, when the statement was confirmed
    OPEN = "OPEN"  # nobody knows yet whose it is, or whether it is another one's double
    MATCHED = "MATCHED"  # to its case, by hand
    SAME = "SAME"  # a payment that was in the book already, by another way
    REFUNDED = "REFUNDED"


class LineEvent(StrEnum):
    """What can be found out about an open line; its refund may come back."""

    MATCH = "MATCH"
    IS_SAME = "IS_SAME"
    REFUND = "REFUND"
    BOUNCE = "BOUNCE"


LINE: Lifecycle[LineState, LineEvent] = Lifecycle(
    initial=LineState.OPEN,
    moves=[
        (LineState.OPEN, LineEvent.MATCH, LineState.MATCHED),
        (LineState.OPEN, LineEvent.IS_SAME, LineState.SAME),
        (LineState.OPEN, LineEvent.REFUND, LineState.REFUNDED),
        (LineState.REFUNDED, LineEvent.BOUNCE, LineState.OPEN),
    ],
)
NOTE_MAX = 1_000


def check_note(note: str) -> str:
    """Why somebody says whose money it is, as it is kept.

    Refuses "fee.note_missing", "fee.too_long" (limit).
    """
    kept = note.strip()
    if not kept:
        raise Refused("fee.note_missing")
    if len(kept) > NOTE_MAX:
        raise Refused("fee.too_long", limit=NOTE_MAX)
    return kept
