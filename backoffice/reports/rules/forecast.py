"""When a budget or its places run out: a distribution over weeks, drawn from what happened so far.

Each week brings a number of commitments (over-dispersed: a negative binomial, so that busy weeks
are busier than chance alone makes them) of log-normal amounts, less what is released again. The
parameters of both are themselves uncertain: they are drawn from their posterior, given the weeks
seen. The generator is seeded from what is asked, so the same facts give the same answer for ever.

Reals live in this module alone: whole dollars and whole weeks go in and come out.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Reals = NDArray[Any]

WEEKS_MIN: Final = 6  # with fewer weeks of commitments it is too early to say anything
WEEKS_SEEN: Final = 26  # how far back a forecast looks; older weeks say little about the next
HORIZON_MAX: Final = 156
DRAWS: Final = 2_000
WHOLE_BP: Final = 10_000
LOW, MIDDLE, HIGH = 5, 50, 95  # per cent: the band holds nine tenths
DAYS: Final = 7

# What is believed of the spread of amounts before any was seen: worth so many observations of so
# large a variance of the logarithm. Assumed; a handful of amounts outweighs it.
_SPREAD_WORTH: Final = 2
_SPREAD_BEFORE: Final = 0.36
# Busy weeks come in spells, so that many weeks tell less than as many independent ones would: by
# this power of their number. Set so that the band holds on generated histories.
_SPELLS: Final = 0.08


class Binding(StrEnum):
    """What stops a scheme first."""

    MONEY = "money"
    SEATS = "seats"


@dataclass(frozen=True, slots=True)
class Weeks:
    """What was committed and released in each of some whole weeks, oldest first, in whole NTD.

    Of a scheme whose places alone are counted, each commitment is the amount 1.
    """

    committed: tuple[tuple[int, ...], ...]
    released: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        assert len(self.committed) == len(self.released), "as many weeks of both"

    def __len__(self) -> int:
        return len(self.committed)

    @property
    def net(self) -> tuple[int, ...]:
        """What each week took in all, less what came back; negative where more came back."""
        both = zip(self.committed, self.released, strict=True)
        return tuple(sum(taken) - sum(freed) for taken, freed in both)

    def until(self, week: int) -> Weeks:
        """The weeks before that one, as many of them as a forecast looks at."""
        first = max(week - WEEKS_SEEN, 0)
        return Weeks(self.committed[first:week], self.released[first:week])


@dataclass(frozen=True, slots=True)
class Left:
    """What is left on the day of the forecast; None of what does not limit the scheme."""

    money: int | None
    seats: int | None = None

    @property
    def is_gone(self) -> bool:
        """Whether one of the two has run out already."""
        return 0 in (self.money, self.seats)


@dataclass(frozen=True, slots=True)
class Fan:
    """What is left at the end of a week ahead: low, middle and high, never below nothing."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """When it runs out: the week's number, 1 for the seven days after the forecast's own.

    `low` … `high` holds it with nine chances in ten; None of a week that comes after the end.
    `lasts_bp` is the chance to last to the end, `binds` what runs out first and `binds_bp` how
    likely that is where anything does. `fan` is of the money, or of the places where they alone
    are counted; `rate_low` … `rate_high` are the commitments a week, in hundredths.
    """

    low: int | None
    middle: int | None
    high: int | None
    lasts_bp: int
    binds: Binding | None
    binds_bp: int
    fan: tuple[Fan, ...]

    def holds(self, week: int | None) -> bool:
        """Whether the band holds what came: the week in which it ran out, None for not yet."""
        if week is None:
            return self.high is None
        return (
            self.low is not None and self.low <= week and (self.high is None or week <= self.high)
        )


GONE: Final = Outlook(0, 0, 0, 0, None, 0, ())


def seed_of(scheme: str, on: date) -> int:
    """The seed of a scheme's forecast on a day: the same for ever, whoever asks."""
    digest = hashlib.sha256(f"{scheme}/{on.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def is_too_early(weeks: Weeks) -> bool:
    """Whether fewer than six weeks, or none with a commitment, were seen."""
    return len(weeks) < WEEKS_MIN or not any(weeks.committed)


def weeks_until(on: date, ends_on: date) -> int:
    """How many weeks a forecast looks ahead: to the end, the last begun one included; 1 … 156."""
    return min(max(-(-(ends_on - on).days // DAYS), 1), HORIZON_MAX)


def first_day(on: date, week: int) -> date:
    """The first day of the week that a forecast made on a day calls by this number (1 …)."""
    return on + timedelta(days=DAYS * (week - 1) + 1)


def last_day(on: date, week: int) -> date:
    """The last day of that week."""
    return on + timedelta(days=DAYS * week)


def foresee(weeks: Weeks, left: Left, *, horizon: int, seed: int, draws: int = DRAWS) -> Outlook:
    """The outlook of a scheme after these weeks, so many weeks ahead.

    Not to be asked when `is_too_early`, unless it is gone already. Where both limit, one
    commitment takes one place and its amount. Source: the house's own study of four models; see
    the decision log.
    """
    import numpy as np

    assert left != Left(None, None), "nothing limits this scheme"
    if left.is_gone:
        return GONE
    assert not is_too_early(weeks), "too early to say"
    generator = np.random.default_rng(seed)
    seen = weeks.until(len(weeks))
    taken = _counts(seen.committed, horizon, draws, generator)
    freed = _counts(seen.released, horizon, draws, generator) if any(seen.released) else None
    never = horizon + 1
    by_money = by_seats = np.full(draws, never)
    fan: Reals | None = None
    if left.money is not None:
        net = _sums(taken, seen.committed, generator)
        if freed is not None:
            net = net - _sums(freed, seen.released, generator)
        spent = np.cumsum(net, axis=1)
        by_money, fan = _first(spent >= left.money, never), left.money - spent
    if left.seats is not None:
        used = np.cumsum(taken if freed is None else taken - freed, axis=1)
        by_seats = _first(used >= left.seats, never)
        fan = left.seats - used if fan is None else fan
    assert fan is not None
    return _told(by_money, by_seats, fan, never)


def _told(by_money: Reals, by_seats: Reals, fan: Reals, never: int) -> Outlook:
    import numpy as np

    ends = np.sort(np.minimum(by_money, by_seats))
    low, high = _band(ends)
    middle = int(ends[len(ends) // 2])
    runs_out = int(np.count_nonzero(ends < never))
    by_seat = int(np.count_nonzero(by_seats < by_money))
    by_sum = runs_out - by_seat
    # A draw in which both end in one week counts for the money: whoever comes next lacks both.
    first = Binding.SEATS if by_seat > by_sum else Binding.MONEY
    return Outlook(
        low=_or_not(low, never),
        middle=_or_not(middle, never),
        high=_or_not(high, never),
        lasts_bp=(len(ends) - runs_out) * WHOLE_BP // len(ends),
        binds=first if runs_out else None,
        binds_bp=max(by_seat, by_sum) * WHOLE_BP // runs_out if runs_out else 0,
        fan=_fan(fan),
    )


def _band(ends: Reals) -> tuple[int, int]:
    """The weeks between which nine tenths of the draws end; half of a week counts as before it.

    Weeks are whole, and with both end weeks counted in full a narrow band would hold too often.
    """
    import numpy as np

    weeks = np.unique(ends)
    twice = np.searchsorted(ends, weeks, "left") + np.searchsorted(ends, weeks, "right")
    within = weeks[(twice * 50 >= len(ends) * LOW) & (twice * 50 <= len(ends) * HIGH)]
    return int(within[0]), int(within[-1])


def _or_not(week: int, never: int) -> int | None:
    return None if week == never else week


def _fan(left: Reals) -> tuple[Fan, ...]:
    """Of each week; once nothing is left in a draw, nothing stays left in it."""
    import numpy as np

    ordered = np.sort(np.maximum(np.minimum.accumulate(left, axis=1), 0), axis=0)
    last = ordered.shape[0] - 1
    lows, middles, highs = (ordered[last * share // 100] for share in (LOW, MIDDLE, HIGH))
    return tuple(
        Fan(int(low), int(middle), int(high))
        for low, middle, high in zip(lows, middles, highs, strict=True)
    )


def _first(reached: Reals, never: int) -> Reals:
    """The number of the first week in which it is reached, or `never`, of each draw."""
    import numpy as np

    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, never)


def _counts(
    weeks: Sequence[Sequence[int]], horizon: int, draws: int, generator: Generator
) -> Reals:
    """How many come in each week ahead, of each draw."""
    mean, shape = rates([len(week) for week in weeks], draws, generator)
    chance = (shape / (shape + mean))[:, None]
    return generator.negative_binomial(shape[:, None], chance, size=(draws, horizon))


def rates(counts: Sequence[int], draws: int, generator: Generator) -> tuple[Reals, Reals]:
    """Draws of the mean and the shape of a negative binomial, given weekly counts.

    The posterior is worked out on a grid: before any week the logarithm of the mean is as likely
    everywhere, and that of the shape (the smaller, the burstier) likelier where it is small.
    """
    import numpy as np

    total, number = sum(counts), len(counts)
    centre = max(total, 1) / number
    means = centre * np.exp(np.linspace(-2.0, 2.0, 81))
    shapes = np.exp(np.linspace(math.log(0.25), math.log(60.0), 25))
    constant = np.array(
        [sum(math.lgamma(n + k) - math.lgamma(k) for n in counts) for k in shapes.tolist()]
    )
    m, k = means[None, :], shapes[:, None]
    likelihood = constant[:, None] + number * k * np.log(k / (k + m)) + total * np.log(m / (k + m))
    posterior = likelihood / number**_SPELLS - np.log(k) / 2
    weight = np.exp(posterior - posterior.max()).ravel()
    chosen = generator.choice(weight.size, size=draws, p=weight / weight.sum())
    step = np.exp(generator.uniform(-0.025, 0.025, size=draws))  # between the means of the grid
    return means[chosen % means.size] * step, shapes[chosen // means.size]


def _sums(counts: Reals, weeks: Sequence[Sequence[int]], generator: Generator) -> Reals:
    """The amounts of so many commitments together, week by week.

    A sum of log-normals is drawn as the log-normal of the same mean and variance (Fenton and
    Wilkinson), so that a scheme with a thousand a week takes no longer than one with two.
    """
    import numpy as np

    seen = [amount for week in weeks for amount in week]
    if not seen:
        return np.zeros(counts.shape)  # nobody has taken anything for half a year
    mu, variance = amounts(seen, len(counts), generator)
    many = np.maximum(counts, 1)
    spread = np.log1p(np.expm1(variance)[:, None] / many)
    centre = np.log(many) + (mu + variance / 2)[:, None] - spread / 2
    normal = generator.standard_normal(counts.shape)
    return np.where(counts > 0, np.exp(centre + np.sqrt(spread) * normal), 0.0)


def amounts(seen: Sequence[int], draws: int, generator: Generator) -> tuple[Reals, Reals]:
    """Draws of the mean and the variance of an amount's logarithm, given amounts (NTD, > 0)."""
    import numpy as np

    logs = np.log(np.asarray(seen))
    scatter = ((logs - logs.mean()) ** 2).sum() + _SPREAD_WORTH * _SPREAD_BEFORE
    freedom = len(seen) - 1 + _SPREAD_WORTH
    variance = np.minimum(scatter / generator.chisquare(freedom, size=draws), 4.0)
    mu = logs.mean() + np.sqrt(variance / len(seen)) * generator.standard_normal(draws)
    return mu, variance
