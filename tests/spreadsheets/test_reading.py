"""What is read from an honest workbook: exactly what the user sees, as text."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from backoffice.spreadsheets.reader import (
    CellKind,
    Row,
    Sheet,
    column_letters,
    read_workbook,
)
from tests.spreadsheets.books import (
    excel,
    excel_parts,
    number,
    refused,
    row,
    saved,
    text,
    zipped,
)

PERCENT_STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts><numFmt numFmtId="164" formatCode="0.000%"/>'
    '<numFmt numFmtId="165" formatCode="0&quot;%&quot;"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    "</cellXfs></styleSheet>"
)


def only_sheet(content: bytes) -> Sheet:
    (sheet,) = read_workbook(content).sheets.values()
    return sheet


def cell(value: object) -> str | None:
    """What is read from the only cell below the header 甲, beside a cell that is not blank."""
    sheet = only_sheet(excel({"案件": [["甲", "乙"], [value, "x"]]}))
    return sheet.rows[0].values[0]


def test_a_workbook_is_read_sheet_by_sheet_with_the_row_numbers_of_excel() -> None:
    content = excel({"案件": [["案件編號", "金額"], ["A-1", 5], ["A-2", None]], "經費": [["科目"]]})

    workbook = read_workbook(content)

    assert workbook.kind == "xlsx"
    assert list(workbook.sheets) == ["案件", "經費"]
    assert workbook.sheets["案件"].header == ("案件編號", "金額")
    assert list(workbook.sheets["案件"].rows) == [Row(2, ("A-1", "5")), Row(3, ("A-2", None))]
    assert (workbook.notices, workbook.skipped) == ((), ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "7"),
        (7.0, "7"),
        (-500, "-500"),
        (0, "0"),
        (-0.0, "0"),
        (30.5, "30.5"),
        (9.416666666666666, "9.416666666666666"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (999_999_999_999, "999999999999"),
        (1.5e-7, "0.00000015"),
        (123456.789, "123456.789"),
    ],
)
def test_a_number_is_read_as_it_was_typed(value: float, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    "value",
    [
        "NA",
        "None",
        "nan",
        "null",
        "TRUE",
        "00123456",
        " 前後有空白 ",
        "１２３",
        "1e3",
        "a\nb",
        "𠮷野家",
    ],
)
def test_text_is_read_as_it_was_typed(value: str) -> None:
    assert cell(value) == value


@pytest.mark.parametrize("value", ["", " ", "\u3000", "\n"])
def test_what_cannot_be_seen_is_blank(value: str) -> None:
    assert cell(value) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (dt.date(2023, 4, 17), "2023-04-17"),
        (dt.datetime.fromisoformat("2023-04-17 09:30:05"), "2023-04-17 09:30:05"),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=30, minutes=5), "30:05:00"),
    ],
)
def test_a_date_cell_is_read_as_an_iso_date(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    "number_format", ['[$-404]e"年"m"月"d"日"', "[$-404]e/mm/dd", "yyyy/m/d", "mm-dd-yy"]
)
def test_a_date_is_a_date_however_it_is_shown(number_format: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet["A1"] = "計畫開始日"
    sheet["A2"] = dt.date(2023, 5, 8)
    sheet["A2"].number_format = number_format

    assert only_sheet(saved(workbook)).rows[0].values == ("2023-05-08",)


def test_a_workbook_that_counts_days_from_1904_gives_the_same_date() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.worksheets[0].append(["日期"])
    workbook.worksheets[0].append([dt.date(2023, 5, 8)])

    assert only_sheet(saved(workbook)).rows[0].values == ("2023-05-08",)


@pytest.mark.parametrize(
    ("style", "shown"), [(0, "0.305"), (1, "30.5%"), (2, "30.5%"), (3, "0.305")]
)
def test_a_percentage_is_read_as_it_is_shown(style: int, shown: str) -> None:
    parts = excel_parts(row(1, text("A1", "權重")), row(2, number("A2", 0.305, f' s="{style}"')))
    parts["xl/styles.xml"] = PERCENT_STYLES

    assert only_sheet(zipped(parts)).rows[0].values == (shown,)


def test_a_true_boolean_is_marked() -> None:
    sheet = only_sheet(excel({"案件": [["陸資投資", "其他"], [True, "TRUE"], [False, "否"]]}))

    assert [row.values for row in sheet.rows] == [("TRUE", "TRUE"), ("FALSE", "否")]
    assert sheet.kinds == {(2, 0): CellKind.BOOLEAN, (3, 0): CellKind.BOOLEAN}


def test_an_error_value_is_shown_and_marked() -> None:
    sheet = only_sheet(excel({"案件": [["金額", "名稱"], ["#DIV/0!", "x"], [1, "x"]]}))

    assert sheet.rows[0].values == ("#DIV/0!", "x")
    assert sheet.kinds == {(2, 0): CellKind.ERROR}


def test_a_number_of_more_digits_than_excel_holds_is_marked_as_an_error() -> None:
    sheet = only_sheet(excel({"案件": [["帳號"], [12345678901234567]]}))

    assert sheet.rows[0].values[0] is not None
    assert "e" not in sheet.rows[0].values[0]
    assert sheet.kinds == {(2, 0): CellKind.ERROR}


def test_a_formula_is_marked_with_its_last_value_shown() -> None:
    formula = '<c r="A2"><f>SUM(B2:B9)</f><v>7</v></c>'
    parts = excel_parts(row(1, text("A1", "金額")), row(2, formula))

    sheet = only_sheet(zipped(parts))

    assert sheet.rows[0].values == ("7",)
    assert sheet.kinds == {(2, 0): CellKind.FORMULA}


def test_a_formula_that_was_never_computed_does_not_vanish_with_its_row() -> None:
    sheet = only_sheet(excel({"案件": [["甲", "乙"], ["x", "=1+1"], [None, None], ["=2+2"]]}))

    assert list(sheet.rows) == [Row(2, ("x", None)), Row(4, (None, None))]
    assert sheet.kinds == {(2, 1): CellKind.FORMULA, (4, 0): CellKind.FORMULA}


def test_a_text_that_begins_like_a_formula_is_no_formula() -> None:
    parts = excel_parts(row(1, text("A1", "名稱")), row(2, text("A2", "=1+1")))

    sheet = only_sheet(zipped(parts))

    assert (sheet.rows[0].values, dict(sheet.kinds)) == (("=1+1",), {})


def test_every_value_of_an_array_formula_is_marked() -> None:
    array = '<c r="A2"><f t="array" ref="A2:B3">X1:X4</f><v>1</v></c>'
    parts = excel_parts(
        row(1, text("A1", "甲"), text("B1", "乙")),
        row(2, array, number("B2", 2)),
        row(3, number("A3", 3)),
    )

    kinds = only_sheet(zipped(parts)).kinds

    assert set(kinds) == {(2, 0), (2, 1), (3, 0)}
    assert set(kinds.values()) == {CellKind.FORMULA}


def test_cells_without_references_stand_one_after_the_other() -> None:
    parts = excel_parts(
        '<row><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><t>乙</t></is></c></row>',
        "<row><c><v>1</v></c><c><f>1+1</f><v>2</v></c></row>",
    )

    sheet = only_sheet(zipped(parts))

    assert list(sheet.rows) == [Row(2, ("1", "2"))]
    assert sheet.kinds == {(2, 1): CellKind.FORMULA}


def test_elements_with_a_prefix_are_read_like_those_without() -> None:
    parts = excel_parts()
    parts["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>金額</x:v></x:c></x:row>'
        '<x:row r="2" hidden="1"><x:c r="A2"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )

    workbook = read_workbook(zipped(parts))

    assert list(workbook.sheets["案件"].rows) == [Row(2, ("2",))]
    assert workbook.sheets["案件"].kinds == {(2, 0): CellKind.FORMULA}
    assert [notice.code for notice in workbook.notices] == ["workbook.hidden_rows"]


def test_shared_and_rich_strings_are_read_whole() -> None:
    parts = excel_parts(
        row(1, '<c r="A1" t="s"><v>0</v></c>'), row(2, '<c r="A2" t="s"><v>1</v></c>')
    )
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    parts["xl/sharedStrings.xml"] = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>企業名稱</t></si><si><r><t>永南</t></r><r><t>金屬</t></r></si></sst>"
    )

    sheet = only_sheet(zipped(parts))

    assert (sheet.header, list(sheet.rows)) == (("企業名稱",), [Row(2, ("永南金屬",))])


def test_a_control_character_in_a_text_does_not_shift_the_cells_after_it() -> None:
    parts = excel_parts(
        row(1, text("A1", "甲"), text("B1", "乙")),
        row(2, text("A2", "a_x001F_b"), text("B2", "c_x001E_d")),
    )

    assert list(only_sheet(zipped(parts)).rows) == [Row(2, ("a\ufffdb", "c\ufffdd"))]


def test_headers_and_sheet_names_are_normalised() -> None:
    content = excel({" 案件 ": [["　統一編號 ", "ＡＢＣ（１）"], ["1", "2"]]})

    workbook = read_workbook(content)

    assert workbook.sheets["案件"].header == ("統一編號", "ABC(1)")


def test_a_header_that_stands_twice_is_refused_by_name() -> None:
    content = excel({"案件": [["統一編號", "金額", "統一編號 "], ["1", "2", "3"]]})

    with refused("workbook.duplicate_header", sheet="案件", header="統一編號"):
        read_workbook(content)


def test_two_sheets_of_one_name_are_refused() -> None:
    with refused("workbook.duplicate_sheet", sheet="案件1"):
        read_workbook(zipped(excel_parts(names=["案件1", "案件１"])))


def test_blank_rows_and_columns_before_the_table_keep_their_numbers() -> None:
    parts = excel_parts(
        row(3, text("C3", "甲"), text("D3", "乙")),
        row(7, text("C7", "x"), number("D7", 1)),
    )

    sheet = only_sheet(zipped(parts))

    assert (sheet.header_row, sheet.header) == (3, ("", "", "甲", "乙"))
    assert list(sheet.rows) == [Row(7, (None, None, "x", "1"))]
    assert sheet.address(7, 3) == "D7"


def test_a_blank_sheet_has_no_header_and_no_rows() -> None:
    sheet = only_sheet(excel({"案件": []}))

    assert (sheet.header_row, sheet.header, len(sheet.rows)) == (0, (), 0)


def test_a_sheet_that_nobody_asked_for_is_named_and_not_read() -> None:
    content = excel({"案件": [["案件編號"], ["A-1"]], "說明": [["同名", "同名"]]})

    workbook = read_workbook(content, only={"案件", "經費"})

    assert (list(workbook.sheets), workbook.skipped) == (["案件"], ("說明",))


def test_a_chart_is_no_sheet() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["案件編號"])
    workbook.create_chartsheet("圖表")

    assert list(read_workbook(saved(workbook)).sheets) == ["Sheet"]


def test_rows_may_be_counted_indexed_cut_and_read_again() -> None:
    rows = only_sheet(excel({"案件": [["甲"], ["a"], ["b"], ["c"]]})).rows

    assert len(rows) == 3
    assert rows[-1] == Row(4, ("c",))
    assert list(rows[1:]) == [Row(3, ("b",)), Row(4, ("c",))]
    assert list(rows) == list(rows)


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (199, "GR"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_has_the_letters_of_excel(index: int, letters: str) -> None:
    assert column_letters(index) == letters
