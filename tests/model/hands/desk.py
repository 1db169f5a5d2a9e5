"""The people's hands: how each move of the tables is really made, through the office's door.

A deed has two parts. What leads up to it (a panel seated, a sheet checked) is done only where the
law allows the move; the deed itself is tried whether it is allowed or not. `NotNow` says that the
world does not have what the deed needs, such as somebody in line to be called.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import Case
from backoffice.cases.operations.imports import bring_in
from backoffice.cases.operations.imports.workbook import ReadWorkbook, judged
from backoffice.demo.people import Cast
from backoffice.demo.stage import Stage
from backoffice.disbursement.models import Tranche
from backoffice.disbursement.operations.checkpoints import come_due
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import allot, appropriate
from backoffice.ledger.queries import balance
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.cases import workbook

SCHEME = "S01"
PAYMENT, ACCEPTANCE = "S09", "S10"
ROUNDS = (PAYMENT, ACCEPTANCE)
LENDING = "S07"
SPARE = "S02"  # nothing is awarded of it: its money is only moved
CAST = Cast(
    officer=given.OFFICER,
    officer_2=given.OFFICER_2,
    reviewers=(given.REVIEWER, given.REVIEWER_2, given.REVIEWER_3, given.REVIEWER_4),
    convenor=given.CONVENOR,
    accounting=given.ACCOUNTING,
    accounting_2=given.ACCOUNTING_2,
    cashier=given.CASHIER,
    manager=given.MANAGER,
)
GOOD = ((80, 80, 80), (82, 78, 80), (84, 80, 76))


class NotNow(Exception):
    """The world does not have what this deed needs."""


Deed = Callable[[int], None]


def nothing(_number: int) -> None:
    """Nothing leads up to it."""


@dataclass(frozen=True, slots=True)
class Move:
    """What leads up to a move, and the deed that makes it."""

    deed: Deed
    before: Deed = nothing

    def make(self, number: int) -> None:
        """What leads up to it, and the deed."""
        self.before(number)
        self.deed(number)


def of_nobody(deed: Callable[[], object]) -> Move:
    """A deed that is done to no record."""

    def do(_number: int) -> None:
        deed()

    return Move(do)


@use_case("test.model_budget", requires=Permission.SYSTEM)
def put_budget(act: Act, scheme: str, amount: Ntd, key: str) -> None:
    """So much more money for a scheme, and as much of it allotted."""
    appropriate(act, scheme, amount, key=f"budget:{key}", memo="法定預算")
    allot(act, scheme, amount, key=f"allotment:{key}", memo="分配預算")


class Desk:
    """Everybody of the office, and what all of their deeds need."""

    def __init__(self, office: Office) -> None:
        assert isinstance(office.clock, FixedClock)
        self.office = office
        self.clock = office.clock
        self.stage = Stage(office, office.clock, CAST)
        self._number = 0
        self.about = ""  # which of several deeds of one name this one is, where they are counted

    # --- what everybody needs -----------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.stage.today

    def number(self) -> str:
        """A number that nothing bears yet: of a letter, a receipt, an invoice."""
        self._number += 1
        return f"{self.clock.now():%m%d%H%M%S}{self._number:04}"

    @contextmanager
    def counted_as(self, about: str) -> Iterator[None]:
        """The act within is counted for itself, by what it is about."""
        self.about = about
        try:
            yield
        finally:
            self.about = ""

    def row(self, model: Any, number: int) -> Any:
        return self.stage.row(model, number)

    def count(self, model: Any) -> int:
        """How many records of this kind there are."""
        with Session(self.office.engine) as session:
            return session.execute(select(func.count(model.id))).scalar_one()

    def state(self, model: Any, number: int) -> str:
        return str(self.row(model, number).state.value)

    def version(self, case_id: int) -> int:
        """The case's version, as a page would show it now."""
        return int(self.row(Case, case_id).version)

    def case_of(self, tranche_id: int) -> Any:
        """The case that an instalment belongs to."""
        return self.row(Case, self.row(Tranche, tranche_id).case_id)

    def one(self, statement: Any) -> Any:
        """The only record of this kind; NotNow when there is none."""
        found = self.stage.rows(statement)
        if not found:
            raise NotNow
        return found[0]

    def tranches(self, case_id: int) -> list[Any]:
        """The instalments of a case, the first first."""
        return self.stage.rows(
            select(Tranche).where(Tranche.case_id == case_id).order_by(Tranche.number)
        )

    def letter(self) -> Letter:
        return Letter(f"字第{self.number()}號", self.today)

    def bring_in(self, rows: Sequence[workbook.Case]) -> None:
        """Cases come in by one workbook; its cells are given as if they had been read.

        To read a file of a stranger takes a process of its own, and is others' to play.
        """
        pages = workbook.pages(rows)
        numbers = frozenset(str(row["案件"][0]["案件編號"]) for row in rows)
        ubns = frozenset(str(row["案件"][0]["統一編號"]) for row in rows)
        content = repr(rows).encode()
        sha256 = hashlib.sha256(content).hexdigest()
        read = ReadWorkbook("進件.xlsx", "xlsx", sha256, sha256, content, pages, (), numbers, ubns)
        with Session(self.office.engine) as session:
            found = judged(session, read)
        self.office.perform(bring_in, given.OFFICER, found)

    # --- time and money -----------------------------------------------------------------------

    def pass_days(self, days: int) -> None:
        """Time passes, and the worker looks at the checkpoints' dates."""
        self.clock.advance(days=days)
        self.office.perform(come_due, SYSTEM)

    def at_least(self, day: date) -> None:
        if self.today < day:
            self.clock.advance(days=(day - self.today).days)

    def available(self, scheme: str = SCHEME) -> Ntd:
        with Session(self.office.engine) as session:
            return Ntd(balance(session, f"{scheme}/available"))

    def allotted(self, scheme: str = SCHEME) -> Ntd:
        """What may still be paid of the allotment."""
        with Session(self.office.engine) as session:
            return Ntd(balance(session, f"{scheme}/allotted"))

    def drip(self, dollars: int, scheme: str = SCHEME) -> None:
        """So much more money, and no dollar beyond it: it stays scarce."""
        if dollars > 0:
            self.office.perform(put_budget, SYSTEM, scheme, Ntd(dollars), self.number())
