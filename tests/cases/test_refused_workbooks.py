"""Every reason for which a workbook is not taken in at all, sent through the door.

What makes a workbook unfit is tested where workbooks are read, `tests/spreadsheets`; here, that
whoever sends one is told so. Both languages are heard by `tests.given.refusals`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from tests import given
from tests.cases.books import bytes_of
from tests.given import refusals
from tests.given.web import signed_in, submit
from tests.spreadsheets.books import (
    SHEET_PART,
    excel_parts,
    ods_parts,
    ods_row,
    ods_text,
    row,
    text,
    zipped,
)
from tests.spreadsheets.test_hostile_ods import of_many_formulas

MIB = 1 << 20
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
CODES = ["案件編號", "方案代碼"]


def with_part(name: str, content: bytes = b"x") -> bytes:
    """An honest workbook and one part more."""
    return zipped({**excel_parts(row(1, text("A1", "甲"))), name: content})


def a_part_twice() -> bytes:
    twin = "xl/w0rkbook.xml"
    content = zipped([*excel_parts().items(), (twin, "<x/>")])
    return content.replace(twin.encode(), b"xl/workbook.xml")


def a_declaration() -> bytes:
    parts = excel_parts(row(1, text("A1", "甲")))
    parts[SHEET_PART] = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + str(parts[SHEET_PART])
    return zipped(parts)


def more_than_may_be_unpacked() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(41):
            archive.writestr(f"xl/{number}.xml", bytes(10 * MIB))
    return content.getvalue()


def an_area_of_too_many_cells() -> bytes:
    return zipped(excel_parts(row(1, text("A1", "甲")), row(100_000, text("CV100000", "乙"))))


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "workbook.missing": lambda: b"",
    "workbook.too_large": lambda: bytes(30 * MIB + 1),
    "workbook.not_workbook": lambda: b"%PDF-1.7",
    "workbook.legacy": lambda: OLD_EXCEL,
    "workbook.encrypted": lambda: OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"),
    "workbook.damaged": lambda: b"PK\x03\x04 cut off",
    "workbook.macros": lambda: with_part("xl/vbaProject.bin"),
    "workbook.nested": lambda: with_part("xl/embeddings/inner.xlsx"),
    "workbook.unsafe_part": lambda: with_part("../evil.xml"),
    "workbook.duplicate_part": a_part_twice,
    "workbook.unsafe_xml": a_declaration,
    "workbook.zip_bomb": lambda: with_part("xl/worksheets/sheet2.xml", bytes(20 * MIB)),
    "workbook.unpacks_too_large": more_than_may_be_unpacked,
    "workbook.too_many_parts": lambda: zipped((f"xl/{n}.xml", b"") for n in range(1_001)),
    "workbook.too_many_sheets": lambda: zipped(excel_parts(names=[f"表{n}" for n in range(51)])),
    "workbook.duplicate_sheet": lambda: zipped(excel_parts(names=["案件", "案件"])),
    "workbook.duplicate_header": lambda: bytes_of({"案件": [["案件編號", "案件編號"]]}),
    "workbook.too_many_rows": lambda: zipped(
        ods_parts(
            ods_row(ods_text("甲")),
            ods_row(ods_text("乙"), more=' table:number-rows-repeated="200000"'),
        )
    ),
    "workbook.too_many_columns": lambda: zipped(excel_parts(row(1, text("XFD1", "甲")))),
    "workbook.too_many_cells": an_area_of_too_many_cells,
    "workbook.too_many_formulas": of_many_formulas,
    "workbook.cell_too_long": lambda: zipped(excel_parts(row(1, text("A1", "字" * 32_768)))),
    "intake.sheet_missing": lambda: bytes_of({"封面": [["進件"]]}),
    "intake.column_missing": lambda: bytes_of({"案件": [CODES, ["1", "S01"]]}),
    "intake.column_twice": lambda: bytes_of({"案件": [[*CODES, "方案代碼\u200b"]]}),
}


@pytest.mark.parametrize("code", WORKBOOKS)
def test_whoever_sends_it_is_told_in_both_languages(app: Flask, code: str) -> None:
    client = signed_in(app, given.OFFICER)
    workbook = (BytesIO(WORKBOOKS[code]()), "進件.xlsx")

    answer = submit(client, "/cases/imports/", workbook=workbook)

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH
