"""Demands, endings and carry-overs, built by performing the use cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import Ending, Recovery, Repayment
from backoffice.disbursement.operations.carryover import carry_over
from backoffice.disbursement.operations.endings import decide_ending, give_up, propose_ending
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
)
from backoffice.disbursement.rules import recoveries as rules
from backoffice.disbursement.rules.endings import EndingKind, Proposal
from backoffice.disbursement.rules.recoveries import Disposition, Ground
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerAccount
from backoffice.use_case import Office
from tests import given
from tests.given.disbursement import Awarded, a_settled_case, case_row, version_of

# Of 6,000,000 contracted, 2,800,000 recognised: 1,400,000 final, 1,500,000 paid (A64).
TOO_LITTLE = {"C1": 1_000_000, "C2": 900_000, "C3": 900_000}
DEMANDED_ON = date(2024, 5, 6)
DUE_ON = date(2024, 6, 5)
DISPOSITION = Disposition(Letter("經企字第1130600號", DEMANDED_ON), DUE_ON)


def a_clawback(office: Office, awarded: Awarded | None = None) -> int:
    """A settled case that was paid 100,000 too much; the disposition is still to be made."""
    return a_settled_case(office, awarded, **TOO_LITTLE)


def recoveries(office: Office, case_id: int) -> list[Recovery]:
    """A case's demands, oldest first, detached."""
    with Session(office.engine) as session:
        query = select(Recovery).where(Recovery.case_id == case_id)
        return list(session.scalars(query.order_by(Recovery.id)))


def the_recovery(office: Office, case_id: int) -> Recovery:
    """The last of them."""
    return recoveries(office, case_id)[-1]


def repayments(office: Office, case_id: int) -> list[Repayment]:
    """What came back, in the order in which it was entered, detached."""
    with Session(office.engine) as session:
        query = select(Repayment).where(Repayment.case_id == case_id)
        return list(session.scalars(query.order_by(Repayment.id)))


def endings(office: Office, case_id: int) -> list[Ending]:
    """A case's proposals, oldest first, detached."""
    with Session(office.engine) as session:
        query = select(Ending).where(Ending.case_id == case_id)
        return list(session.scalars(query.order_by(Ending.id)))


def demand(office: Office, case_id: int, disposition: Disposition = DISPOSITION) -> Recovery:
    """The officer enters the disposition on what the settlement found."""
    found = the_recovery(office, case_id)
    office.perform(demand_recovery, given.OFFICER, found.id, found.version, disposition)
    return the_recovery(office, case_id)


def repayment(amount: int, on: date, number: str = "收-001") -> rules.Repayment:
    """Money in, by its receipt."""
    return rules.Repayment(Ntd(amount), on, number, "國庫存款戶 405-001", f"收回書-{number}")


def receive(office: Office, case_id: int, amount: int, on: date, number: str = "收-001") -> None:
    """The cashier enters money that came in."""
    found = the_recovery(office, case_id)
    office.perform(
        receive_repayment,
        given.CASHIER,
        found.id,
        found.version,
        repayment(amount, on, number),
    )


def enforce(office: Office, case_id: int, on: date) -> None:
    """The officer passes the demand on for enforcement."""
    found = the_recovery(office, case_id)
    letter = Letter("經企字第1130900號", on)
    office.perform(enforce_recovery, given.OFFICER, found.id, found.version, letter, on)


def the_firm_gives_up(office: Office, case_id: int, on: date) -> None:
    """Its letter is entered."""
    version = version_of(office, Case, case_id)
    letter = Letter("宏聯字第113099號", on)
    office.perform(give_up, given.OFFICER, case_id, version, letter, "業者停止投資", None)


def proposal(kind: EndingKind, on: date, **changed: Any) -> Proposal:
    """What the officer prepares by default."""
    grounds = {
        EndingKind.TERMINATION: None,
        EndingKind.ANNULMENT: Ground.FALSE_DOCUMENTS,
        EndingKind.REVOCATION: Ground.PLAN_NOT_EXECUTED,
    }
    known_on = None if kind is EndingKind.TERMINATION else on
    return replace(
        Proposal(kind, grounds[kind], "經查核屬實", known_on),
        **changed,
    )


def propose(office: Office, case_id: int, proposed: Proposal) -> int:
    """The officer prepares an ending for the convenor."""
    version = version_of(office, Case, case_id)
    return office.perform(propose_ending, given.OFFICER, case_id, version, proposed, None)


def decide(office: Office, case_id: int, disposition: Disposition) -> None:
    """The convenor decides the last one that was prepared."""
    found = endings(office, case_id)[-1]
    office.perform(decide_ending, given.CONVENOR, found.id, found.version, disposition)


def end(office: Office, case_id: int, proposed: Proposal, disposition: Disposition) -> None:
    """Prepared and decided."""
    propose(office, case_id, proposed)
    decide(office, case_id, disposition)


def carry(office: Office, case_id: int, on: date, number: str = "院授主預字第1140001號") -> None:
    """Accounting enters the approval to carry a case's obligation over."""
    version = version_of(office, Case, case_id)
    office.perform(carry_over, given.ACCOUNTING, case_id, version, Letter(number, on))


def money(office: Office, scheme: str = "S01") -> Mapping[str, int]:
    """Every account of a scheme that holds something, by its stage; sources left out."""
    with Session(office.engine) as session:
        rows = session.execute(
            select(LedgerAccount.stage, LedgerAccount.balance).where(
                LedgerAccount.scheme == scheme, LedgerAccount.floor.is_not(None)
            )
        )
        return {stage: balance for stage, balance in rows if balance}


def state_of(office: Office, case_id: int) -> str:
    """The case's state, as its code."""
    return case_row(office, case_id).state.value
