"""The sheet as a workbook: nineteen columns, the agency's name, the sum in words, who signed.

A formal document: its words are Chinese, whatever language its approver reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import force_locale

from backoffice.disbursement.queries.sheets import SheetRecord
from backoffice.disbursement.rules.sheets import FORM, FrozenLine, Kind
from backoffice.kernel.money import total
from backoffice.kernel.taiwan import TAIPEI, in_words, roc_date
from backoffice.scheme import registry
from backoffice.spreadsheets.layout import Column, ColumnKind, Line, Place, SheetLayout
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.xlsx import workbook_bytes

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {Kind.TEXT: ColumnKind.TEXT, Kind.MONEY: ColumnKind.MONEY, Kind.COUNT: ColumnKind.COUNT}


def workbook(sheet: SheetRecord, lines: Sequence[FrozenLine], *, made_at: datetime) -> bytes:
    """The sheet's workbook: the same bytes whenever it is made from the same sheet.

    `made_at` (aware) is the instant of the approval; names and times stand as far as given.
    """
    with force_locale("zh_Hant_TW"):
        return workbook_bytes([_layout(sheet, lines)], made_at=made_at)


def opendocument(sheet: SheetRecord, lines: Sequence[FrozenLine], *, made_at: datetime) -> bytes:
    """The same sheet as .ods, cell by cell; the same bytes whenever it is made from it."""
    return ods_bytes([_layout(sheet, lines)], made_at=made_at)


def _layout(sheet: SheetRecord, lines: Sequence[FrozenLine]) -> SheetLayout:
    assert total(line.amount for line in lines) == sheet.total, "a total is its lines"
    return SheetLayout(
        name=sheet.number,
        columns=[
            Column(each.label, _KINDS[each.kind], each.width, is_summed=each.is_summed)
            for each in FORM
        ],
        rows=(line.cells() for line in lines),
        title_lines=tuple(_heading(sheet)),
        total_label="合計",
        footer_lines=tuple(_footing(sheet)),
        signatures=signatures(sheet),
    )


def _heading(sheet: SheetRecord) -> Iterator[Line]:
    title = registry.edition_named(sheet.edition).title_zh
    yield Line(sheet.agency, Place.CENTER, is_heading=True)
    yield Line("撥款清冊", Place.CENTER, is_heading=True)
    yield Line(f"方案：{title}（{sheet.edition}）")
    yield Line(f"清冊編號：{sheet.number}　　日期：{roc_date(sheet.dated_on)}")
    yield Line(f"用途：{sheet.purpose or '補助款撥付'}")
    yield Line("單位：新臺幣元", Place.END)


def _footing(sheet: SheetRecord) -> Iterator[Line]:
    yield Line(f"筆數：{sheet.row_count} 筆")
    yield Line(f"合計：{sheet.total.dollars:,} 元　{in_words(sheet.total)}")
    yield Line(f"控制碼（SHA-256）：{sheet.content_sha256}")


def signatures(sheet: SheetRecord) -> tuple[str, ...]:
    """The chain of signatures; the accountant-in-chief signs on paper, after the check."""
    return (
        _signed("承辦人", sheet.made_by_name, sheet.made_at),
        _signed("覆核", sheet.checked_by_name, sheet.checked_at),
        _signed("主（會）計", "", None),
        _signed("機關長官（或授權代簽人）", sheet.approved_by_name, sheet.approved_at),
    )


def _signed(role: str, name: str, at: datetime | None) -> str:
    if at is None:
        return f"{role}："
    local = at.astimezone(TAIPEI)
    return f"{role}：{name}　{roc_date(local.date())} {local:%H:%M}"
