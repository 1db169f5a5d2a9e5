"""The states of checkpoints, tranches, sheets and their lines (domain §§4.2, 4.3)."""

from __future__ import annotations

from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle


class TrancheState(StrEnum):
    """Where an instalment 期款 stands."""

    PLANNED = "PLANNED"
    CLAIMABLE = "CLAIMABLE"
    CLAIMED = "CLAIMED"
    VERIFIED = "VERIFIED"
    SHEETED = "SHEETED"
    SENT = "SENT"
    PAID = "PAID"
    VOID = "VOID"
    RECOVERY = "RECOVERY"
    ENFORCEMENT = "ENFORCEMENT"
    RECOVERED = "RECOVERED"
    WRITTEN_OFF = "WRITTEN_OFF"
    CANCELLED = "CANCELLED"


class TrancheEvent(StrEnum):
    """What can happen to an instalment."""

    RELEASE = "RELEASE"
    SETTLE_TO_ZERO = "SETTLE_TO_ZERO"
    FILE_CLAIM = "FILE_CLAIM"
    VERIFY = "VERIFY"
    REJECT_CLAIM = "REJECT_CLAIM"
    PUT_ON_SHEET = "PUT_ON_SHEET"
    SEND = "SEND"
    VOID_SHEET = "VOID_SHEET"
    CONFIRM_PAID = "CONFIRM_PAID"
    RETURN = "RETURN"
    DEMAND_RECOVERY = "DEMAND_RECOVERY"
    RECOVER = "RECOVER"
    ENFORCE = "ENFORCE"
    WRITE_OFF = "WRITE_OFF"
    CANCEL = "CANCEL"


_T, _TE = TrancheState, TrancheEvent
TRANCHE: Lifecycle[TrancheState, TrancheEvent] = Lifecycle(
    initial=_T.PLANNED,
    moves=[
        (_T.PLANNED, _TE.RELEASE, _T.CLAIMABLE),
        (_T.PLANNED, _TE.SETTLE_TO_ZERO, _T.VOID),
        (_T.CLAIMABLE, _TE.FILE_CLAIM, _T.CLAIMED),
        (_T.CLAIMED, _TE.VERIFY, _T.VERIFIED),
        (_T.CLAIMED, _TE.REJECT_CLAIM, _T.CLAIMABLE),
        (_T.VERIFIED, _TE.PUT_ON_SHEET, _T.SHEETED),
        (_T.SHEETED, _TE.SEND, _T.SENT),
        (_T.SHEETED, _TE.VOID_SHEET, _T.VERIFIED),
        (_T.SENT, _TE.CONFIRM_PAID, _T.PAID),
        (_T.SENT, _TE.RETURN, _T.VERIFIED),
        (_T.PAID, _TE.DEMAND_RECOVERY, _T.RECOVERY),
        (_T.RECOVERY, _TE.RECOVER, _T.RECOVERED),
        (_T.RECOVERY, _TE.ENFORCE, _T.ENFORCEMENT),
        (_T.ENFORCEMENT, _TE.RECOVER, _T.RECOVERED),
        # The receipt that had recovered it was entered wrongly, and the demand was enforced before.
        (_T.RECOVERED, _TE.ENFORCE, _T.ENFORCEMENT),
        (_T.ENFORCEMENT, _TE.WRITE_OFF, _T.WRITTEN_OFF),
        # What a settlement left with the firm can be demanded too when the award is annulled.
        *(
            (state, _TE.DEMAND_RECOVERY, _T.RECOVERY)
            for state in (_T.ENFORCEMENT, _T.RECOVERED, _T.WRITTEN_OFF)
        ),
        *(
            (state, _TE.CANCEL, _T.CANCELLED)
            for state in (_T.PLANNED, _T.CLAIMABLE, _T.CLAIMED, _T.VERIFIED, _T.SHEETED)
        ),
    ],
)


# The money has reached the firm, whatever became of it afterwards.
EVER_PAID = frozenset({_T.PAID, _T.RECOVERY, _T.ENFORCEMENT, _T.RECOVERED, _T.WRITTEN_OFF})


class CheckpointState(StrEnum):
    """Where a checkpoint 查核點 stands."""

    PLANNED = "PLANNED"
    DUE = "DUE"
    OVERDUE = "OVERDUE"
    REPORTED = "REPORTED"
    ACCEPTED = "ACCEPTED"
    REMOVED = "REMOVED"
    FROZEN = "FROZEN"


class CheckpointEvent(StrEnum):
    """What can happen to a checkpoint."""

    COME_DUE = "COME_DUE"
    PASS_GRACE = "PASS_GRACE"
    REPORT = "REPORT"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    CHANGE = "CHANGE"
    REMOVE = "REMOVE"
    FREEZE = "FREEZE"


_C, _CE = CheckpointState, CheckpointEvent
_NOT_REPORTED = (_C.PLANNED, _C.DUE, _C.OVERDUE)
CHECKPOINT: Lifecycle[CheckpointState, CheckpointEvent] = Lifecycle(
    initial=_C.PLANNED,
    moves=[
        (_C.PLANNED, _CE.COME_DUE, _C.DUE),
        (_C.DUE, _CE.PASS_GRACE, _C.OVERDUE),
        (_C.REPORTED, _CE.ACCEPT, _C.ACCEPTED),
        (_C.REPORTED, _CE.REJECT, _C.DUE),
        *((state, _CE.REPORT, _C.REPORTED) for state in _NOT_REPORTED),
        *((state, _CE.CHANGE, _C.PLANNED) for state in _NOT_REPORTED),
        *((state, _CE.REMOVE, _C.REMOVED) for state in _NOT_REPORTED),
        *((state, _CE.FREEZE, _C.FROZEN) for state in (*_NOT_REPORTED, _C.REPORTED, _C.ACCEPTED)),
    ],
)


class SheetState(StrEnum):
    """Where a disbursement sheet 撥款清冊 stands: each step is another person's."""

    MADE = "MADE"
    CHECKED = "CHECKED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    SETTLED = "SETTLED"
    VOIDED = "VOIDED"


class SheetEvent(StrEnum):
    """What can happen to a sheet."""

    CHECK = "CHECK"
    APPROVE = "APPROVE"
    SEND = "SEND"
    SETTLE = "SETTLE"
    AMEND = "AMEND"
    VOID = "VOID"


_H, _HE = SheetState, SheetEvent
SHEET: Lifecycle[SheetState, SheetEvent] = Lifecycle(
    initial=_H.MADE,
    moves=[
        (_H.MADE, _HE.CHECK, _H.CHECKED),
        (_H.CHECKED, _HE.APPROVE, _H.APPROVED),
        (_H.APPROVED, _HE.SEND, _H.SENT),
        (_H.SENT, _HE.SETTLE, _H.SETTLED),
        # What was signed over other lines is void, and everything is signed anew.
        *((state, _HE.AMEND, _H.MADE) for state in (_H.MADE, _H.CHECKED, _H.APPROVED)),
        *((state, _HE.VOID, _H.VOIDED) for state in (_H.MADE, _H.CHECKED, _H.APPROVED)),
    ],
)


class LineState(StrEnum):
    """Where one payment of a sheet stands."""

    LIVE = "LIVE"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    VOIDED = "VOIDED"


class LineEvent(StrEnum):
    """What can happen to one payment."""

    SEND = "SEND"
    PAY = "PAY"
    RETURN = "RETURN"
    VOID = "VOID"


SHEET_LINE: Lifecycle[LineState, LineEvent] = Lifecycle(
    initial=LineState.LIVE,
    moves=[
        (LineState.LIVE, LineEvent.SEND, LineState.SENT),
        (LineState.SENT, LineEvent.PAY, LineState.PAID),
        (LineState.SENT, LineEvent.RETURN, LineState.RETURNED),
        (LineState.LIVE, LineEvent.VOID, LineState.VOIDED),
    ],
)


class StageResult(StrEnum):
    """通過, 修正後通過, 不通過: the conclusion of a mid-term or closing review."""

    PASS = "PASS"
    CORRECT = "CORRECT"
    FAIL = "FAIL"
