"""Comma-separated files: opened by Excel as text, read by programmes as it was."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.money import Ntd
from backoffice.spreadsheets.csv import csv_bytes, csv_chunks, guarded
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from tests.spreadsheets.books import refused
from tests.spreadsheets.hostile_texts import FORMULA_TEXTS, INERT_TEXTS, TEXTS


def unguarded(text: str) -> str:
    """What was guarded, by the rule alone."""
    rest = text[1:]
    return rest if text.startswith("'") and guarded(rest) != rest else text


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(kind: ColumnKind, value: CellValue) -> bytes:
    """The only line below the header."""
    return csv_bytes([Column("欄", kind)], [(value,)]).split(b"\r\n", 1)[1]


def test_a_file_begins_with_a_mark_and_its_lines_end_as_windows_ends_them() -> None:
    content = csv_bytes([Column("案件編號"), Column("金額", ColumnKind.MONEY)], [("A-1", 5)])

    assert content == b"\xef\xbb\xbf" + '"案件編號","金額"\r\n"A-1",5\r\n'.encode()


@pytest.mark.parametrize("text", FORMULA_TEXTS)
def test_a_text_like_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", INERT_TEXTS)
def test_any_other_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    (_, (cell,)) = read_back(csv_bytes([Column("欄")], [(text,)]))

    assert unguarded(cell) == text


@given(st.text(alphabet="='+-@＝ \t\u3000a", max_size=8))
def test_guarding_can_always_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        (ColumnKind.MONEY, -500, b"-500\r\n"),
        (ColumnKind.MONEY, Ntd(1_500_000), b"1500000\r\n"),
        (ColumnKind.COUNT, 0, b"0\r\n"),
        (ColumnKind.SCORE, Decimal("79.50"), b"79.50\r\n"),
        (ColumnKind.DATE, date(2023, 4, 17), b'"2023-04-17"\r\n'),
        (
            ColumnKind.INSTANT,
            datetime(2023, 12, 31, 16, 30, tzinfo=UTC),
            b'"2024-01-01 00:30:00"\r\n',
        ),
        (ColumnKind.TEXT, "00123456", b'"00123456"\r\n'),
        (ColumnKind.TEXT, None, b'""\r\n'),
    ],
)
def test_amounts_stay_numbers_and_identifiers_stay_text(
    kind: ColumnKind, value: CellValue, line: bytes
) -> None:
    assert written(kind, value) == line


def test_labels_are_guarded_too() -> None:
    assert read_back(csv_bytes([Column("=1+1")], [])) == [["'=1+1"]]


def test_ten_thousand_rows_are_read_back_in_their_order() -> None:
    columns = [Column("案件編號"), Column("金額", ColumnKind.MONEY)]
    rows = [(f"A-{n}", n) for n in range(10_000)]

    chunks = list(csv_chunks(columns, rows))

    assert len(chunks) == 21
    assert read_back(b"".join(chunks))[1:] == [[number, str(n)] for number, n in rows]


def test_a_number_that_a_spreadsheet_would_round_is_refused() -> None:
    with refused("workbook.number_too_large"):
        written(ColumnKind.MONEY, 2**53)
