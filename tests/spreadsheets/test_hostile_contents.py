"""Workbooks whose directory is honest and whose contents are not."""

from __future__ import annotations

import logging
import random
from dataclasses import replace

import pytest

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.reader import INTAKE_LIMITS, Workbook, read_workbook
from tests.spreadsheets.books import (
    MAIN,
    SHEET_PART,
    excel,
    excel_parts,
    number,
    ods_number,
    ods_parts,
    ods_row,
    ods_text,
    parts_of,
    refused,
    row,
    text,
    zipped,
)

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x SYSTEM "file:///etc/hostname">'
READ_AND_SMALL = row(1, text("A1", "甲")), row(2, number("A2", 1))
SHARED_STRINGS = "xl/sharedStrings.xml"
MUTATIONS = 150


def a_book() -> bytes:
    cases: list[list[object]] = [[f"A-{n:03}", n, "112/05/08"] for n in range(40)]
    rows: list[list[object]] = [["案件編號", "金額", "日期"], *cases]
    return excel({"案件": rows, "經費": rows})


def outcome(content: bytes) -> Workbook | Refused:
    try:
        return read_workbook(content)
    except Refused as refusal:
        return refusal


@pytest.mark.parametrize("declaration", [BOMB, EXTERNAL])
@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
     SHEET_PART, SHARED_STRINGS],
)  # fmt: skip
def test_a_document_type_in_any_part_is_refused(part: str, declaration: str) -> None:
    parts = excel_parts(*READ_AND_SMALL)
    parts.setdefault("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"/>')
    parts.setdefault(SHARED_STRINGS, f'<sst xmlns="{MAIN}"/>')
    parts[part] = declaration + str(parts[part])

    with refused("workbook.unsafe_xml", part=part):
        read_workbook(zipped(parts))


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml"])
def test_a_document_type_in_an_ods_is_refused(part: str) -> None:
    parts = ods_parts(ods_row(ods_text("甲")))
    parts[part] = BOMB + str(parts[part])

    with refused("workbook.unsafe_xml", part=part):
        read_workbook(zipped(parts))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "big5"])
def test_xml_in_another_encoding_than_utf_8_is_damaged(encoding: str) -> None:
    parts = excel_parts(*READ_AND_SMALL)
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{parts[SHEET_PART]!s}'
    parts[SHEET_PART] = xml.encode(encoding)

    with refused("workbook.damaged"):
        read_workbook(zipped(parts))


@pytest.mark.parametrize("part", sorted(excel_parts()))
def test_a_missing_part_is_answered_and_never_an_error(part: str) -> None:
    parts = excel_parts(*READ_AND_SMALL)
    del parts[part]

    result = outcome(zipped(parts))

    assert isinstance(result, Workbook) or result.code in {
        "workbook.damaged",
        "workbook.not_workbook",
    }


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml"])
def test_a_missing_part_of_an_ods_is_damaged(part: str) -> None:
    parts = ods_parts(ods_row(ods_text("甲")))
    del parts[part]

    with refused("workbook.damaged"):
        read_workbook(zipped(parts))


@pytest.mark.parametrize(
    "data",
    ["", "<", "<worksheet>", "<worksheet><sheetData><row><c><v>x</v></c></row></sheetData>",
     "\x00\x01\x02", "<a/><b/>", f'<worksheet xmlns="{MAIN}"><sheetData><row r="x"/></sheetData>'],
)  # fmt: skip
def test_a_broken_sheet_is_answered_and_never_an_error(data: str) -> None:
    result = outcome(zipped({**excel_parts(), SHEET_PART: data}))

    assert isinstance(result, Workbook) or result.code == "workbook.damaged"


def test_a_number_that_is_none_is_text() -> None:
    content = zipped(excel_parts(row(1, text("A1", "金額")), row(2, number("A2", "1,5"))))

    assert read_workbook(content).sheets["案件"].rows[0].values == ("1,5",)


def test_files_changed_at_random_are_read_or_refused_and_never_an_error() -> None:
    chance = random.Random(42)
    sound = a_book()

    for _ in range(MUTATIONS):
        content = bytearray(sound)
        for _ in range(chance.choice([1, 1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        result = outcome(bytes(content))

        assert isinstance(result, Workbook) or result.code.startswith("workbook.")


def test_sheets_changed_at_random_are_read_or_refused_and_never_an_error() -> None:
    chance = random.Random(42)
    parts = parts_of(a_book())
    sheet = parts[SHEET_PART]

    for _ in range(MUTATIONS // 3):
        place, length = chance.randrange(len(sheet)), chance.randrange(40)
        piece = chance.choice([b"", b"<", b"&", b'"', b"<row>", b"</c>", sheet[:60], b"\xff"])
        changed = sheet[:place] + piece + sheet[place + length :]
        result = outcome(zipped({**parts, SHEET_PART: changed}))

        assert isinstance(result, Workbook) or result.code.startswith("workbook.")


@pytest.mark.parametrize(("count", "is_read"), [(200, True), (201, False), (500, False)])
def test_a_sheet_has_200_columns_at_most(count: int, is_read: bool) -> None:
    content = excel({"案件": [[f"欄{n}" for n in range(count)], list(range(count))]})

    if is_read:
        assert len(read_workbook(content).sheets["案件"].header) == 200
    else:
        with refused("workbook.too_many_columns", sheet="案件", limit=200):
            read_workbook(content)


def test_a_single_value_far_to_the_right_is_refused() -> None:
    with refused("workbook.too_many_columns", sheet="案件", limit=200):
        read_workbook(zipped(excel_parts(row(1, text("A1", "甲"), text("XFD1", "乙")))))


def test_cells_far_away_that_only_have_a_style_are_no_fault() -> None:
    parts = excel_parts(
        row(1, text("A1", "甲"), '<c r="XFD1" s="0"/>'),
        row(2, number("A2", 1)),
        row(1_048_576, '<c r="A1048576" s="0"/>'),
    )

    assert len(read_workbook(zipped(parts)).sheets["案件"].rows) == 1


@pytest.mark.parametrize(("count", "is_read"), [(10, True), (11, False)])
def test_a_sheet_has_rows_up_to_the_limit(count: int, is_read: bool) -> None:
    limits = replace(INTAKE_LIMITS, rows=10)
    content = excel({"案件": [[n] for n in range(count)]})

    if is_read:
        assert len(read_workbook(content, limits=limits).sheets["案件"].rows) == 9
    else:
        with refused("workbook.too_many_rows", sheet="案件", limit=10):
            read_workbook(content, limits=limits)
    assert INTAKE_LIMITS.rows == 200_000


@pytest.mark.parametrize("last", [200_001, 1_048_576, 999_999_999])
def test_a_single_value_far_below_is_refused(last: int) -> None:
    parts = excel_parts(row(1, text("A1", "甲")), row(last, text(f"A{last}", "乙")))

    with refused("workbook.too_many_rows", sheet="案件", limit=200_000):
        read_workbook(zipped(parts))


def test_a_million_rows_are_refused() -> None:
    rows = (row(n, number(f"A{n}", n * 7919 % 1_000_003)) for n in range(1, 400_000))

    with refused("workbook.too_many_rows", sheet="案件", limit=200_000):
        read_workbook(zipped(excel_parts(*rows)))


def test_a_rectangle_of_too_many_cells_is_refused() -> None:
    limits = replace(INTAKE_LIMITS, cells=99)
    parts = excel_parts(row(1, text("A1", "甲")), row(10, text("J10", "乙")))

    with refused("workbook.too_many_cells", sheet="案件", cells=100, limit=99):
        read_workbook(zipped(parts), limits=limits)


@pytest.mark.parametrize(("length", "is_read"), [(32_767, True), (32_768, False)])
def test_a_cell_holds_32_767_characters_at_most(length: int, is_read: bool) -> None:
    content = zipped(excel_parts(row(1, text("A1", "甲")), row(2, text("A2", "字" * length))))

    if is_read:
        assert read_workbook(content).sheets["案件"].rows[0].values == ("字" * length,)
    else:
        with refused("workbook.cell_too_long", sheet="案件", row=2, column="A", characters=length):
            read_workbook(content)


def test_a_cell_of_10_mb_is_refused_with_its_place() -> None:
    chance = random.Random(1)
    long = "".join(chance.choices("abcdefghijklmnop", k=10_000_000))

    with refused("workbook.cell_too_long", sheet="案件", row=1, column="B", characters=10_000_000):
        read_workbook(zipped(excel_parts(row(1, text("A1", "甲"), text("B1", long)))))


@pytest.mark.parametrize(("count", "is_read"), [(50, True), (51, False)])
def test_a_workbook_has_50_sheets_at_most(count: int, is_read: bool) -> None:
    content = zipped(excel_parts(names=[f"表{n}" for n in range(count)]))

    if is_read:
        assert len(read_workbook(content).sheets) == 50
    else:
        with refused("workbook.too_many_sheets", sheets=51, limit=50):
            read_workbook(content)


def test_a_sheet_name_without_end_is_damaged() -> None:
    with refused("workbook.damaged"):
        read_workbook(zipped(excel_parts(names=["長" * 256])))


def test_a_parser_that_runs_out_of_memory_is_a_damaged_file(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A string of 1 MB that 100,000 cells refer to would take 100 GB."""
    cells = (row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(1, 100_001))
    parts = excel_parts(*cells)
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    parts[SHARED_STRINGS] = f'<sst xmlns="{MAIN}"><si><t>{"A" * 1_000_000}</t></si></sst>'

    with caplog.at_level(logging.WARNING), refused("workbook.damaged"):
        read_workbook(zipped(parts))

    (record,) = caplog.records
    assert record.name == "backoffice.spreadsheets.reader"


def test_a_parser_that_takes_too_long_is_stopped() -> None:
    with refused("workbook.too_slow"):
        read_workbook(a_book(), limits=replace(INTAKE_LIMITS, seconds=0))


@pytest.mark.parametrize("repeated", [200_000, 1_048_575, 10**17])
def test_an_ods_row_with_a_value_repeated_too_often_is_refused(repeated: int) -> None:
    more = f' table:number-rows-repeated="{repeated}"'
    content = zipped(ods_parts(ods_row(ods_text("甲")), ods_row(ods_text("否"), more=more)))

    with refused("workbook.too_many_rows", sheet="案件", limit=200_000):
        read_workbook(content)


@pytest.mark.parametrize("repeated", [201, 16_384, 10**17])
def test_an_ods_cell_with_a_value_repeated_too_often_is_refused(repeated: int) -> None:
    more = f' table:number-columns-repeated="{repeated}"'
    content = zipped(ods_parts(ods_row(ods_text("甲", more))))

    with refused("workbook.too_many_columns", sheet="案件", limit=200):
        read_workbook(content)


def test_an_ods_of_many_repeated_cells_in_many_repeated_rows_is_refused() -> None:
    cells = ods_number(1, ' table:number-columns-repeated="200"')
    content = zipped(ods_parts(ods_row(cells, more=' table:number-rows-repeated="199999"')))

    assert isinstance(outcome(content), Refused)


def test_the_blank_rows_down_to_the_end_of_an_ods_are_no_fault() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    content = zipped(
        ods_parts(
            ods_row(ods_text("甲"), blank),
            ods_row(ods_number(1), blank),
            ods_row(blank, more=' table:number-rows-repeated="1048574"'),
        )
    )

    assert len(read_workbook(content).sheets["案件"].rows) == 1
