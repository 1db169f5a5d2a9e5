"""Workbooks in OpenDocument, the format of the government's policy: written straight through.

The same layouts as `xlsx` writes, formal sheets and long lists alike; libraries take fifty times
as long. Memory does not grow with the rows, and equal input gives equal bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import chain, islice
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from backoffice.spreadsheets import odsparts
from backoffice.spreadsheets.layout import (
    CellValue,
    Column,
    ColumnKind,
    Line,
    Place,
    SheetLayout,
    cleaned,
)
from backoffice.spreadsheets.odsparts import MEDIA_TYPE, cell_style, line_style, width_style
from backoffice.spreadsheets.package import ZipStream
from backoffice.spreadsheets.rows import Dialect, RowWriter
from backoffice.spreadsheets.xlsx import ROWS_MAX, sheet_name

__all__ = ["MEDIA_TYPE", "ods_bytes", "ods_chunks"]

ROWS_PER_PIECE: Final = 500
SECONDS_END: Final = len("2024-01-05T11:04:05")
ROW: Final = '<table:table-row table:style-name="r-line">'
ROW_END: Final = "</table:table-row>"
VALUES: Final = {
    ColumnKind.TEXT: 'office:value-type="string"><text:p>%s</text:p>',
    ColumnKind.MONEY: 'office:value-type="float" office:value="%s">',
    ColumnKind.COUNT: 'office:value-type="float" office:value="%s">',
    ColumnKind.SCORE: 'office:value-type="float" office:value="%s">',
    ColumnKind.DATE: 'office:value-type="date" office:date-value="%s">',
    ColumnKind.INSTANT: 'office:value-type="date" office:date-value="%s">',
}
# OpenDocument reads two spaces as one, and none at the edge of a paragraph.
SPACES_LOST: Final = re.compile(r"^ +|(?<= ) +| +$")


def ods_chunks(sheets: Iterable[SheetLayout], *, made_at: datetime) -> Iterator[bytes]:
    """An OpenDocument 1.3 spreadsheet in pieces; sheets in order, rows read when they are due.

    Every text is a text cell, whatever it begins with and however long it is; dates are real and
    shown by the calendar of the Republic. A whole number of 2^53 and more becomes a text. A list
    of more than a million rows goes on on another sheet. `made_at` (aware) stands in the
    properties. Nothing is refused on the way.
    """
    layouts = tuple(sheets)
    archive = ZipStream()
    # Whoever wants to know what this is reads the first bytes, so they are not packed.
    yield archive.stored("mimetype", MEDIA_TYPE.encode("ascii"))
    document = _Document()
    yield from archive.stream("content.xml", document.content(layouts))
    yield archive.part("styles.xml", odsparts.styles())
    yield archive.part("meta.xml", odsparts.meta(made_at))
    yield archive.part("settings.xml", odsparts.settings(document.frozen))
    parts = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
    yield archive.part("META-INF/manifest.xml", odsparts.manifest(parts))
    yield archive.end()


def ods_bytes(sheets: Iterable[SheetLayout], *, made_at: datetime) -> bytes:
    """All of `ods_chunks` at once."""
    content = BytesIO()
    content.writelines(ods_chunks(sheets, made_at=made_at))
    return content.getvalue()


class _Document:
    """The content part, table by table."""

    def __init__(self) -> None:
        self.frozen: list[tuple[str, int]] = []

    def content(self, layouts: Sequence[SheetLayout]) -> Iterator[bytes]:
        widths = [column.width for layout in layouts for column in layout.columns]
        head = (
            f"{odsparts.XML}<office:document-content {odsparts.SPACES}>"
            f"{odsparts.automatic_styles(widths)}<office:body><office:spreadsheet>"
        )
        yield head.encode()
        for layout in layouts:
            yield from self._tables(layout)
        yield b"</office:spreadsheet></office:body></office:document-content>"

    def _tables(self, layout: SheetLayout) -> Iterator[bytes]:
        rows = iter(layout.rows)
        following: list[Sequence[CellValue]] = list(islice(rows, 1))
        above = len(layout.title_lines) + 1
        after = len(layout.footer_lines) + 2  # the total, the signatures
        is_first = True
        while is_first or following:
            here = islice(chain(following, rows), ROWS_MAX - above - after)
            yield from self._table(layout, here)
            following = list(islice(rows, 1))
            is_first = False

    def _table(self, layout: SheetLayout, rows: Iterator[Sequence[CellValue]]) -> Iterator[bytes]:
        table = _Table(layout)
        name = sheet_name(layout.name, {each.casefold() for each, _ in self.frozen})
        self.frozen.append((name, len(layout.title_lines) + 1))
        yield f'<table:table table:name={quoteattr(name)} table:style-name="t">'.encode()
        yield table.start().encode()
        row = len(layout.title_lines) + 2
        while some := list(islice(rows, ROWS_PER_PIECE)):
            write = table.writer.write
            yield "".join([write(each, number) for number, each in enumerate(some, row)]).encode()
            row += len(some)
        yield f"{table.end()}</table:table>".encode()


class _Table:
    """A table's rows before, in and after its body. A form has boxes, a list has not."""

    def __init__(self, layout: SheetLayout) -> None:
        self.layout = layout
        self.columns = layout.columns
        self.is_form = bool(layout.title_lines or layout.total_label or layout.signatures)
        self.writer = RowWriter(layout.columns, _dialect(boxed=self.is_form))

    def start(self) -> str:
        """Columns, the lines above, and the header, which stands on every printed page."""
        labels = "".join(_text_cell(column.label, "header") for column in self.columns)
        return (
            "".join(self._column(column) for column in self.columns)
            + "".join(self._line(line) for line in self.layout.title_lines)
            + f"<table:table-header-rows>{ROW}{labels}{ROW_END}</table:table-header-rows>"
        )

    def end(self) -> str:
        """The total, the lines below, and the names under which people sign."""
        layout = self.layout
        total = self._total(layout.total_label) if layout.total_label is not None else ""
        lines = "".join(self._line(line) for line in layout.footer_lines)
        return total + lines + (self._signatures() if layout.signatures else "")

    def _column(self, column: Column) -> str:
        default = "" if self.is_form else f' table:default-cell-style-name="c-{column.kind.value}"'
        return f'<table:table-column table:style-name="{width_style(column.width)}"{default}/>'

    def _line(self, line: Line) -> str:
        style = line_style(line.place, is_heading=line.is_heading)
        width = len(self.columns)
        if line.place is Place.CENTER and width > 1:
            span = f' table:number-columns-spanned="{width}" table:number-rows-spanned="1"'
            rest = f'<table:covered-table-cell table:number-columns-repeated="{width - 1}"/>'
            return f"{ROW}{_text_cell(line.text, style, span)}{rest}{ROW_END}"
        cell, rest = _text_cell(line.text, style), _blanks(width - 1)
        in_order = rest + cell if line.place is Place.END else cell + rest
        return f"{ROW}{in_order}{ROW_END}"

    def _total(self, label: str) -> str:
        cells = []
        for place, column in enumerate(self.columns):
            style = cell_style(column.kind, boxed=True, bold=True)
            if place in self.writer.sums:
                value = VALUES[column.kind] % self.writer.sums[place]
                cells.append(f'<table:table-cell table:style-name="{style}" {value}{CELL_END}')
            else:
                cells.append(_text_cell("" if place else label, style))
        return f"{ROW}{''.join(cells)}{ROW_END}"

    def _signatures(self) -> str:
        texts = [""] * len(self.columns)
        step = len(self.columns) / len(self.layout.signatures)
        for index, signature in enumerate(self.layout.signatures):
            texts[int(index * step)] += signature
        style = line_style(Place.START, is_heading=False)
        cells = "".join(_text_cell(text, style) for text in texts)
        return f'<table:table-row table:style-name="r-sign">{cells}{ROW_END}'


CELL_END: Final = "</table:table-cell>"


def _dialect(*, boxed: bool) -> Dialect:
    # A list names its styles once, by column; a form has other cells in the same columns.
    def start(kind: ColumnKind) -> str:
        return f'<table:table-cell table:style-name="{cell_style(kind, boxed=True)}" '

    return Dialect(
        row_start=ROW if boxed else "<table:table-row>",
        row_end=ROW_END,
        cells={
            kind: f"{start(kind) if boxed else '<table:table-cell '}{value}{CELL_END}"
            for kind, value in VALUES.items()
        },
        blanks=_boxed_blanks if boxed else _blanks,
        is_plain=_is_plain,
        written=lambda text, _row, _label: _paragraphs(text),
        day=date.isoformat,
        instant=lambda instant: instant.isoformat()[:SECONDS_END],
    )


def _is_plain(texts: str) -> bool:
    return (
        texts.isprintable()
        and "&" not in texts
        and "<" not in texts
        and ">" not in texts
        and (" " not in texts or _keeps_spaces(texts))
    )


def _keeps_spaces(texts: str) -> bool:
    return not (
        "  " in texts
        or "| " in texts
        or " |" in texts
        or texts.startswith(" ")
        or texts.endswith(" ")
    )


def _paragraphs(text: str) -> str:
    """The text as the inside of a paragraph; its line ends begin further paragraphs.

    A tab stays a tab: LibreOffice and calamine keep it so, and lose the element <text:tab/>.
    """
    lines = (
        SPACES_LOST.sub(_spaces, escape(line)).replace("\t", "&#9;") for line in text.split("\n")
    )
    return "</text:p><text:p>".join(lines)


def _spaces(lost: re.Match[str]) -> str:
    return f'<text:s text:c="{len(lost[0])}"/>'


def _text_cell(text: str, style: str, more: str = "") -> str:
    start = f'<table:table-cell table:style-name="{style}"{more}'
    if not text:
        return f"{start}/>"
    value = VALUES[ColumnKind.TEXT] % _paragraphs(cleaned(text))
    return f"{start} {value}{CELL_END}"


def _blanks(count: int) -> str:
    if not count:
        return ""
    repeated = f' table:number-columns-repeated="{count}"' if count > 1 else ""
    return f"<table:table-cell{repeated}/>"


def _boxed_blanks(count: int) -> str:
    style = cell_style(ColumnKind.TEXT, boxed=True)
    repeated = f' table:number-columns-repeated="{count}"' if count > 1 else ""
    return f'<table:table-cell table:style-name="{style}"{repeated}/>'
