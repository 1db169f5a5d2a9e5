"""What the bank answered about each payment: paid on a day, or returned for a reason 退匯."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.kernel.refusal import Refused


class ReturnReason(StrEnum):
    """Why a remittance came back. Source: domain §3.6, 退匯."""

    ACCOUNT_WRONG = "ACCOUNT_WRONG"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    NAME_DIFFERS = "NAME_DIFFERS"
    UBN_DIFFERS = "UBN_DIFFERS"
    OTHER = "OTHER"


def kept_reason(reason: ReturnReason, note: str) -> str:
    """A reason as it is kept: its code, then the note."""
    return f"{reason.value} {note.strip()}".strip()


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line; `event` is PAY or RETURN, `on` 入帳日 or 退匯日.

    `reason` is needed for a return, and `note` for one of another reason.
    """

    line_id: int
    event: LineEvent
    on: date
    reason: ReturnReason | None = None
    note: str = ""

    @property
    def recorded(self) -> str:
        """The reason as it is kept: its code, then the note; "" for a payment."""
        if self.event is LineEvent.PAY or self.reason is None:
            return ""
        return kept_reason(self.reason, self.note)


def read_reason(recorded: str) -> tuple[ReturnReason | None, str]:
    """The reason and the note that `kept_reason` put together; None and "" for nothing."""
    code, _, note = recorded.partition(" ")
    return (ReturnReason(code), note) if code else (None, "")


def check_outcome(outcome: LineOutcome, *, position: int, sent_on: date, today: date) -> None:
    """An answer of the bank that can be true.

    Refuses "sheet.value_early" and "sheet.value_future" (position, day), "sheet.reason_missing"
    and "sheet.note_missing" (position).
    """
    if outcome.on < sent_on:
        raise Refused("sheet.value_early", position=position, day=outcome.on, sent_on=sent_on)
    if outcome.on > today:
        raise Refused("sheet.value_future", position=position, day=outcome.on)
    if outcome.event is not LineEvent.RETURN:
        return
    if outcome.reason is None:
        raise Refused("sheet.reason_missing", position=position)
    if outcome.reason is ReturnReason.OTHER and not outcome.note.strip():
        raise Refused("sheet.note_missing", position=position)
