"""What waits on the reader: the officer's first page, and the panel on everybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Response, request, url_for
from flask_babel import gettext

from backoffice.access import Actor
from backoffice.db import sessions
from backoffice.disbursement.rules.sheets import Rung
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.people.models import AccountState
from backoffice.reports.queries.duties import COUNT_MAX, PAGE, DutyRow, duties, duty_rows
from backoffice.reports.queries.sources import OF_CASES
from backoffice.reports.rules import Duty, DutyKind
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.words import STEPS, WAITS, WHY
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.guard import EVERYBODY, page
from backoffice.web.navigation import address, home_of
from backoffice.web.render import render

HOME: Final = "reports.to_do"


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of work in words: what waits, why, by when, and where it is done ("" nowhere)."""

    words: str
    when: str
    why: str
    url: str
    step: str
    late: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """待辦: the most urgent first, the rest after it; `first` None when nothing waits."""

    first: Item | None
    rest: tuple[Item, ...]


@blueprint.get("/to-do")
@page(requires=EVERYBODY)
def to_do() -> Response:
    """All that waits on the reader; or the cases of one kind of it."""
    session, actor, today = sessions.session(), guard.actor(), _today()
    panel = panel_of(actor, today)
    kind = _KINDS.get(request.args.get("kind", ""))
    found = duty_rows(session, actor, kind, today) if kind else ()
    return render(
        panel=panel,
        kind=kind,
        heading=str(STEPS[kind]) if kind else "",
        why=str(WHY[kind]) if kind else "",
        rows=[(row, _deed_url(kind, row)) for row in found[:PAGE]] if kind else [],
        more=len(found) > PAGE,
        page_size=PAGE,
        today=today,
        base=url_for("reports.to_do"),
    )


@blueprint.app_context_processor
def _first_pages() -> dict[str, Any]:
    """`to_do()`: what waits on the reader, on the first page of the reader's role only."""
    return {"to_do": _on_first_page}


def _on_first_page() -> Panel | None:
    who = guard.visitor()
    if who is None or request.args or request.method != "GET":
        return None
    home = home_of(who.actor.role)
    return panel_of(who.actor, _today()) if request.endpoint == home != HOME else None


def panel_of(actor: Actor, today: date) -> Panel:
    """What waits on this person, in words: one query."""
    items = [_item(duty, today) for duty in duties(sessions.session(), actor, today)]
    return Panel(items[0] if items else None, tuple(items[1:]))


def _today() -> date:
    return local_date(guard.now())


def _item(duty: Duty, today: date) -> Item:
    return Item(
        words=str(WAITS[duty.kind]) % {"count": counted(duty.count)},
        when=_when(duty, today),
        why=str(WHY[duty.kind]),
        url=_url(duty.kind),
        step=str(STEPS[duty.kind]),
        late=duty.is_late(today),
    )


def counted(count: int) -> str:
    """A count that stops at a thousand and one: 1,000+ from there on."""
    return f"{COUNT_MAX:,}+" if count > COUNT_MAX else ntd(count)


def _when(duty: Duty, today: date) -> str:
    since = shown(local_date(duty.since)) if duty.since else ""
    if duty.kind in _ROUNDS:
        return gettext("上次 %(day)s", day=since) if since else gettext("從未辦理")
    if duty.due_on is None:
        return gettext("最久自 %(day)s", day=since) if since else ""
    if duty.is_late(today):
        return gettext("最早期限 %(day)s，已逾期", day=shown(duty.due_on))
    return gettext("最早期限 %(day)s", day=shown(duty.due_on))


_ROUNDS = (DutyKind.VERIFY, DutyKind.BACKUP, DutyKind.REVIEW_ACCOUNTS)


_KINDS: Final = {kind.value: kind for kind in DutyKind}
_LISTS: Final[Mapping[DutyKind, tuple[str, Mapping[str, str]]]] = {
    DutyKind.OVERDUE: ("cases.queue", {"pile": "overdue"}),
    DutyKind.MINE: ("cases.queue", {"pile": "mine"}),
    DutyKind.UNASSIGNED: ("cases.queue", {"pile": "unassigned"}),
    DutyKind.READY: ("disbursement.sheets", {"step": Rung.MAKE.value}),
    DutyKind.CHECK: ("disbursement.sheets", {"step": Rung.CHECK.value}),
    DutyKind.APPROVE: ("disbursement.sheets", {"step": Rung.APPROVE.value}),
    DutyKind.SEND: ("disbursement.sheets", {"step": Rung.SEND.value}),
    DutyKind.SETTLE: ("disbursement.sheets", {"step": Rung.SETTLE.value}),
    DutyKind.BANK_ITEMS: ("disbursement.bank_items", {}),
    DutyKind.BANK_ANSWERS: ("disbursement.bank_answers", {}),
    DutyKind.DAYS: ("disbursement.bank_days", {}),
    DutyKind.FEE_STATEMENTS: ("disbursement.fee_statements", {}),
    DutyKind.FEE_LINES: ("disbursement.fee_lines", {}),
    DutyKind.FEES_TO_APPROVE: ("disbursement.fee_refunds", {"show": "to-approve"}),
    DutyKind.FEES_TO_PAY: ("disbursement.fee_refunds", {"show": "to-pay"}),
    DutyKind.FEES_REFUNDABLE: ("disbursement.fees", {"show": "refund"}),
    DutyKind.FEES_SHORT: ("disbursement.fees", {"show": "short"}),
    DutyKind.REPAYMENTS: ("disbursement.recoveries", {"show": "overdue"}),
    DutyKind.CARRY_OVER: ("disbursement.carry_overs", {}),
    DutyKind.NEARLY_USED_UP: ("reports.budget", {}),
    DutyKind.VERIFY: ("reports.verify", {}),
    DutyKind.REVIEW_ACCOUNTS: ("people.review", {}),
    DutyKind.INVITED: ("people.accounts", {"state": AccountState.INVITED.value}),
}


def _url(kind: DutyKind) -> str:
    """The list of this work, its filter in the address; "" for what is done on the machine."""
    if kind in OF_CASES:
        return address("reports.to_do", kind=kind.value)
    if kind not in _LISTS:
        return ""
    endpoint, wanted = _LISTS[kind]
    return address(endpoint, **wanted)


DEEDS: Final[Mapping[DutyKind, tuple[str, str]]] = {
    DutyKind.CLAIMS: ("disbursement.verify_claim", "claim_id"),
    DutyKind.POINTS: ("disbursement.checkpoint", "checkpoint_id"),
    DutyKind.MIDTERMS: ("disbursement.midterm", "case_id"),
    DutyKind.CLOSINGS: ("disbursement.conclude_closing", "case_id"),
    DutyKind.OFFERS: ("review.answer_offer", "case_id"),
    DutyKind.SEAT_HOLDS: ("cases.place", "case_id"),
    DutyKind.SERVICES: ("cases.deliver", "case_id"),
    DutyKind.SEAT_CONFLICTS: ("cases.seat_conflict", "conflict_id"),
    DutyKind.DEMANDS: ("disbursement.demand_recovery", "recovery_id"),
    DutyKind.BANK_LINES: ("disbursement.bank_line", "bank_line_id"),
    DutyKind.LOANS_TO_REGISTER: ("disbursement.register_loan", "case_id"),
    DutyKind.LOANS_OVER: ("disbursement.end_loan", "case_id"),
    DutyKind.DECLARE: ("review.declare", "assignment_id"),
    DutyKind.SCORE: ("review.score", "assignment_id"),
    DutyKind.OPINIONS: ("review.opinion", "opinion_id"),
    DutyKind.DIVERGENCES: ("review.divergence", "case_id"),
    DutyKind.CLOSE: ("review.close", "case_id"),
    DutyKind.DECIDE: ("review.decide", "case_id"),
    DutyKind.ENDINGS_TO_DECIDE: ("disbursement.ending", "ending_id"),
}


def _deed_url(kind: DutyKind, row: DutyRow) -> str:
    """Where this case's work is done."""
    if kind is DutyKind.IN_LINE:
        return url_for("review.waiting_list", scheme=row.scheme)
    if kind is DutyKind.ENDINGS_TO_PREPARE:
        return url_for("disbursement.propose_ending", case_id=row.ref, kind="termination")
    endpoint, name = DEEDS[kind]
    values: dict[str, Any] = {name: row.ref}
    return url_for(endpoint, **values)
