"""What python-calamine does not tell about an .ods: formulas, percentages, the hidden."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.limits import Limits
from backoffice.spreadsheets.parts import ATTRIBUTES, FORMULA, PERCENT, Mark, Marks

MIMETYPE = "mimetype"
MANIFEST = "META-INF/manifest.xml"
CONTENT = "content.xml"
MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"

# Patterns begin with plain bytes, which are found about ten times as fast as classes.
TABLE = re.compile(rb"<table:table " + ATTRIBUTES)
ROW = re.compile(rb"<table:table-row(?=[\s/>])" + ATTRIBUTES)
CELL = re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])" + ATTRIBUTES)
COLUMN = re.compile(rb"<table:table-column(?=[\s/>])" + ATTRIBUTES)
NAME = re.compile(rb"""\btable:name\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ROWS_REPEATED = re.compile(rb"""table:number-rows-repeated\s*=\s*["']([0-9]{1,18})["']""")
COLUMNS_REPEATED = re.compile(rb"""table:number-columns-repeated\s*=\s*["']([0-9]{1,18})["']""")
# An empty cell is closed here; most rows end in a few thousand of them.
MANY_COLUMNS = re.compile(
    rb"""table:number-columns-repeated\s*=\s*["']([0-9]{1,18})["'](?!\s*/>)"""
)
HIDDEN = re.compile(rb"""table:visibility\s*=\s*["'](?:collapse|filter)["']""")
SPANNED = re.compile(
    rb"""table:number-(?:rows|columns)-spanned\s*=\s*["'](?:[2-9]|[1-9][0-9]+)["']"""
)
VALUE_TYPE = b"office:value-type"
PERCENTAGE = re.compile(rb"""office:value-type\s*=\s*["']percentage["']""")
FORMULA_ATTRIBUTE = b"table:formula"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of the document: its name, and where its rows begin and end in the content."""

    name: str
    start: int
    end: int


def is_encrypted(manifest: bytes | bytearray) -> bool:
    """Whether any part of the document needs a password."""
    return b"encryption-data" in manifest or b"encrypted-package" in manifest


def tables_of(content: bytes | bytearray) -> tuple[Table, ...]:
    """The sheets in order; a table without a name is a cached link and holds no sheet."""
    tables = []
    for match in TABLE.finditer(content):
        name = NAME.search(match[1])
        if name:
            text = unescape((name[1] or name[2] or b"").decode("utf-8", "replace"))
            end = content.find(b"</table:table>", match.end())
            tables.append(Table(text, match.end(), len(content) if end < 0 else end))
    return tuple(tables)


def marks_of(content: bytearray, table: Table, limits: Limits) -> Marks:
    """Formulas, percentages, hidden rows and columns, merged cells of a sheet.

    Refuses "workbook.too_many_rows" and "workbook.too_many_columns" where few bytes stand for
    many rows or columns with values, before the parser writes them out, and
    "workbook.too_many_formulas".
    """
    _check_columns(content, table, limits)
    _check_formulas(content, table, limits)
    marks = Marks()
    _read_rows(content, table, marks, limits)
    first = 0
    for match in COLUMN.finditer(content, table.start, table.end):
        after = first + _repeats(COLUMNS_REPEATED, match[1])
        if HIDDEN.search(match[1]):
            marks.hidden_columns.append((first, after - 1))
        first = after
    marks.merged_count = sum(1 for _ in SPANNED.finditer(content, table.start, table.end))
    return marks


def _repeats(attribute: re.Pattern[bytes], attributes: bytes) -> int:
    match = attribute.search(attributes) if b"repeated" in attributes else None
    return int(match[1]) if match else 1


def _check_columns(content: bytearray, table: Table, limits: Limits) -> None:
    for match in MANY_COLUMNS.finditer(content, table.start, table.end):
        if int(match[1]) <= limits.columns:
            continue
        tag_at = content.rfind(b"<", 0, match.start())
        tag = content[tag_at : content.find(b">", match.end())]
        if b"table-cell" in tag and VALUE_TYPE in tag:
            raise Refused("workbook.too_many_columns", sheet=table.name, limit=limits.columns)


def _check_formulas(content: bytearray, table: Table, limits: Limits) -> None:
    count = content.count(FORMULA_ATTRIBUTE, table.start, table.end)
    if count > limits.formulas:
        raise Refused(
            "workbook.too_many_formulas", sheet=table.name, formulas=count, limit=limits.formulas
        )


def _read_rows(content: bytearray, table: Table, marks: Marks, limits: Limits) -> None:
    last = 0
    has_percentages = bool(PERCENTAGE.search(content, table.start, table.end))
    has_formulas = content.find(FORMULA_ATTRIBUTE, table.start, table.end) >= 0
    for match in ROW.finditer(content, table.start, table.end):
        attributes = match[1]
        first, last = last + 1, last + _repeats(ROWS_REPEATED, attributes)
        if last > limits.rows:
            # The empty rows down to the end of a sheet are one repeated row; that is no fault.
            if content.find(VALUE_TYPE, match.end(), table.end) >= 0:
                raise Refused("workbook.too_many_rows", sheet=table.name, limit=limits.rows)
            break
        if b"visibility" in attributes and HIDDEN.search(attributes):
            marks.hidden_rows.extend(range(first, last + 1))
        if has_percentages or has_formulas:
            ends_at = content.find(b"</table:table-row>", match.end(), table.end)
            if ends_at < 0:
                raise Refused("workbook.damaged")
            found = tuple(_row_marks(content[match.end() : ends_at], limits))
            for row in range(first, last + 1) if found else ():
                marks.cells[row] += found


def _row_marks(row: bytearray, limits: Limits) -> Iterator[Mark]:
    if FORMULA_ATTRIBUTE not in row and not PERCENTAGE.search(row):
        return
    after = 0
    for match in CELL.finditer(row):
        first, after = after, after + _repeats(COLUMNS_REPEATED, match[1])
        columns = range(first, min(after, limits.columns))
        if FORMULA_ATTRIBUTE in match[1]:
            yield from (Mark(column, FORMULA) for column in columns)
        if PERCENTAGE.search(match[1]):
            yield from (Mark(column, PERCENT) for column in columns)
