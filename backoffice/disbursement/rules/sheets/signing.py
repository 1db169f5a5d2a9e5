"""Who may take which step of a sheet: each step is another person's, and no scorer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backoffice.disbursement.rules.lifecycles import SHEET, SheetEvent, SheetState
from backoffice.kernel.refusal import Refused


class Rung(StrEnum):
    """The ladder of a payment: 編製, 覆核, 核准, 送件, 對帳."""

    MAKE = "MAKE"
    CHECK = "CHECK"
    APPROVE = "APPROVE"
    SEND = "SEND"
    SETTLE = "SETTLE"


_NEXT = {
    SheetState.MADE: Rung.CHECK,
    SheetState.CHECKED: Rung.APPROVE,
    SheetState.APPROVED: Rung.SEND,
    SheetState.SENT: Rung.SETTLE,
}


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet as the rules ask about it: its state, who took which step, who scored its cases.

    `scorers`: the numbers of the cases that a person has scored, by person. `editors` have
    changed a line since it was made, or entered the changed account of one.
    """

    state: SheetState
    made_by: int
    checked_by: int | None
    approved_by: int | None
    scorers: Mapping[int, tuple[str, ...]]
    editors: frozenset[int] = frozenset()

    def step_of(self, person_id: int) -> Rung | None:
        """The step that this person has taken already."""
        taken = {
            self.approved_by: Rung.APPROVE,
            self.checked_by: Rung.CHECK,
            self.made_by: Rung.MAKE,
        }
        return taken.get(person_id)


def next_rung(state: SheetState) -> Rung | None:
    """The step that a sheet waits for; None when it has come to its end."""
    return _NEXT.get(state)


def may_make(scorers: Mapping[int, tuple[str, ...]], person_id: int) -> Refused | None:
    """Whoever has scored a case does not make its sheet: "sheet.scored"."""
    return _scored(scorers, person_id, Rung.MAKE)


def may_check(sheet: SheetFacts, person_id: int) -> Refused | None:
    """覆核: somebody else than the maker, who scored none of its cases.

    "lifecycle.not_allowed", "sheet.same_person", "sheet.changed_by_you", "sheet.scored" (A91).
    """
    if refusal := _not_now(sheet, SheetEvent.CHECK):
        return refusal
    if sheet.made_by == person_id:
        return Refused("sheet.same_person")
    if person_id in sheet.editors:
        return Refused("sheet.changed_by_you", step=Rung.CHECK)
    return _scored(sheet.scorers, person_id, Rung.CHECK)


def may_approve(sheet: SheetFacts, person_id: int) -> Refused | None:
    """核准: neither maker nor checker nor scorer, nor who changed a line of it.

    What `may_check` says, and "sheet.signed_before".
    """
    return _signing(sheet, SheetEvent.APPROVE, Rung.APPROVE, person_id)


def may_send(sheet: SheetFacts, person_id: int) -> Refused | None:
    """送件: another person again, and no scorer."""
    return _signing(sheet, SheetEvent.SEND, Rung.SEND, person_id)


def may_settle(sheet: SheetFacts) -> Refused | None:
    """對帳: what the bank answered is entered after the sheet was sent, by any cashier."""
    return _not_now(sheet, SheetEvent.SETTLE)


def may_void(sheet: SheetFacts) -> Refused | None:
    """作廢: only before it was sent; afterwards only the bank can give money back."""
    return _not_now(sheet, SheetEvent.VOID)


def _not_now(sheet: SheetFacts, event: SheetEvent) -> Refused | None:
    try:
        SHEET.after(sheet.state, event)
    except Refused as refusal:
        return refusal
    return None


def _signing(sheet: SheetFacts, event: SheetEvent, rung: Rung, person_id: int) -> Refused | None:
    if refusal := _not_now(sheet, event):
        return refusal
    if (step := sheet.step_of(person_id)) is not None:
        return Refused("sheet.signed_before", done=step, step=rung)
    if person_id in sheet.editors:
        return Refused("sheet.changed_by_you", step=rung)
    return _scored(sheet.scorers, person_id, rung)


def _scored(scorers: Mapping[int, tuple[str, ...]], person_id: int, rung: Rung) -> Refused | None:
    cases = scorers.get(person_id)
    return Refused("sheet.scored", cases=cases, step=rung) if cases else None
