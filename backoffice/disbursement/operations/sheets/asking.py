"""疑義: the checker asks about a line, the maker answers; an open question stops the check."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from backoffice.access import Permission
from backoffice.disbursement.models import LineQuery
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.sheets.records import facts_of, sheet_at, touch
from backoffice.disbursement.queries.sheets import lines_of
from backoffice.disbursement.rules.sheets import may_ask, may_check
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, use_case


@use_case("sheet.query_line", requires=Permission.SHEET_CHECK)
def query_line(act: Act, sheet_id: int, version: int, line_id: int, note: str) -> None:
    """Ask about a line; until it is answered or the line is taken out, nobody checks the sheet.

    Refuses what `may_ask` and `may_check` do, "note.missing", and "sheet.queried_already"
    (position) when a question about the line is open.
    """
    sheet = sheet_at(act, sheet_id, version)
    facts = facts_of(act, sheet)
    if refusal := may_ask(facts) or may_check(facts, act.actor.id):
        raise refusal
    check_reason(note)
    line = next(
        (each for each in lines_of(act.session, sheet_id, today(act)) if each.id == line_id), None
    )
    if line is None:
        raise NoResultFound(f"no line {line_id} on this sheet")
    if _open(act, line_id) is not None:
        raise Refused("sheet.queried_already", position=line.frozen.position)
    touch(act, sheet)
    act.session.add(
        LineQuery(
            sheet_id=sheet_id,
            line_id=line_id,
            case_id=line.case_id,
            note=note.strip(),
            asked_by=act.actor.id,
            asked_by_name=act.actor.name,
            asked_at=act.now,
        )
    )


@use_case("sheet.answer_query", requires=Permission.SHEET_MAKE)
def answer_query(act: Act, sheet_id: int, version: int, line_id: int, answer: str) -> None:
    """Answer the open question about a line; the line itself stays as it is.

    Refuses what `may_ask` does, "note.missing", "sheet.own_query" for who asked it, and
    "sheet.no_query" when none is open.
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_ask(facts_of(act, sheet)):
        raise refusal
    query = _open(act, line_id)
    if query is None or query.sheet_id != sheet_id:
        raise Refused("sheet.no_query")
    if query.asked_by == act.actor.id:
        raise Refused("sheet.own_query")
    check_reason(answer)
    touch(act, sheet)
    query.answer = answer.strip()
    query.answered_by = act.actor.id
    query.answered_by_name = act.actor.name
    query.answered_at = act.now


def _open(act: Act, line_id: int) -> LineQuery | None:
    return act.session.scalars(
        select(LineQuery).where(LineQuery.line_id == line_id, LineQuery.answered_at.is_(None))
    ).one_or_none()
