"""Sheets at every step, built by the use cases, on top of the contracted cases of the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import invariants
from backoffice.access import SYSTEM, Actor, Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import Sheet, SheetLine, Tranche
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    correct_account,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import LineEvent, TrancheEvent
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import allot
from backoffice.review.models import Assignment, Panel, ScoreSheet
from backoffice.review.rules.lifecycles import AssignmentState, ScoreSheetState
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import disbursement as world

World = Callable[[Office], int]  # a sheet at some step; its number

ALLOTMENT = Ntd(50_000_000)
MADE_ON = date(2023, 11, 20)
FIRMS = (
    ("宏聯精密工業股份有限公司", "04595252"),
    ("永昌塑膠企業社", "10458574"),
    ("大建模具有限公司", "12345675"),
)


@use_case("test.allot", requires=Permission.SYSTEM)
def put_allotment(act: Act, scheme: str, amount: Ntd, key: str) -> None:
    """An allotment 分配預算, entered."""
    allot(act, scheme, amount, key=f"allotment:{scheme}:{key}", memo="分配預算")


@use_case("test.rename_firm", requires=Permission.SYSTEM)
def rename_firm(act: Act, case_id: int, name: str) -> None:
    """The firm's registered name changes."""
    act.session.get_one(Case, case_id).firm_name = name


@use_case("test.cancel_tranche", requires=Permission.SYSTEM)
def cancel_tranche(act: Act, tranche_id: int) -> None:
    """The tranche is cancelled, as when its case is annulled."""
    act.session.get_one(Tranche, tranche_id).move(TrancheEvent.CANCEL)


@use_case("test.score", requires=Permission.SYSTEM)
def put_score(act: Act, case_id: int, person: Actor) -> None:
    """Somebody has scored this case, whatever their role is now."""
    panel = act.session.scalars(select(Panel).where(Panel.case_id == case_id)).one()
    seat = Assignment(
        case_id=case_id,
        panel_id=panel.id,
        reviewer_id=person.id,
        reviewer_name=person.name,
        letter="Z",
        state=AssignmentState.DECLARED,
        assigned_at=act.now,
        declared_at=act.now,
    )
    act.session.add(seat)
    act.session.flush()
    act.session.add(
        ScoreSheet(
            assignment_id=seat.id,
            case_id=case_id,
            reviewer_id=person.id,
            state=ScoreSheetState.DRAFT,
            saved_at=act.now,
        )
    )


def firm(place: int, amount: int = 3_000_000, scheme: str = "S01") -> world.Awarded:
    """The award of the n-th case: its subsidy, of twice that as a budget."""
    name, ubn = FIRMS[place % len(FIRMS)]
    return world.Awarded(
        number=f"{scheme}-112-{place + 1:06d}",
        scheme=scheme,
        firm_name=name,
        ubn=ubn,
        lines=(world.category("C1", amount, amount),),
    )


def a_verified_tranche(
    office: Office, place: int = 0, amount: int = 3_000_000, scheme: str = "S01"
) -> int:
    """The first tranche of the n-th case, ready for a sheet; its number."""
    case_id = world.a_verified_claim(office, firm(place, amount, scheme))
    return world.tranches(office, case_id)[0].id


def verified_tranches(office: Office, *amounts: int) -> tuple[int, ...]:
    """One ready tranche for each subsidy, each of another firm; half of it is the tranche."""
    found = tuple(a_verified_tranche(office, place, amount) for place, amount in enumerate(amounts))
    world.at(office, MADE_ON)
    return found


def an_allotment(office: Office, amount: Ntd = ALLOTMENT, scheme: str = "S01") -> None:
    """Enough may be paid by now."""
    office.perform(put_allotment, SYSTEM, scheme, amount, "1")


def sheet_row(office: Office, sheet_id: int) -> Sheet:
    """The sheet as it is now, detached."""
    with Session(office.engine) as session:
        return session.get_one(Sheet, sheet_id)


def line_rows(office: Office, sheet_id: int) -> list[SheetLine]:
    """The sheet's lines in order, detached."""
    with Session(office.engine) as session:
        query = select(SheetLine).where(SheetLine.sheet_id == sheet_id)
        return list(session.scalars(query.order_by(SheetLine.position)))


def tranche_row(office: Office, tranche_id: int) -> Tranche:
    """The tranche as it is now, detached."""
    with Session(office.engine) as session:
        return session.get_one(Tranche, tranche_id)


def a_made_sheet(office: Office, *amounts: int) -> int:
    """A sheet that waits for its check; by default of one payment of 1,500,000."""
    picked = verified_tranches(office, *(amounts or (3_000_000,)))
    return make(office, picked)


def make(office: Office, tranche_ids: Sequence[int], purpose: str = "第1期款") -> int:
    """The accountant makes a sheet."""
    return office.perform(make_sheet, given.ACCOUNTING, tuple(tranche_ids), purpose)


def check(office: Office, sheet_id: int, seen: tuple[int, ...] = ()) -> None:
    """Another accountant checks it."""
    version = sheet_row(office, sheet_id).version
    office.perform(check_sheet, given.ACCOUNTING_2, sheet_id, version, seen)


def approve(office: Office, sheet_id: int) -> None:
    """The manager approves it."""
    version = sheet_row(office, sheet_id).version
    office.perform(approve_sheet, given.MANAGER, sheet_id, version)


def send(office: Office, sheet_id: int) -> None:
    """The cashier sends it."""
    version = sheet_row(office, sheet_id).version
    office.perform(send_sheet, given.CASHIER, sheet_id, version)


def a_checked_sheet(office: Office, *amounts: int) -> int:
    """A sheet that waits for its approval."""
    sheet_id = a_made_sheet(office, *amounts)
    check(office, sheet_id)
    return sheet_id


def an_approved_sheet(office: Office, *amounts: int) -> int:
    """A sheet that waits to be sent."""
    sheet_id = a_checked_sheet(office, *amounts)
    an_allotment(office)
    approve(office, sheet_id)
    return sheet_id


def a_sent_sheet(office: Office, *amounts: int) -> int:
    """A sheet that waits for the bank's answer."""
    sheet_id = an_approved_sheet(office, *amounts)
    send(office, sheet_id)
    return sheet_id


def paid(line: SheetLine, on: date = MADE_ON) -> LineOutcome:
    """The bank says that this line was credited."""
    return LineOutcome(line.id, LineEvent.PAY, on)


def returned(
    line: SheetLine,
    reason: ReturnReason = ReturnReason.NAME_DIFFERS,
    on: date = MADE_ON,
    note: str = "",
) -> LineOutcome:
    """The bank says that this line came back."""
    return LineOutcome(line.id, LineEvent.RETURN, on, reason, note)


def settle(office: Office, sheet_id: int, *outcomes: LineOutcome) -> None:
    """The cashier enters what the bank said."""
    version = sheet_row(office, sheet_id).version
    office.perform(settle_sheet, given.CASHIER, sheet_id, version, outcomes)


def a_settled_sheet(office: Office, *amounts: int) -> int:
    """A sheet all of whose payments arrived."""
    sheet_id = a_sent_sheet(office, *amounts)
    settle(office, sheet_id, *(paid(line) for line in line_rows(office, sheet_id)))
    return sheet_id


def a_sent_last_tranche(office: Office) -> tuple[int, int]:
    """A settled case whose last tranche is on its way: the case, and the sheet it stands on."""
    case_id = world.a_settled_case(office)
    last = world.tranches(office, case_id)[1]
    world.verify(office, world.file(office, last, world.package(last.amount, number="領-002")))
    sheet_id = make(office, [last.id], "第2期款")
    check(office, sheet_id)
    an_allotment(office)
    approve(office, sheet_id)
    send(office, sheet_id)
    return case_id, sheet_id


def broken_promises(office: Office) -> list[tuple[str, str]]:
    """What the invariants of money find; nothing when the books are right."""
    with Session(office.engine) as session:
        return [
            (name, subject)
            for name, check_of in invariants.REGISTER.items()
            if check_of.__module__ == invariants.money.__name__
            for subject, _detail in check_of(session)
        ]


def a_changed_account(office: Office, place: int = 0) -> int:
    """A ready tranche whose firm has changed its account since it first claimed."""
    chosen = firm(place)
    case_id = world.a_verified_claim(office, chosen)
    tranche = world.tranches(office, case_id)[0]
    correct(office, tranche.id, replace(world.ACCOUNT, holder=chosen.firm_name, number="998877"))
    return tranche.id


def pdf_stream() -> BytesIO:
    """A PDF as a browser sends one."""
    return BytesIO(world.a_pdf().content)


def correct(office: Office, tranche_id: int, account: BankAccount) -> None:
    """An officer corrects the account behind a verified claim."""
    office.perform(
        correct_account,
        given.OFFICER,
        tranche_id,
        tranche_row(office, tranche_id).version,
        account,
        world.a_pdf("存摺封面.pdf"),
    )
