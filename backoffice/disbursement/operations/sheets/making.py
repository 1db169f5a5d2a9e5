"""編製: verified tranches are claimed for one sheet, exactly those picked or none."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError, NoResultFound

from backoffice import audit
from backoffice.access import Permission
from backoffice.db import AUDITED
from backoffice.disbursement.models import Sheet, SheetCounter, SheetLine, Tranche
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.queries.sheets import ReadyRow, candidates, scorers_of_cases
from backoffice.disbursement.rules.lifecycles import (
    SHEET,
    SHEET_LINE,
    TRANCHE,
    TrancheEvent,
    TrancheState,
)
from backoffice.disbursement.rules.sheets import (
    LINES_MAX,
    FrozenLine,
    check_batch,
    may_make,
    roc_year,
    sheet_number,
    taken_refusal,
)
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case


@use_case("sheet.make", requires=Permission.SHEET_MAKE)
def make_sheet(act: Act, tranche_ids: tuple[int, ...], purpose: str) -> int:
    """Put verified tranches of one edition on a new sheet; its columns are frozen here.

    Refuses "sheet.empty", "sheet.too_long" (count, limit), "sheet.tranche_taken" (tranches: which
    of them are no longer free, A89), "sheet.mixed", "sheet.scored", and "sheet.line_blocked"
    (case, why) for what cannot be paid as it stands (A88).
    """
    picked = tuple(sorted(set(tranche_ids)))
    if not picked:
        raise Refused("sheet.empty")
    if len(picked) > LINES_MAX:
        raise Refused("sheet.too_long", count=len(picked), limit=LINES_MAX)
    _hold(act, picked)
    rows = candidates(act.session, picked, today(act))
    if len(rows) != len(picked):
        raise NoResultFound(f"no claim behind some of {picked}")
    check_batch([row.candidate for row in rows])
    scorers = scorers_of_cases(act.session, [row.case_id for row in rows])
    if refusal := may_make(scorers, act.actor.id):
        raise refusal
    _claim(act, rows)
    sheet = _sheet(act, rows, purpose.strip())
    act.session.add(sheet)
    act.session.flush()
    act.session.add_all(_lines(sheet, rows))
    try:
        act.session.flush()
    except IntegrityError as error:
        # The partial index has the last word: a tranche stands on one live line, whatever its row
        # says. Nothing else about these lines can collide.
        raise taken_refusal([row.candidate for row in rows]) from error
    return sheet.id


def _hold(act: Act, picked: Sequence[int]) -> None:
    """Lock the tranches in the order of their numbers, so that two makers never cross."""
    act.session.execute(
        select(Tranche.id).where(Tranche.id.in_(picked)).order_by(Tranche.id).with_for_update()
    )


def _claim(act: Act, rows: Sequence[ReadyRow]) -> None:
    """Take exactly these tranches: the row changes only while it is verified and not held."""
    target = TRANCHE.after(TrancheState.VERIFIED, TrancheEvent.PUT_ON_SHEET)
    claimed = act.session.execute(
        update(Tranche)
        .where(
            Tranche.id.in_([row.tranche_id for row in rows]),
            Tranche.state == TrancheState.VERIFIED,
            Tranche.hold_reason == "",
        )
        .values(state=target, version=Tranche.version + 1)
        .returning(Tranche.id),
        execution_options=AUDITED | {"synchronize_session": False},
    )
    ids = set(claimed.scalars())
    taken = [row.candidate for row in rows if row.tranche_id not in ids]
    if taken:
        raise taken_refusal(taken)
    for row in rows:
        change = {"state": [row.state.value, target.value]}
        audit.record(
            act.session, audit.Change("tranche", row.tranche_id, row.case_id, "changed", change)
        )


def _sheet(act: Act, rows: Sequence[ReadyRow], purpose: str) -> Sheet:
    day = today(act)
    first = rows[0]
    edition = registry.edition_named(first.edition)
    amounts = [row.amount for row in rows]
    return Sheet(
        number=_number(act, first.scheme, roc_year(day)),
        scheme=first.scheme,
        edition=first.edition,
        state=SHEET.initial,
        dated_on=day,
        agency=edition.agency_on(day),
        funding_source=edition.funding_source,
        purpose=purpose,
        row_count=len(rows),
        total=_asserted(total(amounts), amounts),
        made_by=act.actor.id,
        made_by_name=act.actor.name,
        made_at=act.now,
    )


def _asserted(whole: Ntd, amounts: Sequence[Ntd]) -> Ntd:
    assert all(amount.dollars > 0 for amount in amounts), "a line pays something"
    assert whole.dollars == sum(amount.dollars for amount in amounts), "a total is its lines"
    return whole


def _number(act: Act, scheme: str, year: int) -> str:
    """The next number of the scheme and year, claimed: a sheet that is not made leaves no gap."""
    backend = act.session.get_bind().dialect.name
    statement = (postgres_insert if backend == "postgresql" else sqlite_insert)(SheetCounter)
    count = act.session.execute(
        statement.values(scheme=scheme, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[SheetCounter.scheme, SheetCounter.year],
            set_={"last": SheetCounter.last + 1},
        )
        .returning(SheetCounter.last),
        execution_options=AUDITED | {"synchronize_session": False},
    ).scalar_one()
    return sheet_number(year, scheme, count)


def _lines(sheet: Sheet, rows: Sequence[ReadyRow]) -> list[SheetLine]:
    return [
        SheetLine(
            sheet_id=sheet.id,
            position=position,
            tranche_id=row.tranche_id,
            claim_id=row.claim_id,
            case_id=row.case_id,
            state=SHEET_LINE.initial,
            amount=row.amount,
            columns=dict(_frozen(sheet, row, position).frozen()),
            replaces_id=row.returned.id if row.returned else None,
        )
        for position, row in enumerate(rows, start=1)
    ]


def _frozen(sheet: Sheet, row: ReadyRow, position: int) -> FrozenLine:
    line = FrozenLine(
        position=position,
        case_number=row.case_number,
        payee=row.account.holder,
        ubn=row.ubn,
        project=row.project,
        tranche=row.number,
        award=row.award,
        final=row.final,
        paid_before=row.paid_before,
        amount=row.amount,
        bank_code=row.account.bank_code,
        branch_code=row.account.branch_code,
        bank_name=row.account.bank_name,
        account=row.account.number,
        receipt_number=row.receipt_number,
        receipt_on=row.receipt_on,
        approved_on=row.approved_on,
        approval_letter=row.approval_letter,
        funding_source=sheet.funding_source,
        email=row.email,
        pays_again=row.returned.place if row.returned else "",
    )
    assert line.unpaid >= Ntd(0), "a case is never paid more than it was awarded"
    return line
