"""年度結算 of a budget's books, and the walk through every entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.db import AUDITED
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import BooksCheck, LedgerAccount, LedgerTransfer
from backoffice.ledger.operations.posting import QUIET, post
from backoffice.ledger.queries import last_check, walked
from backoffice.ledger.rules import Stage, account_name, move
from backoffice.use_case import Act, Office, use_case

CHECK_EVERY = timedelta(minutes=10)


def close_budget(act: Act, scheme: str) -> None:
    """Close a scheme's budget: what comes back to it from now on lapses 年度結算."""
    names = [account_name(scheme, stage) for stage in (Stage.APPROPRIATION, Stage.AVAILABLE)]
    act.session.execute(
        update(LedgerAccount).where(LedgerAccount.name.in_(names)).values(closed_at=act.now),
        execution_options=QUIET,
    )
    for name in names:
        act.record("ledger_account", None, None, name=name, closed_at=act.now.isoformat())


@use_case("budget.lapse_late", requires=Permission.SYSTEM)
def lapse_late(act: Act) -> int | None:
    """What came back to a closed budget lapses; None when nothing did."""
    row = act.session.execute(
        select(LedgerAccount.scheme, LedgerAccount.balance, LedgerAccount.id)
        .where(
            LedgerAccount.stage == Stage.AVAILABLE.value,
            LedgerAccount.closed_at.is_not(None),
            LedgerAccount.balance > 0,
        )
        .order_by(LedgerAccount.id)
        .limit(1)
        .with_for_update()
    ).first()
    if row is None:
        return None
    last = act.session.execute(select(func.max(LedgerTransfer.id))).scalar_one()
    lapse(
        act,
        row.scheme,
        Ntd(row.balance),
        key=f"lapse-late:{row.scheme}:{last}",
        memo="年度結算後收回",
    )
    return 1


def lapse(act: Act, scheme: str, amount: Ntd, *, key: str, memo: str) -> None:
    """What is available and was not used by the end lapses 賸餘."""
    post(act, move(scheme, Stage.AVAILABLE, Stage.LAPSED, amount, key=key, memo=memo))


@use_case("books.check", requires=Permission.SYSTEM)
def check_books(act: Act) -> None:
    """Walk through every entry, and keep when that was and what came of it."""
    found = walked(act.session)
    facts = {"checked_at": act.now, "entry_count": found.entries, "unequal_count": found.unequal}
    seen = act.session.execute(
        update(BooksCheck).where(BooksCheck.id == 1).values(**facts).returning(BooksCheck.id),
        execution_options=QUIET,
    ).first()
    if seen is None:
        act.session.execute(insert(BooksCheck).values(id=1, **facts), execution_options=AUDITED)


def check_books_in_time(office: Office) -> None:
    """The same, if the last walk is ten minutes old, or there was none."""
    with Session(office.engine) as session:
        is_due = is_check_due(session, office.clock.now())
    if is_due:
        office.perform(check_books, SYSTEM)


def is_check_due(session: Session, now: datetime) -> bool:
    """Whether the last walk through the books is ten minutes old, or there was none."""
    last = last_check(session)
    return last is None or now - last >= CHECK_EVERY
