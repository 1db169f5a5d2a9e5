"""What python-calamine does not tell about an .xlsx: formulas, errors, percentages, the hidden."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.cells import column_index, column_letters
from backoffice.spreadsheets.limits import Limits
from backoffice.spreadsheets.parts import FORMULA, PERCENT, TEXT, Mark, Marks, tree

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
)
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet", "activex")
BUILT_IN_PERCENT_FORMATS = {9, 10}

# Patterns begin with plain bytes, which are found about ten times as fast as classes. A worksheet
# may name its elements with a prefix; no attribute of these elements holds a ">".
SHEET_DATA = re.compile(rb"<([\w.-]+:)?sheetData[\s/>]")
ANY_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:v|t)[\s>]")
CELL_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)<")
COLUMN = re.compile(rb"<(?:[\w.-]+:)?col(?=\s)([^>]*)>")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,7})([0-9]{0,9})["']""")
AREA = re.compile(rb"""\sref\s*=\s*["']([A-Z]{1,7})([0-9]{1,9}):([A-Z]{1,7})([0-9]{1,9})["']""")
ERROR_TYPE = re.compile(rb"""t=(?:"e"|'e')""")
QUOTED = re.compile(r'"[^"]*"|\\.')
HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
SPAN = re.compile(rb"""\s(min|max)\s*=\s*["']([0-9]{1,9})["']""")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet as the workbook names it, and the part that holds it."""

    name: str
    part: str


def is_workbook(content_types: bytes | bytearray) -> bool:
    """Whether the package is a workbook of Excel 2007 or newer, without macros.

    Refuses "workbook.macros".
    """
    root = tree(content_types, CONTENT_TYPES)
    types = [element.get("ContentType", "") for element in root]
    for kind in types:
        if any(word in kind.lower() for word in MACRO_TYPES):
            raise Refused("workbook.macros", part=CONTENT_TYPES)
    return any(kind in MAIN_TYPES for kind in types)


def sheet_parts(
    workbook: bytes | bytearray, relations: bytes | bytearray
) -> tuple[tuple[str, ...], tuple[SheetPart, ...]]:
    """The names of all sheets in order, and the worksheets among them (charts have no cells).

    Refuses "workbook.damaged", "workbook.unsafe_xml".
    """
    targets = {
        element.get("Id", ""): (element.get("Type", ""), element.get("Target", ""))
        for element in tree(relations, WORKBOOK_RELATIONS)
    }
    names: list[str] = []
    worksheets: list[SheetPart] = []
    for element in tree(workbook, WORKBOOK).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        name = element.get("name", "")
        key = next((v for k, v in element.items() if k.endswith("}id")), "")
        kind, target = targets.get(key, ("", ""))
        names.append(name)
        if kind.endswith("/worksheet"):
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            worksheets.append(SheetPart(name, part))
    return tuple(names), tuple(worksheets)


def percent_styles(styles: bytes | bytearray) -> frozenset[int]:
    """The cell styles that show a number as a percentage. Refuses "workbook.damaged"."""
    formats = set(BUILT_IN_PERCENT_FORMATS)
    formats_of_cells: list[int] = []
    try:
        for element in tree(styles, STYLES).iter():
            match element.tag.rpartition("}")[2]:
                case "numFmt" if "%" in QUOTED.sub("", element.get("formatCode", "")):
                    formats.add(int(element.get("numFmtId", "0")))
                case "cellXfs":
                    formats_of_cells = [int(style.get("numFmtId", "0")) for style in element]
    except ValueError as error:
        raise Refused("workbook.damaged") from error
    return frozenset(place for place, code in enumerate(formats_of_cells) if code in formats)


def row_watch(name: str, limits: Limits) -> Callable[[bytes], None]:
    """Refuse "workbook.too_many_rows" as soon as values come after too many rows."""
    seen = 0

    def watch(piece: bytes) -> None:
        nonlocal seen
        if seen > limits.rows and ANY_VALUE.search(piece):
            raise Refused("workbook.too_many_rows", sheet=name, limit=limits.rows)
        seen += piece.count(b"<row ") + piece.count(b"<row>")

    return watch


def marks_of(data: bytearray, name: str, percents: frozenset[int], limits: Limits) -> Marks:
    """Formulas, errors, percentages, hidden rows and columns, merged cells of a worksheet.

    Refuses "workbook.too_many_rows" and "workbook.too_many_columns" for values that lie beyond
    the limits, before the parser takes memory for the rectangle up to them, and
    "workbook.too_many_formulas", of which each costs more than ten values.
    """
    opening = SHEET_DATA.search(data)
    if opening is None:
        return Marks()
    _check_columns(data, name, limits)
    worksheet = _Worksheet(data, opening)
    worksheet.check_formulas(name, limits)
    worksheet.read_rows(name, limits)
    worksheet.read_columns()
    worksheet.read_formulas()
    worksheet.read_errors()
    if percents:
        worksheet.read_percentages(percents)
    return worksheet.marks


def _check_columns(data: bytearray, name: str, limits: Limits) -> None:
    for match in _beyond(limits.columns).finditer(data):
        tag_ends_at = data.find(b">", match.end())
        if data[tag_ends_at - 1 : tag_ends_at] == b"/":
            continue
        cell_ends_at = data.find(b"<", data.find(b"</", tag_ends_at) + 2)
        if ANY_VALUE.search(data, tag_ends_at, cell_ends_at):
            raise Refused("workbook.too_many_columns", sheet=name, limit=limits.columns)


def _beyond(columns: int) -> re.Pattern[bytes]:
    """References to columns after the first `columns`, by their letters alone."""
    last = column_letters(columns - 1)
    longer = [f"[A-Z]{{{len(last) + 1},7}}"]
    for place, letter in enumerate(last):
        if letter != "Z":
            higher = f"[{chr(ord(letter) + 1)}-Z]"
            longer.append(last[:place] + higher + "[A-Z]" * (len(last) - place - 1))
    return re.compile(rf"""r=["'](?:{"|".join(longer)})[0-9]""".encode())


class _Worksheet:
    def __init__(self, data: bytearray, opening: re.Match[bytes]) -> None:
        prefix = opening[1] or b""
        self.data = data
        self.head = bytes(data[: opening.start()])
        self.marks = Marks()
        self.row_start = b"<" + prefix + b"row"
        self.cell_start = b"<" + prefix + b"c"
        self.formula_start = b"<" + prefix + b"f"

    def check_formulas(self, name: str, limits: Limits) -> None:
        count = sum(self.data.count(self.formula_start + end) for end in (b">", b" ", b"/"))
        if count > limits.formulas:
            raise Refused(
                "workbook.too_many_formulas", sheet=name, formulas=count, limit=limits.formulas
            )

    def read_rows(self, name: str, limits: Limits) -> None:
        number = 0
        row = re.compile(re.escape(self.row_start) + rb"(?=[\s/>])([^>]*)>")
        for match in row.finditer(self.data):
            given = REFERENCE.search(match[1])
            number = int(given[2] or 0) if given else number + 1
            if number > limits.rows:
                if ANY_VALUE.search(self.data, match.end()):
                    raise Refused("workbook.too_many_rows", sheet=name, limit=limits.rows)
                break
            if HIDDEN.search(match[1]):
                self.marks.hidden_rows.append(number)

    def read_columns(self) -> None:
        for match in COLUMN.finditer(self.head):
            if HIDDEN.search(match[1]):
                span: Mapping[bytes, int] = {k: int(v) for k, v in SPAN.findall(match[1])}
                first = span.get(b"min", 1)
                self.marks.hidden_columns.append((first - 1, span.get(b"max", first) - 1))
        after = max(self.data.rfind(b"sheetData>"), 0)
        self.marks.merged_count = self.data.count(b"mergeCell ", after)

    def read_formulas(self) -> None:
        formula = re.compile(re.escape(self.formula_start) + rb"(?=[\s/>])([^>]*)>")
        for match, cursor in self._cells_with(formula):
            self.marks.cells[cursor.row].append(Mark(cursor.column, FORMULA))
            area = AREA.search(match[1])
            if area:
                left, top, right, bottom = (part.decode() for part in area.groups())
                self.marks.areas.append(
                    (int(top), column_index(left), int(bottom), column_index(right))
                )

    def read_errors(self) -> None:
        for match, cursor in self._cells_with(ERROR_TYPE):
            if match[0] in cursor.tag:
                ends_at = self.data.find(b"</", match.end())
                value = CELL_VALUE.search(self.data, match.end(), max(ends_at + 1, 0))
                text = value[1].decode(errors="replace") if value else "#N/A"
                self.marks.cells[cursor.row].append(Mark(cursor.column, TEXT, text))

    def read_percentages(self, percents: frozenset[int]) -> None:
        numbers = b"|".join(b"%d" % style for style in sorted(percents))
        for match, cursor in self._cells_with(
            re.compile(rb"""s=["'](?:""" + numbers + rb""")["']""")
        ):
            if b" " + match[0] in cursor.tag:
                self.marks.cells[cursor.row].append(Mark(cursor.column, PERCENT))

    def _cells_with(
        self, pattern: re.Pattern[bytes]
    ) -> Iterator[tuple[re.Match[bytes], "_Cursor"]]:
        cursor = _Cursor(self.data, self.row_start, self.cell_start, len(self.head))
        for match in pattern.finditer(self.data, len(self.head)):
            cursor.to_cell_before(match.start())
            yield match, cursor


class _Cursor:
    """Goes forward through the cells of a worksheet, over each byte once."""

    def __init__(self, data: bytearray, row_start: bytes, cell_start: bytes, begin: int) -> None:
        self.data = data
        self.row_start = row_start
        self.cell_start = cell_start
        self.passed = begin
        self.searched = begin
        self.row = 0
        self.column = -1
        self.tag = b""

    def to_cell_before(self, position: int) -> None:
        """Go on to the last cell that begins before `position`; stay if that is this one."""
        start = self.data.rfind(self.cell_start, self.searched, position)
        self.searched = max(position - len(self.cell_start), self.searched)
        if start < 0:
            return
        from_position = self.passed
        row_at = self.data.rfind(self.row_start, self.passed, start)
        if row_at >= 0:
            self._start_row(row_at)
            from_position = row_at
        self.tag = bytes(self.data[start : self.data.find(b">", start)])
        given = REFERENCE.search(self.tag)
        if given and given[1] and given[2]:
            self.row, self.column = int(given[2]), column_index(given[1].decode())
        else:
            self.column += 1 + self.data.count(self.cell_start, from_position, start)
        self.passed = start + 1

    def _start_row(self, row_at: int) -> None:
        # Without a number a row stands below the one before it; and so does a cell beside.
        given = REFERENCE.search(self.data[row_at : self.data.find(b">", row_at)])
        skipped = self.data.count(self.row_start, self.passed, row_at)
        self.row = int(given[2] or 0) if given else self.row + skipped + 1
        self.column = -1
