"""The first page of payments: the rung that needs you, and the tranches ready for a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import MakeSheetForm
from backoffice.disbursement.operations.sheets import make_sheet
from backoffice.disbursement.queries.sheets import (
    PAGE,
    ReadyKey,
    ReadyRow,
    SheetRow,
    StepCount,
    counts,
    ready,
    ready_count,
    signers,
)
from backoffice.disbursement.queries.sheets import (
    sheets as sheet_rows,
)
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.disbursement.rules.sheets import LINES_MAX, Rung, next_rung
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.frame import (
    ASKS,
    RUNGS,
    columns_of,
    heads,
    nth,
    returned_words,
    sheet_badge,
)
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.ledger.queries import BudgetLine, budget_lines
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence, shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.render import render

_STATES = {rung: state for state in SheetState if (rung := next_rung(state)) is not None}
_ENDED = (SheetState.SETTLED, SheetState.VOIDED)
_STEPS: dict[str, Rung | SheetState] = {
    **{rung.value: rung for rung in RUNGS},
    **{state.value: state for state in _ENDED},
}


@dataclass(frozen=True, slots=True)
class RungLink:
    """A rung of the ladder with what waits on it; `mine`: how much of it waits for this person."""

    rung: Rung
    label: str
    url: str
    count: int
    mine: int
    current: bool


@dataclass(frozen=True, slots=True)
class ReadyGroup:
    """The ready tranches of one edition, with the money that they would take."""

    edition: str
    title: str
    rows: tuple[ReadyRow, ...]
    contracted: Ntd
    allotted: Ntd
    form: MakeSheetForm

    @property
    def payable(self) -> Ntd:
        """The sum of what may be put on a sheet now."""
        return total(row.amount for row in self.rows if row.refusal is None)

    @property
    def contracted_after(self) -> Ntd:
        """未撥餘額 if all of it were paid."""
        return self.contracted - self.payable

    @property
    def allotted_after(self) -> Ntd:
        """What would be left of the allotment, less than nothing when it is not enough."""
        return self.allotted - self.payable


@blueprint.route("/sheets", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ)
def sheets() -> ResponseReturnValue:
    """The sheets that wait, by step; for the first step the tranches that wait for a sheet."""
    session, actor = sessions.session(), guard.actor()
    form = MakeSheetForm()
    if form.submitted():
        answer = form.outcome(make_sheet, tuple(form.tranche.data or ()), form.purpose.text)
        if answer[0]:
            return redirect(url_for("disbursement.sheet", sheet_id=answer[1]), code=303)
    waiting = counts(session, actor.id)
    waiting_ready = ready_count(session)
    chosen = _chosen(actor, waiting, waiting_ready)
    links = _links(chosen, actor, waiting, waiting_ready)
    groups: tuple[ReadyGroup, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    next_url = ""
    if chosen is Rung.MAKE:
        found = ready(session, today(), after=_ready_key())
        groups = _groups(found[:LINES_MAX], budget_lines(session), form)
        next_url = _ready_url(found)
    else:
        found_sheets = sheet_rows(session, states_of(chosen), before_id=_before())
        rows = found_sheets[:PAGE]
        next_url = _sheets_url(found_sheets)
    return render(
        form=form,
        chosen=chosen,
        links=links,
        ended=[
            (
                shown(state),
                _url(step=state.value),
                waiting[state].count if state in waiting else 0,
                chosen is state,
            )
            for state in _ENDED
        ],
        lead=_lead(links),
        groups=groups,
        rows=rows,
        needs=_needs(actor),
        badge=sheet_badge,
        others=_others_of(session, actor) if rows else None,
        words=sentence,
        returned_words=returned_words,
        next_url=next_url,
        first_url=_url(step=chosen.value) if request.args.get("after") else "",
        may_make=actor.may(Permission.SHEET_MAKE),
        may_correct=actor.may(Permission.CLAIM_WORK),
        may_open_case=actor.may(Permission.CASE_READ),
        base=url_for("disbursement.sheets"),
        separation_url=url_for("disbursement.separation")
        if actor.may(Permission.AUDIT_READ)
        else "",
        case_base=url_for("cases.queue"),
        tranche_base=url_for("disbursement.sheets").replace("sheets", "tranches/"),
        heads=heads(),
        nth=nth,
        columns=columns_of("case", "payee", "tranche", "amount", "account", "note"),
        sheet_columns=columns_of("sheet", "date", "purpose", "rows", "total", "maker", "state"),
    )


def chosen_step(session: Session, actor: Actor) -> Rung | SheetState:
    """The step whose sheets the desk shows this person under the address asked for."""
    return _chosen(actor, counts(session, actor.id), ready_count(session))


def _chosen(
    actor: Actor, waiting: Mapping[SheetState, StepCount], waiting_ready: int
) -> Rung | SheetState:
    """The step asked for; else the first that needs this person; else the first of their own."""
    asked = request.args.get("step", "")
    if asked in _STEPS:
        return _STEPS[asked]
    own = [rung for rung in RUNGS if actor.may(ASKS[rung])]
    later = [rung for rung in own if rung is not Rung.MAKE]
    for rung in later:
        found = waiting.get(_STATES[rung])
        if found is not None and found.mine:
            return rung
    if Rung.MAKE in own and waiting_ready:
        return Rung.MAKE
    return own[0] if own else Rung.CHECK


def _links(
    chosen: Rung | SheetState,
    actor: Actor,
    waiting: Mapping[SheetState, StepCount],
    waiting_ready: int,
) -> tuple[RungLink, ...]:
    links = []
    for rung in RUNGS:
        if rung is Rung.MAKE:
            count, mine = waiting_ready, waiting_ready
        else:
            found = waiting.get(_STATES[rung], StepCount(0, 0))
            count, mine = found.count, found.mine
        links.append(
            RungLink(
                rung=rung,
                label=shown(rung),
                url=_url(step=rung.value),
                count=count,
                mine=mine if actor.may(ASKS[rung]) else 0,
                current=rung is chosen,
            )
        )
    return tuple(links)


def _lead(links: Sequence[RungLink]) -> str:
    """One sentence: what waits for this person."""
    parts = [_waits(link) for link in links if link.mine]
    if not parts:
        return gettext("目前沒有等您辦理的清冊。")
    return gettext("等您辦理：%(parts)s。", parts=gettext("、").join(parts))


def _waits(link: RungLink) -> str:
    if link.rung is Rung.MAKE:
        return gettext("%(count)s 筆期款待編入清冊", count=link.mine)
    return gettext("%(count)s 份清冊待%(step)s", count=link.mine, step=link.label)


def _others_of(session: Session, actor: Actor) -> Callable[[SheetRow], str]:
    """Why this person may not take a sheet's next step though the role may, and who can."""
    people = signers(session)

    def others(row: SheetRow) -> str:
        rung = next_rung(row.state)
        assert rung is not None, "a sheet that needs somebody waits for a step"
        taken = {row.made_by: Rung.MAKE, row.checked_by: Rung.CHECK, row.approved_by: Rung.APPROVE}
        names = [each.name for each in people if each.may(ASKS[rung]) and each.id not in taken]
        return gettext(
            "您已%(done)s此清冊。可%(step)s者：%(names)s",
            done=shown(taken[actor.id]),
            step=shown(rung),
            names=gettext("、").join(names) or "–",
        )

    return others


def _needs(actor: Actor) -> frozenset[SheetState]:
    """The states of sheets that wait for a step of this person's role."""
    return frozenset(state for rung, state in _STATES.items() if actor.may(ASKS[rung]))


def states_of(chosen: Rung | SheetState) -> tuple[SheetState, ...]:
    """The states of the sheets that wait for a step, or have come to an end."""
    return (chosen,) if isinstance(chosen, SheetState) else (_STATES[chosen],)


def _groups(
    rows: Sequence[ReadyRow], lines: Sequence[BudgetLine], submitted: MakeSheetForm
) -> tuple[ReadyGroup, ...]:
    money = {line.scheme: line for line in lines}
    groups = []
    for edition, found in groupby(rows, key=lambda row: row.edition):
        members = tuple(found)
        line = money.get(members[0].scheme)
        is_sent = submitted.edition.text == edition
        groups.append(
            ReadyGroup(
                edition=edition,
                title=registry.edition_named(edition).title_zh,
                rows=members,
                contracted=line.amount(Stage.CONTRACTED) + line.amount(Stage.CARRIED_OVER)
                if line
                else ZERO,
                allotted=line.amount(Stage.ALLOTTED) if line else ZERO,
                form=submitted
                if is_sent
                else MakeSheetForm(formdata=None, tranche=submitted.tranche.data),
            )
        )
    return tuple(groups)


def _url(**arguments: str) -> str:
    return f"{url_for('disbursement.sheets')}?{urlencode(arguments)}"


def _ready_key() -> ReadyKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    edition, _, number = request.args.get("after", "").rpartition("~")
    try:
        return ReadyKey(edition, row_number(number)) if edition else None
    except ValueError:
        return None


def _ready_url(found: Sequence[ReadyRow]) -> str:
    if len(found) <= LINES_MAX:
        return ""
    last = found[LINES_MAX - 1]
    return _url(step=Rung.MAKE.value, after=f"{last.edition}~{last.tranche_id}")


def _before() -> int | None:
    return request.args.get("after", None, type=row_number)


def _sheets_url(found: Sequence[SheetRow]) -> str:
    if len(found) <= PAGE:
        return ""
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return _url(**kept, after=str(found[PAGE - 1].id))
