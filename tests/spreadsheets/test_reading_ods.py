"""What is read from an honest .ods: the same as from an .xlsx."""

from __future__ import annotations

from backoffice.spreadsheets.reader import CellKind, Row, Sheet, read_workbook
from tests.spreadsheets.books import ods_number, ods_parts, ods_row, ods_text, zipped


def only_sheet(content: bytes) -> Sheet:
    (sheet,) = read_workbook(content).sheets.values()
    return sheet


def test_a_percentage_of_an_ods_is_read_as_it_is_shown() -> None:
    content = zipped(
        ods_parts(ods_row(ods_text("權重")), ods_row(ods_number("0.5", kind="percentage")))
    )

    assert only_sheet(content).rows[0].values == ("50%",)


def test_an_ods_is_read_like_an_xlsx() -> None:
    content = zipped(
        ods_parts(
            ods_row(ods_text("案件編號"), ods_text("金額"), ods_text("日期")),
            ods_row(
                ods_text("A-1"),
                ods_number("30.5"),
                '<table:table-cell office:value-type="date" office:date-value="2023-04-17"/>',
            ),
            ods_row(
                ods_text("00123456"),
                ods_number("2", ' table:formula="of:=1+1"'),
                '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
            ),
        )
    )

    workbook = read_workbook(content)

    assert workbook.kind == "ods"
    sheet = workbook.sheets["案件"]
    assert list(sheet.rows) == [
        Row(2, ("A-1", "30.5", "2023-04-17")),
        Row(3, ("00123456", "2", "TRUE")),
    ]
    assert sheet.kinds == {(3, 1): CellKind.FORMULA, (3, 2): CellKind.BOOLEAN}


def test_repeated_rows_and_columns_of_an_ods_count_one_by_one() -> None:
    content = zipped(
        ods_parts(
            ods_row(ods_text("甲"), ods_text("乙"), ods_text("丙"), ods_text("丁")),
            ods_row("<table:table-cell/>", more=' table:number-rows-repeated="3"'),
            ods_row(
                ods_number("1", ' table:formula="of:=1" table:number-columns-repeated="2"'),
                '<table:table-cell table:number-columns-repeated="1"/>',
                ods_number("0.1", kind="percentage"),
                more=' table:number-rows-repeated="2"',
            ),
        )
    )

    sheet = only_sheet(content)

    values = ("1", "1", None, "10%")
    assert list(sheet.rows) == [Row(5, values), Row(6, values)]
    assert set(sheet.kinds) == {(5, 0), (5, 1), (6, 0), (6, 1)}


def test_a_comment_is_no_part_of_the_cell_it_stands_on() -> None:
    cell_with_comment = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>註解</text:p>'
        "</office:annotation><text:p>00123456</text:p></table:table-cell>"
    )
    content = zipped(ods_parts(ods_row(ods_text("統一編號")), ods_row(cell_with_comment)))

    assert only_sheet(content).rows[0].values == ("00123456",)
