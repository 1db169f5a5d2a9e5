"""The one place where something scarce changes hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, or_, select, update

from backoffice.db import AUDITED
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import (
    ALLOTMENT_STAGES,
    BUDGET_STAGES,
    SHORTAGE,
    SOURCES,
    Book,
    Stage,
    Transfer,
    Unit,
    account_name,
    net,
)
from backoffice.use_case import Act

QUIET = AUDITED | {"synchronize_session": False}


def open_account(
    act: Act,
    name: str,
    *,
    scheme: str,
    stage: str,
    unit: Unit,
    book: Book,
    floor: int | None,
    shortage: str,
) -> None:
    """Open an account with nothing in it; one that is open already stays as it is.

    `floor` is the least that may be left (None: no limit, for the outside world's side);
    `shortage` is the code of the refusal when it would fall below.
    """
    if act.session.execute(select(LedgerAccount.id).where(LedgerAccount.name == name)).first():
        return
    act.session.add(
        LedgerAccount(
            name=name,
            scheme=scheme,
            stage=stage,
            unit=unit,
            book=book,
            balance=0,
            floor=floor,
            shortage=shortage,
            opened_at=act.now,
        )
    )
    act.session.flush()


def open_budget(act: Act, scheme: str) -> None:
    """Open the accounts of one scheme's money, from appropriation to lapse."""
    for book, stages in ((Book.BUDGET, BUDGET_STAGES), (Book.ALLOTMENT, ALLOTMENT_STAGES)):
        for stage in stages:
            open_account(
                act,
                account_name(scheme, stage),
                scheme=scheme,
                stage=stage.value,
                unit=Unit.NTD,
                book=book,
                floor=None if stage in SOURCES else 0,
                shortage=SHORTAGE.get(stage, "ledger.short"),
            )


def post(act: Act, *transfers: Transfer) -> None:
    """Apply all the transfers, or none.

    Refuses with the shortage code of the first account that would fall below its floor,
    "ledger.no_account" when one is not open, and "budget.closed" (scheme, at) when money would
    leave a closed budget. The identical transfers already posted mean done: a key is there once,
    and hardly anybody comes twice, so nobody looks before the database has refused it.
    """
    assert transfers, "a post moves something"
    if act.attempt > 1 and _already_posted(act, transfers):
        return
    act.session.flush()  # what belongs to the act is written before anything scarce is taken
    effects = {name: effect for name, effect in net(transfers).items() if effect}
    ids = {name: _apply(act, transfers, name, effect) for name, effect in sorted(effects.items())}
    untouched = _names(transfers) - ids.keys()
    if untouched:
        ids |= {row.name: row.id for row in _accounts(act, transfers, untouched)}
    act.insert_many(
        _TRANSFER,
        [
            {
                "key": transfer.key,
                "source_id": ids[transfer.source],
                "target_id": ids[transfer.target],
                "quantity": transfer.quantity,
                "memo": transfer.memo,
                "case_id": transfer.case_id,
                "at": act.now,
                "actor_id": act.actor.id,
                "act": act.name,
            }
            for transfer in transfers
        ],
    )
    for transfer in transfers:
        act.record(
            "ledger_transfer",
            None,
            transfer.case_id,
            key=transfer.key,
            source=transfer.source,
            target=transfer.target,
            quantity=transfer.quantity,
            memo=transfer.memo,
        )


def _already_posted(act: Act, transfers: tuple[Transfer, ...]) -> bool:
    keys = [transfer.key for transfer in transfers]
    rows = act.read(_POSTED, {"keys": keys})
    found = {row.key: row.quantity for row in rows}
    if not found:
        return False
    assert found == {t.key: t.quantity for t in transfers}, f"another transfer under {keys}"
    return True


def _names(transfers: tuple[Transfer, ...]) -> set[str]:
    return {name for transfer in transfers for name in (transfer.source, transfer.target)}


def _apply(act: Act, transfers: tuple[Transfer, ...], name: str, effect: int) -> int:
    """The guard itself: the balance changes only if it stays at or above its floor.

    Answers the account's number.
    """
    moved = act.run(_MOVE, {"account": name, "effect": effect}).first()
    if moved is not None:
        if moved.closed_at:
            _refuse_closed(transfers, {name: moved.closed_at})
        return int(moved.id)
    (row,) = _accounts(act, transfers, {name})
    left = row.balance - (row.floor or 0)
    raise Refused(row.shortage, account=name, available=left, wanted=-effect)


def _accounts(
    act: Act, transfers: tuple[Transfer, ...], names: set[str]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Accounts that are open and may be moved from; refuses where one is not."""
    rows = act.read(_ACCOUNTS, {"names": sorted(names)}).all()
    for missing in sorted(names - {row.name for row in rows}):
        raise Refused("ledger.no_account", account=missing, scheme=missing.split("/", 1)[0])
    _refuse_closed(transfers, {row.name: row.closed_at for row in rows if row.closed_at})
    return rows


def _refuse_closed(transfers: tuple[Transfer, ...], closed: Mapping[str, datetime]) -> None:
    """What comes back to a closed budget lapses; nothing else leaves it 年度結算."""
    for transfer in transfers:
        scheme, _slash, _stage = transfer.source.partition("/")
        lapses = transfer.target == account_name(scheme, Stage.LAPSED)
        if transfer.source in closed and not lapses:
            raise Refused("budget.closed", scheme=scheme, at=closed[transfer.source])


def available_of(act: Act, scheme: str) -> Ntd:
    """可用餘額 of a scheme, held until this act ends: nobody else gives or takes meanwhile.

    Asked for before anything of a case is read that the decision rests on: whoever waits here
    for another act sees afterwards what that act did. Refuses "ledger.no_account".
    """
    name = account_name(scheme, Stage.AVAILABLE)
    balance = act.read(_HELD, {"account": name}).scalar_one_or_none()
    if balance is None:
        raise Refused("ledger.no_account", account=name, scheme=scheme)
    return Ntd(balance)


# Built once: every award, payment and return runs these.
_ACCOUNT = cast("Table", LedgerAccount.__table__)
_TRANSFER = cast("Table", LedgerTransfer.__table__)
_POSTED = select(_TRANSFER.c.key, _TRANSFER.c.quantity).where(
    _TRANSFER.c.key.in_(bindparam("keys", expanding=True))
)
_ACCOUNTS = select(
    _ACCOUNT.c.name,
    _ACCOUNT.c.id,
    _ACCOUNT.c.closed_at,
    _ACCOUNT.c.balance,
    _ACCOUNT.c.floor,
    _ACCOUNT.c.shortage,
).where(_ACCOUNT.c.name.in_(bindparam("names", expanding=True)))
_MOVE = (
    update(_ACCOUNT)
    .where(
        _ACCOUNT.c.name == bindparam("account"),
        or_(
            _ACCOUNT.c.floor.is_(None),
            _ACCOUNT.c.balance + bindparam("effect") >= _ACCOUNT.c.floor,
        ),
    )
    .values(balance=_ACCOUNT.c.balance + bindparam("effect"))
    .returning(_ACCOUNT.c.id, _ACCOUNT.c.closed_at)
)
_HELD = select(_ACCOUNT.c.balance).where(_ACCOUNT.c.name == bindparam("account")).with_for_update()


def appropriate(act: Act, scheme: str, amount: Ntd, *, key: str, memo: str) -> None:
    """Enter an appropriation 法定預算: the money becomes available to the scheme."""
    open_budget(act, scheme)
    post(
        act,
        Transfer(
            key=key,
            source=account_name(scheme, Stage.APPROPRIATION),
            target=account_name(scheme, Stage.AVAILABLE),
            quantity=amount.dollars,
            memo=memo,
        ),
    )


def allot(act: Act, scheme: str, amount: Ntd, *, key: str, memo: str) -> None:
    """Enter an allotment 分配預算: so much may be paid by now."""
    open_budget(act, scheme)
    post(
        act,
        Transfer(
            key=key,
            source=account_name(scheme, Stage.ALLOTMENT),
            target=account_name(scheme, Stage.ALLOTTED),
            quantity=amount.dollars,
            memo=memo,
        ),
    )
