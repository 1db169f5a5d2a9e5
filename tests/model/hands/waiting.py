"""How a case is decided when the money may run short: award, offer, the line, its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.review.models import Offer
from backoffice.review.operations import (
    Award,
    decide_award,
    decide_offer,
    decide_reject,
    decide_waitlist,
)
from backoffice.review.operations.offers import (
    FirmLetter,
    accept_offer,
    decline_offer,
    miss_answer,
)
from backoffice.review.operations.waiting import end_programme, promote
from backoffice.review.queries.waiting import line_of
from backoffice.review.rules.waiting import InLine, first_call
from tests import given
from tests.model.hands.desk import SCHEME, Move, NotNow
from tests.model.hands.eligibility import EligibilityHands


class WaitingHands(EligibilityHands):
    """The deeds by which a case is decided, and what comes of an offer."""

    def decision_moves(self) -> dict[str, Move]:
        """Of a case."""
        return {
            "REJECT": Move(self._reject),
            "AWARD": Move(self._award, self._money_for_all_of_it),
            "OFFER_PARTIAL": Move(self._offer, self._money_for_a_part),
            "PLACE_ON_WAITLIST": Move(self._wait, self._money_for_nobody),
            "ACCEPT_OFFER": Move(self._accept_offer),
            "DECLINE_OFFER": Move(self._decline_offer),
            "END_PROGRAMME": Move(self._end_programme, self._nothing_left_to_call_for),
            "WITHDRAW": Move(self.withdraw),
        }

    def offer_ways(self) -> dict[str, Move]:
        """An offer ends by what its case does."""
        return {
            "ACCEPT": Move(self._of_offer(self._accept_offer)),
            "DECLINE": Move(self._of_offer(self._decline_offer)),
            "MISS_ANSWER": Move(self._of_offer(self._miss_answer)),
            "WITHDRAW": Move(self._of_offer(self.withdraw)),
        }

    # --- the money that a decision needs, and not a dollar more -------------------------------

    def _line(self) -> tuple[InLine, ...]:
        with Session(self.office.engine) as session:
            return line_of(session, SCHEME)

    def _money_for_all_of_it(self, case_id: int) -> None:
        """What is missing of its request, and of those who are called before it."""
        case = self.row(Case, case_id)
        if case.state is CaseState.SCORED:
            self._call_who_waits()
            self.drip((case.subsidy_requested - self.available()).dollars)
            return
        before, own = self._up_to(case_id)
        self.drip(before + own.wanted.dollars - self.available().dollars)

    def _money_for_a_part(self, case_id: int) -> None:
        """A little more than it would not take before."""
        case = self.row(Case, case_id)
        if case.state is CaseState.SCORED:
            self._call_who_waits()
            if not self.available():
                self.drip(case.subsidy_requested.dollars // 3)
            return
        before, own = self._up_to(case_id)
        self.drip(before + own.declined.dollars + 100_000 - self.available().dollars)

    def _up_to(self, case_id: int) -> tuple[int, InLine]:
        """What those want who stand before it, and its own place."""
        line = self._line()
        place = next((at for at, one in enumerate(line) if one.case_id == case_id), None)
        if place is None:
            raise NotNow
        return sum(one.wanted.dollars for one in line[:place]), line[place]

    def _money_for_nobody(self, case_id: int) -> None:
        """What is left is offered to others, until nothing is, or somebody waits for it."""
        scored = select(Case.id).where(
            Case.state == CaseState.SCORED, Case.scheme == SCHEME, Case.id != case_id
        )
        for other in self.stage.rows(scored.order_by(Case.id)):
            available = self.available()
            if not available or first_call(self._line(), available) is not None:
                return
            if available < self.row(Case, other).subsidy_requested:
                self._offer(other)
            else:
                self._award(other)

    def _call_who_waits(self) -> None:
        if first_call(self._line(), self.available()) is not None:
            self.office.perform(promote, given.CONVENOR, SCHEME, None)

    def _nothing_left_to_call_for(self, _case_id: int) -> None:
        """Every offer is answered, and what comes back is given to those in line."""
        offered = select(Case.id).where(Case.state == CaseState.OFFERED, Case.scheme == SCHEME)
        for _round in range(2):
            for other in self.stage.rows(offered.order_by(Case.id)):
                is_late = self._offer_to(other).due_on < self.today
                (self._miss_answer if is_late else self._accept_offer)(other)
            self._call_who_waits()

    # --- the convenor's decisions -------------------------------------------------------------

    def _proposed(self, case_id: int) -> tuple[Any, Award]:
        case = self.row(Case, case_id)
        letter = f"經企字第{case_id}號"
        return case, Award(case.subsidy_requested, case.total_budget, letter, "")

    def _reject(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(decide_reject, given.CONVENOR, case_id, version, "計畫重複", "駁1號")

    def _award(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        if case.state is CaseState.WAITLISTED:
            self._promote(case_id, CaseState.AWARDED)
        else:
            self.office.perform(decide_award, given.CONVENOR, case_id, case.version, award)

    def _offer(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        if case.state is CaseState.WAITLISTED:
            self._promote(case_id, CaseState.OFFERED)
            return
        part = self.available()
        self.office.perform(decide_offer, given.CONVENOR, case_id, case.version, award, part)

    def _promote(self, case_id: int, wanted: CaseState) -> None:
        """Whoever stands in line is called; NotNow when this one was not, or to something else."""
        self.office.perform(promote, given.CONVENOR, SCHEME, None)
        if self.row(Case, case_id).state is not wanted:
            raise NotNow

    def _wait(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        self.office.perform(decide_waitlist, given.CONVENOR, case_id, case.version, award)

    def _end_programme(self, case_id: int) -> None:
        waiting = len(self._line())
        if waiting and self.row(Case, case_id).state is not CaseState.WAITLISTED:
            raise NotNow  # it would end the line of the others
        self.office.perform(
            end_programme, given.CONVENOR, SCHEME, waiting, "經企字第9號", "年度經費用罄"
        )

    # --- the firm's answer --------------------------------------------------------------------

    def _answer(self, case_id: int) -> tuple[int, FirmLetter]:
        return self.version(case_id), FirmLetter(f"覆字第{self.number()}號", self.today)

    def _offer_to(self, case_id: int) -> Any:
        offers = select(Offer).where(Offer.case_id == case_id)
        return self.one(offers.order_by(Offer.id.desc()))

    def _accept_offer(self, case_id: int) -> None:
        version, letter = self._answer(case_id)
        offers = self.stage.rows(
            select(Offer.amount).where(Offer.case_id == case_id).order_by(Offer.id)
        )
        shrunk = Ntd(2 * offers[-1].dollars) if offers else Ntd(2)
        self.office.perform(accept_offer, given.OFFICER, case_id, version, letter, shrunk)

    def _decline_offer(self, case_id: int) -> None:
        version, letter = self._answer(case_id)
        self.office.perform(decline_offer, given.OFFICER, case_id, version, letter, "自籌不足")

    def _miss_answer(self, case_id: int) -> None:
        self.at_least(self._offer_to(case_id).due_on + timedelta(days=1))
        version = self.version(case_id)
        self.office.perform(miss_answer, given.OFFICER, case_id, version, "逾期未回復")

    def _of_offer(self, deed: Callable[[int], None]) -> Callable[[int], None]:
        return lambda offer_id: deed(self.row(Offer, offer_id).case_id)
