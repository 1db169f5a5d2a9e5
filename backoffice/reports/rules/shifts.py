"""流用, 減列 and 年度結算: what two persons decide of a budget. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.rules import ShiftKind, Stage
from backoffice.reports.rules.figures import FigureName, Figures

REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Shift:
    """So much of one scheme's appropriation to another, or back to where it came from."""

    kind: ShiftKind
    source: str
    target: str | None
    amount: Ntd


def check_shift(shift: Shift, reason: str) -> None:
    """Refuse "shift.target_missing", "shift.same_scheme" (scheme), "note.missing"."""
    if (shift.kind is ShiftKind.TRANSFER) != (shift.target is not None):
        raise Refused("shift.target_missing")
    if shift.target == shift.source:
        raise Refused("shift.same_scheme", scheme=shift.source)
    if not reason.strip():
        raise Refused("note.missing")
    if len(reason.strip()) > REASON_MAX:
        raise Refused("budget.text_too_long", length=len(reason.strip()), limit=REASON_MAX)


def decision_refusal(proposed_by: int, actor_id: int) -> Refused | None:
    """ "budget.same_person": who entered it does not approve it."""
    return Refused("budget.same_person") if proposed_by == actor_id else None


@dataclass(frozen=True, slots=True)
class Closing:
    """A budget as it stands when it is closed; the parts sum to the appropriation."""

    appropriation: Ntd
    realised: Ntd
    payable: Ntd
    carried: Ntd
    lapsed: Ntd


def closing_of(figures: Figures) -> Closing:
    """What a closing finds: what is left lapses 賸餘."""
    return Closing(
        appropriation=figures.amount(FigureName.BUDGET),
        realised=figures.amount(FigureName.REALISED),
        payable=figures.amount(FigureName.PAYABLE),
        carried=figures.amount(FigureName.CARRIED),
        lapsed=figures.amount(FigureName.SURPLUS),
    )


def closing_refusal(figures: Figures, ends_by: date, today: date) -> Refused | None:
    """Why a budget is not closed now.

    "year.too_early" (ends_by): it runs still; "year.no_budget" (scheme); "year.promises_open"
    (held, committed, contracted): what was awarded is to be carried over 保留, paid or released
    first. Source: domain §3.7 rule 7, P28 §72.
    """
    if today <= ends_by:
        return Refused("year.too_early", ends_by=ends_by)
    if not figures.amount(FigureName.BUDGET):
        return Refused("year.no_budget", scheme=figures.scheme)
    held, committed, contracted = (
        figures.amount(stage.value) for stage in (Stage.HELD, Stage.COMMITTED, Stage.CONTRACTED)
    )
    if held or committed or contracted:
        return Refused("year.promises_open", held=held, committed=committed, contracted=contracted)
    assert figures.amount(FigureName.SURPLUS) >= ZERO, "nothing is paid that was not given"
    return None
