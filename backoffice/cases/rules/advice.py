"""What a firm is given beside money 輔導: when it is due, and what shows that it is there."""

from __future__ import annotations

from datetime import date

from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import period_end
from backoffice.scheme.rules import ClosingCondition, Edition, Flow


def service_due_on(edition: Edition, started_on: date) -> date | None:
    """The last day for what is to be delivered (§3.9); None where the edition sets no time."""
    if edition.seats is None or edition.seats.delivery_months is None:
        return None
    return period_end(started_on, edition.seats.delivery_months)


def conditions_of(edition: Edition) -> tuple[ClosingCondition, ...]:
    """What must hold before the case can be closed; empty where the edition asks nothing."""
    return () if edition.closing is None else edition.closing.conditions


def asks_for_advertising(edition: Edition) -> bool:
    """Whether the firm has to account for what it spent on its advertising."""
    return ClosingCondition.FEE_SPENT_ON_ADVERTISING in conditions_of(edition)


def may_cancel(edition: Edition, state: CaseState) -> bool:
    """Whether a case can end without its service: of a loan, only until it is registered."""
    if CaseEvent.CANCEL not in CASE.open_events(state):
        return False
    return edition.flow is not Flow.LOAN or state is CaseState.ACCEPTED


def refuse_delivery(
    edition: Edition,
    started_on: date,
    due_on: date | None,
    delivered_on: date,
    advertising: Ntd | None,
    note: str,
) -> None:
    """Refuse a delivery that cannot be.

    "service.before_start" (started_on); "service.late_unexplained" (due_on) without a note after
    the last day; "service.advertising_missing", and "service.advertising_short" (spent, fee) where
    less than the fee was spent.
    """
    if delivered_on < started_on:
        raise Refused("service.before_start", started_on=started_on)
    if due_on is not None and delivered_on > due_on and not note.strip():
        raise Refused("service.late_unexplained", due_on=due_on)
    if not asks_for_advertising(edition):
        return
    if advertising is None:
        raise Refused("service.advertising_missing")
    if edition.seats is not None and advertising < edition.seats.fee:
        raise Refused("service.advertising_short", spent=advertising, fee=edition.seats.fee)
