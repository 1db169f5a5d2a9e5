"""How an instalment moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.demo.papers import paper
from backoffice.disbursement.models import (
    Claim,
    Recovery,
    Sheet,
    SheetLine,
    Tranche,
)
from backoffice.disbursement.operations.claims import file_claim, reject_claim, verify_claim
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
    write_off_recovery,
)
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    make_sheet,
    send_sheet,
    settle_sheet,
    void_sheet,
)
from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
from backoffice.disbursement.rules.lifecycles import LineEvent, SheetState
from backoffice.disbursement.rules.recoveries import (
    Disposition,
    RecoveryState,
    Repayment,
)
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason
from tests import given
from tests.model.hands.desk import Desk, Move, NotNow


class TrancheHands(Desk):
    """The deeds by which an instalment moves."""

    def tranche_moves(self) -> dict[str, Move]:
        return {
            "FILE_CLAIM": Move(self._file),
            "VERIFY": Move(self._verify),
            "REJECT_CLAIM": Move(self._reject_claim),
            "PUT_ON_SHEET": Move(self._put_on_sheet),
            "VOID_SHEET": Move(self._void_sheet),
            "SEND": Move(self._send, self._sign_sheet),
            "CONFIRM_PAID": Move(lambda n: self._settle(n, LineEvent.PAY)),
            "RETURN": Move(lambda n: self._settle(n, LineEvent.RETURN)),
            "DEMAND_RECOVERY": Move(self._demand),
            "RECOVER": Move(self._repay),
            "ENFORCE": Move(self._enforce, self._wait_past_due),
            "WRITE_OFF": Move(self._write_off),
        }

    def pay(self, tranche_id: int) -> None:
        """Whatever is still to be done until the instalment is paid."""
        road = {
            "CLAIMABLE": "FILE_CLAIM",
            "CLAIMED": "VERIFY",
            "VERIFIED": "PUT_ON_SHEET",
            "SHEETED": "SEND",
            "SENT": "CONFIRM_PAID",
        }
        moves = self.tranche_moves()
        while event := road.get(self.row(Tranche, tranche_id).state.value):
            moves[event].before(tranche_id)
            moves[event].deed(tranche_id)

    def _file(self, tranche_id: int) -> None:
        tranche = self.row(Tranche, tranche_id)
        name = self.row(Case, tranche.case_id).firm_name
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

    def _put_on_sheet(self, tranche_id: int) -> None:
        self.office.perform(make_sheet, given.ACCOUNTING, (tranche_id,), "補助款")

    def _sheet(self, tranche_id: int) -> Any:
        """The sheet that the instalment stands on, or the last one that it stood on."""
        query = select(Sheet).join(SheetLine, SheetLine.sheet_id == Sheet.id)
        return self.one(query.where(SheetLine.tranche_id == tranche_id).order_by(Sheet.id.desc()))

    def _sign_sheet(self, tranche_id: int) -> None:
        sheet = self._sheet(tranche_id)
        if sheet.state is SheetState.MADE:
            self.office.perform(check_sheet, given.ACCOUNTING_2, sheet.id, sheet.version, ())
            sheet = self._sheet(tranche_id)
        if sheet.state is SheetState.CHECKED:
            self.office.perform(approve_sheet, given.MANAGER, sheet.id, sheet.version)

    def _send(self, tranche_id: int) -> None:
        sheet = self._sheet(tranche_id)
        self.office.perform(send_sheet, given.CASHIER, sheet.id, sheet.version)

    def _void_sheet(self, tranche_id: int) -> None:
        sheet = self._sheet(tranche_id)
        self.office.perform(void_sheet, given.ACCOUNTING, sheet.id, sheet.version, "資料有誤")

    def _settle(self, tranche_id: int, event: LineEvent) -> None:
        sheet = self._sheet(tranche_id)
        line = self.one(
            select(SheetLine).where(
                SheetLine.sheet_id == sheet.id, SheetLine.tranche_id == tranche_id
            )
        )
        reason = ReturnReason.NAME_DIFFERS if event is LineEvent.RETURN else None
        outcome = LineOutcome(line.id, event, self.today, reason)
        self.office.perform(settle_sheet, given.CASHIER, sheet.id, sheet.version, (outcome,))

    def _recovery(self, tranche_id: int, *states: RecoveryState) -> Any:
        case_id = self.row(Tranche, tranche_id).case_id
        found = self.stage.rows(
            select(Recovery).where(Recovery.case_id == case_id).order_by(Recovery.id)
        )
        chosen = [one for one in found if one.state in states] or found
        if not chosen:
            raise NotNow
        return chosen[0]

    def _demand(self, tranche_id: int) -> None:
        recovery = self._recovery(tranche_id, RecoveryState.PREPARED)
        disposition = Disposition(self.letter(), self.today + timedelta(days=30))
        self.office.perform(
            demand_recovery, given.OFFICER, recovery.id, recovery.version, disposition
        )

    def _repay(self, tranche_id: int) -> None:
        recovery = self._recovery(tranche_id, RecoveryState.DEMANDED, RecoveryState.ENFORCEMENT)
        owed = recovery.amount - recovery.repaid
        receipt = f"繳{recovery.id}-{recovery.version}"
        back = Repayment(owed, self.today, receipt, "國庫專戶", "支出收回書1號")
        self.office.perform(
            receive_repayment, given.ACCOUNTING, recovery.id, recovery.version, back
        )

    def _wait_past_due(self, tranche_id: int) -> None:
        due = self._recovery(tranche_id, RecoveryState.DEMANDED).due_on
        if due is not None:
            self.at_least(due + timedelta(days=1))

    def _enforce(self, tranche_id: int) -> None:
        recovery = self._recovery(tranche_id, RecoveryState.DEMANDED)
        self.office.perform(
            enforce_recovery,
            given.OFFICER,
            recovery.id,
            recovery.version,
            self.letter(),
            self.today,
        )

    def _write_off(self, tranche_id: int) -> None:
        recovery = self._recovery(tranche_id, RecoveryState.ENFORCEMENT)
        self.office.perform(
            write_off_recovery,
            given.ACCOUNTING,
            recovery.id,
            recovery.version,
            self.letter(),
            "查無財產",
        )
