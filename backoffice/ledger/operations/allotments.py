"""分配預算 by month: released on the first day, taken back when the year has ended."""

from __future__ import annotations

from sqlalchemy import select, update

from backoffice.access import Permission
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import AllotmentPeriod, AllotmentYear, LedgerAccount
from backoffice.ledger.operations.posting import QUIET, allot, open_budget, post
from backoffice.ledger.queries import (
    MonthDue,
    months_due,
    scheme_due,
    year_of_plan,
    years_due,
)
from backoffice.ledger.rules import Stage, account_name, move, taken_back
from backoffice.use_case import Act, use_case


@use_case("budget.release_due", requires=Permission.SYSTEM)
def release_next(act: Act) -> int | None:
    """Release what is due of one scheme; None when nothing is due anywhere."""
    scheme = scheme_due(act.session, local_date(act.now))
    if scheme is None:
        return None
    release_due(act, scheme)
    return 1


def release_due(act: Act, scheme: str) -> None:
    """Release every month of the plan that has begun, and turn the years that have ended.

    Asked for by whoever spends the allotment, in the same act, and by the worker each round: a
    month's money is there from its first instant, and not before, whether the worker lives or
    not. What a planned year did not spend is taken back before the next year's first month is
    released (domain §3.7, P28 §61).
    """
    today = local_date(act.now)
    if not (months_due(act.session, scheme, today) or years_due(act.session, scheme, today)):
        return
    _hold(act, account_name(scheme, Stage.ALLOTMENT))
    months = months_due(act.session, scheme, today)
    turns = years_due(act.session, scheme, today)
    for year in sorted({month.year for month in months} | set(turns)):
        for month in months:
            if month.year == year:
                _release(act, scheme, month)
        if year in turns:
            _turn(act, scheme, year)


def _release(act: Act, scheme: str, due: MonthDue) -> None:
    released = act.session.execute(
        update(AllotmentPeriod)
        .where(AllotmentPeriod.id == due.id, AllotmentPeriod.released_at.is_(None))
        .values(released_at=act.now, version=AllotmentPeriod.version + 1)
        .returning(AllotmentPeriod.planned),
        execution_options=QUIET,
    ).one()
    act.record("allotment_period", due.id, None, released_at=act.now.isoformat())
    if released.planned:
        allot(
            act,
            scheme,
            released.planned,
            key=f"allotment-period:{scheme}:{due.year}-{due.month:02d}",
            memo=f"{due.year - 1911}年{due.month}月分配數 {due.document_number}",
        )


def _turn(act: Act, scheme: str, year: int) -> None:
    found = year_of_plan(act.session, scheme, year)
    withdrawn = taken_back(released=found.released, spent=found.spent, rest=found.rest)
    if withdrawn:
        post(
            act,
            move(
                scheme,
                Stage.ALLOTTED,
                Stage.ALLOTMENT,
                withdrawn,
                key=f"allotment-turn:{scheme}:{year}",
                memo=f"{year - 1911}年度未支用分配數收回",
            ),
        )
    act.session.add(AllotmentYear(scheme=scheme, year=year, withdrawn=withdrawn, turned_at=act.now))
    act.session.flush()


def _hold(act: Act, name: str) -> None:
    """Hold an account until this act ends: nobody else enters or releases meanwhile."""
    act.session.execute(
        select(LedgerAccount.id).where(LedgerAccount.name == name).with_for_update()
    )


def given(act: Act, scheme: str, source: Stage) -> Ntd:
    """What was given from a source so far; its row is held until this act ends.

    Who enters a document waits here for whoever enters another, and then sees it.
    """
    open_budget(act, scheme)
    _hold(act, account_name(scheme, source))
    balance = act.session.execute(
        select(LedgerAccount.balance).where(LedgerAccount.name == account_name(scheme, source))
    ).scalar_one()
    return Ntd(-balance)
