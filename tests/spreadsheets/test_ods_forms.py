"""Formal sheets in OpenDocument: what the .xlsx says, the .ods says, cell by cell."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from defusedxml.ElementTree import fromstring

from backoffice.kernel.money import Ntd
from backoffice.spreadsheets.comparison import compared
from backoffice.spreadsheets.layout import Column, ColumnKind, Line, Place, SheetLayout
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.reader import read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes
from tests.spreadsheets.books import ODS_TYPE, parts_of
from tests.spreadsheets.office import shown_by_libreoffice

MADE_AT = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)


def a_form() -> SheetLayout:
    return SheetLayout(
        name="112-S01-0001",
        title_lines=(
            Line("經濟部中小及新創企業署", Place.CENTER, is_heading=True),
            Line("方案：智慧升級"),
            Line("單位：新臺幣元", Place.END),
        ),
        columns=(
            Column("序號", ColumnKind.COUNT, width=6),
            Column("統一編號", width=12),
            Column("本次應撥", ColumnKind.MONEY, is_summed=True),
            Column("開立日期", ColumnKind.DATE),
            Column("備註"),
        ),
        rows=(
            (1, "04595252", Ntd(1_500_000), date(2024, 1, 5), None),
            (2, "00123456", Ntd(714_286), None, "=重匯"),
        ),
        total_label="合計",
        footer_lines=(Line("共 2 筆"),),
        signatures=("承辦人", "覆核", "主計", "機關長官"),
    )


@pytest.fixture(scope="module")
def content() -> bytes:
    return ods_bytes([a_form()], made_at=MADE_AT)


def test_libreoffice_shows_the_form_as_it_was_laid_out(content: bytes) -> None:
    shown = shown_by_libreoffice(content, "ods")

    assert shown == [
        ["經濟部中小及新創企業署", "", "", "", ""],
        ["方案：智慧升級", "", "", "", ""],
        ["", "", "", "", "單位：新臺幣元"],
        ["序號", "統一編號", "本次應撥", "開立日期", "備註"],
        ["1", "04595252", "1,500,000", "113年1月5日", ""],
        ["2", "00123456", "714,286", "", "=重匯"],
        ["合計", "", "2,214,286", "", ""],
        ["共 2 筆", "", "", "", ""],
        ["承辦人", "覆核", "主計", "機關長官", ""],
    ]


def test_the_ods_and_the_xlsx_of_a_form_hold_the_same_cells(content: bytes) -> None:
    excel_file = read_workbook(workbook_bytes([a_form()], made_at=MADE_AT))

    assert compared(excel_file, read_workbook(content)).count == 0


def test_the_same_form_gives_the_same_bytes(content: bytes) -> None:
    assert ods_bytes([a_form()], made_at=MADE_AT) == content


def test_whoever_reads_the_first_bytes_knows_what_it_is(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]

    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert not first.flag_bits & 0x8
    assert content[30:38] == b"mimetype"
    assert content[38:].startswith(ODS_TYPE.encode())


SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


def test_the_manifest_names_every_part_and_the_version(content: bytes) -> None:
    parts = parts_of(content)
    space = SPACE % "manifest"
    manifest = fromstring(parts["META-INF/manifest.xml"])

    entries = {each.get(f"{space}full-path") for each in manifest}

    assert manifest.get(f"{space}version") == "1.3"
    assert entries == {"/"} | (parts.keys() - {"mimetype", "META-INF/manifest.xml"})


def test_every_part_is_whole_and_says_1_3(content: bytes) -> None:
    for name, part in parts_of(content).items():
        if name not in ("mimetype", "META-INF/manifest.xml"):
            assert fromstring(part).get(f"{SPACE % 'office'}version") == "1.3", name


def test_every_style_that_a_cell_names_is_there(content: bytes) -> None:
    root = fromstring(parts_of(content)["content.xml"])
    style, table = SPACE % "style", SPACE % "table"
    given = {each.get(f"{style}name") for each in root.iter(f"{style}style")}

    named = {
        value
        for element in root.iter()
        for key, value in element.attrib.items()
        if key.startswith(table) and key.endswith("style-name")
    }

    assert named
    assert named <= given


def test_the_total_needs_no_formula(content: bytes) -> None:
    assert b"table:formula" not in parts_of(content)["content.xml"]
