"""Entries of the audit as the room's pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from backoffice.access import Actor, Permission, Role
from backoffice.kernel.taiwan import TAIPEI, parse_date
from backoffice.messages import STATES, act_words, shown
from backoffice.people.queries import TrailLine
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Moment, Shape


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One deed: when, what, to which case, and why."""

    at: datetime
    what: str
    whose: str
    detail: str
    note: str
    case_url: str


def page_key(name: str) -> int | None:
    """Where the page before ended; what is no number of a row begins at the beginning."""
    return request.args.get(name, type=row_number)


def earlier_url(endpoint: str, lines: Sequence[TrailLine], more: bool, **place: Any) -> str:
    """The address of what came before these lines; "" when nothing did."""
    return url_for(endpoint, before=lines[-1].seq, **place) if more else ""


def lines_of(lines: Sequence[TrailLine], actor: Actor) -> tuple[HistoryLine, ...]:
    """One's own deeds in words; cases are linked for those who may read them."""
    reads = actor.may(Permission.CASE_READ)
    return tuple(
        HistoryLine(
            at=line.at,
            what=act_words(line.act),
            whose=(line.subject_name or "") if line.subject_id != actor.id else "",
            detail=detail(line),
            note=line.note,
            case_url=url_for("cases.sheet", case_id=line.case_id) if reads and line.case_id else "",
        )
        for line in lines
    )


def moments_of(lines: Sequence[TrailLine], *, named: bool) -> tuple[Moment, ...]:
    """What was done to accounts, in words; `named` says to whose."""
    return tuple(
        Moment(
            at=line.at,
            who=_who(line.actor_name),
            what=_joined(_deed(line, named=named), detail(line)),
            note=line.note,
            shape=Shape.WAITING if line.act == "people.attempt" else Shape.DONE,
        )
        for line in lines
    )


def detail(line: TrailLine) -> str:
    """What of an account changed, before and after, in the reader's words."""
    changes = line.changes
    said = [
        gettext("%(label)s由「%(before)s」改為「%(after)s」", label=label, before=b, after=a)
        for key, label in _labels().items()
        if line.kind == "changed" and (pair := changes.get(key))
        for b, a in [(_value(key, pair[0]), _value(key, pair[1]))]
    ]
    if "attempt" in changes and changes["attempt"][1]:
        said.append(gettext("連續第 %(count)s 次", count=changes["attempt"][1]))
    if "network" in changes:
        said.append(gettext("來自 %(network)s", network=changes["network"][1]))
    return gettext("；").join(said)


def _deed(line: TrailLine, *, named: bool) -> str:
    what = act_words(line.act)
    if not named or line.subject_name is None:
        return what
    return gettext("%(what)s：%(name)s", what=what, name=line.subject_name)


def _labels() -> dict[str, str]:
    return {
        "role": gettext("角色"),
        "state": gettext("狀態"),
        "ends_on": gettext("使用期限"),
        "locked_until": gettext("鎖定至"),
    }


def _value(column: str, value: Any) -> str:
    match column, value:
        case _, None:
            return gettext("未設")
        case "role", str():
            return shown(Role(value))
        case "state", str():
            # The own history shows other records' states too, each in its own words.
            return str(STATES.get(f"AccountState.{value}", STATES.get(value, value)))
        case "ends_on", str():
            return shown(parse_date(value))
        case "locked_until", str():
            return f"{datetime.fromisoformat(value).astimezone(TAIPEI):%H:%M}"
        case _:
            return str(value)


def _who(name: str) -> str:
    return shown(Role.SYSTEM) if name == Role.SYSTEM.value else name


def _joined(what: str, more: str) -> str:
    return gettext("%(what)s（%(more)s）", what=what, more=more) if more else what
