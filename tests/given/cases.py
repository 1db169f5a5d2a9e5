"""Cases that came in by the real import, and were taken and judged by an officer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case
from backoffice.cases.operations import decide_eligibility, take_from_queue
from backoffice.cases.operations.imports import bring_in, judged, read_upload
from backoffice.cases.queries.imports import ids_of
from backoffice.cases.rules import SHEETS
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI, add_months, local_date, parse_ubn, period_end
from backoffice.spreadsheets.layout import Column as SheetColumn
from backoffice.spreadsheets.layout import SheetLayout
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.use_case import Office
from tests.cases import workbook
from tests.cases.workbook import checkpoint, line, piece
from tests.given.roster import OFFICER

NUMBER = "S01-112-000001"
SUBSIDY = 2_000_000

Change: TypeAlias = Any
"""A column's text (or None), or a sheet's rows (`list[Row]`)."""


def an_imported_case(
    office: Office,
    *,
    number: str = NUMBER,
    scheme: str = "S01",
    subsidy: int = SUBSIDY,
    **changes: Change,
) -> int:
    """A new case in the queue, received now, without findings unless `changes` bring some.

    A change is a column of 案件 with its text (`申請補助款="1"`), or a sheet with its rows
    (`查核點=[…]`). Each number is another firm's. `subsidy` is asked for with as much of the
    firm's own, in the schemes that have a budget.
    """
    made = a_submitted_case(
        office.clock.now(), number=number, scheme=scheme, subsidy=subsidy, **changes
    )
    import_cases(office, [made])
    return case_id_of(office, number)


def a_case_in_review(
    office: Office,
    officer: Actor = OFFICER,
    *,
    number: str = NUMBER,
    scheme: str = "S01",
    subsidy: int = SUBSIDY,
    **changes: Change,
) -> int:
    """A grant case taken and found eligible by the officer: IN_REVIEW, or ACCEPTED elsewhere."""
    case_id = an_imported_case(office, number=number, scheme=scheme, subsidy=subsidy, **changes)
    office.perform(take_from_queue, officer, case_id, version_of(office, case_id))
    office.perform(decide_eligibility, officer, case_id, version_of(office, case_id), (), "")
    return case_id


def import_cases(office: Office, cases: Iterable[workbook.Case], actor: Actor = OFFICER) -> int:
    """Bring a workbook of these cases in; how many were new."""
    upload = Upload("進件.xlsx", as_workbook(cases))
    with Session(office.engine) as session:
        found = judged(session, read_upload(upload))
    return len(office.perform(bring_in, actor, found).new_cases)


def case_id_of(office: Office, number: str) -> int:
    """The key of a case that is in."""
    with Session(office.engine) as session:
        return ids_of(session, [number])[number]


def version_of(office: Office, case_id: int) -> int:
    """The version that a page would show now."""
    with Session(office.engine) as session:
        return session.get_one(Case, case_id).version


def a_submitted_case(
    received_at: datetime,
    *,
    number: str = NUMBER,
    scheme: str = "S01",
    subsidy: int = SUBSIDY,
    **changes: Change,
) -> workbook.Case:
    """The rows of a valid case received at this instant; `changes` as for `an_imported_case`."""
    made = workbook.case(scheme, number)
    row = made["案件"][0]
    row["收件時間"] = received_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
    row["統一編號"] = ubn_of(number)
    row["企業名稱"] = f"測試企業{ubn_of(number)}有限公司"
    _set_period(made, received_at, scheme)
    if subsidy != SUBSIDY:
        _set_amounts(made, subsidy)
    for name, change in changes.items():
        if isinstance(change, list):
            made[name] = [{**each, "案件編號": number} for each in change]
        else:
            row[name] = change
    return made


def ubn_of(number: str) -> str:
    """A valid 統一編號 for the case number, the same each time."""
    seed = sum(ord(letter) * 131**place for place, letter in enumerate(number)) % 9_000_000
    for last in range(10):
        found = f"{seed + 1_000_000}{last}"
        try:
            return parse_ubn(found)
        except Refused:
            continue
    raise AssertionError("of ten last digits two hold")


def as_workbook(cases: Iterable[workbook.Case]) -> bytes:
    """An .xlsx of the cases, every sheet of the format in it; equal cases give equal bytes."""
    listed = list(cases)
    layouts = [
        SheetLayout(
            sheet.name,
            [SheetColumn(column.name) for column in sheet.columns],
            [
                [row.get(column.name) for column in sheet.columns]
                for made in listed
                for row in made.get(sheet.name, [])
            ],
        )
        for sheet in SHEETS
    ]
    return workbook_bytes(layouts, made_at=datetime(2023, 4, 17, tzinfo=UTC))


def _set_period(made: workbook.Case, received_at: datetime, scheme: str) -> None:
    row = made["案件"][0]
    if row.get("計畫開始日") is None:
        return
    starts_on = local_date(received_at)
    period = workbook.edition(scheme).period
    ends_on = period_end(starts_on, period.months if period and period.months else 12)
    row["計畫開始日"] = starts_on.isoformat()
    row["計畫結束日"] = ends_on.isoformat()
    if "查核點" in made:
        halfway = add_months(starts_on, 5)
        points = [checkpoint(halfway.isoformat(), "50"), checkpoint(ends_on.isoformat(), "50")]
        made["查核點"] = [{**each, "案件編號": row["案件編號"]} for each in points]


def _set_amounts(made: workbook.Case, subsidy: int) -> None:
    """As much of the firm's own as of subsidy: a quarter equipment, a quarter materials."""
    row = made["案件"][0]
    if row.get("總經費") is None:
        return
    row |= {"總經費": str(2 * subsidy), "申請補助款": str(subsidy), "自籌款": str(subsidy)}
    quarter = subsidy // 4
    rest = subsidy - 2 * quarter
    imported = 2 * quarter // 5
    sheets = {
        "經費": [
            line("消耗性器材及原材料費", quarter, quarter),
            line("全新設備之購置費", quarter, quarter),
            line("既有設備之改善費", rest, rest),
        ],
        "設備": [piece(2 * quarter - 2 * imported), piece(imported, "進口", quantity=2)],
    }
    for name, rows in sheets.items():
        made[name] = [{**each, "案件編號": row["案件編號"]} for each in rows]
