"""How an instalment moves until it is paid."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backoffice.demo.papers import paper
from backoffice.disbursement.models import Claim, Tranche
from backoffice.disbursement.operations.claims import file_claim, reject_claim, verify_claim
from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
from tests import given
from tests.model.hands.desk import Move
from tests.model.hands.sheets import SheetHands

ROAD = {
    "CLAIMABLE": "FILE_CLAIM",
    "CLAIMED": "VERIFY",
    "VERIFIED": "PUT_ON_SHEET",
    "SHEETED": "SEND",
    "SENT": "CONFIRM_PAID",
}


class ClaimHands(SheetHands):
    """The deeds by which an instalment is claimed and paid."""

    def tranche_moves(self) -> dict[str, Move]:
        return {
            "FILE_CLAIM": Move(self._file),
            "VERIFY": Move(self._verify),
            "REJECT_CLAIM": Move(self._reject_claim),
            "PUT_ON_SHEET": Move(self.put_on_sheet),
        }

    def payment_ways(self) -> dict[str, Move]:
        """What is done to a sheet, done to the instalment on it."""
        done = ("SEND", "VOID_SHEET", "CONFIRM_PAID", "RETURN")
        ways = {event: Move(self.of_tranche(event)) for event in done}
        return ways | {"PUT_ON_SHEET": Move(self.put_on_sheet_with_others)}

    def pay(self, tranche_id: int, until: str = "PAID") -> None:
        """Whatever is still to be done until the instalment is paid, or as far as `until`."""
        moves = self.payment_ways() | self.tranche_moves()
        while (state := self.state(Tranche, tranche_id)) != until and state in ROAD:
            moves[ROAD[state]].make(tranche_id)

    def _file(self, tranche_id: int) -> None:
        tranche = self.row(Tranche, tranche_id)
        name = self.case_of(tranche_id).firm_name
        account = BankAccount("004", "0037", f"{tranche.case_id:012}", name, "臺灣銀行營業部")
        receipt = f"領{tranche_id}-{tranche.version}"
        package = ClaimPackage(receipt, self.today, tranche.amount, account)
        self.office.perform(
            file_claim,
            given.OFFICER,
            tranche_id,
            tranche.version,
            package,
            paper("領據"),
            paper("存摺封面"),
        )

    def _claim(self, tranche_id: int) -> Any:
        claims = select(Claim).where(Claim.tranche_id == tranche_id)
        return self.one(claims.order_by(Claim.id.desc()))

    def _verify(self, tranche_id: int) -> None:
        claim = self._claim(tranche_id)
        self.office.perform(
            verify_claim, given.OFFICER_2, claim.id, claim.version, clearance_checked=True
        )

    def _reject_claim(self, tranche_id: int) -> None:
        claim = self._claim(tranche_id)
        self.office.perform(reject_claim, given.OFFICER, claim.id, claim.version, "領據金額塗改")
