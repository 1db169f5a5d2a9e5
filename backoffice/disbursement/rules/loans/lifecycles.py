"""The states of a registered loan and of the lines of a bank's claim. Pure."""

from __future__ import annotations

from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle


class LoanState(StrEnum):
    """Where the subsidy of a loan stands."""

    RUNNING = "RUNNING"  # 補貼中
    ENDED = "ENDED"  # 補貼結束
    CALLED = "CALLED"  # 違約收回


class LoanEvent(StrEnum):
    """What can happen to the subsidy of a loan."""

    END = "END"
    CALL = "CALL"


LOAN: Lifecycle[LoanState, LoanEvent] = Lifecycle(
    initial=LoanState.RUNNING,
    moves=[
        (LoanState.RUNNING, LoanEvent.END, LoanState.ENDED),
        (LoanState.RUNNING, LoanEvent.CALL, LoanState.CALLED),
    ],
)


class BankLineState(StrEnum):
    """Where a line of a bank's claim stands."""

    READY = "READY"  # 相符: the bank asks for what we work out
    DIFFERS = "DIFFERS"  # 不符
    ACCEPTED = "ACCEPTED"  # 已受理: it is an instalment of its case
    RETURNED = "RETURNED"  # 已退回


class BankLineEvent(StrEnum):
    """What can happen to a line of a bank's claim."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    ACCEPT = "ACCEPT"
    RETURN = "RETURN"
    TAKE_BACK = "TAKE_BACK"


_L, _E = BankLineState, BankLineEvent
BANK_LINE: Lifecycle[BankLineState, BankLineEvent] = Lifecycle(
    initial=_L.READY,
    moves=[
        (_L.READY, _E.MISMATCH, _L.DIFFERS),
        (_L.DIFFERS, _E.MATCH, _L.READY),
        *((state, _E.ACCEPT, _L.ACCEPTED) for state in (_L.READY, _L.DIFFERS)),
        *((state, _E.RETURN, _L.RETURNED) for state in (_L.READY, _L.DIFFERS)),
        # Before it stands on a sheet, and only together with its instalment.
        (_L.ACCEPTED, _E.TAKE_BACK, _L.RETURNED),
    ],
)
OPEN_LINES = (BankLineState.READY, BankLineState.DIFFERS)
