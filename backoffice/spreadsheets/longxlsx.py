"""Long lists for Excel: the XML of each row goes straight out, so memory does not grow.

openpyxl takes several times as long for the same cells. It still writes the formal sheets, whose
looks are described cell by cell (`xlsx`); a list has a header and rows, and nothing else.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from flask_babel import gettext

from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind, SheetLayout, cleaned
from backoffice.spreadsheets.package import ZipStream
from backoffice.spreadsheets.rows import Dialect, RowWriter
from backoffice.spreadsheets.xlsx import (
    A4,
    ESCAPE_LIKE,
    FONT,
    FORMATS,
    HEADER_FILL,
    LINE_POINTS,
    MARGIN_INCHES,
    ROWS_MAX,
    TEXT_POINTS,
    TEXT_UNITS_MAX,
    sheet_name,
)

PART_CHARACTERS_MAX: Final = 1_000_000_000  # UTF-8 makes at most four times as many bytes of it
ROWS_PER_PIECE: Final = 500
TEXT_PART: Final = 16_000  # characters of one or two units; escaped, still less than 32,767
DAY_ZERO: Final = date(1899, 12, 30).toordinal()
SECONDS_OF_DAY: Final = 86_400

XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES: Final = {kind: place for place, kind in enumerate(ColumnKind, 1)}
HEADER_STYLE: Final = len(STYLES) + 1
TEXT_CELL: Final = '<c s="{}" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
NUMBER_CELL: Final = '<c s="{}"><v>%s</v></c>'


def list_chunks(sheets: Iterable[SheetLayout], *, made_at: datetime) -> Iterator[bytes]:
    """A workbook of lists, in pieces; each sheet has its header and its rows only.

    The rows of a sheet are read when their turn comes, so those of a later one may tell what was
    found in an earlier one. Texts are text cells whatever they begin with. What Excel cannot hold
    is not lost: a list of more than a million rows goes on on another sheet, and a text of more
    than 32,767 characters goes on on the sheet 續文, and says so. Nothing is refused on the way.
    """
    archive = ZipStream()
    workbook = _Workbook(archive)
    yield archive.part("_rels/.rels", _package_relations())
    yield archive.part("docProps/core.xml", _properties(made_at))
    yield archive.part("xl/styles.xml", _styles())
    for layout in chain(sheets, workbook.continued()):
        yield from workbook.write(layout)
    yield archive.part("xl/_rels/workbook.xml.rels", _relations(len(workbook.names)))
    yield archive.part("xl/workbook.xml", _workbook(workbook.names))
    yield archive.part("[Content_Types].xml", _content_types(len(workbook.names)))
    yield archive.end()


@dataclass(slots=True)
class _Workbook:
    """The sheets as they come, and the texts that were too long for their cells."""

    archive: ZipStream
    names: list[str] = field(default_factory=list)
    too_long: list[tuple[str, int, str, bytes]] = field(default_factory=list)

    def write(self, layout: SheetLayout) -> Iterator[bytes]:
        rows = iter(layout.rows)
        following: list[Sequence[CellValue]] = list(islice(rows, 1))
        is_first = True
        while is_first or following:
            name = sheet_name(layout.name, {each.casefold() for each in self.names})
            self.names.append(name)
            part = f"xl/worksheets/sheet{len(self.names)}.xml"
            here = islice(chain(following, rows), ROWS_MAX - 1)
            yield from self.archive.stream(part, self._worksheet(name, layout.columns, here))
            following = list(islice(rows, 1))
            is_first = False

    def _worksheet(
        self, name: str, columns: Sequence[Column], rows: Iterator[Sequence[CellValue]]
    ) -> Iterator[bytes]:
        writer = RowWriter(columns, _dialect(self._shortener(name)))
        yield _worksheet_start(columns, is_first=len(self.names) == 1).encode()
        row = 2
        characters = 0
        while characters < PART_CHARACTERS_MAX and (some := list(islice(rows, ROWS_PER_PIECE))):
            piece = "".join([writer.write(each, number) for number, each in enumerate(some, row)])
            row += len(some)
            characters += len(piece)
            yield piece.encode()
        yield WORKSHEET_END.encode()

    def _shortener(self, sheet: str) -> Callable[[str, int, str], str]:
        def shortened(text: str, row: int, label: str) -> str:
            whole = ESCAPE_LIKE.sub("_x005F_", text)
            if _units(whole) <= TEXT_UNITS_MAX:
                return escape(whole)
            said = gettext("…（全文見工作表「續文」）")
            self.too_long.append((sheet, row, label, zlib.compress(text.encode())))
            return escape(ESCAPE_LIKE.sub("_x005F_", text[: TEXT_PART - len(said)]) + said)

        return shortened

    def continued(self) -> Iterator[SheetLayout]:
        """The sheet with the whole of each text that was too long for its cell, if any was."""
        if self.too_long:
            columns = (
                Column(gettext("工作表"), width=20),
                Column(gettext("列"), ColumnKind.COUNT, width=10),
                Column(gettext("欄"), width=20),
                Column(gettext("段"), ColumnKind.COUNT, width=6),
                Column(gettext("文字"), width=100),
            )
            yield SheetLayout(gettext("續文"), columns, self._parts())

    def _parts(self) -> Iterator[Sequence[CellValue]]:
        for sheet, row, label, packed in self.too_long:
            text = zlib.decompress(packed).decode()
            for number, start in enumerate(range(0, len(text), TEXT_PART), 1):
                yield sheet, row, label, number, text[start : start + TEXT_PART]


def _units(text: str) -> int:
    """Excel counts a character beyond U+FFFF twice."""
    return len(text) if len(text) * 2 <= TEXT_UNITS_MAX else len(text.encode("utf-16-le")) // 2


def _dialect(written: Callable[[str, int, str], str]) -> Dialect:
    cells = {kind: NUMBER_CELL.format(style) for kind, style in STYLES.items()}
    cells[ColumnKind.TEXT] = TEXT_CELL.format(STYLES[ColumnKind.TEXT])
    return Dialect(
        row_start="<row>",
        row_end="</row>",
        cells=cells,
        blanks="<c/>".__mul__,
        is_plain=_is_plain,
        written=written,
        day=lambda day: day.toordinal() - DAY_ZERO,
        instant=_serial,
    )


def _is_plain(texts: str) -> bool:
    return (
        texts.isprintable()
        and "&" not in texts
        and "<" not in texts
        and ">" not in texts
        and "_x" not in texts
        and len(texts) * 2 <= TEXT_UNITS_MAX
    )


def _serial(instant: datetime) -> str:
    seconds = (instant.hour * 60 + instant.minute) * 60 + instant.second
    return f"{instant.toordinal() - DAY_ZERO + seconds / SECONDS_OF_DAY:.9f}"


def _worksheet_start(columns: Sequence[Column], *, is_first: bool) -> str:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"'
        f' style="{STYLES[column.kind]}"/>'
        for place, column in enumerate(columns, 1)
    )
    cell = TEXT_CELL.format(HEADER_STYLE)
    labels = "".join(cell % escape(ESCAPE_LIKE.sub("_x005F_", _label(each))) for each in columns)
    selected = ' tabSelected="1"' if is_first else ""
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{selected} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{LINE_POINTS}" customHeight="1"/>'
        f"<cols>{widths}</cols><sheetData><row>{labels}</row>"
    )


def _label(column: Column) -> str:
    return cleaned(column.label)


WORKSHEET_END: Final = (
    f'</sheetData><pageMargins left="{MARGIN_INCHES}" right="{MARGIN_INCHES}"'
    f' top="{MARGIN_INCHES}" bottom="{2 * MARGIN_INCHES}" header="0.3" footer="0.3"/>'
    f'<pageSetup paperSize="{A4}" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
)


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{163 + style}" formatCode={quoteattr(FORMATS[kind])}/>'
        for kind, style in STYLES.items()
    )
    cells = "".join(
        f'<xf numFmtId="{163 + style}" fontId="0" fillId="0" borderId="0" xfId="0"'
        f' applyNumberFormat="1" applyAlignment="1"{_quoted(kind)}>'
        f'<alignment horizontal="{"left" if kind is ColumnKind.TEXT else "right"}"/></xf>'
        for kind, style in STYLES.items()
    )
    font = f'<sz val="{TEXT_POINTS}"/><name val="{FONT}"/>'
    return (
        f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="{len(STYLES)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        f'<fgColor rgb="FF{HEADER_FILL}"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{HEADER_STYLE + 1}">'
        f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{cells}'
        '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" quotePrefix="1"'
        ' applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center" wrapText="1"/></xf></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _quoted(kind: ColumnKind) -> str:
    # A text stays text whatever it begins with, even after somebody edits the cell.
    return ' quotePrefix="1"' if kind is ColumnKind.TEXT else ""


def _package_relations() -> str:
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>'
    )


def _properties(made_at: datetime) -> str:
    instant = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    terms = 'xmlns:dcterms="http://purl.org/dc/terms/"'
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" {terms} {instance}>'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{instant}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{instant}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def _relations(sheets: int) -> str:
    worksheets = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{worksheets}<Relationship'
        f' Id="r{sheets + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{escape(_quoted_name(name))}!$1:$1</definedName>"
        for place, name in enumerate(names)
    )
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{titles}</definedNames></workbook>"
    )


def _quoted_name(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _content_types(sheets: int) -> str:
    worksheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
        f' ContentType="{TYPES}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    properties = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{properties}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f"{worksheets}</Types>"
    )
