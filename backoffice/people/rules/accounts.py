"""How accounts are kept in order: names, idle accounts, the quarterly review, the register."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months, local_date

NAME_MAX: Final = 120
FIRM_NAME_MAX: Final = 200
IDLE_DAYS: Final = 90  # 基準 3: an account that nobody signs in to is suspended
REVIEW_MONTHS: Final = 3  # 基準 4: accounts are looked through every quarter


def required_name(text: str, *, most: int = NAME_MAX) -> str:
    """A name without white space at its ends. Refuses "people.name_missing", "…_too_long"."""
    name = text.strip()
    if not name:
        raise Refused("people.name_missing")
    if len(name) > most:
        raise Refused("people.name_too_long", maximum=most, length=len(name))
    return name


def required_reason(text: str) -> str:
    """Why something is done to another's account. Refuses "note.missing"."""
    reason = text.strip()
    if not reason:
        raise Refused("note.missing")
    return reason


def idle_since(now: datetime) -> datetime:
    """Who last signed in before this instant is suspended."""
    return now - timedelta(days=IDLE_DAYS)


def next_review_on(last: datetime | None, first_account: datetime) -> date:
    """The day by which accounts are to be looked through again."""
    return add_months(local_date(last or first_account), REVIEW_MONTHS)


def employment_period(began_on: date, ended_on: date | None, today: date) -> None:
    """Check a period of employment as entered on `today` (Taipei).

    Refuses "people.employment_future" and "people.employment_backwards".
    """
    if began_on > today:
        raise Refused("people.employment_future", day=began_on)
    if ended_on is not None and ended_on < began_on:
        raise Refused("people.employment_backwards", began_on=began_on, ended_on=ended_on)
