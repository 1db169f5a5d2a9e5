"""The budget: appropriation and allotment, by month too, transfers, carry-over, the year's end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.disbursement.models import CarryOver
from backoffice.disbursement.operations.carryover import carry_over
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import AllotmentPeriod, BudgetClosing, BudgetShift
from backoffice.ledger.rules import ShiftKind
from backoffice.reports.operations import (
    approve_closing,
    approve_shift,
    enter_allotment,
    enter_appropriation,
    plan_allotment,
    propose_closing,
    propose_shift,
    return_closing,
    return_shift,
)
from backoffice.reports.rules import Document
from backoffice.reports.rules.plan import MonthPlan
from backoffice.reports.rules.shifts import Shift
from tests import given
from tests.model.hands.desk import LENDING, SCHEME, SPARE, Desk, Move, NotNow, of_nobody

SOME = 1_000_000
CONTRACTED = ("ACTIVE", "ACTIVE_2", "CLOSING", "SETTLED")
ENDED = date(2026, 1, 5)  # after the last day of the special budget


class MoneyHands(Desk):
    """The deeds of accounting and the manager."""

    def shift_moves(self) -> dict[str, Move]:
        """Of a transfer or a reduction."""
        return {"APPROVE": Move(self._approve_shift), "RETURN": Move(self._return_shift)}

    def closing_moves(self) -> dict[str, Move]:
        """Of a year's end."""
        return {"APPROVE": Move(self._approve_closing), "RETURN": Move(self._return_closing)}

    def money_acts(self) -> dict[str, Move]:
        """What moves nothing itself."""
        deeds: Mapping[str, Callable[[], object]] = {
            "budget.enter_appropriation": self._appropriate,
            "budget.enter_allotment": self._allot,
            "budget.plan_allotment": self._plan,
            "budget.carry_over CASE": lambda: self._carry_over("CASE", SCHEME, CONTRACTED),
            "budget.carry_over LOAN": lambda: self._carry_over("LOAN", LENDING, ("IN_SERVICE",)),
            "shift TRANSFER": lambda: self._propose_shift(LENDING),
            "shift REDUCTION": lambda: self._propose_shift(None),
            "closing": self._propose_closing,
        }
        return {name: of_nobody(deed) for name, deed in deeds.items()}

    def _paper(self) -> Document:
        return Document(f"預{self.number()}", self.today)

    def _appropriate(self) -> None:
        number = f"預{self.number()}"
        self.office.perform(
            enter_appropriation, given.ACCOUNTING, SPARE, Ntd(2 * SOME), number, self.today, ""
        )

    def _allot(self) -> None:
        """Of a scheme of which a part is not allotted yet."""
        self._appropriate()
        number = f"配{self.number()}"
        self.office.perform(
            enter_allotment, given.ACCOUNTING, SPARE, Ntd(SOME // 4), number, self.today, ""
        )

    def _plan(self) -> None:
        """Another sum for the next month."""
        self._appropriate()
        next_month = (self.today.replace(day=1) + timedelta(days=31)).replace(day=1)
        known = select(AllotmentPeriod.planned).where(
            AllotmentPeriod.scheme == SPARE,
            AllotmentPeriod.year == next_month.year,
            AllotmentPeriod.month == next_month.month,
        )
        before = next(iter(self.stage.rows(known)), Ntd(0))
        month = MonthPlan(next_month.month, before, before + Ntd(SOME // 4))
        self.office.perform(
            plan_allotment, given.ACCOUNTING, SPARE, next_month.year, (month,), self._paper(), ""
        )

    def _carry_over(self, about: str, scheme: str, states: tuple[str, ...]) -> None:
        """A contract's or a loan's money is carried over, the next that was not this year."""
        done = select(CarryOver.case_id).where(CarryOver.year == self.today.year)
        rows = select(Case.id).where(
            Case.scheme == scheme, Case.state.in_(states), Case.id.not_in(done)
        )
        ids = self.stage.rows(rows.order_by(Case.id))
        if not ids:
            raise NotNow
        case_id = ids[int(self.number()) % len(ids)]
        version = self.version(case_id)
        with self.counted_as(about):
            self.office.perform(carry_over, given.ACCOUNTING, case_id, version, self.letter())

    # --- transfers ----------------------------------------------------------------------------

    def _propose_shift(self, target: str | None) -> int | None:
        self._appropriate()
        kind = ShiftKind.TRANSFER if target else ShiftKind.REDUCTION
        shift = Shift(kind, SPARE, target, Ntd(SOME))
        return self.office.perform(
            propose_shift, given.ACCOUNTING, shift, self._paper(), "經費調整"
        )

    def _approve_shift(self, shift_id: int) -> None:
        version = self.row(BudgetShift, shift_id).version
        self.office.perform(approve_shift, given.MANAGER, shift_id, version)

    def _return_shift(self, shift_id: int) -> None:
        version = self.row(BudgetShift, shift_id).version
        self.office.perform(return_shift, given.MANAGER, shift_id, version, "理由不足")

    # --- the year's end -----------------------------------------------------------------------

    def _propose_closing(self) -> int:
        """A budget of which nothing was promised, after the programme's last day."""
        self._appropriate()
        self.at_least(ENDED)
        return self.office.perform(propose_closing, given.ACCOUNTING, SPARE, self._paper())

    def _approve_closing(self, closing_id: int) -> None:
        version = self.row(BudgetClosing, closing_id).version
        self.office.perform(approve_closing, given.MANAGER, closing_id, version)

    def _return_closing(self, closing_id: int) -> None:
        version = self.row(BudgetClosing, closing_id).version
        self.office.perform(return_closing, given.MANAGER, closing_id, version, "數額待查")
