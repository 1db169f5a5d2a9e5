"""Where an account can stand and what leads there (基準 1: accounts are closed, never deleted)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from backoffice.kernel.lifecycle import Lifecycle


class AccountState(StrEnum):
    """Where an account stands; a closed one keeps its name on what it did."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class AccountEvent(StrEnum):
    """What happens to an account."""

    ACCEPT = "ACCEPT"
    SUSPEND = "SUSPEND"
    REACTIVATE = "REACTIVATE"
    CLOSE = "CLOSE"


_S, _E = AccountState, AccountEvent

ACCOUNT: Final = Lifecycle[AccountState, AccountEvent](
    initial=_S.INVITED,
    moves=[
        (_S.INVITED, _E.ACCEPT, _S.ACTIVE),
        (_S.INVITED, _E.CLOSE, _S.CLOSED),
        (_S.ACTIVE, _E.SUSPEND, _S.SUSPENDED),
        (_S.ACTIVE, _E.CLOSE, _S.CLOSED),
        (_S.SUSPENDED, _E.REACTIVATE, _S.ACTIVE),
        (_S.SUSPENDED, _E.CLOSE, _S.CLOSED),
    ],
)
