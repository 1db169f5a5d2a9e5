"""What a forecast is made of: what was left on a day, and what each week before it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case
from backoffice.cases.rules.verdicts import is_weekday
from backoffice.db import InstantColumn
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, through_end_of
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import BUDGET_STAGES, SeatStage, Stage
from backoffice.reports.rules.causes import Standing
from backoffice.reports.rules.forecast import DAYS, Left, Weeks
from backoffice.reports.rules.what_if import Asked, Levers
from backoffice.scheme import registry

WEEKS_KEPT = 104  # how far back the record of the band goes
_WEEK = timedelta(days=DAYS)
_TICK = timedelta(microseconds=1)

# Where what is free goes when a case takes it, and whence it comes back.
_TAKEN = (
    Stage.HELD.value,
    Stage.COMMITTED.value,
    *(stage.value for stage in SeatStage if stage not in (SeatStage.QUOTA, SeatStage.UNUSED)),
)
_BACK = (
    *(s.value for s in BUDGET_STAGES if s not in (Stage.APPROPRIATION, Stage.AVAILABLE)),
    *(s.value for s in SeatStage if s not in (SeatStage.QUOTA, SeatStage.FREE)),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A scheme at the end of a day: what is left, and what the whole weeks up to it took.

    `given` is what else came in each of the weeks, such as an appropriation, less what else left.
    `asked` goes with the weeks' commitments: what the firm of each had asked for, None of what no
    firm asked for.
    """

    left: Left
    week_ago: Left
    weeks: Weeks
    given: tuple[int, ...]
    asked: Asked = ()

    def under(self, levers: Levers) -> Known:
        """The same day, had awards been capped so and had so much more money been there."""
        left = self.left
        if left.money is not None:
            left = replace(left, money=max(left.money + levers.added, 0))
        return replace(self, left=left, weeks=levers.capped_weeks(self.weeks, self.asked))

    @property
    def standings(self) -> tuple[Standing, Standing] | None:
        """What limits the scheme, money before places, a week ago and now; None without either."""
        before, now = (
            left.seats if left.money is None else left.money for left in (self.week_ago, self.left)
        )
        if before is None or now is None or not len(self.weeks):
            return None
        earlier = Weeks(self.weeks.committed[:-1], self.weeks.released[:-1])
        return Standing(before, earlier), Standing(now, self.weeks)


NOTHING = Known(Left(None, None), Left(None, None), Weeks((), ()), ())


def known(session: Session, scheme: str, on: date) -> Known:
    """What was known of a scheme at the end of a day in Taipei; four statements."""
    end = through_end_of(on)
    accounts = session.execute(
        select(LedgerAccount.id, LedgerAccount.stage, LedgerAccount.balance)
        .where(
            LedgerAccount.scheme == scheme,
            LedgerAccount.stage.in_((Stage.AVAILABLE.value, SeatStage.FREE.value)),
        )
        .order_by(LedgerAccount.id)
    ).all()
    if not accounts:
        return NOTHING
    since = _since(session, [account.id for account in accounts], end)
    lefts: list[dict[str, int]] = [{}, {}]
    for account in accounts:
        effects = since.get(account.id, (0, 0))
        for left, effect in zip(lefts, effects, strict=True):
            left[account.stage] = left.get(account.stage, 0) + account.balance - effect
    now, week_ago = (
        Left(left.get(Stage.AVAILABLE.value), left.get(SeatStage.FREE.value)) for left in lefts
    )
    if now.money is None and now.seats and not _may_still_come(scheme, end):
        return NOTHING
    counted = SeatStage.FREE.value if now.money is None else Stage.AVAILABLE.value
    ids = [account.id for account in accounts if account.stage == counted]
    first = _first(session, ids)
    if first is None or first >= end:
        # Where nothing was taken and nothing is left, nothing had come yet: that is not used up.
        return NOTHING if now.is_gone else Known(now, week_ago, Weeks((), ()), ())
    return Known(now, week_ago, *_weeks(session, scheme, ids, first, end))


def _may_still_come(scheme: str, at: datetime) -> bool:
    """Whether the round's window is open: after its end no place is taken by anybody new."""
    return registry.governing(scheme, at).window_rolled(is_weekday).is_open_at(at)


def _since(session: Session, ids: Sequence[int], end: datetime) -> Mapping[int, tuple[int, int]]:
    """What came to each account, less what left it: from an instant on, and from a week earlier."""
    quantity = LedgerTransfer.quantity
    later = case((LedgerTransfer.at >= end, quantity), else_=0)
    parts = [
        select(side.label("account"), func.sum(sign * later), func.sum(sign * quantity))
        .where(side.in_(ids), LedgerTransfer.at >= end - _WEEK)
        .group_by(side)
        for side, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1))
    ]
    effects: dict[int, tuple[int, int]] = {}
    for account, since, longer in session.execute(union_all(*parts)):
        before = effects.get(account, (0, 0))
        effects[account] = before[0] + int(since), before[1] + int(longer)
    return effects


def _first(session: Session, ids: Sequence[int]) -> datetime | None:
    """When a case took something from these accounts for the first time."""
    return session.execute(
        select(LedgerTransfer.at)
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.target_id)
        .where(LedgerTransfer.source_id.in_(ids), LedgerAccount.stage.in_(_TAKEN))
        .order_by(LedgerTransfer.at)
        .limit(1)
    ).scalar_one_or_none()


def _weeks(
    session: Session, scheme: str, ids: Sequence[int], first: datetime, end: datetime
) -> tuple[Weeks, tuple[int, ...], Asked]:
    """The whole weeks before an instant, from the first commitment on, 104 at most.

    With them `given` and `asked`, as `Known` calls them.
    """
    # The day of the first commitment counts as a whole one.
    began = through_end_of(local_date(first) - timedelta(days=1))
    count = min((end - began) // _WEEK, WEEKS_KEPT)
    taken: list[list[int]] = [[] for _ in range(count)]
    freed: list[list[int]] = [[] for _ in range(count)]
    given = [0] * count
    asked: list[list[int | None]] = [[] for _ in range(count)]
    facts = {"scheme": scheme, "first": end - count * _WEEK, "end": end}
    for leaves, is_case, at, quantity, wanted in session.execute(_moves(tuple(ids)), facts):
        week = count - 1 - (end - at - _TICK) // _WEEK
        if is_case and leaves:
            taken[week].append(quantity)
            asked[week].append(None if wanted is None else wanted.dollars)
        elif is_case:
            freed[week].append(quantity)
        else:
            given[week] += -quantity if leaves else quantity
    weeks = Weeks(tuple(map(tuple, taken)), tuple(map(tuple, freed)))
    return weeks, tuple(given), tuple(map(tuple, asked))


@cache
def _moves(ids: tuple[int, ...]) -> CompoundSelect[Any]:
    """Every entry of the accounts between two instants, and whether a case is behind it."""
    other = aliased(LedgerAccount)
    return union_all(
        _side(1, LedgerTransfer.source_id, LedgerTransfer.target_id, other, ids, _TAKEN),
        _side(0, LedgerTransfer.target_id, LedgerTransfer.source_id, other, ids, _BACK),
    )


def _side(
    leaves: int, mine: Any, others: Any, other: Any, ids: Sequence[int], stages: Sequence[str]
) -> Select[int, int, datetime, int, Ntd | None]:
    own = and_(other.scheme == bindparam("scheme", type_=String), other.stage.in_(stages))
    return (
        select(
            literal(leaves),
            case((own, 1), else_=0),
            LedgerTransfer.at,
            LedgerTransfer.quantity,
            Case.subsidy_requested,
        )
        .join(other, other.id == others)
        .outerjoin(Case, Case.id == LedgerTransfer.case_id)
        .where(
            mine.in_(ids),
            LedgerTransfer.at >= bindparam("first", type_=InstantColumn()),
            LedgerTransfer.at < bindparam("end", type_=InstantColumn()),
        )
    )
