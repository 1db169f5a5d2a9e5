"""How a case is judged eligible or not, and withdrawn: the same in every scheme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, EligibilityFinding
from backoffice.cases.operations import (
    FindingWord,
    decide_eligibility,
    hand_over,
    withdraw_case,
)
from backoffice.cases.operations.windows import declare_used_up, used_up_refusal
from backoffice.cases.queries.windows import window_of
from backoffice.cases.rules.lifecycle import FINISHED
from tests import given
from tests.model.hands.desk import LENDING, SCHEME, SPARE, Desk, Move, NotNow, of_nobody

BY_BUDGET = (SPARE, LENDING, SCHEME)  # whose window may end with the money


class EligibilityHands(Desk):
    """The deeds of the officer before anything is scored or given."""

    def find_ineligible(self, case_id: int) -> None:
        """What was found stands."""
        if not self._findings(case_id):
            raise NotNow
        self._judge(case_id, overrule="")

    def qualify(self, case_id: int) -> None:
        """What was found is overruled."""
        self._judge(case_id, overrule="業者已補正，經查證屬實")

    def withdraw(self, case_id: int) -> None:
        """The firm's letter of withdrawal is entered."""
        version = self.version(case_id)
        self.office.perform(
            withdraw_case, given.OFFICER, case_id, version, self.today, "撤1號", "業者自願撤案"
        )

    def officer_acts(self) -> dict[str, Move]:
        """What moves no record: a case changes hands, a window is closed before its date."""
        return {
            "case.hand_over": of_nobody(self._hand_over),
            "window.declare_used_up": of_nobody(self._declare_used_up),
        }

    def _hand_over(self) -> None:
        """To a colleague, who hands it back; until then it is no longer the first one's."""
        cases = select(Case.id).where(
            Case.officer_id == given.OFFICER.id, Case.state.not_in(FINISHED)
        )
        ids = self.stage.rows(cases.order_by(Case.id))
        if not ids:
            raise NotNow
        case_id = ids[int(self.number()) % len(ids)]
        there, back = (given.OFFICER, given.OFFICER_2), (given.OFFICER_2, given.OFFICER)
        for giver, taker in (there, back):
            self.office.perform(
                hand_over, giver, case_id, self.version(case_id), taker.id, "職務調整，請續辦"
            )

    def _declare_used_up(self) -> None:
        """The money of a scheme that may still be applied for is declared used up."""
        with Session(self.office.engine) as session:
            windows = [window_of(session, scheme, self.clock.now()) for scheme in BY_BUDGET]
        facts = next((each for each in windows if used_up_refusal(each) is None), None)
        if facts is None:
            raise NotNow
        self.office.perform(
            declare_used_up, given.MANAGER, facts.scheme, facts.edition, self.number(), "經費用罄"
        )

    def _findings(self, case_id: int) -> list[Any]:
        return self.stage.rows(
            select(EligibilityFinding).where(EligibilityFinding.case_id == case_id)
        )

    def _judge(self, case_id: int, *, overrule: str) -> None:
        words = tuple(
            FindingWord(one.id, bool(overrule), overrule) for one in self._findings(case_id)
        )
        version = self.version(case_id)
        self.office.perform(decide_eligibility, given.OFFICER, case_id, version, words, "")
