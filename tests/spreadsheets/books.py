"""Workbooks made in memory, honest and hostile, part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from backoffice.kernel.refusal import Refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
SHEET_PART = "xl/worksheets/sheet1.xml"

Parts = dict[str, str | bytes]


@contextmanager
def refused(code: str, **facts: object) -> Iterator[None]:
    """The block must be refused with this code, and at least these facts."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert facts.items() <= caught.value.facts.items()


def zipped(parts: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]) -> bytes:
    """An archive of these parts, deflated, in this order; a name may stand twice."""
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def excel(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .xlsx as openpyxl writes it: a text that begins with = is a formula without a value."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def excel_parts(*rows: str, names: Sequence[str] = ("案件",), head: str = "") -> Parts:
    """The parts of an .xlsx whose first sheet has these <row> elements; the others are blank."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    parts: Parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
        ),
    }
    for number in numbers:
        data = "".join(rows) if number == 1 else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{head}<sheetData>{data}</sheetData></worksheet>'
        )
    return parts


def row(number: int, *cells: str, more: str = "") -> str:
    """A <row> element."""
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def text(reference: str, content: str) -> str:
    """A <c> element with text in it."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(content)}</t></is></c>'


def number(reference: str, value: object, more: str = "") -> str:
    """A <c> element with a number."""
    return f'<c r="{reference}"{more}><v>{value}</v></c>'


def ods_parts(*rows: str, name: str = "案件", before: str = "", attributes: str = "") -> Parts:
    """The parts of an .ods whose one sheet has these <table:table-row> elements."""
    table = f'<table:table table:name="{name}"{attributes}>{before}{"".join(rows)}</table:table>'
    return ods_parts_of(table)


def ods_parts_of(tables: str, styles: str = "") -> Parts:
    """The parts of an .ods with these <table:table> elements."""
    return {
        "mimetype": ODS_TYPE,
        "META-INF/manifest.xml": (
            f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
            "</manifest:manifest>"
        ),
        "content.xml": (
            f'<office:document-content xmlns:office="{OASIS}:office:1.0" '
            f'xmlns:style="{OASIS}:style:1.0" '
            f'xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0">'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>"
        ),
    }


def ods_row(*cells: str, more: str = "") -> str:
    """A <table:table-row> element."""
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_text(content: str, more: str = "") -> str:
    """A cell with text in it."""
    paragraph = f"<text:p>{escape(content)}</text:p>"
    return f'<table:table-cell{more} office:value-type="string">{paragraph}</table:table-cell>'


def ods_number(value: object, more: str = "", kind: str = "float") -> str:
    """A cell with a number."""
    return f'<table:table-cell{more} office:value-type="{kind}" office:value="{value}"/>'
