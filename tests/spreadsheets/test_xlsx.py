"""Sheets for Excel: what was meant is what is in the cell, and nothing is a formula."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from backoffice.kernel.money import Ntd
from backoffice.spreadsheets.layout import (
    CellValue,
    Column,
    ColumnKind,
    Line,
    Place,
    SheetLayout,
)
from backoffice.spreadsheets.reader import Row, read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes, write_workbook
from tests.spreadsheets.books import SHEET_PART, parts_of, refused
from tests.spreadsheets.hostile_texts import TEXTS

MADE_AT = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)
ROC_DATE = '[$-404]e"年"m"月"d"日"'
SHEET_COLUMNS = (
    Column("序號", ColumnKind.COUNT, width=6),
    Column("統一編號", width=10),
    Column("本次應撥", ColumnKind.MONEY, is_summed=True),
    Column("開立日期", ColumnKind.DATE),
)
SHEET_ROWS: tuple[tuple[CellValue, ...], ...] = (
    (1, "04595252", Ntd(1_500_000), date(2024, 1, 5)),
    (2, "10458574", Ntd(1_499_999), None),
    (3, "00123456", Ntd(714_286), date(2023, 12, 31)),
)


def a_disbursement_sheet() -> SheetLayout:
    return SheetLayout(
        name="撥款清冊",
        title_lines=(
            Line("經濟部中小及新創企業署", Place.CENTER, is_heading=True),
            Line("單位：新臺幣元", Place.END),
        ),
        columns=SHEET_COLUMNS,
        rows=SHEET_ROWS,
        total_label="合計",
        footer_lines=(Line("共 3 筆"), Line("新臺幣參佰柒拾壹萬肆仟貳佰捌拾伍元整")),
        signatures=("承辦人", "覆核", "主計", "機關長官"),
    )


def texts(*values: str) -> SheetLayout:
    """A sheet of one text column."""
    return SheetLayout("表", (Column("文字"),), tuple((value,) for value in values))


def made(*layouts: SheetLayout) -> bytes:
    return workbook_bytes(layouts, made_at=MADE_AT)


def opened(content: bytes) -> Any:
    """The first sheet, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def one_cell(kind: ColumnKind, value: CellValue) -> Any:
    layout = SheetLayout("表", (Column("欄", kind),), ((value,),))
    return opened(made(layout))["A2"]


def test_a_disbursement_sheet_stands_as_it_was_laid_out() -> None:
    sheet = opened(made(a_disbursement_sheet()))

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert rows == [
        ["經濟部中小及新創企業署", None, None, None],
        [None, None, None, "單位：新臺幣元"],
        ["序號", "統一編號", "本次應撥", "開立日期"],
        [1, "04595252", 1_500_000, datetime.fromisoformat("2024-01-05")],
        [2, "10458574", 1_499_999, None],
        [3, "00123456", 714_286, datetime.fromisoformat("2023-12-31")],
        ["合計", None, 3_714_285, None],
        ["共 3 筆", None, None, None],
        ["新臺幣參佰柒拾壹萬肆仟貳佰捌拾伍元整", None, None, None],
        ["承辦人", "覆核", "主計", "機關長官"],
    ]


def test_amounts_and_dates_are_shown_the_way_of_the_office() -> None:
    sheet = opened(made(a_disbursement_sheet()))

    assert sheet["B4"].number_format == "@"
    assert sheet["C4"].number_format == sheet["C7"].number_format == "#,##0"
    assert sheet["D4"].number_format == ROC_DATE


def test_a_sheet_prints_on_a4_landscape_with_its_header_on_every_page() -> None:
    sheet = opened(made(a_disbursement_sheet()))

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.oddFooter.center.text == "第 &P 頁，共 &N 頁"
    assert sheet.column_dimensions["A"].width == 6


def test_long_text_gets_the_height_that_its_lines_need() -> None:
    sheet = opened(made(texts("短", "字" * 30, "一\n二\n三")))

    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, 18 * 6, 18 * 3]


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_a_text_cell_and_reads_back_as_it_was(text: str) -> None:
    content = made(texts(text))

    cell = opened(content)["A2"]
    (row,) = read_workbook(content).sheets["表"].rows
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert row == Row(2, (text,))


def test_no_text_anywhere_on_a_sheet_is_a_formula() -> None:
    for text in TEXTS:
        layout = SheetLayout(
            name=text,
            title_lines=(Line(text), Line(text, Place.CENTER, is_heading=True)),
            columns=(Column(text), Column("金額", ColumnKind.MONEY, is_summed=True)),
            rows=((text, 1),),
            total_label=text,
            footer_lines=(Line(text, Place.END),),
            signatures=(text, text),
        )
        content = made(layout)

        kinds = {cell.data_type for row in opened(content).iter_rows() for cell in row}
        assert kinds <= {"s", "n"}
        assert b"<f>" not in parts_of(content)[SHEET_PART]


@pytest.mark.parametrize("value", [0, 5, -500, Ntd(999_999_999_999), 2**53 - 1])
def test_an_amount_is_a_number(value: int | Ntd) -> None:
    cell = one_cell(ColumnKind.MONEY, value)

    assert cell.data_type == "n"
    assert cell.value == (value.dollars if isinstance(value, Ntd) else value)


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**18])
def test_a_number_that_excel_would_round_is_refused(value: int) -> None:
    with refused("workbook.number_too_large", number=value):
        one_cell(ColumnKind.MONEY, value)


def test_a_score_keeps_its_two_decimals() -> None:
    cell = one_cell(ColumnKind.SCORE, Decimal("79.50"))

    assert (cell.value, cell.number_format) == (79.5, "0.00")


def test_an_instant_is_shown_in_taipei() -> None:
    cell = one_cell(ColumnKind.INSTANT, MADE_AT)

    assert cell.value == datetime.fromisoformat("2024-01-01 00:30")
    assert cell.number_format == f"{ROC_DATE} hh:mm"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ColumnKind.MONEY, "5"),
        (ColumnKind.TEXT, Ntd(5)),
        (ColumnKind.COUNT, True),
        (ColumnKind.MONEY, Decimal(5)),
        (ColumnKind.DATE, MADE_AT),
        (ColumnKind.INSTANT, MADE_AT.replace(tzinfo=None)),
        (ColumnKind.INSTANT, date(2024, 1, 1)),
    ],
)
def test_a_value_of_another_kind_than_its_column_is_a_programme_error(
    kind: ColumnKind, value: CellValue
) -> None:
    with pytest.raises(AssertionError):
        one_cell(kind, value)


def test_a_row_of_another_length_than_the_header_is_a_programme_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        made(SheetLayout("表", (Column("甲"), Column("乙")), (("x",),)))


@pytest.mark.parametrize("text", ["字" * 32_767, "𠮷" * 16_383, "a" * 32_767])
def test_a_text_as_long_as_a_cell_is_kept_whole(text: str) -> None:
    assert opened(made(texts(text)))["A2"].value == text


@pytest.mark.parametrize("text", ["字" * 32_768, "𠮷" * 16_384, "_x0041_" * 3_000])
def test_a_text_longer_than_a_cell_is_refused_and_never_cut(text: str) -> None:
    with refused("workbook.text_too_long", sheet="表", row=2, column="文字", limit=32_767):
        made(texts("短", text))


def test_a_refused_sheet_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with refused("workbook.text_too_long"):
        made(texts("先前的表"), texts("字" * 32_768))

    assert list(tmp_path.iterdir()) == []


def test_what_no_sheet_can_hold_is_left_out() -> None:
    assert opened(made(texts("a\x00b\x0bc\x1fd\ud800e\ufffef\r\ng\rh")))["A2"].value == (
        "abcdef\ng\nh"
    )


def test_equal_input_gives_equal_bytes() -> None:
    assert made(a_disbursement_sheet()) == made(a_disbursement_sheet())


def test_a_file_written_in_another_place_has_the_same_bytes(tmp_path: Path) -> None:
    with (tmp_path / "清冊.xlsx").open("wb") as file:
        write_workbook([a_disbursement_sheet()], file, made_at=MADE_AT)

    assert (tmp_path / "清冊.xlsx").read_bytes() == made(a_disbursement_sheet())


def test_the_properties_say_when_it_was_made_and_nothing_of_who_or_where() -> None:
    properties = openpyxl.load_workbook(io.BytesIO(made(a_disbursement_sheet()))).properties

    assert properties.created == properties.modified == MADE_AT.replace(tzinfo=None)
    assert not properties.creator


def test_rows_are_taken_one_by_one() -> None:
    def rows() -> Iterator[tuple[str]]:
        yield from (("a",), ("b",))

    content = made(SheetLayout("表", (Column("文字"),), rows()))

    assert [row.values for row in read_workbook(content).sheets["表"].rows] == [("a",), ("b",)]


def test_a_workbook_of_problems_can_be_read_again_as_it_was_sent() -> None:
    header = ("案件編號", "經常僱用員工數", "問題")
    rows = (("A-1", "9.416666666666666", "E_UBN：統一編號不正確"), ("A-2", None, "E_REQUIRED"))
    layout = SheetLayout("案件", [Column(name) for name in header], rows)

    workbook = read_workbook(made(layout))

    assert workbook.notices == ()
    assert workbook.sheets["案件"].header == header
    assert [row.values for row in workbook.sheets["案件"].rows] == list(rows)


def test_names_of_sheets_are_made_such_as_excel_can_open() -> None:
    names = ["查核點", "查核點", "a[b]:c*d?e/f\\g", "長" * 40, "長" * 40, ""]
    content = made(*(SheetLayout(name, (Column("甲"),), ()) for name in names))

    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [
        "查核點", "查核點 (2)", "a_b__c_d_e_f_g", "長" * 31, "長" * 27 + " (2)", "_",
    ]  # fmt: skip
