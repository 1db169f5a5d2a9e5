"""The payment desk: sheets through all hands, the bank's answers worked off, and days closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.disbursement.models import BankAnswer, BankItem, Sheet, SheetLine
from backoffice.disbursement.operations.bank import (
    close_day,
    confirm_answer,
    load_answer,
    read_answer,
    resolve_item,
)
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    correct_line,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.rules.bank import BankClass, Resolution
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.documents import Upload
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office, UseCase
from tests import given
from tests.crash.deeds import LAST_DAY, Deed, Lane, Mark, Prepare, always
from tests.given import bank, disbursement, sheets

VERIFIED = 4
AMOUNT = 3_000_000
LIVE = (LineState.LIVE, LineState.SENT, LineState.PAID)

MADE = "SELECT count(*) FROM sheet WHERE purpose = :it"
CHECKED = f"{MADE} AND checked_at IS NOT NULL"
APPROVED = f"{MADE} AND approved_at IS NOT NULL"
SENT = f"{MADE} AND sent_at IS NOT NULL"
SETTLED = f"{MADE} AND settled_at IS NOT NULL"
CORRECTED = (
    "SELECT count(*) FROM sheet_change c JOIN sheet s ON s.id = c.sheet_id WHERE s.purpose = :it"
)
AMENDED = " AND EXISTS (SELECT 1 FROM sheet_change c WHERE c.sheet_id = sheet.id)"
LOADED = "SELECT count(*) FROM bank_answer WHERE name = :it"
CONFIRMED = f"{LOADED} AND confirmed_at IS NOT NULL"
RESOLVED = (
    "SELECT count(*) FROM bank_item i JOIN bank_answer a ON a.id = i.answer_id "
    "WHERE a.name = :it AND i.bank_class = 'UNKNOWN' AND i.state = 'RESOLVED'"
)
CLOSED = "SELECT count(*) FROM day_close WHERE day = :it"


@dataclass(frozen=True, slots=True)
class Desk:
    """Instalments that may go on a sheet."""

    tranches: tuple[int, ...]


def build(office: Office) -> Desk:
    """Verified claims, and the allotment that they are paid from."""
    tranches = tuple(sheets.a_verified_tranche(office, place, AMOUNT) for place in range(VERIFIED))
    sheets.an_allotment(office)
    return Desk(tranches)


def lanes(world: Desk) -> Iterator[Lane]:
    """One sheet settled by hand; one with a line corrected after its approval, by the bank."""
    first, second = world.tranches[:2], world.tranches[2:]
    yield [*Way("手", 0).to_the_bank(lambda _: first), *Way("手", 0).settled_by_hand()]
    way = Way("銀", 1)
    # What waits from an earlier day keeps a day open: only the first day asks for no other lane.
    yield [
        *way.to_the_bank(lambda _: second, amended=True),
        *way.settled_by_the_bank(),
        way.closing(),
    ]


@dataclass(frozen=True, slots=True)
class Way:
    """A sheet's way through all hands, on a day of its own; `name` is its purpose 撥款事由."""

    name: str
    days_on: int

    @property
    def day(self) -> date:
        return LAST_DAY + timedelta(days=self.days_on)

    def to_the_bank(
        self, picked: Callable[[Office], Sequence[int]], *, amended: bool = False
    ) -> Iterator[Deed]:
        """Made, checked, approved and sent; amended: a line corrected, and signed once more."""

        def make(office: Office) -> tuple[object, ...]:
            return tuple(picked(office)), self.name

        yield self._deed("make", make_sheet, given.ACCOUNTING, make, MADE)
        if amended:
            yield self._deed("check-1", check_sheet, given.ACCOUNTING_2, self._seen, None)
            yield self._deed("approve-1", approve_sheet, given.MANAGER, self._shown, None)
            yield self._deed("correct", correct_line, given.OFFICER, self._corrected, CORRECTED)
        since = AMENDED if amended else ""
        yield self._deed("check", check_sheet, given.ACCOUNTING_2, self._seen, CHECKED + since)
        yield self._deed("approve", approve_sheet, given.MANAGER, self._shown, APPROVED + since)
        yield self._deed("send", send_sheet, given.CASHIER, self._shown, SENT)

    def settled_by_hand(self) -> Iterator[Deed]:
        """One payment came back, the rest arrived."""

        def told(office: Office) -> tuple[object, ...]:
            sheet, (first, *rest) = self._sheet(office), self._lines(office)
            back = sheets.returned(first, ReturnReason.NAME_DIFFERS, self.day)
            return sheet.id, sheet.version, (back, *(sheets.paid(line, self.day) for line in rest))

        yield self._deed("settle", settle_sheet, given.CASHIER, told, SETTLED)

    def settled_by_the_bank(self) -> Iterator[Deed]:
        """Its answer knows all payments but the last; a person finds that one."""
        name = f"回覆{self.name}.csv"

        def read(office: Office) -> tuple[object, ...]:
            upload = Upload(name, self._answer(office))
            return (read_answer(upload, local_date(office.clock.now())),)

        def loaded(office: Office) -> tuple[object, ...]:
            with Session(office.engine) as session:
                answer = session.scalars(select(BankAnswer).where(BankAnswer.name == name)).one()
            return answer.id, answer.version

        def unknown(office: Office) -> tuple[object, ...]:
            with Session(office.engine) as session:
                item = session.scalars(
                    select(BankItem)
                    .join(BankAnswer, BankAnswer.id == BankItem.answer_id)
                    .where(BankAnswer.name == name, BankItem.bank_class == BankClass.UNKNOWN)
                ).one()
            worked = replace(bank.worked(Resolution.PAID), day=self.day)
            place = self._sheet(office).number, len(self._lines(office))
            return item.id, item.version, worked, place

        yield self._deed("load", load_answer, given.CASHIER, read, LOADED, it=name)
        yield self._deed("confirm", confirm_answer, given.CASHIER, loaded, CONFIRMED, it=name)
        yield self._deed("resolve", resolve_item, given.CASHIER, unknown, RESOLVED, it=name)

    def closing(self) -> Deed:
        """The day is closed: sheet, ledger and bank say the same."""
        day = self.day.isoformat()
        return self._deed("close", close_day, given.CASHIER, always(self.day), CLOSED, it=day)

    def _deed(
        self,
        step: str,
        case: UseCase[Any, Any],
        actor: Actor,
        prepare: Prepare,
        sql: str | None,
        *,
        it: str = "",
    ) -> Deed:
        mark = Mark(sql, it or self.name) if sql else None
        return Deed(f"{step}:{self.name}", case, actor, prepare, mark, self.days_on)

    def _sheet(self, office: Office) -> Sheet:
        with Session(office.engine) as session:
            return session.scalars(select(Sheet).where(Sheet.purpose == self.name)).one()

    def _lines(self, office: Office) -> list[SheetLine]:
        """The lines that pay, in order."""
        rows = sheets.line_rows(office, self._sheet(office).id)
        return [row for row in rows if row.state in LIVE]

    def _shown(self, office: Office) -> tuple[object, ...]:
        sheet = self._sheet(office)
        return sheet.id, sheet.version

    def _seen(self, office: Office) -> tuple[object, ...]:
        """The checker has compared every account with its passbook page."""
        return (*self._shown(office), tuple(line.id for line in self._lines(office)))

    def _corrected(self, office: Office) -> tuple[object, ...]:
        line = self._lines(office)[0]
        holder = str(line.columns["payee"])
        account = replace(disbursement.ACCOUNT, holder=holder, number="112233445566")
        paper = disbursement.a_pdf("存摺封面.pdf")
        return (*self._shown(office), line.id, account, paper, "存摺影本與切結書不符")

    def _answer(self, office: Office) -> bytes:
        """Every payment of the sheet was credited; of the last the bank says only how much."""
        sheet = self._sheet(office)
        *known, last = [
            bank.said(office, sheet.id, place, day=self.day)
            for place, _ in enumerate(self._lines(office), start=1)
        ]
        nameless = bank.stranger(last.row, last.amount.dollars, self.day)
        return bank.as_csv(*known, nameless)
