"""Long lists, written three ways: the same cells whoever reads them, and every text inert."""

from __future__ import annotations

import io
import itertools
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.spreadsheets import longxlsx, ods
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind, SheetLayout, cleaned
from backoffice.spreadsheets.longxlsx import list_chunks
from backoffice.spreadsheets.ods import ods_bytes, ods_chunks
from backoffice.spreadsheets.reader import read_workbook
from tests.spreadsheets.books import parts_of
from tests.spreadsheets.hostile_texts import TEXTS
from tests.spreadsheets.office import shown_by_libreoffice

MADE_AT = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)
COLUMNS = (
    Column("統一編號"),
    Column("申請補助款", ColumnKind.MONEY, is_summed=True),
    Column("件數", ColumnKind.COUNT),
    Column("平均", ColumnKind.SCORE),
    Column("期限", ColumnKind.DATE),
    Column("等候自", ColumnKind.INSTANT),
)
ROW: tuple[CellValue, ...] = (
    "00123456",
    Ntd(-1_500_000),
    3,
    Decimal("79.50"),
    date(2024, 1, 5),
    datetime(2023, 12, 31, 16, 30, 5, tzinfo=UTC),
)
MORE_TEXTS = (
    *TEXTS,
    "1E5",
    "0x1F",
    "9" * 30,
    "\u202e倒過來的字",
    "a\x00b\x1bc",
    "半\ud800個",
    "行一\r\n行二\r行三",
    "\ta\t\tb\t",
    " ",
    "\n\n",
    "尾\n",
    "|a| |b|",
    "mailto:a@example.tw",
    "DDE;=cmd|'/C calc'!A1",
)


def xlsx(*layouts: SheetLayout) -> bytes:
    return b"".join(list_chunks(layouts, made_at=MADE_AT))


def opendocument(*layouts: SheetLayout) -> bytes:
    return ods_bytes(layouts, made_at=MADE_AT)


Writer = Callable[..., bytes]
WRITERS = pytest.mark.parametrize("write", [xlsx, opendocument])
WRITERS_AND_SUFFIXES = pytest.mark.parametrize(
    ("write", "suffix"), [(xlsx, "xlsx"), (opendocument, "ods")]
)


def texts(*values: str) -> SheetLayout:
    """Texts between two others, so that neither a first nor a last cell is lost."""
    columns = (Column("前"), Column("文字"), Column("後"))
    return SheetLayout("表", columns, [("前", value, "後") for value in values])


def by_calamine(content: bytes, sheet: int = 0) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python()


@WRITERS
def test_each_kind_of_value_is_read_back_as_what_it_is(write: Writer) -> None:
    header, row = by_calamine(write(SheetLayout("案件", COLUMNS, [ROW])))

    assert header == [column.label for column in COLUMNS]
    assert row[:4] == ["00123456", -1_500_000, 3, 79.5]
    assert row[4] == date(2024, 1, 5)
    assert row[5] == datetime.fromisoformat("2024-01-01 00:30:05")


@WRITERS
def test_a_cell_without_a_value_is_blank_and_the_next_ones_stay_in_place(write: Writer) -> None:
    rows: list[Sequence[CellValue]] = [
        (None, None, 1, None, None, MADE_AT),
        ("", Ntd(0), None, None, date(2024, 2, 29), None),
        ("甲", None, None, None, None, None),
    ]

    read = by_calamine(write(SheetLayout("案件", COLUMNS, rows)))

    local = datetime.fromisoformat("2024-01-01 00:30:00")
    assert read[1] == ["", "", 1, "", "", local]
    assert read[2] == ["", 0, "", "", date(2024, 2, 29), ""]
    assert read[3] == ["甲", "", "", "", "", ""]


@WRITERS
def test_a_zero_below_a_blank_is_a_zero(write: Writer) -> None:
    rows: list[Sequence[CellValue]] = [
        ("甲", None, 1, Decimal(2), date(2024, 2, 29), MADE_AT),
        ("", Ntd(0), 1, Decimal(2), date(2024, 2, 29), MADE_AT),
    ]

    read = by_calamine(write(SheetLayout("案件", COLUMNS, rows)))

    assert [row[:3] for row in read[1:]] == [["甲", "", 1], ["", 0, 1]]


@WRITERS_AND_SUFFIXES
def test_libreoffice_shows_dates_by_the_calendar_of_the_republic(
    write: Writer, suffix: str
) -> None:
    shown = shown_by_libreoffice(write(SheetLayout("案件", COLUMNS, [ROW])), suffix)

    assert shown[1] == [
        "00123456",
        "-1,500,000",
        "3",
        "79.50",
        "113年1月5日",
        "113年1月1日 00:30",
    ]


def test_openpyxl_reads_a_list_with_its_formats_and_no_formula() -> None:
    content = xlsx(SheetLayout("案件", COLUMNS, [ROW, ("=1+1", None, None, None, None, None)]))

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    assert [cell.value for cell in sheet[2]] == [
        "00123456",
        -1_500_000,
        3,
        79.5,
        datetime.fromisoformat("2024-01-05"),
        datetime.fromisoformat("2024-01-01 00:30:05"),
    ]
    assert [cell.number_format for cell in sheet[2]] == [
        "@",
        "#,##0",
        "0",
        "0.00",
        '[$-404]e"年"m"月"d"日"',
        '[$-404]e"年"m"月"d"日" hh:mm',
    ]
    assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", "=1+1")
    assert sheet["A3"].quotePrefix
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")


@WRITERS
def test_a_hostile_text_is_read_back_as_it_was_and_is_no_formula(write: Writer) -> None:
    content = write(texts(*MORE_TEXTS))

    cells = [row[1] for row in by_calamine(content)[1:]]
    kinds = read_workbook(content).sheets["表"].kinds

    assert len(MORE_TEXTS) >= 40
    assert cells == [cleaned(text) for text in MORE_TEXTS]
    assert kinds == {}


def test_openpyxl_reads_hostile_texts_as_they_were() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(texts(*MORE_TEXTS)))).worksheets[0]

    cells = list(sheet["B"])[1:]

    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    # What openpyxl reads of _x000D_ escapes is what Excel shows.
    shown = [unescape(cell.value) for cell in cells]
    assert shown == [cleaned(text) for text in MORE_TEXTS]


@WRITERS_AND_SUFFIXES
def test_libreoffice_shows_hostile_texts_as_they_were(write: Writer, suffix: str) -> None:
    shown = shown_by_libreoffice(write(texts(*MORE_TEXTS)), suffix)

    assert [row[1] for row in shown[1:]] == [cleaned(text) for text in MORE_TEXTS]


def test_an_opendocument_cell_holds_a_text_of_any_length() -> None:
    longest = "=" + "字" * 40_000

    assert by_calamine(opendocument(texts(longest)))[1][1] == longest


@pytest.mark.parametrize("piece", ["字", "𠮷", "_x0041_"])
def test_a_text_too_long_for_excel_goes_on_on_a_sheet_of_its_own(piece: str) -> None:
    longest = (piece * 40_000)[:40_000]

    content = xlsx(texts("短", longest))

    cell = by_calamine(content)[2][1]
    header, *parts = by_calamine(content, 1)
    assert cell.endswith("…（全文見工作表「續文」）")
    assert header == ["工作表", "列", "欄", "段", "文字"]
    assert {tuple(part[:3]) for part in parts} == {("表", 3, "文字")}
    assert [part[3] for part in parts] == [1, 2, 3]
    assert "".join(part[4] for part in parts) == longest


def test_a_text_of_just_the_length_that_excel_holds_stays_whole() -> None:
    longest = "𠮷" * 16_383 + "字"

    content = xlsx(texts(longest))

    assert by_calamine(content)[1][1] == longest
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == len(parts_of(xlsx(texts("短"))))


@WRITERS
def test_a_number_that_a_spreadsheet_would_round_becomes_a_text(write: Writer) -> None:
    columns = (Column("元", ColumnKind.MONEY), Column("數", ColumnKind.COUNT))
    rows: list[Sequence[CellValue]] = [(Ntd(2**53 - 1), 1), (Ntd(2**53), 1), (-(2**53), None)]

    read = by_calamine(write(SheetLayout("表", columns, rows)))

    assert read[1:] == [[2**53 - 1, 1], [str(2**53), 1], [str(-(2**53)), ""]]


@WRITERS
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ColumnKind.COUNT, True),
        (ColumnKind.COUNT, "3"),
        (ColumnKind.DATE, MADE_AT),
        (ColumnKind.INSTANT, MADE_AT.replace(tzinfo=None)),
        (ColumnKind.TEXT, MADE_AT),
    ],
)
def test_what_a_column_does_not_hold_is_a_programme_error(
    write: Writer, kind: ColumnKind, value: CellValue
) -> None:
    with pytest.raises(AssertionError):
        write(SheetLayout("表", (Column("欄", kind),), [(value,)]))


@WRITERS
def test_a_row_has_a_value_for_every_column(write: Writer) -> None:
    with pytest.raises(AssertionError):
        write(SheetLayout("表", (Column("甲"), Column("乙")), [("一",)]))


@pytest.mark.parametrize(("module", "write", "rows"), [(longxlsx, xlsx, 4), (ods, opendocument, 6)])
def test_a_list_that_is_too_long_goes_on_on_another_sheet(
    module: Any, write: Writer, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_MAX", rows)

    book = CalamineWorkbook.from_filelike(io.BytesIO(write(texts(*"一二三四"))))

    assert book.sheet_names == ["表", "表 (2)"]
    assert [row[1] for row in book.get_sheet_by_name("表").to_python()] == ["文字", *"一二三"]
    assert [row[1] for row in book.get_sheet_by_name("表 (2)").to_python()] == ["文字", "四"]


@WRITERS
def test_a_later_sheet_tells_what_was_found_in_an_earlier_one(write: Writer) -> None:
    counted = itertools.count()

    def rows() -> Iterator[Sequence[CellValue]]:
        for text in "甲乙丙":
            next(counted)
            yield (text,)

    def told() -> Iterator[Sequence[CellValue]]:
        yield (next(counted),)

    content = write(
        SheetLayout("案件", (Column("名"),), rows()),
        SheetLayout("說明", (Column("筆數", ColumnKind.COUNT),), told()),
    )

    assert by_calamine(content, 1) == [["筆數"], [3]]


@WRITERS
def test_a_list_without_rows_still_has_its_header(write: Writer) -> None:
    assert by_calamine(write(SheetLayout("案件", COLUMNS, []))) == [
        [column.label for column in COLUMNS]
    ]


@WRITERS
def test_the_same_list_gives_the_same_bytes(write: Writer) -> None:
    assert write(SheetLayout("案件", COLUMNS, [ROW])) == write(SheetLayout("案件", COLUMNS, [ROW]))


@WRITERS
def test_names_of_sheets_are_made_such_as_excel_takes(write: Writer) -> None:
    names = ("甲/乙:[丙]", "'引號'", "長" * 40, "長" * 40, '<&">')

    content = write(*(SheetLayout(name, (Column("欄"),), []) for name in names))

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["甲_乙__丙_", "引號", "長" * 31, "長" * 27 + " (2)", '<&">']


@pytest.mark.parametrize("chunks", [list_chunks, ods_chunks])
def test_memory_does_not_grow_with_the_rows(
    chunks: Callable[..., Iterator[bytes]],
) -> None:
    def peak(rows: int) -> int:
        layout = SheetLayout("案件", COLUMNS, itertools.repeat(ROW, rows))
        tracemalloc.start()
        for _ in chunks([layout], made_at=MADE_AT):
            pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    short, long = peak(1_000), peak(8_000)

    assert long < 1.2 * short


_TEXT = st.text(max_size=40)
_LATEST = datetime(2199, 12, 31, tzinfo=UTC)
_ROWS = st.lists(
    st.tuples(
        st.none() | _TEXT,
        st.none() | st.integers(-(2**53) + 1, 2**53 - 1).map(Ntd),
        st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
        st.none() | st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
        st.none() | st.dates(date(1912, 1, 1), date(2199, 12, 31)),
        st.none()
        | st.integers(0, int((_LATEST - MADE_AT).total_seconds())).map(
            lambda seconds: MADE_AT + timedelta(seconds=seconds)
        ),
    ),
    max_size=8,
)


def expected(row: Sequence[CellValue]) -> list[Any]:
    """A row as calamine must read it."""
    text, money, count, score, day, instant = row
    assert text is None or isinstance(text, str)
    assert money is None or isinstance(money, Ntd)
    assert instant is None or isinstance(instant, datetime)
    return [
        cleaned(text or ""),
        "" if money is None else money.dollars,
        "" if count is None else count,
        "" if score is None else float(str(score)),
        "" if day is None else day,
        "" if instant is None else instant.astimezone(TAIPEI).replace(tzinfo=None),
    ]


@WRITERS
@settings(deadline=None, max_examples=150)
@given(rows=_ROWS)
def test_any_rows_are_read_back_as_they_were(
    write: Writer, rows: list[tuple[CellValue, ...]]
) -> None:
    # The last row keeps the rectangle whole, which readers cut to what is filled.
    content = write(SheetLayout("案件", COLUMNS, [*rows, ROW]))

    assert by_calamine(content)[1:-1] == [expected(row) for row in rows]
