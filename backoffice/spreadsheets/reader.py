"""Uploaded workbooks, .xlsx or .ods, as text: checked first, parsed in a child process."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple, overload
from unicodedata import normalize

from backoffice.kernel.child import Child, Ended, TooSlow
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.archive import Member, members_of, shown
from backoffice.spreadsheets.cells import CellKind, column_letters
from backoffice.spreadsheets.limits import INTAKE_LIMITS, Limits
from backoffice.spreadsheets.parts import sheet_key
from backoffice.spreadsheets.records import CELL_END, ROW_END

__all__ = [
    "INTAKE_LIMITS",
    "CellKind",
    "Limits",
    "Notice",
    "Row",
    "Rows",
    "Sheet",
    "Workbook",
    "column_letters",
    "read_workbook",
]

logger = logging.getLogger(__name__)

PARSER = Child("backoffice.spreadsheets.parser", ("python_calamine", "defusedxml"))


class Row(NamedTuple):
    """A row that is not blank: its number as the spreadsheet shows it, and its cells.

    A cell is what the user sees, as text; None if nothing can be seen. As many as headers.
    """

    number: int
    values: tuple[str | None, ...]


class Rows(Sequence[Row]):
    """The rows below the header, kept as joined text and taken apart each time they are read.

    So a sheet of 100,000 rows costs little more memory than its characters.
    """

    __slots__ = ("_joined", "_numbers")

    def __init__(self, numbers: Sequence[int], joined: Sequence[str]) -> None:
        assert len(numbers) == len(joined)
        self._numbers = numbers
        self._joined = joined

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Row]:
        for number, joined in zip(self._numbers, self._joined, strict=True):
            yield Row(number, tuple([cell or None for cell in joined.split(CELL_END)]))

    def put_into(self, take: Callable[[bytes], None]) -> None:
        """Give numbers and cells away row by row, as one unambiguous run of bytes."""
        for number, joined in zip(self._numbers, self._joined, strict=True):
            # What is blank at the end of a row depends on the widest row only.
            take(f"{number}{CELL_END}{joined.rstrip(CELL_END)}{ROW_END}".encode())

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self._numbers[index], self._joined[index])
        cells = self._joined[index].split(CELL_END)
        return Row(self._numbers[index], tuple([cell or None for cell in cells]))


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user should know before trusting what was read; code and facts."""

    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its first row that is not blank is the header, the others are `rows`.

    Names and headers are NFKC without spaces around them; a header is "" where the cell is
    blank. `kinds` names the cells that are formulas, booleans or errors, by row number and
    column from 0; it is empty for most sheets. `header_row` is 0 if the sheet is blank.
    """

    name: str
    header_row: int
    header: tuple[str, ...]
    rows: Rows
    kinds: Mapping[tuple[int, int], CellKind]

    def address(self, row: int, column: int) -> str:
        """The cell's address as the spreadsheet shows it: row 12, column 0 is A12."""
        return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read: the sheets in their order, and what the user should be told.

    Notices, all with the fact `sheet`: "workbook.hidden_sheet", ".hidden_rows" (rows, first),
    ".hidden_columns" (columns), ".merged_cells" (areas), ".unnamed_column" (column).
    `skipped` are the sheets that nobody asked for.
    """

    kind: Literal["xlsx", "ods"]
    sheets: Mapping[str, Sheet]
    notices: tuple[Notice, ...]
    skipped: tuple[str, ...]

    def digest(self) -> str:
        """The SHA-256 of all that is in the cells: equal for equal cells, whatever the bytes.

        The order of the sheets counts for nothing, nor whether they came as .xlsx or .ods.
        """
        found = sha256()
        for name in sorted(self.sheets):
            sheet = self.sheets[name]
            formulas = [at for at, kind in sheet.kinds.items() if kind is CellKind.FORMULA]
            header = CELL_END.join(sheet.header).rstrip(CELL_END)
            facts = (name, sheet.header_row, header, sorted(formulas))
            found.update(repr(facts).encode())
            sheet.rows.put_into(found.update)
        return found.hexdigest()


def read_workbook(
    content: bytes, *, limits: Limits = INTAKE_LIMITS, only: Collection[str] | None = None
) -> Workbook:
    """Read an uploaded workbook; its kind is found by its content, never by its file name.

    `only` names the sheets wanted; None reads them all. A sheet that nobody asked for is not
    parsed, and nothing in its cells can make the file unreadable.

    Refuses what trust.md §2.10 names. From the zip directory, in milliseconds:
    "workbook.too_large", ".not_workbook", ".legacy", ".encrypted", ".damaged",
    ".too_many_parts", ".unsafe_part", ".duplicate_part", ".macros", ".nested",
    ".unpacks_too_large", ".zip_bomb". From the child process that parses: ".unsafe_xml",
    ".too_many_sheets", ".duplicate_sheet", ".too_many_rows", ".too_many_columns",
    ".too_many_cells", ".too_many_formulas", ".cell_too_long", ".too_slow", and ".damaged" if it
    crashes or takes more memory than the file warrants. From the header: ".duplicate_header".
    """
    members = members_of(content, limits)
    head, bodies = _parse(content, members, limits, only)
    sheets: dict[str, Sheet] = {}
    notices = [Notice("workbook.hidden_sheet", {"sheet": name}) for name in head["hidden"]]
    start = 0
    for facts in head["sheets"]:
        body = bodies[start : start + facts["bytes"]]
        start += facts["bytes"]
        sheet = _sheet(facts, body)
        sheets[sheet.name] = sheet
        notices += _notices(facts, sheet)
    return Workbook(head["kind"], sheets, tuple(notices), tuple(head["skipped"]))


def _parse(
    content: bytes, members: Sequence[Member], limits: Limits, only: Collection[str] | None
) -> tuple[dict[str, Any], bytes]:
    request = {
        "limits": asdict(limits),
        "members": members,
        "only": None if only is None else [sheet_key(name) for name in only],
    }
    try:
        return PARSER.ask(request, content, seconds=limits.seconds)
    except TooSlow as error:
        raise Refused("workbook.too_slow") from error
    except Ended as error:
        logger.warning(
            "The parser of an uploaded workbook ended before its answer.",
            extra={"exit_code": error.exit_code, "stderr": error.said},
        )
        raise Refused("workbook.damaged") from error


def _sheet(facts: Mapping[str, Any], body: bytes) -> Sheet:
    name: str = facts["name"]
    numbers: list[int] = facts["numbers"]
    if not numbers:
        return Sheet(name, 0, (), Rows([], []), {})
    joined = body.decode().split(ROW_END)
    header = tuple(normalize("NFKC", cell).strip() for cell in joined[0].split(CELL_END))
    seen: set[str] = set()
    for title in header:
        if title and title in seen:
            raise Refused("workbook.duplicate_header", sheet=name, header=shown(title))
        seen.add(title)
    kinds = {(row, column): CellKind(kind) for row, column, kind in facts["kinds"]}
    return Sheet(name, numbers[0], header, Rows(numbers[1:], joined[1:]), kinds)


def _notices(facts: Mapping[str, Any], sheet: Sheet) -> Iterator[Notice]:
    about = {"sheet": sheet.name}
    if facts["hidden_rows"]:
        rows = facts["hidden_rows"]
        yield Notice("workbook.hidden_rows", about | {"rows": len(rows), "first": rows[0]})
    if facts["hidden_columns"]:
        columns = tuple(column_letters(column) for column in facts["hidden_columns"])
        yield Notice("workbook.hidden_columns", about | {"columns": columns})
    if facts["merged"]:
        yield Notice("workbook.merged_cells", about | {"areas": facts["merged"]})
    for column, title in enumerate(sheet.header):
        if not title and any(row.values[column] for row in sheet.rows):
            letters = column_letters(column)
            yield Notice("workbook.unnamed_column", about | {"column": letters})
