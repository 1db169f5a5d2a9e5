"""Three clocks, one question."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from backoffice.kernel.clock import Clock, FixedClock, OffsetClock, SystemClock, as_utc
from backoffice.kernel.taiwan import TAIPEI

NINE_IN_TAIPEI = datetime(2023, 4, 17, 9, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    "clock", [SystemClock(), FixedClock(NINE_IN_TAIPEI), OffsetClock(NINE_IN_TAIPEI)]
)
def test_every_clock_tells_an_aware_instant_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_the_machines_clock_goes_on() -> None:
    clock = SystemClock()

    first = clock.now()

    assert timedelta() <= clock.now() - first < timedelta(minutes=5)


def test_a_fixed_clock_stands_still() -> None:
    clock = FixedClock(NINE_IN_TAIPEI)

    assert clock.now() == clock.now() == datetime(2023, 4, 17, 1, tzinfo=UTC)


def test_a_fixed_clock_moves_when_told() -> None:
    clock = FixedClock(NINE_IN_TAIPEI)

    clock.advance(days=1, microseconds=-1)
    assert clock.now() == datetime(2023, 4, 18, 0, 59, 59, 999_999, tzinfo=UTC)

    clock.set(NINE_IN_TAIPEI)
    assert clock.now() == NINE_IN_TAIPEI


def test_an_offset_clock_starts_at_its_instant_and_runs() -> None:
    clock = OffsetClock(NINE_IN_TAIPEI)

    first = clock.now()
    later = clock.now()
    while later == first:
        later = clock.now()

    assert NINE_IN_TAIPEI <= first < later < NINE_IN_TAIPEI + timedelta(minutes=5)


def test_an_offset_clock_runs_no_faster_than_the_machine() -> None:
    before_ns = time.monotonic_ns()
    clock = OffsetClock(NINE_IN_TAIPEI)

    while clock.now() == NINE_IN_TAIPEI:
        pass
    passed = clock.now() - NINE_IN_TAIPEI

    assert passed <= timedelta(microseconds=(time.monotonic_ns() - before_ns) // 1_000)


def test_a_naive_instant_starts_no_clock() -> None:
    naive = NINE_IN_TAIPEI.replace(tzinfo=None)

    for start in (FixedClock, OffsetClock, FixedClock(NINE_IN_TAIPEI).set, as_utc):
        with pytest.raises(ValueError, match="no time zone"):
            start(naive)
