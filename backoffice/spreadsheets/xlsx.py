"""Workbooks for Excel: typed columns, 民國 dates, no formulas, the same bytes every time."""

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask_babel import gettext

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.layout import (
    ColumnKind,
    Line,
    Place,
    SheetLayout,
    cleaned,
    plain,
)

if TYPE_CHECKING:
    from _typeshed import SizedBuffer, StrPath
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.dimensions import RowDimension

TEXT_UNITS_MAX = 32_767
ROWS_MAX = 1_048_576
NAME_MAX = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# Excel reads _x0041_ in a text as the letter A; a text that holds such a thing is escaped.
ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.MONEY: "#,##0",
    ColumnKind.COUNT: "0",
    ColumnKind.SCORE: "0.00",
    ColumnKind.DATE: '[$-404]e"年"m"月"d"日"',
    ColumnKind.INSTANT: '[$-404]e"年"m"月"d"日" hh:mm',
}
# Centred over the blank cells beside it, so that no cells need be merged.
ALIGNMENTS = {Place.START: "left", Place.CENTER: "centerContinuous", Place.END: "right"}
FONT = "標楷體"
HEADING_POINTS = 16
TEXT_POINTS = 12
LINE_POINTS = 18
PADDING = 3  # half-width characters lost to the indent and the edges
SIGNATURE_POINTS = 60
# Every character of Chinese text, by and large, stands after the first of these.
WIDE = re.compile("[\u2e80-\U0010ffff]+")
LINES_AFTER_MAX = 2
COPY_BYTES = 1 << 20
HEADER_FILL = "E7ECF2"
LINE_COLOUR = "8A94A0"
A4 = 9
MARGIN_INCHES = 0.4
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_workbook(sheets: Iterable[SheetLayout], to: IO[bytes], *, made_at: datetime) -> None:
    """Write the sheets in order; memory does not grow with their rows.

    Every text is a text cell, whatever it begins with, and keeps its leading zeros. A sheet
    is printed on A4 landscape, as wide as the paper, its header on every page. `made_at`
    (aware) stands in the properties: equal input gives equal bytes. Names of sheets are cut to
    31 characters and made different, as Excel demands.
    Refuses "workbook.text_too_long" (sheet, column, row, characters, limit),
    "workbook.number_too_large" (number), "workbook.too_long" (sheet, limit).
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    workbook = Workbook(write_only=True)
    instant = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.properties.creator = ""
    workbook.properties.created = instant
    workbook.properties.modified = instant
    try:
        _write_sheets(workbook, sheets)
    except BaseException:
        _discard(workbook)
        raise
    with _SameBytesZip(to, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).write_data()


def workbook_bytes(sheets: Iterable[SheetLayout], *, made_at: datetime) -> bytes:
    """What `write_workbook` writes, in memory."""
    content = BytesIO()
    write_workbook(sheets, content, made_at=made_at)
    return content.getvalue()


def _write_sheets(workbook: "Workbook", sheets: Iterable[SheetLayout]) -> None:
    taken: set[str] = set()
    for layout in sheets:
        name = sheet_name(layout.name, taken)
        taken.add(name.casefold())
        _SheetWriter(workbook, name, layout).write()


def _discard(workbook: "Workbook") -> None:
    """Take away the temporary files that openpyxl would keep until the process ends."""
    started: Iterable[Any] = workbook.worksheets
    for sheet in started:
        if not sheet.closed:
            sheet.close()
        sheet._writer.cleanup()


class _SameBytesZip(ZipFile):
    """An archive that knows neither the time of day nor the modes of files."""

    def write(
        self,
        filename: "StrPath",
        arcname: "StrPath | None" = None,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a file; openpyxl keeps its worksheets in temporary ones."""
        entry = _entry(str(arcname or filename))
        with Path(filename).open("rb") as source, self.open(entry, "w") as part:
            shutil.copyfileobj(source, part, COPY_BYTES)

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: "SizedBuffer | str",
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a part from memory."""
        assert isinstance(zinfo_or_arcname, str)
        super().writestr(_entry(zinfo_or_arcname), data)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, ZIP_EPOCH)
    entry.compress_type = ZIP_DEFLATED
    return entry


class _SheetWriter:
    """One sheet, from its first line to its last; a row leaves memory when it is written."""

    def __init__(self, workbook: "Workbook", name: str, layout: SheetLayout) -> None:
        self.sheet: Any = workbook.create_sheet(name)
        # openpyxl tries a cell as a value first and makes a new cell after each styled one,
        # which takes half the time of a sheet. Without this line it is slower, not wrong.
        self.sheet._values_to_row = _placed
        self.layout = layout
        self.columns = layout.columns
        self.header_row = len(layout.title_lines) + 1
        self.rows_written = 0
        self.heights: dict[float, RowDimension] = {}

    def write(self) -> None:
        self._set_up_page()
        self._append_all()
        self.sheet.close()

    def _append_all(self) -> None:
        for line in self.layout.title_lines:
            self._append_line(line)
        header = partial(
            self._cell, bold=True, horizontal="center", wrap=True, boxed=True, filled=True
        )
        labels = [cleaned(column.label) for column in self.columns]
        lines = max(
            _lines(label, column.width) for label, column in zip(labels, self.columns, strict=True)
        )
        self._append_texts(labels, header, height=lines * LINE_POINTS)
        sums = self._append_rows()
        if self.layout.total_label is not None:
            self._append_total(self.layout.total_label, sums)
        for line in self.layout.footer_lines:
            self._append_line(line)
        if self.layout.signatures:
            self._append_signatures()

    def _append_rows(self) -> list[int]:
        kinds = [column.kind for column in self.columns]
        # openpyxl writes a row at once, so one cell per column, styled once, serves all rows.
        cells: list[Any] = [_fixed(self._body_cell(column.kind)) for column in self.columns]
        summed = [i for i, column in enumerate(self.columns) if column.is_summed]
        sums = [0] * len(kinds)
        rows_max = ROWS_MAX - self.header_row - len(self.layout.footer_lines) - LINES_AFTER_MAX
        for number, row in enumerate(self.layout.rows, 1):
            if number > rows_max:
                raise Refused("workbook.too_long", sheet=self.layout.name, limit=rows_max)
            values = [plain(value, kind) for value, kind in zip(row, kinds, strict=True)]
            lines = 1
            for index, value in enumerate(values):
                if type(value) is str:
                    column = self.columns[index]
                    self._set_text(cells[index], value, number, column.label)
                    widest = len(value) if value.isascii() else 2 * len(value)
                    if widest + PADDING > column.width or "\n" in value:
                        lines = max(lines, _lines(value, column.width))
                elif type(value) is int:
                    cells[index]._value, cells[index].data_type = value, "n"
                else:
                    cells[index].value = value
            for index in summed:
                amount = values[index]
                assert amount is None or isinstance(amount, int), amount
                sums[index] += amount or 0
            self._append(cells, lines * LINE_POINTS)
        return sums

    def _append_total(self, label: str, sums: Sequence[int]) -> None:
        cells = []
        for index, column in enumerate(self.columns):
            cell = self._body_cell(column.kind, bold=True)
            if index == 0:
                cell = self._body_cell(ColumnKind.TEXT, bold=True)
                self._set_text(cell, cleaned(label), 0, column.label)
            if column.is_summed:
                cell.value = plain(sums[index], column.kind)
            cells.append(cell)
        self._append(cells, LINE_POINTS)

    def _append_line(self, line: Line) -> None:
        texts = [""] * len(self.columns)
        texts[-1 if line.place is Place.END else 0] = line.text
        points = HEADING_POINTS if line.is_heading else TEXT_POINTS
        make = partial(
            self._cell, bold=line.is_heading, points=points, horizontal=ALIGNMENTS[line.place]
        )
        self._append_texts(texts, make, height=points * LINE_POINTS / TEXT_POINTS)

    def _append_signatures(self) -> None:
        texts = [""] * len(self.columns)
        step = len(self.columns) / len(self.layout.signatures)
        for index, signature in enumerate(self.layout.signatures):
            texts[int(index * step)] += signature
        self._append_texts(texts, self._cell, height=SIGNATURE_POINTS)

    def _append_texts(
        self, texts: Sequence[str], make: Callable[[], "Cell"], *, height: float
    ) -> None:
        cells = []
        for text in texts:
            cell = make()
            self._set_text(cell, cleaned(text), 0, "")
            cells.append(cell)
        self._append(cells, height)

    def _append(self, cells: Sequence["Cell"], height: float) -> None:
        self.rows_written += 1
        # Excel would fit the height to wrapped text by itself; LibreOffice does not.
        if height != LINE_POINTS:
            self.sheet.row_dimensions[self.rows_written] = self._height(height)
        self.sheet.append(cells)
        self.sheet.row_dimensions.clear()

    def _height(self, points: float) -> "RowDimension":
        from openpyxl.worksheet.dimensions import RowDimension

        if points not in self.heights:
            self.heights[points] = RowDimension(self.sheet, ht=points)
        return self.heights[points]

    def _set_text(self, cell: Any, text: str, row: int, column: str) -> None:
        written = ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text
        # Excel counts a character beyond U+FFFF twice; openpyxl would cut the text in silence.
        if len(written) * 2 > TEXT_UNITS_MAX:
            units = len(written.encode("utf-16-le")) // 2
            if units > TEXT_UNITS_MAX:
                raise Refused(
                    "workbook.text_too_long",
                    sheet=self.layout.name,
                    row=row,
                    column=column,
                    characters=units,
                    limit=TEXT_UNITS_MAX,
                )
        # What `cell.value = …` would find out at every cell is known: a text, and a clean one.
        cell._value = written or None
        cell.data_type = "s" if written else "n"

    def _body_cell(self, kind: ColumnKind, *, bold: bool = False) -> "Cell":
        is_text = kind is ColumnKind.TEXT
        horizontal = "left" if is_text else "right"
        return self._cell(kind, bold=bold, horizontal=horizontal, wrap=is_text, boxed=True)

    def _cell(
        self,
        kind: ColumnKind = ColumnKind.TEXT,
        *,
        bold: bool = False,
        points: int = TEXT_POINTS,
        horizontal: str | None = None,
        wrap: bool = False,
        boxed: bool = False,
        filled: bool = False,
    ) -> "Cell":
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell = WriteOnlyCell(self.sheet)
        cell.font = Font(name=FONT, size=points, bold=bold)
        cell.alignment = Alignment(
            horizontal=horizontal,
            vertical="center",
            wrap_text=wrap,
            indent=int(boxed and horizontal != "center"),
        )
        cell.number_format = FORMATS[kind]
        # A text stays text whatever it begins with, even after somebody edits the cell.
        cell.quotePrefix = kind is ColumnKind.TEXT
        if boxed:
            side = Side(style="thin", color=LINE_COLOUR)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        if filled:
            cell.fill = PatternFill("solid", fgColor=HEADER_FILL)
        return cell

    def _set_up_page(self) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.page import PageMargins
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet = self.sheet
        for index, column in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.sheet_format.defaultRowHeight = LINE_POINTS
        sheet.sheet_format.customHeight = True
        sheet.freeze_panes = f"A{self.header_row + 1}"
        sheet.print_title_rows = f"{self.header_row}:{self.header_row}"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.page_margins = PageMargins(
            left=MARGIN_INCHES, right=MARGIN_INCHES, top=MARGIN_INCHES, bottom=2 * MARGIN_INCHES
        )
        sheet.oddFooter.center.text = gettext(
            "第 %(page)s 頁，共 %(pages)s 頁", page="&P", pages="&N"
        )


def _placed(cells: Iterable["Cell"], row: int) -> Iterator["Cell"]:
    for column, cell in enumerate(cells, 1):
        cell.column = column
        cell.row = row
        yield cell


def _fixed(cell: "Cell") -> Any:
    """The cell with its style looked up once; openpyxl looks it up anew for every row."""
    made = _fixed_class()(cell.parent, row=1, column=1)
    made.style_id = cell.style_id
    return made


@cache
def _fixed_class() -> Any:
    from openpyxl.cell import Cell

    class Fixed(Cell):
        __slots__ = ("style_id",)
        has_style = True

    return Fixed


def _lines(text: str, width: int) -> int:
    """The lines that the text takes in a column of `width` half-width characters."""
    room = max(width - PADDING, 2)
    return sum(
        max(1, ceil((len(line) if line.isascii() else _half_widths(line)) / room))
        for line in text.split("\n")
    )


def _half_widths(text: str) -> int:
    return len(text) + sum(map(len, WIDE.findall(text)))


def sheet_name(name: str, taken: Collection[str]) -> str:
    """The name as Excel takes it: 31 characters, none of []:*?/\\, and none of `taken` again.

    `taken` holds names in lower case (`casefold`).
    """
    plain_name = NOT_IN_NAMES.sub("_", cleaned(name)).strip(" '\n\t") or "_"
    candidate = plain_name[:NAME_MAX]
    number = 2
    while candidate.casefold() in taken:
        suffix = f" ({number})"
        candidate = plain_name[: NAME_MAX - len(suffix)] + suffix
        number += 1
    return candidate
