"""How a place of a round moves, whoever wants one, and the service behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Seat, SeatClaim, SeatConflict, WindowClosure
from backoffice.cases.operations import start_service, take_from_queue
from backoffice.cases.operations.seats import (
    choose,
    keep_seats,
    lapse_hold,
    replace_seat,
)
from backoffice.cases.operations.services import (
    Delivery,
    cancel_service,
    close_service,
    deliver_service,
)
from backoffice.cases.queries import seats as found
from backoffice.cases.rules.seats import MOVABLE, Choice, ClaimState, SeatState, outranked
from backoffice.demo.papers import paper
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from tests import given
from tests.given import cases
from tests.model.hands.desk import ACCEPTANCE, PAYMENT, Move, NotNow
from tests.model.hands.eligibility import EligibilityHands

FEE = {PAYMENT: 300_000, ACCEPTANCE: 60_000}
OPENED = datetime(2023, 4, 18, 9, 0, tzinfo=TAIPEI)  # both windows are open for six weeks
TOO_EARLY = datetime(2023, 4, 1, 9, 0, tzinfo=TAIPEI)
SPREAD = 40_000  # minutes over which firms apply, and over which they pay


class PlaceHands(EligibilityHands):
    """The deeds by which a place is given, given up and used."""

    def service_moves(self) -> dict[str, Move]:
        """Of a case of the schemes that give a service."""
        return {
            "FIND_INELIGIBLE": Move(self.find_ineligible),
            "ACCEPT": Move(self.qualify),
            "WITHDRAW": Move(self.withdraw),
            "START_SERVICE": Move(self._start, self.confirm),
            "DELIVER": Move(self._deliver),
            "CLOSE": Move(self._close_service),
            "CANCEL": Move(self.cancel),
        }

    def claim_moves(self) -> dict[str, Move]:
        """Of a case's wish for a place."""
        return {"CHOOSE_REFUND": Move(self._of_claim(self.want_refund))}

    def claim_ways(self) -> dict[str, Move]:
        """A claim goes with its place, and ends with its case."""
        return {
            "SEAT": Move(self._give_up_another),
            "LAPSE": Move(self._of_claim(self._lapse_hold), self._of_claim(self._wait_past_hold)),
            "PAY_LATE": Move(self._of_claim(self.pay_rest)),
            "GIVE_WAY": Move(self._be_outranked),
            "END": Move(self._of_claim(self.leave)),
        }

    def conflict_moves(self) -> dict[str, Move]:
        """What a person decides."""
        return {"KEEP": Move(self._keep), "REPLACE": Move(self._replace)}

    def conflict_ways(self) -> dict[str, Move]:
        """A conflict has no object once its firm has left."""
        return {"SETTLE": Move(lambda n: self.leave(self.row(SeatConflict, n).case_id))}

    def seat_ways(self) -> dict[str, Move]:
        """A place goes with the case that has it, and with what is paid."""
        return {
            "HOLD": Move(lambda n: self._take(n, is_paid=False)),
            "CONFIRM": Move(lambda n: self._take(n, is_paid=True)),
            "PAY": Move(self._of_seat(self.pay_rest)),
            "LAPSE": Move(self._of_seat(self._lapse_hold), self._of_seat(self._wait_past_hold)),
            "RELEASE": Move(self._of_seat(self.leave)),
            "START": Move(self._of_seat(self._start)),
            "DELIVER": Move(self._of_seat(self._deliver)),
            "CONSUME": Move(self._of_seat(self.cancel)),
            "RETIRE": Move(self._retire),
        }

    def _of_seat(self, deed: Callable[[int], None]) -> Callable[[int], None]:
        return lambda seat_id: deed(self.row(Seat, seat_id).case_id)

    def _of_claim(self, deed: Callable[[int], None]) -> Callable[[int], None]:
        return lambda claim_id: deed(self.row(SeatClaim, claim_id).case_id)

    # --- firms come in and pay ----------------------------------------------------------------

    def firms_apply(self, scheme: str, doubtful: tuple[bool, ...]) -> list[int]:
        """Firms come in by one import, received weeks ago, and are taken by the officer."""
        known = self.count(Case)
        numbers = [f"{scheme}-112-{known + place:06d}" for place in range(1, len(doubtful) + 1)]
        rows = []
        for number, is_doubtful in zip(numbers, doubtful, strict=True):
            at = TOO_EARLY if is_doubtful else self.some_time()
            rows.append(cases.a_submitted_case(at, number=number, scheme=scheme, 繳費=[]))
        self.bring_in(rows)
        ids = [cases.case_id_of(self.office, number) for number in numbers]
        for case_id in ids:
            self.office.perform(take_from_queue, given.OFFICER, case_id, self.version(case_id))
        return ids

    def a_firm(self, scheme: str) -> int:
        """A firm that applied, and nothing is the matter with it."""
        return self.firms_apply(scheme, (False,))[0]

    def some_time(self) -> datetime:
        """A minute within the six weeks; each is another one."""
        return OPENED + timedelta(minutes=int(self.number()) * 7_919 % SPREAD)

    def pay_fee(self, case_id: int, amount: int) -> None:
        """So much is paid; by which way is said by whoever has the fee desk's hands."""
        raise NotImplementedError

    def paid(self, case_id: int) -> int:
        """What a case has paid and not been given back."""
        with Session(self.office.engine) as session:
            return sum(each.amount for each in found.payments(session, [case_id]).get(case_id, ()))

    def fee(self, case_id: int) -> int:
        """The whole fee of the case's scheme."""
        return FEE[self.row(Case, case_id).scheme]

    def pay_rest(self, case_id: int) -> None:
        """What is missing for the fee."""
        rest = self.fee(case_id) - self.paid(case_id)
        if rest <= 0:
            raise NotNow
        self.pay_fee(case_id, rest)

    def seat_of(self, case_id: int) -> Any:
        """The place that a case has; NotNow without one."""
        return self.one(select(Seat).where(Seat.case_id == case_id))

    def confirm(self, case_id: int) -> None:
        """Whatever is still to be paid for a place, where there is one to have."""
        if self.paid(case_id) < self.fee(case_id):
            self.pay_rest(case_id)
        if self.seat_of(case_id).state is not SeatState.CONFIRMED:
            raise NotNow

    # --- the place ----------------------------------------------------------------------------

    def _take(self, seat_id: int, *, is_paid: bool) -> None:
        """Another firm is accepted, having paid or not; acceptance alone holds a place in one."""
        scheme = self.row(Seat, seat_id).scheme if is_paid else ACCEPTANCE
        self.an_accepted_firm(scheme, is_paid=is_paid)

    def an_accepted_firm(self, scheme: str, *, is_paid: bool) -> int:
        """A firm that comes in now and is accepted, having paid before or not."""
        case_id = self.a_firm(scheme)
        if is_paid:
            self.pay_rest(case_id)
        self.qualify(case_id)
        return case_id

    def fill(self, scheme: str) -> None:
        """Firms come until no place is free."""
        while self.stage.rows(
            select(Seat.id).where(Seat.scheme == scheme, Seat.state == SeatState.FREE).limit(1)
        ):
            self.an_accepted_firm(scheme, is_paid=True)

    def _wait_past_hold(self, case_id: int) -> None:
        due = self.seat_of(case_id).due_on
        if due is None:
            raise NotNow
        self.at_least(due + timedelta(days=1))

    def _lapse_hold(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(lapse_hold, given.OFFICER, case_id, version, "逾期未繳清")

    def leave(self, case_id: int) -> None:
        """The firm withdraws, or every other one cancels."""
        if case_id % 2 and self.state(Case, case_id) == "ACCEPTED":
            self.cancel(case_id)
        else:
            self.withdraw(case_id)

    def cancel(self, case_id: int) -> None:
        """The firm's letter by which it cancels is entered."""
        version = self.version(case_id)
        self.office.perform(
            cancel_service, given.OFFICER, case_id, version, self.today, "取消1號", "業者取消"
        )

    def _retire(self, seat_id: int) -> None:
        """Nobody is on the way any more and nobody waits: what is given back stays unused."""
        scheme = self.row(Seat, seat_id).scheme
        closed = self.stage.rows(select(WindowClosure).where(WindowClosure.scheme == scheme))
        if scheme == PAYMENT and not closed:
            self.fill(scheme)
            return
        for case_id in self._on_the_way(scheme):
            self.withdraw(case_id)
        if self.state(Seat, seat_id) == "FREE":
            self.leave(self.an_accepted_firm(scheme, is_paid=True))

    def _on_the_way(self, scheme: str) -> list[int]:
        claimed = select(SeatClaim.case_id)
        rows = select(Case.id).where(
            Case.scheme == scheme,
            Case.state.in_(("QUALIFYING", "ACCEPTED")),
            Case.id.not_in(claimed),
        )
        return self.stage.rows(rows.order_by(Case.id))

    # --- who wants one ------------------------------------------------------------------------

    def want_refund(self, case_id: int) -> None:
        """The firm's letter: it wants its money back."""
        self.choose(case_id, Choice.REFUND)

    def choose(self, case_id: int, choice: Choice) -> None:
        """The firm's letter with its choice is entered."""
        version = self.version(case_id)
        self.office.perform(
            choose, given.OFFICER, case_id, version, choice, self.today, f"業{self.number()}"
        )

    def a_waiting(self) -> int:
        """A case that waits for a place; one is made when there is none."""
        rows = select(SeatClaim.case_id).where(SeatClaim.state == ClaimState.WAITING)
        waiting = self.stage.rows(rows.order_by(SeatClaim.id))
        if waiting:
            return int(waiting[0])
        self.fill(PAYMENT)
        return self.an_accepted_firm(PAYMENT, is_paid=True)

    def _give_up_another(self, claim_id: int) -> None:
        """Somebody of the round gives a place up, and the first in line has it."""
        scheme = self.row(SeatClaim, claim_id).scheme
        rows = select(Seat.case_id).where(Seat.scheme == scheme, Seat.state.in_(MOVABLE))
        self.leave(self.one(rows.order_by(Seat.number)))

    def _be_outranked(self, _claim_id: int) -> None:
        """Whoever has the last place gives way to a firm that comes before it."""
        self._replace(self.a_conflict())

    def a_conflict(self) -> int:
        """A conflict that waits for a person; one is made when there is none."""
        rows = select(SeatConflict.id).where(SeatConflict.state == "OPEN").order_by(SeatConflict.id)
        waiting = self.stage.rows(rows)
        if not waiting:
            self.late_known()
            waiting = self.stage.rows(rows)
        if not waiting:
            raise NotNow
        return int(waiting[0])

    def late_known(self) -> None:
        """A round is full, and then a firm is accepted that had paid before the others."""
        self.fill(PAYMENT)
        self.an_accepted_firm(PAYMENT, is_paid=True)

    def _keep(self, conflict_id: int) -> None:
        version = self.row(SeatConflict, conflict_id).version
        self.office.perform(keep_seats, given.MANAGER, conflict_id, version, "維持原名額")

    def _replace(self, conflict_id: int) -> None:
        conflict = self.row(SeatConflict, conflict_id)
        with Session(self.office.engine) as session:
            keys = found.movable_keys(session, conflict.edition)
        last = outranked(self.row(SeatClaim, conflict.claim_id).key, tuple(keys))
        if last is None:
            raise NotNow
        self.office.perform(
            replace_seat, given.MANAGER, conflict_id, conflict.version, keys[last], "繳費在先"
        )

    # --- the service --------------------------------------------------------------------------

    def _start(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(start_service, given.OFFICER, case_id, version, self.today)

    def _deliver(self, case_id: int) -> None:
        spent = Ntd(self.fee(case_id))
        delivery = Delivery(self.today, paper("成果報告"), spent, "依核定內容完成")
        version = self.version(case_id)
        self.office.perform(deliver_service, given.OFFICER, case_id, version, delivery)

    def _close_service(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(close_service, given.OFFICER, case_id, version, "成果已驗收")
