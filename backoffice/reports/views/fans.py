"""What was left so far and what may be left from here, as the lines of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from backoffice.kernel.money import Ntd
from backoffice.reports.queries.outlook import Known
from backoffice.reports.rules.forecast import DAYS, WEEKS_SEEN, Outlook, last_day
from backoffice.web.charts import Band, Point


def behind(facts: Known, on: date) -> Sequence[Point]:
    """What was left at the end of each week that a forecast looks at, up to its day."""
    left = _left(facts)
    points = [Point(on, Ntd(left))]
    weeks = list(zip(facts.weeks.net, facts.given, strict=True))[-WEEKS_SEEN:]
    for back, (taken, given) in enumerate(reversed(weeks), 1):
        left += taken - given
        points.append(Point(on - timedelta(days=DAYS * back), Ntd(max(left, 0))))
    return points[::-1]


def weeks_shown(outlook: Outlook) -> int:
    """How many weeks ahead are drawn: two more than the band holds."""
    return min(len(outlook.fan), (outlook.high or len(outlook.fan)) + 2)


def fan_of(facts: Known, outlook: Outlook, on: date, weeks: int) -> Sequence[Band]:
    """What may be left at the end of each of so many weeks ahead, from the forecast's day on."""
    left = Ntd(_left(facts))
    return [Band(on, left, left, left)] + [
        Band(last_day(on, week), Ntd(part.low), Ntd(part.middle), Ntd(part.high))
        for week, part in enumerate(outlook.fan[:weeks], 1)
    ]


def _left(facts: Known) -> int:
    return facts.left.money if facts.left.money is not None else facts.left.seats or 0
