"""What the user is told before trusting a workbook: nothing hidden is taken in silence."""

from __future__ import annotations

import openpyxl

from backoffice.spreadsheets.reader import Notice, read_workbook
from tests.spreadsheets.books import (
    excel,
    ods_number,
    ods_parts,
    ods_parts_of,
    ods_row,
    ods_text,
    saved,
    zipped,
)


def a_book() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "案件"
    for values in (["甲", "乙", "丙"], ["1", "2", "3"], ["4", "5", "6"]):
        sheet.append(values)
    return workbook


def notices(workbook: openpyxl.Workbook) -> tuple[Notice, ...]:
    return read_workbook(saved(workbook)).notices


def test_a_plain_workbook_needs_no_notice() -> None:
    assert notices(a_book()) == ()


def test_a_hidden_sheet_is_read_and_announced() -> None:
    workbook = a_book()
    workbook.create_sheet("隱藏").append(["x"])
    workbook.worksheets[1].sheet_state = "veryHidden"

    assert notices(workbook) == (Notice("workbook.hidden_sheet", {"sheet": "隱藏"}),)


def test_hidden_rows_are_read_and_announced_but_not_blank_ones() -> None:
    workbook = a_book()
    for number in (3, 50, 60):
        workbook.worksheets[0].row_dimensions[number].hidden = True

    facts = {"sheet": "案件", "rows": 1, "first": 3}
    assert notices(workbook) == (Notice("workbook.hidden_rows", facts),)


def test_hidden_columns_within_the_table_are_announced() -> None:
    workbook = a_book()
    for letters in ("B", "H"):
        workbook.worksheets[0].column_dimensions[letters].hidden = True

    facts = {"sheet": "案件", "columns": ("B",)}
    assert notices(workbook) == (Notice("workbook.hidden_columns", facts),)


def test_merged_cells_are_announced() -> None:
    workbook = a_book()
    workbook.worksheets[0].merge_cells("A3:B3")

    assert notices(workbook) == (Notice("workbook.merged_cells", {"sheet": "案件", "areas": 1}),)


def test_a_column_with_values_and_no_name_is_announced() -> None:
    content = excel({"案件": [["甲", None, None, "丁"], ["1", None, "3", "4"]]})

    facts = {"sheet": "案件", "column": "C"}
    assert read_workbook(content).notices == (Notice("workbook.unnamed_column", facts),)


def test_what_is_hidden_in_an_ods_is_announced() -> None:
    content = zipped(
        ods_parts(
            ods_row(ods_text("甲"), ods_text("乙")),
            ods_row(ods_number(1), ods_number(2), more=' table:visibility="collapse"'),
            ods_row(
                ods_number(3, ' table:number-columns-spanned="2"'),
                "<table:covered-table-cell/>",
                more=' table:visibility="filter"',
            ),
            before='<table:table-column/><table:table-column table:visibility="collapse"/>',
        )
    )

    assert read_workbook(content).notices == (
        Notice("workbook.hidden_rows", {"sheet": "案件", "rows": 2, "first": 2}),
        Notice("workbook.hidden_columns", {"sheet": "案件", "columns": ("B",)}),
        Notice("workbook.merged_cells", {"sheet": "案件", "areas": 1}),
    )


def test_a_hidden_sheet_of_an_ods_is_announced() -> None:
    style = (
        '<style:style style:name="ta1" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    table = (
        '<table:table table:name="案件" table:style-name="ta1">'
        f"{ods_row(ods_text('甲'))}</table:table>"
    )

    workbook = read_workbook(zipped(ods_parts_of(table, style)))

    assert workbook.notices == (Notice("workbook.hidden_sheet", {"sheet": "案件"}),)
