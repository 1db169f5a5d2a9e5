"""The parts of an .ods beside its cells: styles, 民國 dates, the printed page, the manifest.

Source: OASIS OpenDocument 1.3, parts 2 (packages) and 3 (schema).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from backoffice.spreadsheets.layout import ColumnKind, Place
from backoffice.spreadsheets.xlsx import (
    FONT,
    HEADER_FILL,
    HEADING_POINTS,
    LINE_COLOUR,
    LINE_POINTS,
    MARGIN_INCHES,
    SIGNATURE_POINTS,
    TEXT_POINTS,
)

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
CM_PER_CHARACTER: Final = 0.22  # half-width, at 12 points
OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
SPACES: Final = " ".join(
    (
        *(
            f'xmlns:{name}="{OASIS}:{rest}"'
            for name, rest in (
                ("office", "office:1.0"),
                ("style", "style:1.0"),
                ("text", "text:1.0"),
                ("table", "table:1.0"),
                ("number", "datastyle:1.0"),
                ("fo", "xsl-fo-compatible:1.0"),
                ("config", "config:1.0"),
                ("meta", "meta:1.0"),
            )
        ),
        'xmlns:ooo="http://openoffice.org/2004/office"',
        'office:version="1.3"',
    )
)

_ROC: Final = 'number:calendar="ROC"'
_DAY: Final = (
    f"<number:year {_ROC}/><number:text>年</number:text><number:month {_ROC}/>"
    f"<number:text>月</number:text><number:day {_ROC}/><number:text>日</number:text>"
)
_TIME: Final = (
    '<number:text> </number:text><number:hours number:style="long"/>'
    '<number:text>:</number:text><number:minutes number:style="long"/>'
)
_ROC_STYLE: Final = '<number:date-style style:name="{}" number:language="zh" number:country="TW">'
_WHOLE: Final = 'number:min-integer-digits="1" number:decimal-places="{}"'
_DATA_STYLES: Final = {
    ColumnKind.TEXT: (
        '<number:text-style style:name="f-text"><number:text-content/></number:text-style>'
    ),
    ColumnKind.MONEY: (
        '<number:number-style style:name="f-money">'
        f'<number:number {_WHOLE.format(0)} number:grouping="true"/></number:number-style>'
    ),
    ColumnKind.COUNT: (
        '<number:number-style style:name="f-count">'
        f"<number:number {_WHOLE.format(0)}/></number:number-style>"
    ),
    ColumnKind.SCORE: (
        '<number:number-style style:name="f-score">'
        f"<number:number {_WHOLE.format(2)}/></number:number-style>"
    ),
    ColumnKind.DATE: f"{_ROC_STYLE.format('f-date')}{_DAY}</number:date-style>",
    ColumnKind.INSTANT: f"{_ROC_STYLE.format('f-instant')}{_DAY}{_TIME}</number:date-style>",
}
_BOX: Final = f'fo:border="0.5pt solid #{LINE_COLOUR}"'
_ALIGNED: Final = {Place.START: "start", Place.CENTER: "center", Place.END: "end"}


def width_style(width: int) -> str:
    """The name of the style of columns so many half-width characters wide."""
    return f"w{width}"


def cell_style(kind: ColumnKind, *, boxed: bool = False, bold: bool = False) -> str:
    """The name of the style of cells of this kind: c… in a list, b… in a form, s… in its sum."""
    return f"{'s' if bold else 'b' if boxed else 'c'}-{kind.value}"


def line_style(place: Place, *, is_heading: bool) -> str:
    """The name of the style of a line above or below the table."""
    return f"{'h' if is_heading else 'l'}-{place.value}"


def automatic_styles(widths: Iterable[int]) -> str:
    """Every style that a content part names."""
    columns = "".join(
        f'<style:style style:name="{width_style(width)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * CM_PER_CHARACTER:.2f}cm"/>'
        "</style:style>"
        for width in sorted(set(widths))
    )
    rows = "".join(
        _row(name, points, is_fixed=is_fixed)
        for name, points, is_fixed in (
            ("r-line", LINE_POINTS, False),
            ("r-sign", SIGNATURE_POINTS, True),
        )
    )
    cells = "".join(
        _cell(cell_style(kind, boxed=boxed, bold=bold), kind, boxed=boxed, bold=bold)
        for kind in ColumnKind
        for boxed, bold in ((False, False), (True, False), (True, True))
    )
    lines = "".join(
        _line(line_style(place, is_heading=is_heading), place, is_heading=is_heading)
        for place in Place
        for is_heading in (False, True)
    )
    table = (
        '<style:style style:name="t" style:family="table" style:master-page-name="Default">'
        '<style:table-properties table:display="true" style:writing-mode="lr-tb"/></style:style>'
    )
    return (
        f"<office:automatic-styles>{''.join(_DATA_STYLES.values())}{columns}{rows}{table}{cells}"
        f"{lines}{_header()}</office:automatic-styles>"
    )


def _row(name: str, points: int, *, is_fixed: bool) -> str:
    fitted = "false" if is_fixed else "true"
    return (
        f'<style:style style:name="{name}" style:family="table-row"><style:table-row-properties'
        f' style:row-height="{points}pt" style:use-optimal-row-height="{fitted}"/></style:style>'
    )


def _cell(name: str, kind: ColumnKind, *, boxed: bool, bold: bool) -> str:
    is_text = kind is ColumnKind.TEXT
    wrap = ' fo:wrap-option="wrap"' if boxed and is_text else ""
    box = f" {_BOX}" if boxed else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"'
        f' style:parent-style-name="Default" style:data-style-name="f-{kind.value}">'
        f'<style:table-cell-properties style:vertical-align="middle"{box}{wrap}/>'
        f'<style:paragraph-properties fo:text-align="{"start" if is_text else "end"}"/>'
        f"{_bold() if bold else ''}</style:style>"
    )


def _line(name: str, place: Place, *, is_heading: bool) -> str:
    heading = _bold(HEADING_POINTS) if is_heading else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"'
        ' style:parent-style-name="Default" style:data-style-name="f-text">'
        '<style:table-cell-properties style:vertical-align="middle"/>'
        f'<style:paragraph-properties fo:text-align="{_ALIGNED[place]}"/>{heading}</style:style>'
    )


def _header() -> str:
    return (
        '<style:style style:name="header" style:family="table-cell"'
        ' style:parent-style-name="Default" style:data-style-name="f-text">'
        f'<style:table-cell-properties fo:background-color="#{HEADER_FILL}" {_BOX}'
        ' style:vertical-align="middle" fo:wrap-option="wrap"/>'
        f'<style:paragraph-properties fo:text-align="center"/>{_bold()}</style:style>'
    )


def _bold(points: int = TEXT_POINTS) -> str:
    return (
        f'<style:text-properties fo:font-size="{points}pt" style:font-size-asian="{points}pt"'
        ' fo:font-weight="bold" style:font-weight-asian="bold"/>'
    )


def styles() -> str:
    """The font of every cell, and the page: A4 landscape, as wide as the paper, numbered."""
    margin = f"{MARGIN_INCHES}in"
    font = f'style:font-name="{FONT}" style:font-name-asian="{FONT}"'
    size = f'fo:font-size="{TEXT_POINTS}pt" style:font-size-asian="{TEXT_POINTS}pt"'
    return (
        f"{XML}<office:document-styles {SPACES}><office:font-face-decls>"
        f'<style:font-face style:name="{FONT}"'
        f" {_font_family()}/></office:font-face-decls><office:styles>"
        '<style:style style:name="Default" style:family="table-cell">'
        f"<style:text-properties {font} {size}/></style:style></office:styles>"
        '<office:automatic-styles><style:page-layout style:name="page">'
        '<style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm"'
        f' style:print-orientation="landscape" fo:margin="{margin}" style:scale-to-X="1"'
        ' style:scale-to-Y="0"/><style:footer-style><style:header-footer-properties'
        ' fo:min-height="0.6cm" fo:margin-top="0.2cm"/></style:footer-style></style:page-layout>'
        '<style:style style:name="centred" style:family="paragraph"><style:paragraph-properties'
        ' fo:text-align="center"/></style:style></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Default"'
        ' style:page-layout-name="page"><style:header style:display="false"/><style:footer>'
        '<text:p text:style-name="centred"><text:page-number>1</text:page-number> / '
        "<text:page-count>1</text:page-count></text:p></style:footer></style:master-page>"
        "</office:master-styles></office:document-styles>"
    )


def _font_family() -> str:
    return f'xmlns:svg="{OASIS}:svg-compatible:1.0" svg:font-family="{FONT}"'


def meta(made_at: datetime) -> str:
    """When the document was made."""
    instant = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"{XML}<office:document-meta {SPACES}><office:meta>"
        f"<meta:creation-date>{instant}</meta:creation-date></office:meta></office:document-meta>"
    )


def settings(frozen: Sequence[tuple[str, int]]) -> str:
    """The view: of each sheet so many rows stay in place when the others are rolled."""
    tables = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(name)}>"
        f"{_item('VerticalSplitMode', 'short', 2)}{_item('VerticalSplitPosition', 'int', rows)}"
        f"{_item('ActiveSplitRange', 'short', 2)}{_item('PositionBottom', 'int', rows)}"
        "</config:config-item-map-entry>"
        for name, rows in frozen
    )
    return (
        f"{XML}<office:document-settings {SPACES}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{tables}'
        "</config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set></office:settings>"
        "</office:document-settings>"
    )


def _item(name: str, kind: str, value: int) -> str:
    return (
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}'
        "</config:config-item>"
    )


def manifest(parts: Iterable[str]) -> str:
    """The list of parts, the document itself first."""
    space = f'xmlns:manifest="{OASIS}:manifest:1.0" manifest:version="1.3"'
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{escape(part)}" manifest:media-type="text/xml"/>'
        for part in parts
    )
    return (
        f'{XML}<manifest:manifest {space}><manifest:file-entry manifest:full-path="/"'
        f' manifest:version="1.3" manifest:media-type="{MEDIA_TYPE}"/>{entries}'
        "</manifest:manifest>"
    )
