"""A workbook that comes again: unchanged, or the cells that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from backoffice.spreadsheets.comparison import (
    SHOWN_MAX,
    Comparison,
    Difference,
    Differs,
    compared,
)
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind, SheetLayout
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.reader import Workbook, read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes
from tests.spreadsheets.books import excel
from tests.spreadsheets.office import saved_by_libreoffice

MADE_AT = datetime(2023, 4, 17, tzinfo=UTC)
KEY = "案件編號"
HEADER = (KEY, "企業名稱", "補助款")
A, B, C = ("A-1", "甲公司", 5), ("A-2", "乙公司", 6), ("A-3", "丙公司", 7)

Rows = Sequence[Sequence[Any]]


def book(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> Workbook:
    return read_workbook(excel({"案件": [header, *rows]}))


def books(sheets: Mapping[str, Rows]) -> Workbook:
    return read_workbook(excel(sheets))


def told(comparison: Comparison) -> list[tuple[str, int, str, str, str]]:
    assert comparison.count == len(comparison.shown)
    return [
        (each.what.value, each.row, each.column, each.before, each.after)
        for each in comparison.shown
    ]


@pytest.mark.parametrize("key", [None, KEY])
def test_the_same_cells_are_unchanged(key: str | None) -> None:
    before, after = book(A, B), book(A, B)

    assert compared(before, after, key=key) == Comparison(0, ())
    assert before.digest() == after.digest()


def test_the_same_layout_as_xlsx_and_as_ods_is_the_same_workbook() -> None:
    columns = (
        Column("統一編號"),
        Column("金額", ColumnKind.MONEY),
        Column("日期", ColumnKind.DATE),
        Column("時間", ColumnKind.INSTANT),
        Column("備註"),
    )
    rows: list[Sequence[CellValue]] = [
        ("00123456", 1_500_000, MADE_AT.date(), MADE_AT, " 前後  有空白 "),
        ("=1+1", None, None, None, "行一\n行二\t止"),
    ]
    layout = SheetLayout("表", columns, rows)

    excel_file = read_workbook(workbook_bytes([layout], made_at=MADE_AT))
    open_file = read_workbook(ods_bytes([layout], made_at=MADE_AT))

    assert compared(excel_file, open_file).count == 0
    assert excel_file.digest() == open_file.digest()


def test_what_libreoffice_saves_again_is_the_same_workbook() -> None:
    content = excel({"案件": [HEADER, A, B], "經費": [(KEY, "科目"), ("A-1", "設備")]})

    saved = read_workbook(saved_by_libreoffice(content, "xlsx", "ods"))

    assert compared(read_workbook(content), saved).count == 0
    assert saved.digest() == read_workbook(content).digest()


def test_a_cell_that_differs_is_named_with_its_place_and_both_contents() -> None:
    comparison = compared(book(A, B), book(A, ("A-2", "乙公司", 60)), key=KEY)

    assert comparison.shown == (Difference(Differs.CELL, "案件", 3, "C", "補助款", "6", "60"),)
    assert book(A, B).digest() != book(A, ("A-2", "乙公司", 60)).digest()


def test_a_row_put_in_between_moves_nothing() -> None:
    comparison = compared(book(A, C), book(A, B, C), key=KEY)

    assert told(comparison) == [("row_added", 3, "", "", "A-2｜乙公司｜6")]


def test_a_row_that_is_gone_is_named_by_its_old_place() -> None:
    comparison = compared(book(A, B, C), book(A, C), key=KEY)

    assert told(comparison) == [("row_removed", 3, "", "A-2｜乙公司｜6", "")]


def test_rows_of_one_key_are_matched_in_their_order() -> None:
    before, after = book(A, ("A-1", "甲", 1)), book(A, ("A-1", "甲", 2))

    assert told(compared(before, after, key=KEY)) == [("cell", 3, "C", "1", "2")]


def test_columns_are_matched_by_their_headers_and_strangers_are_named() -> None:
    after = book(("A公司", "A-1", "x"), header=("企業名稱", KEY, "電話"))
    before = book(("A-1", "A公司", 5))

    assert told(compared(before, after, key=KEY)) == [
        ("column_added", 0, "C", "", ""),
        ("column_removed", 0, "C", "", ""),
    ]


def test_without_a_key_cells_are_compared_by_address() -> None:
    assert told(compared(book(A, C), book(A, B))) == [
        ("cell", 3, "A", "A-3", "A-2"),
        ("cell", 3, "B", "丙公司", "乙公司"),
        ("cell", 3, "C", "7", "6"),
    ]


def test_without_a_key_the_header_is_compared_too() -> None:
    other = book(A, header=(KEY, "公司名稱", "補助款"))

    assert told(compared(book(A), other)) == [("cell", 1, "B", "企業名稱", "公司名稱")]


def test_sheets_that_only_one_has_are_named() -> None:
    before = books({"案件": [HEADER, A], "繳費": [(KEY,)]})
    after = books({"案件": [HEADER, A], "貸款": [(KEY,)]})

    assert [(each.what.value, each.sheet) for each in compared(before, after).shown] == [
        ("sheet_added", "貸款"),
        ("sheet_removed", "繳費"),
    ]


def test_a_formula_where_a_value_was_is_no_match_whatever_it_shows() -> None:
    before, after = book(("A-1", "甲", "")), book(("A-1", "甲", "=1+1"))

    (difference,) = compared(before, after, key=KEY).shown

    assert (difference.column, difference.before, difference.formula) == ("C", "", True)
    assert before.digest() != after.digest()


@pytest.mark.parametrize("count", [SHOWN_MAX - 1, SHOWN_MAX, SHOWN_MAX + 1])
def test_two_hundred_are_shown_and_all_are_counted(count: int) -> None:
    before = book(*((f"A-{n}", "甲", 1) for n in range(count)))
    after = book(*((f"A-{n}", "甲", 2) for n in range(count)))

    comparison = compared(before, after, key=KEY)

    assert comparison.count == count
    assert len(comparison.shown) == min(count, SHOWN_MAX)


def test_blank_cells_at_the_end_of_a_row_change_no_digest() -> None:
    assert book((*A, ""), B).digest() == book(A, B).digest()
