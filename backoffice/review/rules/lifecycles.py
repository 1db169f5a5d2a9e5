"""The states of panels, assignments and score sheets, and the closed words of the room."""

from __future__ import annotations

from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle


class PanelState(StrEnum):
    """A panel scores, or has a result."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class PanelEvent(StrEnum):
    """What can happen to a panel."""

    CLOSE = "CLOSE"
    REOPEN = "REOPEN"


PANEL: Lifecycle[PanelState, PanelEvent] = Lifecycle(
    initial=PanelState.OPEN,
    moves=[
        (PanelState.OPEN, PanelEvent.CLOSE, PanelState.CLOSED),
        (PanelState.CLOSED, PanelEvent.REOPEN, PanelState.OPEN),
    ],
)


class AssignmentState(StrEnum):
    """Where a reviewer stands with a case; the case opens with the declaration."""

    ASSIGNED = "ASSIGNED"
    DECLARED = "DECLARED"
    RECUSED = "RECUSED"
    DECLINED = "DECLINED"
    REPLACED = "REPLACED"


class AssignmentEvent(StrEnum):
    """What can happen to an assignment."""

    DECLARE = "DECLARE"
    RECUSE = "RECUSE"
    DECLINE = "DECLINE"
    REPLACE = "REPLACE"


_A, _AE = AssignmentState, AssignmentEvent
ASSIGNMENT: Lifecycle[AssignmentState, AssignmentEvent] = Lifecycle(
    initial=_A.ASSIGNED,
    moves=[
        (_A.ASSIGNED, _AE.DECLARE, _A.DECLARED),
        (_A.ASSIGNED, _AE.RECUSE, _A.RECUSED),
        (_A.DECLARED, _AE.RECUSE, _A.RECUSED),
        (_A.ASSIGNED, _AE.DECLINE, _A.DECLINED),
        (_A.DECLARED, _AE.DECLINE, _A.DECLINED),
        (_A.ASSIGNED, _AE.REPLACE, _A.REPLACED),
        (_A.DECLARED, _AE.REPLACE, _A.REPLACED),
    ],
)
SEATED = frozenset({_A.ASSIGNED, _A.DECLARED})


class ScoreSheetState(StrEnum):
    """A sheet is drafted, submitted, and possibly taken out of the count again."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"
    VOID = "VOID"


class ScoreSheetEvent(StrEnum):
    """What can happen to a score sheet."""

    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    SUPERSEDE = "SUPERSEDE"
    VOID = "VOID"


_S, _SE = ScoreSheetState, ScoreSheetEvent
SCORE_SHEET: Lifecycle[ScoreSheetState, ScoreSheetEvent] = Lifecycle(
    initial=_S.DRAFT,
    moves=[
        (_S.DRAFT, _SE.SUBMIT, _S.SUBMITTED),
        (_S.SUBMITTED, _SE.WITHDRAW, _S.WITHDRAWN),
        (_S.SUBMITTED, _SE.SUPERSEDE, _S.SUPERSEDED),
        (_S.DRAFT, _SE.VOID, _S.VOID),
        (_S.SUBMITTED, _SE.VOID, _S.VOID),
    ],
)


class BonusState(StrEnum):
    """What came of the domestic-equipment bonus 國產設備加分."""

    CONFIRMED = "CONFIRMED"
    NOT_MET = "NOT_MET"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class DecisionKind(StrEnum):
    """What the convenor decided."""

    AWARD = "AWARD"
    REJECT = "REJECT"
    PARTIAL_OFFER = "PARTIAL_OFFER"
    WAITLIST = "WAITLIST"


class OfferState(StrEnum):
    """A partial offer 部分核定 waits for the firm's word, or has come to its end."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    UNANSWERED = "UNANSWERED"
    WITHDRAWN = "WITHDRAWN"


class OfferEvent(StrEnum):
    """What can happen to a partial offer."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    MISS_ANSWER = "MISS_ANSWER"
    WITHDRAW = "WITHDRAW"


_O, _OE = OfferState, OfferEvent
OFFER: Lifecycle[OfferState, OfferEvent] = Lifecycle(
    initial=_O.OPEN,
    moves=[
        (_O.OPEN, _OE.ACCEPT, _O.ACCEPTED),
        (_O.OPEN, _OE.DECLINE, _O.DECLINED),
        (_O.OPEN, _OE.MISS_ANSWER, _O.UNANSWERED),
        (_O.OPEN, _OE.WITHDRAW, _O.WITHDRAWN),
    ],
)


class Divergence(StrEnum):
    """How reviewers who differ widely were dealt with: keep, score anew, exclude one sheet."""

    KEEP = "KEEP"
    REDO = "REDO"
    EXCLUDE = "EXCLUDE"


class ReviewStage(StrEnum):
    """期中 and 結案."""

    MIDTERM = "MIDTERM"
    CLOSING = "CLOSING"


class OpinionResult(StrEnum):
    """通過, 修正後通過, 不通過."""

    PASS = "PASS"
    CORRECT = "CORRECT"
    FAIL = "FAIL"
