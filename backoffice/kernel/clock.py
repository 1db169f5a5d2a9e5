"""Where the time comes from: the machine, a fixed instant, or an instant that then runs on."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. A naive datetime is a bug: ValueError."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} names no time zone")
    return instant.astimezone(UTC)


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is told to move; for tests and demonstrations."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def now(self) -> datetime:
        """The instant it was last set to, aware, in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Moves to `instant` (aware), forward or back."""
        self._now = as_utc(instant)

    def advance(self, **span: int) -> None:
        """Moves by elapsed time, in `timedelta`'s words: `advance(days=30, minutes=-1)`."""
        self._now += timedelta(**span)


class OffsetClock:
    """A clock that starts at a chosen instant and then runs at the machine's pace.

    It counts elapsed time, so it never goes back when the machine's own clock is corrected.
    """

    def __init__(self, start: datetime) -> None:
        self._start = as_utc(start)
        self._began_ns = time.monotonic_ns()

    def now(self) -> datetime:
        """The start plus the time that has passed since, aware, in UTC."""
        passed_us = (time.monotonic_ns() - self._began_ns) // 1_000
        return self._start + timedelta(microseconds=passed_us)
