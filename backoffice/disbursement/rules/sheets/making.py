"""What may be put on a sheet, and what every line must still satisfy at each later step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.disbursement.rules.claims import Check, ClaimFacts, checks
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.kernel.refusal import Refused

LINES_MAX = 100  # payments on one sheet: a page of screen and a file that people can check
_NOBODY = 0
_FOR_THE_VERIFIER = "second_person"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tranche that somebody wants to put on a sheet, and the claim it is paid by."""

    tranche_id: int
    case_number: str
    edition: str
    state: TrancheState
    hold_reason: str
    claim: ClaimFacts


def check_batch(picked: Sequence[Candidate]) -> None:
    """The tranches can go on one sheet: one edition of one scheme, so one funding source.

    Refuses "sheet.tranche_taken" naming what is no longer free, "sheet.mixed", and what
    `line_refusal` does.
    """
    taken = [each for each in picked if each.state is not TrancheState.VERIFIED]
    if taken:
        raise taken_refusal(taken)
    editions = sorted({each.edition for each in picked})
    if len(editions) > 1:
        raise Refused("sheet.mixed", editions=editions)
    for each in picked:
        if refusal := line_refusal(each.hold_reason, each.claim):
            raise Refused("sheet.line_blocked", case=each.case_number, why=refusal)


def taken_refusal(taken: Sequence[Candidate]) -> Refused:
    """Somebody was faster: these tranches stand on another sheet, or are free no more (A89)."""
    names = [f"{each.case_number} 第 {each.claim.number} 期" for each in taken]
    return Refused("sheet.tranche_taken", tranches=names)


def line_checks(claim: ClaimFacts) -> tuple[Check, ...]:
    """What is checked about every line: amount, name letter for letter (A88), ubn, account, bar."""
    return tuple(
        each for each in checks(claim, verifier_id=_NOBODY) if each.key != _FOR_THE_VERIFIER
    )


def line_refusal(hold_reason: str, claim: ClaimFacts) -> Refused | None:
    """Why this payment cannot be made as it stands, the first reason; None when it can."""
    if hold_reason:
        return Refused("tranche.held", reason=hold_reason)
    return next((each.refusal for each in line_checks(claim) if each.refusal), None)


def correcting_refusal(state: TrancheState) -> Refused | None:
    """Why the account of a verified claim cannot be corrected: it is not, or no longer, waiting."""
    return None if state is TrancheState.VERIFIED else Refused("sheet.not_waiting", state=state)
