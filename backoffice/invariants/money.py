"""Money: the ledger against its balances, each case's dollars, tranches, sheets, settlements."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import (
    ApprovedLine,
    Contract,
    Repayment,
    RepaymentReversal,
    Settlement,
    Sheet,
    SheetChange,
    SheetLine,
    Tranche,
)
from backoffice.disbursement.rules.endings import ENDED
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.invariants.register import Found, invariant
from backoffice.kernel.money import Ntd, total
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Stage
from backoffice.review.models import Assignment, Offer, ScoreSheet
from backoffice.review.rules.lifecycles import OfferState


@invariant("I-02 a balance is the sum of its transfers")
def balances_are_sums(session: Session) -> Found:
    """Σ in − Σ out of each account, against the balance that is kept."""
    sums: dict[int, int] = defaultdict(int)
    for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1)):
        for account, amount in session.execute(
            select(column, func.sum(LedgerTransfer.quantity)).group_by(column)
        ):
            sums[account] += sign * int(amount)
    for row in session.execute(select(LedgerAccount.id, LedgerAccount.name, LedgerAccount.balance)):
        if row.balance != sums[row.id]:
            yield row.name, f"balance {row.balance}, transfers {sums[row.id]}"


@invariant("I-01 no account is below its floor")
def nothing_below_its_floor(session: Session) -> Found:
    """The guard, the CHECK, and this."""
    for row in session.execute(
        select(LedgerAccount.name, LedgerAccount.balance, LedgerAccount.floor).where(
            LedgerAccount.floor.is_not(None), LedgerAccount.balance < LedgerAccount.floor
        )
    ):
        yield row.name, f"balance {row.balance}, floor {row.floor}"


@invariant("I-04 each book sums to zero")
def books_sum_to_zero(session: Session) -> Found:
    """Two-sided transfers cannot make or lose anything."""
    for row in session.execute(
        select(
            LedgerAccount.book,
            LedgerAccount.unit,
            func.sum(LedgerAccount.balance).label("balance"),
        ).group_by(LedgerAccount.book, LedgerAccount.unit)
    ):
        if row.balance != 0:
            yield f"{row.book} {row.unit}", f"sums to {row.balance}"


@invariant("I-17 no transfer crosses from one book to another")
def books_do_not_mix(session: Session) -> Found:
    """Fees, seats, allotment and budget are different things."""
    books = {
        row.id: row.book for row in session.execute(select(LedgerAccount.id, LedgerAccount.book))
    }
    for row in session.execute(
        select(LedgerTransfer.key, LedgerTransfer.source_id, LedgerTransfer.target_id)
    ):
        if books[row.source_id] != books[row.target_id]:
            yield row.key, f"{books[row.source_id]} to {books[row.target_id]}"


@invariant("I-03 each case's dollars are its award, less what was given back")
def case_money_is_the_award(session: Session) -> Found:
    """What a case took out of its scheme's available money, against what was awarded to it."""
    taken: dict[int, int] = defaultdict(int)
    available = select(LedgerAccount.id).where(LedgerAccount.stage == Stage.AVAILABLE.value)
    for column, sign in ((LedgerTransfer.source_id, 1), (LedgerTransfer.target_id, -1)):
        for case_id, amount in session.execute(
            select(LedgerTransfer.case_id, func.sum(LedgerTransfer.quantity))
            .where(LedgerTransfer.case_id.is_not(None), column.in_(available))
            .group_by(LedgerTransfer.case_id)
        ):
            assert case_id is not None
            taken[case_id] += sign * int(amount)
    finals = {
        row.case_id: row
        for row in session.execute(
            select(Settlement.case_id, Settlement.final, Settlement.clawback)
        )
    }
    # What came back in the year of its payment is available again; of an ended case only what
    # was paid is still taken.
    restored = dict(
        session.execute(
            select(Repayment.case_id, func.sum(Repayment.to_budget)).group_by(Repayment.case_id)
        ).all()
    )
    corrected = dict(
        session.execute(
            select(RepaymentReversal.case_id, func.sum(RepaymentReversal.to_budget)).group_by(
                RepaymentReversal.case_id
            )
        ).all()
    )
    paid = dict(
        session.execute(
            select(SheetLine.case_id, func.sum(SheetLine.amount))
            .where(SheetLine.state == LineState.PAID)
            .group_by(SheetLine.case_id)
        ).all()
    )
    offered = {
        row.case_id: row.amount
        for row in session.execute(
            select(Offer.case_id, Offer.amount).where(Offer.state == OfferState.OPEN)
        )
    }
    for row in session.execute(select(Case.id, Case.number, Case.subsidy, Case.state)):
        settled = finals.get(row.id)
        # A lapsed award gave everything back; the case goes on showing what it was.
        lapsed = row.state is CaseState.LAPSED
        expected = Ntd(0) if lapsed else row.subsidy or offered.get(row.id, Ntd(0))
        if settled is not None:
            expected = settled.final + settled.clawback
        if row.state in ENDED:
            expected = paid.get(row.id, Ntd(0))
        back = restored.get(row.id, Ntd(0)) - corrected.get(row.id, Ntd(0))
        if taken[row.id] != expected.dollars - back.dollars:
            yield row.number, f"ledger {taken[row.id]}, award {expected.dollars}"


@invariant("I-08 the tranches of a case sum to its award")
def tranches_sum_to_the_award(session: Session) -> Found:
    """Before settlement the contract's subsidy; after it what was found payable.

    A case that was ended early has its unpaid tranches cancelled, and is judged by I-15.
    """
    sums: dict[int, int] = defaultdict(int)
    for case_id, amount in session.execute(
        select(Tranche.case_id, func.sum(Tranche.amount))
        .where(Tranche.state != TrancheState.CANCELLED)
        .group_by(Tranche.case_id)
    ):
        sums[case_id] = amount.dollars
    for row in session.execute(
        select(
            Contract.case_id,
            Contract.number,
            Contract.subsidy,
            Settlement.final,
            Settlement.clawback,
        )
        .join(Case, Case.id == Contract.case_id)
        .outerjoin(Settlement, Settlement.case_id == Contract.case_id)
        .where(Case.state.not_in(ENDED))
    ):
        expected = row.subsidy if row.final is None else row.final + row.clawback
        if sums[row.case_id] != expected.dollars:
            yield row.number, f"tranches {sums[row.case_id]}, award {expected.dollars}"


@invariant("I-07 what was paid is in the ledger's last stage")
def paid_is_disbursed(session: Session) -> Found:
    """Σ paid lines less what came back, and Σ lines at the bank, against the ledger's stages."""
    lines: dict[tuple[str, str], int] = defaultdict(int)
    stages = {LineState.PAID: Stage.DISBURSED, LineState.SENT: Stage.IN_TRANSIT}
    for scheme, state, amount in session.execute(
        select(Sheet.scheme, SheetLine.state, func.sum(SheetLine.amount))
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .where(SheetLine.state.in_(stages))
        .group_by(Sheet.scheme, SheetLine.state)
    ):
        lines[(scheme, stages[state].value)] = amount.dollars
    for table, sign in ((Repayment, -1), (RepaymentReversal, 1)):
        for scheme, amount in session.execute(
            select(Case.scheme, func.sum(table.amount))
            .join(Case, Case.id == table.case_id)
            .group_by(Case.scheme)
        ):
            lines[(scheme, Stage.DISBURSED.value)] += sign * amount.dollars
    for row in session.execute(
        select(LedgerAccount.scheme, LedgerAccount.stage, LedgerAccount.balance).where(
            LedgerAccount.stage.in_([stage.value for stage in stages.values()])
        )
    ):
        expected = lines[(row.scheme, row.stage)]
        if row.balance != expected:
            yield f"{row.scheme}/{row.stage}", f"ledger {row.balance}, sheets {expected}"


@invariant("I-06 a tranche stands on at most one live line")
def one_live_line(session: Session) -> Found:
    """The partial index, and this."""
    for row in session.execute(
        select(SheetLine.tranche_id, func.count().label("lines"))
        .where(SheetLine.state.in_((LineState.LIVE, LineState.SENT, LineState.PAID)))
        .group_by(SheetLine.tranche_id)
        .having(func.count() > 1)
    ):
        yield f"tranche {row.tranche_id}", f"on {row.lines} live lines"


@invariant("I-11 a sheet's total is the sum of its lines")
def sheet_totals(session: Session) -> Found:
    """Rows counted and amounts added, against the head of the sheet."""
    lines: dict[int, list[Ntd]] = defaultdict(list)
    left = select(SheetChange.line_id)
    for row in session.execute(
        select(SheetLine.sheet_id, SheetLine.amount).where(SheetLine.id.not_in(left))
    ):
        lines[row.sheet_id].append(row.amount)
    for sheet in session.execute(select(Sheet.id, Sheet.number, Sheet.total, Sheet.row_count)):
        amounts = lines[sheet.id]
        if (total(amounts), len(amounts)) != (sheet.total, sheet.row_count):
            yield sheet.number, f"{len(amounts)} rows, {total(amounts)} against {sheet.total}"


@invariant("I-09 each step of a sheet is another person's, and no scorer of its cases signs")
def signatures(session: Session) -> Found:
    """Maker, checker, approver and sender differ; none of them scored a case on the sheet."""
    scorers: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(
        select(SheetLine.sheet_id, Assignment.reviewer_id)
        .join(Assignment, Assignment.case_id == SheetLine.case_id)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(SheetLine.id.not_in(select(SheetChange.line_id)))
    ):
        scorers[row.sheet_id].add(row.reviewer_id)
    for sheet in session.execute(
        select(
            Sheet.id,
            Sheet.number,
            Sheet.made_by,
            Sheet.checked_by,
            Sheet.approved_by,
            Sheet.sent_by,
        )
    ):
        signed = [
            person
            for person in (sheet.made_by, sheet.checked_by, sheet.approved_by, sheet.sent_by)
            if person is not None
        ]
        if len(set(signed)) != len(signed):
            yield sheet.number, "one person took two steps"
        if scorers[sheet.id] & set(signed[1:]):
            yield sheet.number, "signed by somebody who scored a case on it"


@invariant("I-05 a line's state agrees with its sheet's and its tranche's")
def lines_agree(session: Session) -> Found:
    """A sheet not yet sent has live lines; a paid line's tranche is paid or being recovered."""
    allowed = {
        SheetState.MADE: {LineState.LIVE},
        SheetState.CHECKED: {LineState.LIVE},
        SheetState.APPROVED: {LineState.LIVE},
        SheetState.SENT: {LineState.SENT, LineState.PAID, LineState.RETURNED},
        SheetState.SETTLED: {LineState.PAID, LineState.RETURNED},
        SheetState.VOIDED: {LineState.VOIDED},
    }
    paid = {
        TrancheState.PAID,
        TrancheState.RECOVERY,
        TrancheState.ENFORCEMENT,
        TrancheState.RECOVERED,
        TrancheState.WRITTEN_OFF,
    }
    for row in session.execute(
        select(
            SheetLine.id,
            SheetLine.state,
            Sheet.state.label("sheet_state"),
            Tranche.state.label("tranche_state"),
        )
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .join(Tranche, Tranche.id == SheetLine.tranche_id)
        .where(SheetLine.id.not_in(select(SheetChange.line_id)))
    ):
        if row.state not in allowed[row.sheet_state]:
            yield f"line {row.id}", f"{row.state} on a sheet {row.sheet_state}"
        if row.state is LineState.PAID and row.tranche_state not in paid:
            yield f"line {row.id}", f"paid, but its tranche is {row.tranche_state}"


@invariant("I-14 the approved lines are the contract's budget")
def approved_lines_foot(session: Session) -> Found:
    """Σ lines = total, Σ subsidy = subsidy, and a subsidy of at most half."""
    lines: dict[int, list[tuple[Ntd, Ntd]]] = defaultdict(list)
    for row in session.execute(
        select(ApprovedLine.case_id, ApprovedLine.subsidy, ApprovedLine.self_fund)
    ):
        lines[row.case_id].append((row.subsidy, row.self_fund))
    for contract in session.execute(
        select(Contract.case_id, Contract.number, Contract.subsidy, Contract.total_budget)
    ):
        subsidy = total(line[0] for line in lines[contract.case_id])
        budget = subsidy + total(line[1] for line in lines[contract.case_id])
        if (subsidy, budget) != (contract.subsidy, contract.total_budget):
            yield contract.number, f"lines {subsidy} of {budget}, contract {contract.subsidy}"


@invariant("I-19 a settlement pays the rest or claims the excess back")
def settlements(session: Session) -> Found:
    """tranche2 = max(0, final − paid), clawback = max(0, paid − final), lapsed = award − final."""
    for row in session.execute(select(Settlement)).scalars():
        rest = row.final.dollars - row.paid_before.dollars
        expected = (max(0, rest), max(0, -rest), row.award.dollars - row.final.dollars)
        stored = (row.tranche2.dollars, row.clawback.dollars, row.lapsed.dollars)
        if stored != expected or row.final > row.award:
            yield f"settlement of case {row.case_id}", f"{stored}, should be {expected}"


@invariant("I-12 amounts are whole numbers in range")
def whole_amounts(session: Session) -> Found:
    """SQLite would keep a text or a fraction in a column of integers if somebody forced it."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for column in (LedgerTransfer.quantity, LedgerAccount.balance, Tranche.amount, Sheet.total):
        kind = func.typeof(column)
        broken = session.execute(select(func.count()).where(kind != "integer")).scalar_one()
        if broken:
            yield str(column), f"{broken} rows hold no integer"
