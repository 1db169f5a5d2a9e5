"""Why a forecast moved since a week ago, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.reports.queries.outlook import Known
from backoffice.reports.rules.causes import Cause, CauseKind, Shift
from backoffice.web.filters import ntd, ntd_unit

_K = CauseKind
# What is said of a part that moved the end later, and of one that moved it earlier.
_WORDS: Final[Mapping[CauseKind, tuple[LazyString, LazyString]]] = {
    _K.MORE_OR_FEWER: (
        _("這一週核定 %(count)s 案，少於平均"),
        _("這一週核定 %(count)s 案，多於平均"),
    ),
    _K.LARGER_OR_SMALLER: (
        _("這一週每案金額低於平均"),
        _("這一週每案金額高於平均，其中大額 %(large)s 件"),
    ),
    _K.RELEASED: (
        _("這一週釋回 %(released)s，多於平均"),
        _("這一週釋回 %(released)s，少於平均"),
    ),
    _K.GIVEN: (_("增列預算或名額"), _("減列預算或名額")),
    _K.PACE: (_("平均核定變慢"), _("平均核定變快")),
    _K.AVERAGE: (_("平均每案金額變小"), _("平均每案金額變大")),
    _K.RELEASE_PACE: (_("平均釋回變多"), _("平均釋回變少")),
}


def moved_words(moved: Shift | None) -> str:
    """How far the end moved within a week; "" where that cannot be said."""
    if moved is None:
        return ""
    number = Cause(CauseKind.PACE, moved.weeks).tenths
    weeks = tenths(abs(number))
    if number > 0:
        return gettext("以平均用量計，比一週前延後 %(weeks)s 週。", weeks=weeks)
    if number < 0:
        return gettext("以平均用量計，比一週前提前 %(weeks)s 週。", weeks=weeks)
    return gettext("以平均用量計，與一週前相同。")


def cause_words(cause: Cause, moved: Shift, facts: Known) -> str:
    """One part of the shift, with the weeks it is worth."""
    is_later = cause.shift > 0
    released = sum(facts.weeks.released[-1])
    said = _WORDS[cause.kind][0 if is_later else 1] % {
        "count": ntd(len(facts.weeks.committed[-1])),
        "large": ntd(moved.large_count),
        "released": ntd(released) if facts.left.money is None else ntd_unit(released),
    }
    weeks = tenths(abs(cause.tenths))
    if is_later:
        return gettext("%(what)s（延後 %(weeks)s 週）", what=said, weeks=weeks)
    return gettext("%(what)s（提前 %(weeks)s 週）", what=said, weeks=weeks)


def tenths(number: int) -> str:
    """Tenths as a decimal: 23 is 2.3; not below nothing."""
    return f"{number // 10}.{number % 10}"
