"""How a case is judged eligible or not, and withdrawn: the same in every scheme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backoffice.cases.models import EligibilityFinding
from backoffice.cases.operations import FindingWord, decide_eligibility, withdraw_case
from tests import given
from tests.model.hands.desk import Desk, NotNow


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
