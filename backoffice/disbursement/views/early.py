"""What is to be done about a case that ends early or owes money, for the case's own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext

from backoffice.access import Actor, Permission
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.disbursement.queries.endings import EndingRow
from backoffice.disbursement.queries.recoveries import RecoveryRow
from backoffice.disbursement.rules.endings import EndingKind, EndingState, offered
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.web.filters import ntd_unit
from backoffice.web.pieces import Badge, Shape

_SHAPES = {EndingState.PROPOSED: Shape.NEEDS_YOU, EndingState.DECIDED: Shape.DONE}
_RECOVERY_SHAPES = {
    RecoveryState.PREPARED: Shape.NEEDS_YOU,
    RecoveryState.DEMANDED: Shape.PROGRESS,
    RecoveryState.ENFORCEMENT: Shape.NEEDS_YOU,
    RecoveryState.RECOVERED: Shape.DONE,
}


def ending_badge(state: EndingState) -> Badge:
    """Where a proposal stands, as word and shape."""
    return Badge(shown(state), _SHAPES.get(state, Shape.CLOSED))


def recovery_badge(row: RecoveryRow, day: date) -> Badge:
    """Where a demand stands, as word and shape; overdue is said instead of demanded."""
    if row.state is RecoveryState.DEMANDED and row.facts.is_overdue(day):
        return Badge(gettext("逾期未繳"), Shape.NEEDS_YOU)
    return Badge(shown(row.state), _RECOVERY_SHAPES.get(row.state, Shape.CLOSED))


def allowed(head: CaseHead, event: CaseEvent) -> Refused | None:
    """Why an event is not possible from the case's state; None when it is."""
    try:
        CASE.after(head.state, event)
    except Refused as refusal:
        return refusal
    return None


def ending_steps(
    endings: tuple[EndingRow, ...],
    demands: tuple[RecoveryRow, ...],
    head: CaseHead,
    actor: Actor,
    day: date,
) -> Iterator[NextStep]:
    """What is to be done about a case that ends early or owes money."""
    waiting = next((each for each in endings if each.state is EndingState.PROPOSED), None)
    if waiting is not None and actor.may(Permission.ENDING_DECIDE):
        yield NextStep(
            label=gettext("核定%(kind)s", kind=shown(waiting.kind)),
            url=url_for("disbursement.ending", ending_id=waiting.id),
            explains=gettext("核定後註銷未撥期款，釋出核定款。"),
        )
    if not actor.may(Permission.ENDING_PREPARE):
        return
    if head.state is CaseState.TERMINATING and waiting is None:
        yield NextStep(
            label=gettext("擬具終止條件"),
            url=url_for("disbursement.propose_ending", case_id=head.id, kind="termination"),
            explains=gettext("擬具認列及返還金額，陳請召集人核定。"),
        )
    for row in demands:
        if row.state is RecoveryState.PREPARED:
            yield NextStep(
                label=gettext("作成追繳處分"),
                url=url_for("disbursement.demand_recovery", recovery_id=row.id),
                explains=gettext("應追繳 %(amount)s。", amount=ntd_unit(row.amount)),
            )
        elif row.state is RecoveryState.DEMANDED and row.facts.is_overdue(day):
            yield NextStep(
                label=gettext("移送行政執行"),
                url=url_for("disbursement.enforce_recovery", recovery_id=row.id),
                explains=gettext("繳納期限已過，尚欠 %(amount)s。", amount=ntd_unit(row.owed)),
            )


def seldom_steps(head: CaseHead, actor: Actor) -> Iterator[tuple[str, str]]:
    """What ends a case early, for the foot of its page: words and addresses."""
    if not actor.may(Permission.ENDING_PREPARE):
        return
    if allowed(head, CaseEvent.GIVE_UP) is None:
        yield gettext("登錄業者放棄"), url_for("disbursement.give_up", case_id=head.id)
    for kind in offered(head.state):
        if kind is not EndingKind.TERMINATION:
            yield (
                gettext("擬具%(kind)s", kind=shown(kind)),
                url_for("disbursement.propose_ending", case_id=head.id, kind=kind.value.lower()),
            )
