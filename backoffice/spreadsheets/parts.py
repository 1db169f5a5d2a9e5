"""XML parts of a workbook: no document types, no entities, UTF-8 only."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.archive import shown
from backoffice.spreadsheets.limits import MIB

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SMALL_PART_BYTES_MAX = 16 * MIB
SHEET_NAME_MAX = 255
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
UTF8_NAMES = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
# Attributes as XML writes them: a quoted ">" does not end the tag.
ATTRIBUTES = rb"""((?:[^>"']++|"[^"]*"|'[^']*')*+)>"""

FORMULA = "formula"
PERCENT = "percent"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the parser of cells does not tell about one cell; `column` counts from 0."""

    column: int
    what: str
    text: str = ""


@dataclass(slots=True)
class Marks:
    """What the parser of cells does not tell about one sheet. Rows count from 1.

    `areas` are array formulas: first row, first column, last row, last column, inclusive.
    `hidden_columns` are first and last column, inclusive, from 0.
    """

    cells: defaultdict[int, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    areas: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged_count: int = 0

    @property
    def last_formula(self) -> tuple[int, int]:
        """The last row (from 1) and the number of columns that hold a formula; 0, 0 if none."""
        places = [
            (row, mark.column + 1)
            for row, marks in self.cells.items()
            for mark in marks
            if mark.what == FORMULA
        ]
        return max((r for r, _ in places), default=0), max((c for _, c in places), default=0)


def sheet_key(name: str) -> str:
    """A sheet's name as it is matched: NFKC, without spaces around it."""
    return normalize("NFKC", name).strip()


def check_xml(data: bytes | bytearray, part: str) -> None:
    """Refuse "workbook.unsafe_xml" (document type, entities), "workbook.damaged" (not UTF-8)."""
    declared = ENCODING.match(data)
    if data.startswith(UTF16_MARKS) or (declared and declared[1].lower() not in UTF8_NAMES):
        raise Refused("workbook.damaged")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused("workbook.unsafe_xml", part=shown(part))


def tree(data: bytes | bytearray, part: str) -> "Element":
    """A small part, parsed. Refuses as `check_xml` does, and "workbook.damaged" above 16 MiB."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(data) > SMALL_PART_BYTES_MAX:
        raise Refused("workbook.damaged")
    check_xml(data, part)
    try:
        root: Element = fromstring(bytes(data), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused("workbook.unsafe_xml", part=shown(part)) from error
    except (ParseError, ValueError) as error:
        raise Refused("workbook.damaged") from error
    return root
