"""What the pages of sheets share: the ladder, who may take which step, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.disbursement.queries.sheets import (
    History,
    LineRow,
    SheetRecord,
    Signer,
    history_of,
    lines_of,
    scorers_of_sheet,
    sheet,
    signers,
)
from backoffice.disbursement.rules.lifecycles import LineState, SheetState
from backoffice.disbursement.rules.sheets import (
    Rung,
    SheetFacts,
    may_approve,
    may_check,
    may_send,
    may_settle,
    may_void,
    next_rung,
    read_reason,
)
from backoffice.disbursement.views.frame import today
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence, shown
from backoffice.web.filters import roc_datetime
from backoffice.web.pieces import Badge, Column, Shape, Step

RUNGS: Final = tuple(Rung)
APPROVED: Final = frozenset({SheetState.APPROVED, SheetState.SENT, SheetState.SETTLED})
ASKS: Final[Mapping[Rung, Permission]] = {
    Rung.MAKE: Permission.SHEET_MAKE,
    Rung.CHECK: Permission.SHEET_CHECK,
    Rung.APPROVE: Permission.SHEET_APPROVE,
    Rung.SEND: Permission.SHEET_SEND,
    Rung.SETTLE: Permission.SHEET_SETTLE,
}
_SHAPES: Final[Mapping[SheetState, Shape]] = {
    SheetState.SENT: Shape.PROGRESS,
    SheetState.SETTLED: Shape.DONE,
    SheetState.VOIDED: Shape.CLOSED,
}
_LINE_SHAPES: Final[Mapping[LineState, Shape]] = {
    LineState.LIVE: Shape.WAITING,
    LineState.SENT: Shape.PROGRESS,
    LineState.PAID: Shape.DONE,
    LineState.RETURNED: Shape.NEEDS_YOU,
    LineState.VOIDED: Shape.CLOSED,
}
_HEADS: Final[Mapping[str, LazyString]] = {
    "account": _("帳戶"),
    "again": _("重匯"),
    "agree": _("同意"),
    "ask": _("提出疑義"),
    "asked": _("疑義待回覆"),
    "answered": _("疑義已回覆"),
    "answer": _("回覆"),
    "exclude": _("剔除"),
    "deeds": _("辦理"),
    "notice": _("付款通知"),
    "amount": _("本次應撥"),
    "award": _("核定補助款"),
    "before": _("前已撥付"),
    "blocked": _("不能編入"),
    "case": _("案件"),
    "changed": _("帳戶 30 日內變更"),
    "checks": _("檢核"),
    "colon": _("："),
    "correct": _("更正帳戶"),
    "date": _("日期"),
    "final": _("結算"),
    "maker": _("編製"),
    "note": _("說明"),
    "on": _("入帳日或退匯日"),
    "payee": _("受款人"),
    "position": _("序"),
    "purpose": _("用途"),
    "reason": _("退匯原因"),
    "result": _("結果"),
    "result_of": _("結果，序"),
    "returned": _("退匯"),
    "rows": _("筆數"),
    "passbook": _("存摺封面"),
    "seen": _("帳戶 30 日內變更，已對照存摺"),
    "sheet": _("清冊"),
    "state": _("狀態"),
    "total": _("合計"),
    "tranche": _("期別"),
    "unpaid": _("未撥餘額"),
    "yours": _("，等您"),
}
_IN_DOLLARS: Final = frozenset({"amount", "award", "before", "total", "unpaid"})
_NUMERIC: Final = _IN_DOLLARS | {"position", "rows"}


def heads() -> dict[str, str]:
    """The words of the tables, translated once for a page and not once for a cell."""
    return {name: str(word) for name, word in _HEADS.items()}


def columns_of(*names: str) -> list[Column]:
    """The heads of a table in this order."""
    return [
        Column(
            str(_HEADS[name]),
            numeric=name in _NUMERIC,
            unit=gettext("元") if name in _IN_DOLLARS else "",
        )
        for name in names
    ]


def nth(number: int) -> str:
    """第1期."""
    return gettext("第%(number)s期", number=number)


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet with what every page about it needs, read in five statements."""

    record: SheetRecord
    facts: SheetFacts
    lines: tuple[LineRow, ...]
    people: tuple[Signer, ...]
    history: History

    @property
    def flagged(self) -> tuple[LineRow, ...]:
        """The lines whose account was changed within the last 30 days."""
        return tuple(line for line in self.lines if line.flagged)


def opened(session: Session, sheet_id: int) -> Opened:
    """The sheet; NoResultFound when there is none."""
    record = sheet(session, sheet_id)
    history = history_of(session, sheet_id)
    lines = lines_of(session, sheet_id, today())
    entered = {line.account_entered_by for line in lines if line.flagged}
    facts = record.facts(scorers_of_sheet(session, sheet_id), history.editors | entered)
    return Opened(record, facts, lines, signers(session), history)


def rule_of(rung: Rung, facts: SheetFacts, person_id: int) -> Refused | None:
    """What the law says to this person about this step of the sheet."""
    match rung:
        case Rung.CHECK:
            return may_check(facts, person_id)
        case Rung.APPROVE:
            return may_approve(facts, person_id)
        case Rung.SEND:
            return may_send(facts, person_id)
        case Rung.SETTLE:
            return may_settle(facts)
        case Rung.MAKE:
            return may_void(facts)  # who makes sheets may also take one back


def why_not(rung: Rung, found: Opened, actor: Actor) -> str | None:
    """Why this person may not take the step, and who may; None when they may."""
    refusal = rule_of(rung, found.facts, actor.id)
    if refusal is not None and refusal.code == "lifecycle.not_allowed":
        return sentence(refusal)
    if refusal is not None and actor.may(ASKS[rung]):
        return f"{sentence(refusal)}{_others(rung, found)}"
    if actor.may(ASKS[rung]):
        return None
    return gettext("您的角色不辦理此步驟。") + _others(rung, found)


def _others(rung: Rung, found: Opened) -> str:
    names = [
        person.name
        for person in found.people
        if person.may(ASKS[rung]) and rule_of(rung, found.facts, person.id) is None
    ]
    if names:
        return gettext("可辦理者：%(names)s。", names=gettext("、").join(names))
    return gettext("目前沒有可辦理的人員，請洽系統管理者。")


def ladder(record: SheetRecord) -> list[Step]:
    """The five rungs with who took them and when, the one that is due lit."""
    taken: Sequence[tuple[Rung, str, datetime | None]] = (
        (Rung.MAKE, record.made_by_name, record.made_at),
        (Rung.CHECK, record.checked_by_name, record.checked_at),
        (Rung.APPROVE, record.approved_by_name, record.approved_at),
        (Rung.SEND, record.sent_by_name, record.sent_at),
        (Rung.SETTLE, "", record.settled_at),
    )
    due = next_rung(record.state)
    return [_step(rung, name, at, is_due=rung is due) for rung, name, at in taken]


def _step(rung: Rung, name: str, at: datetime | None, *, is_due: bool) -> Step:
    if at is not None:
        return Step(shown(rung), f"{name} {roc_datetime(at)}".strip(), "done")
    if is_due:
        return Step(shown(rung), gettext("待辦理"), "current")
    return Step(shown(rung), "–", "todo")


def sheet_badge(state: SheetState) -> Badge:
    """A sheet's state as word and shape."""
    return Badge(shown(state), _SHAPES.get(state, Shape.WAITING))


def line_badge(line: LineRow) -> Badge:
    """What became of a line as word and shape."""
    return Badge(shown(line.state), _LINE_SHAPES[line.state])


def returned_words(recorded: str) -> str:
    """Why a remittance came back: the reason, then the note."""
    reason, note = read_reason(recorded)
    if reason is None:
        return note
    return f"{shown(reason)}：{note}" if note else shown(reason)


def may_hold_file(actor: Actor) -> bool:
    """Whole account numbers leave the house through accounting and the cashier only."""
    return actor.may(Permission.SHEET_MAKE) or actor.may(Permission.SHEET_SEND)
