"""Hostile .ods and .xlsx files: a clear answer within five seconds, and nothing left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.cells import column_letters
from backoffice.spreadsheets.limits import INTAKE_LIMITS
from backoffice.spreadsheets.reader import read_workbook
from tests.spreadsheets.books import (
    excel_parts,
    ods_parts,
    ods_row,
    ods_text,
    row,
    zipped,
)

SECONDS = 5.0
ROW = "<table:table-row>"
LINK = 'xlink:href="file:///etc/passwd" xmlns:xlink="http://www.w3.org/1999/xlink"'


@contextmanager
def in_time() -> Iterator[None]:
    """What is inside must be done within five seconds and leave no process behind."""
    before = children()
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS
    assert children() == before


def children() -> set[str]:
    """The processes that this one has started and not yet seen end."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def an_ods(**more: str | bytes) -> bytes:
    return zipped(ods_parts(ods_row(ods_text("甲"))) | more)


def with_content(change: Callable[[str], str]) -> bytes:
    parts = ods_parts(ods_row(ods_text("甲")), ods_row(ods_text("乙")))
    content = str(parts["content.xml"])
    assert change(content) != content
    return zipped(parts | {"content.xml": change(content)})


def a_bomb() -> bytes:
    return an_ods(**{"Pictures/bild.xml": b"A" * (64 << 20)})


def a_large_one() -> bytes:
    return an_ods(**{f"Pictures/{n}.bin": os.urandom(1 << 14) * 192 for n in range(70)})


def with_macros() -> bytes:
    return an_ods(**{"Basic/Standard/Module1.xml": "<script/>"})


def with_scripts() -> bytes:
    return an_ods(**{"Scripts/python/evil.py": "import os"})


def with_entities() -> bytes:
    return with_content(lambda text: '<!DOCTYPE a [<!ENTITY b "c">]>' + text)


def encrypted() -> bytes:
    parts = ods_parts(ods_row(ods_text("甲")))
    manifest = str(parts["META-INF/manifest.xml"]).replace(
        "</manifest:manifest>",
        '<manifest:file-entry manifest:full-path="content.xml" manifest:size="9">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
    )
    return zipped(parts | {"META-INF/manifest.xml": manifest})


def of_many_formulas() -> bytes:
    cell = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    return zipped(ods_parts(ods_row(ods_text("甲")), *[ods_row(cell * 100)] * 1_001))


def xlsx_of_many_formulas() -> bytes:
    width = 20
    rows = (
        row(
            number,
            *(
                f'<c r="{column_letters(place)}{number}"><f>SUM(A{number}:B{place})</f>'
                f"<v>{number * place}</v></c>"
                for place in range(width)
            ),
        )
        for number in range(1, 60_001)
    )
    return zipped(excel_parts(*rows))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (a_bomb, "workbook.zip_bomb"),
        (a_large_one, "workbook.unpacks_too_large"),
        (with_macros, "workbook.macros"),
        (with_scripts, "workbook.macros"),
        (with_entities, "workbook.unsafe_xml"),
        (encrypted, "workbook.encrypted"),
        (of_many_formulas, "workbook.too_many_formulas"),
        (xlsx_of_many_formulas, "workbook.too_many_formulas"),
    ],
)
def test_a_hostile_file_gets_a_clear_answer_in_time(make: Callable[[], bytes], code: str) -> None:
    content = make()

    with in_time(), pytest.raises(Refused) as refusal:
        read_workbook(content)

    assert refusal.value.code == code


def test_the_number_of_formulas_that_is_refused_is_told_with_the_limit() -> None:
    with pytest.raises(Refused) as refusal:
        read_workbook(of_many_formulas())

    assert dict(refusal.value.facts) == {
        "sheet": "案件",
        "formulas": 100_100,
        "limit": INTAKE_LIMITS.formulas,
    }


def test_a_link_to_another_file_is_not_followed() -> None:
    table = f"<table:table-source {LINK}/>"
    content = with_content(lambda text: text.replace("<table:table-row>", table + ROW, 1))

    with in_time():
        read = read_workbook(content)

    assert [tuple(each.values) for each in read.sheets["案件"].rows] == [("乙",)]
    assert b"root:" not in repr(tuple(read.sheets["案件"].rows)).encode()


def test_a_hyperlink_is_read_as_its_words() -> None:
    link = f"<text:a {LINK}>乙</text:a>"
    content = with_content(
        lambda text: text.replace("<text:p>乙</text:p>", f"<text:p>{link}</text:p>")
    )

    with in_time():
        read = read_workbook(content)

    assert [tuple(each.values) for each in read.sheets["案件"].rows] == [("乙",)]
