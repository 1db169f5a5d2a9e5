"""What the pages of the fee desk share: its parts, the words and shapes of its states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import abort, request, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.models import StatementState
from backoffice.disbursement.queries.fees.book import fee_schemes
from backoffice.disbursement.queries.fees.refunds import RefundRow
from backoffice.disbursement.rules.fees.account import Standing
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import RefundState
from backoffice.disbursement.rules.fees.verdicts import Verdict
from backoffice.disbursement.views.frame import framed, lit
from backoffice.disbursement.views.sheets.frame import returned_words
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.pieces import Badge, Shape


@dataclass(frozen=True, slots=True)
class Link:
    """A part of the desk, or of one of its lists; `count` None where nothing is counted."""

    label: str
    url: str
    current: bool
    count: int | None = None


_STANDINGS: Final = {
    Standing.UNPAID: Shape.WAITING,
    Standing.SHORT: Shape.NEEDS_YOU,
    Standing.FULL: Shape.DONE,
    Standing.OVER: Shape.NEEDS_YOU,
    Standing.NOT_DUE: Shape.CLOSED,
    Standing.RETURNING: Shape.PROGRESS,
    Standing.RETURNED: Shape.CLOSED,
}
_VERDICTS: Final = {
    Verdict.FULL: Shape.DONE,
    Verdict.COMPLETING: Shape.DONE,
    Verdict.SHORT: Shape.PROGRESS,
    Verdict.OVER: Shape.NEEDS_YOU,
    Verdict.LATE: Shape.NEEDS_YOU,
    Verdict.DOUBLE: Shape.NEEDS_YOU,
    Verdict.UNKNOWN: Shape.NEEDS_YOU,
    Verdict.BOOKED: Shape.CLOSED,
    Verdict.CLASH: Shape.NEEDS_YOU,
}
_LINES: Final = {
    LineState.BOOKED: Shape.DONE,
    LineState.OPEN: Shape.NEEDS_YOU,
    LineState.MATCHED: Shape.DONE,
    LineState.SAME: Shape.DONE,
    LineState.REFUNDED: Shape.CLOSED,
}
_REFUNDS: Final = {
    RefundState.MADE: Shape.PROGRESS,
    RefundState.APPROVED: Shape.PROGRESS,
    RefundState.PAID: Shape.DONE,
    RefundState.RETURNED: Shape.CLOSED,
    RefundState.BOUNCED: Shape.CLOSED,
}
_STATEMENTS: Final = {
    StatementState.PREVIEWED: Shape.NEEDS_YOU,
    StatementState.CONFIRMED: Shape.DONE,
    StatementState.DISCARDED: Shape.CLOSED,
}


def standing_badge(standing: Standing) -> Badge:
    """How an account stands, as word and shape."""
    return Badge(shown(standing), _STANDINGS[standing])


def verdict_badge(verdict: Verdict) -> Badge:
    """What a line means, as word and shape."""
    return Badge(shown(verdict), _VERDICTS[verdict])


def line_badge(state: LineState) -> Badge:
    """Where a line stands, as word and shape."""
    return Badge(shown(state), _LINES[state])


def statement_badge(state: StatementState) -> Badge:
    """Where a statement stands, as word and shape."""
    return Badge(shown(state), _STATEMENTS[state])


def refund_badge(row: RefundRow, today: date) -> Badge:
    """Where a refund stands, as word and shape; late, or to be paid again, it needs somebody."""
    if row.is_overdue(today):
        return Badge(gettext("%(state)s，已逾期限", state=shown(row.state)), Shape.NEEDS_YOU)
    if row.is_to_pay_again:
        return Badge(gettext("%(state)s，待重新簽辦", state=shown(row.state)), Shape.NEEDS_YOU)
    return Badge(shown(row.state), _REFUNDS[row.state])


def came_back(rows: Iterable[RefundRow]) -> list[tuple[RefundRow, str]]:
    """Refunds that came back, each with the bank's reason in words."""
    return [(row, returned_words(row.bounce_reason)) for row in rows]


def parts(open_lines: int | None = None) -> list[Link]:
    """The desk's pages, the one that is open marked."""
    found = (
        (gettext("繳費"), "disbursement.fees", None),
        (gettext("入帳明細"), "disbursement.fee_statements", None),
        (gettext("待查入帳"), "disbursement.fee_lines", open_lines),
        (gettext("退費"), "disbursement.fee_refunds", None),
    )
    return [
        Link(label, url_for(endpoint), request.endpoint == endpoint, count)
        for label, endpoint, count in found
    ]


def chosen_scheme() -> str:
    """The scheme that the address asks for; "" for all that ask for a fee."""
    asked = request.args.get("scheme", "")
    return asked if asked in fee_schemes() else ""


def scheme_title(scheme: str) -> str:
    """A scheme's code and name."""
    return f"{scheme} {registry.editions_of(scheme)[-1].title_zh}"


def fee_frame(case_id: int) -> dict[str, Any]:
    """The case's head and tabs, for those who may open cases; 404 where no fee is asked."""
    head = case_head(sessions.session(), case_id)
    if head.scheme not in fee_schemes():
        abort(404)
    if not guard.actor().may(Permission.CASE_READ):
        return {"head": None, "tabs": []}
    found = framed(head)
    ours = url_for("disbursement.fee_account", case_id=case_id)
    return found | {"tabs": lit(found["tabs"], [ours])}
