"""The lists of the reports as files: entries, movements, and the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import Response, abort
from flask_babel import gettext

from backoffice.access import Permission, Role
from backoffice.db import sessions
from backoffice.kernel.taiwan import through_end_of
from backoffice.messages import act_words, shown
from backoffice.messages.records import account_words, subject_words
from backoffice.reports.forms import AsOfForm, AuditForm
from backoffice.reports.queries.audit import AuditRow, case_numbered, people, trail
from backoffice.reports.queries.budget import Entry, MovedRow, all_entries, movements
from backoffice.reports.queries.days import start_of
from backoffice.reports.queries.figures import figures
from backoffice.reports.queries.plan import ShiftRow, shifts
from backoffice.reports.rules import Movement
from backoffice.reports.rules.figures import FIGURES, Figures
from backoffice.reports.views.audit import change_words, wanted_entries
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.budget import NAMED, RATES, SEGMENTS, as_of_day
from backoffice.reports.views.entries import movement_days
from backoffice.reports.views.explanations import label_of
from backoffice.reports.views.plan import rows_of, year_asked
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.filters import percent_bp
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/entries/<scheme>/<stage>/list.<{KINDS}:kind>")
@page(requires=Permission.LEDGER_READ)
def entries_list(scheme: str, stage: str, kind: str) -> Response:
    """Every transfer that makes one figure, newest first, now or as at a past day."""
    figure = FIGURES.get(stage)
    if figure is None or scheme not in registry.schemes():
        abort(404)
    session, form = sessions.session(), AsOfForm()
    as_of: date | None = form.as_of.parsed if form.readable and form.as_of.data else None
    asked = [(gettext("方案"), scheme), (gettext("科目"), label_of(stage))]
    if as_of is not None:
        asked.append((gettext("截至"), shown(as_of)))
    found = all_entries(session, scheme, figure.stages, as_of=as_of, size=CHUNK)
    listing = Listing(gettext("預算分錄"), _entry_columns(), map(_entry, found), asked)
    return send_list(session, listing, kind)


def _entry_columns() -> list[Column]:
    return [
        Column(gettext("分錄"), ColumnKind.COUNT, 10),
        Column(gettext("時間"), ColumnKind.INSTANT, 22),
        Column(gettext("行為"), width=18),
        Column(gettext("對方科目"), width=20),
        Column(gettext("摘要"), width=36),
        Column(gettext("案件"), width=18),
        Column(gettext("人員"), width=12),
        Column(gettext("增減"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("餘額"), ColumnKind.MONEY, 16),
    ]


def _entry(entry: Entry) -> Sequence[CellValue]:
    return (
        entry.id,
        entry.at,
        act_words(entry.act),
        account_words(entry.account),
        entry.memo,
        entry.case_number,
        entry.actor_name or gettext("系統"),
        entry.signed,
        entry.running,
    )


@blueprint.get(f"/movements/<any(awarded, paid):movement>/list.<{KINDS}:kind>")
@page(requires=Permission.BOARD_READ)
def movements_list(movement: str, kind: str) -> Response:
    """Every case whose money was awarded or paid since a day, newest first."""
    session, moved = sessions.session(), Movement(movement)
    since, until = movement_days()
    first, end = start_of(since), through_end_of(until)

    def some(before: int | None) -> tuple[Sequence[MovedRow], int | None]:
        found = movements(session, moved, since=first, until=end, before=before, size=CHUNK)
        return found[:CHUNK], found[CHUNK - 1].id if len(found) > CHUNK else None

    asked = [
        (gettext("異動"), shown(moved)),
        (gettext("自"), shown(since)),
        (gettext("至"), shown(until)),
    ]
    listing = Listing(gettext("金額異動"), _movement_columns(), map(_movement, paged(some)), asked)
    return send_list(session, listing, kind)


def _movement_columns() -> list[Column]:
    return [
        Column(gettext("時間"), ColumnKind.INSTANT, 22),
        Column(gettext("方案"), width=8),
        Column(gettext("案件"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("摘要"), width=36),
        Column(gettext("人員"), width=12),
        Column(gettext("金額"), ColumnKind.MONEY, 16, is_summed=True),
    ]


def _movement(row: MovedRow) -> Sequence[CellValue]:
    return (
        row.at,
        row.scheme,
        row.case_number,
        row.firm_name,
        row.memo,
        row.actor_name or gettext("系統"),
        row.amount,
    )


@blueprint.get(f"/audit/list.<{KINDS}:kind>")
@page(requires=Permission.AUDIT_EXPORT)
def audit_list(kind: str) -> Response:
    """Every entry of the audit that the page finds under these filters, newest first."""
    session, form = sessions.session(), AuditForm()
    names = {0: gettext("系統"), **dict(people(session))}
    number = form.case.text
    wanted = wanted_entries(form, case_numbered(session, number) if number else None)

    def some(before: int | None) -> tuple[Sequence[AuditRow], int | None]:
        found = trail(session, wanted, before=before, size=CHUNK)
        return found.rows, found.next_before

    rows = (_audited(row, names) for row in paged(some))
    listing = Listing(gettext("稽核紀錄"), _audit_columns(), rows, list(_asked(form, names)))
    return send_list(session, listing, kind)


def _asked(form: AuditForm, names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    person = str(form.person.data or "")
    if person:
        known = names.get(int(person)) if person.isdecimal() else None
        yield gettext("人員"), known or person
    if form.act.data:
        yield gettext("行為"), act_words(form.act.data)
    if form.case.text:
        yield gettext("案號"), form.case.text
    if form.since.data:
        yield gettext("自"), str(form.since.data)
    if form.until.data:
        yield gettext("至"), str(form.until.data)


def _audit_columns() -> list[Column]:
    return [
        Column(gettext("序號"), ColumnKind.COUNT, 10),
        Column(gettext("時間"), ColumnKind.INSTANT, 22),
        Column(gettext("人員"), width=12),
        Column(gettext("角色"), width=12),
        Column(gettext("行為"), width=18),
        Column(gettext("案件"), width=18),
        Column(gettext("對象"), width=18),
        Column(gettext("變更"), width=60),
        Column(gettext("理由"), width=36),
    ]


def _audited(row: AuditRow, names: Mapping[int, str]) -> Sequence[CellValue]:
    subject = " ".join(filter(None, (subject_words(row.subject), str(row.subject_id or ""))))
    return (
        row.seq,
        row.at,
        row.actor_name,
        shown(Role(row.actor_role)),
        act_words(row.act),
        row.case_number,
        subject,
        change_words(row.subject, row.changes, names),
        row.note,
    )


@blueprint.get(f"/budget/list.<{KINDS}:kind>")
@page(requires=Permission.LEDGER_READ)
def budget_list(kind: str) -> Response:
    """Every scheme's figures as the page shows them, now or as at a past day."""
    session, form = sessions.session(), AsOfForm()
    as_of = as_of_day(form)
    asked = [(gettext("截至"), shown(as_of))] if as_of else []
    names = titles(guard.now())
    columns = [
        Column(gettext("方案"), width=8),
        Column(gettext("名稱"), width=36),
        *(Column(label_of(name), ColumnKind.MONEY, 18, is_summed=True) for name in NAMED),
        *(Column(label_of(name), width=12) for name in RATES),
        *(
            Column(label_of(stage.value), ColumnKind.MONEY, 18, is_summed=True)
            for stage in SEGMENTS
        ),
    ]
    rows = (_figures_cells(each, names) for each in figures(session, as_of=as_of))
    return send_list(session, Listing(gettext("各方案預算"), columns, rows, asked), kind)


def _figures_cells(found: Figures, names: Mapping[str, str]) -> Sequence[CellValue]:
    return (
        found.scheme,
        names.get(found.scheme, found.scheme),
        *(found.amount(name) for name in NAMED),
        *(percent_bp(found.rate_bp(name)) for name in RATES),
        *(found.amount(stage.value) for stage in SEGMENTS),
    )


@blueprint.get(f"/budget/plan/list.<{KINDS}:kind>")
@page(requires=Permission.LEDGER_READ)
def plan_list(kind: str) -> Response:
    """Every scheme's months of a year: planned, released, spent, and the difference."""
    year = year_asked()
    columns = [
        Column(gettext("方案"), width=8),
        Column(gettext("月份"), ColumnKind.COUNT, 8),
        Column(gettext("計畫分配數"), ColumnKind.MONEY, 18, is_summed=True),
        Column(gettext("已釋出"), ColumnKind.MONEY, 18, is_summed=True),
        Column(gettext("支用"), ColumnKind.MONEY, 18, is_summed=True),
        Column(gettext("差異"), width=12),
    ]
    rows = (
        (
            row.scheme,
            cell.month,
            cell.planned,
            cell.released,
            cell.spent,
            percent_bp(cell.difference_bp),
        )
        for row in rows_of(year)
        for cell in row.cells
    )
    asked = [(gettext("年度"), str(year - 1911))]
    return send_list(sessions.session(), Listing(gettext("各月分配"), columns, rows, asked), kind)


@blueprint.get(f"/budget/shifts/list.<{KINDS}:kind>")
@page(requires=Permission.LEDGER_READ)
def shifts_list(kind: str) -> Response:
    """Every transfer and reduction, newest first."""
    session = sessions.session()

    def some(before: int | None) -> tuple[Sequence[ShiftRow], int | None]:
        found = shifts(session, before=before, size=CHUNK)
        return found[:CHUNK], found[CHUNK - 1].id if len(found) > CHUNK else None

    columns = [
        Column(gettext("公文字號"), width=30),
        Column(gettext("公文日期"), ColumnKind.DATE, 14),
        Column(gettext("種類"), width=8),
        Column(gettext("流出"), width=8),
        Column(gettext("流入"), width=8),
        Column(gettext("金額"), ColumnKind.MONEY, 18),
        Column(gettext("狀態"), width=10),
        Column(gettext("理由"), width=40),
        Column(gettext("登錄"), width=14),
        Column(gettext("核准"), width=14),
        Column(gettext("核准時間"), ColumnKind.INSTANT, 22),
    ]
    rows = (
        (
            row.document_number,
            row.document_on,
            shown(row.kind),
            row.source_scheme,
            row.target_scheme,
            row.amount,
            shown(row.state),
            row.reason,
            row.proposed_by_name,
            row.decided_by_name,
            row.decided_at,
        )
        for row in paged(some)
    )
    return send_list(session, Listing(gettext("流用與減列"), columns, rows), kind)
