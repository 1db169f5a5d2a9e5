"""Days on which banks clear: the week, less the holidays, and the Saturdays made up for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5
_DAYS_LOOKED_AT = 60  # longer than any run of holidays; a calendar that closes more is a mistake


@dataclass(frozen=True, slots=True)
class Calendar:
    """`closed` are weekdays without clearing, `opened` Saturdays and Sundays with it (補班)."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Whether banks clear on this day."""
        if day in self.opened:
            return True
        return day.weekday() < _SATURDAY and day not in self.closed

    def after(self, day: date) -> date:
        """The first business day later than `day`. Raises ValueError if the calendar has none."""
        return self._first(day, 1)

    def before(self, day: date) -> date:
        """The last business day earlier than `day`. Raises ValueError if the calendar has none."""
        return self._first(day, -1)

    def _first(self, day: date, step: int) -> date:
        for distance in range(1, _DAYS_LOOKED_AT):
            found = day + timedelta(days=step * distance)
            if self.is_business_day(found):
                return found
        raise ValueError(f"no business day within {_DAYS_LOOKED_AT} days of {day}")

    def value_date(self, made_on: date) -> date:
        """入帳日 of a file that is handed in on `made_on`: it is in one business day before.

        A file of a Sunday counts as handed in on the next business day.
        """
        handed_in = made_on if self.is_business_day(made_on) else self.after(made_on)
        return self.after(handed_in)
