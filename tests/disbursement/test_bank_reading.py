"""The bank's file is read strictly: what cannot be right is refused with its place and reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.disbursement.operations.bank import read_answer
from backoffice.disbursement.rules.bank import (
    ANSWER_LINES_MAX,
    AnswerColumn,
    AnswerForm,
    AnswerLine,
    Fault,
    digest,
    read_achr01,
    read_table,
)
from backoffice.disbursement.rules.bank_files import LINE_END, RECORD_BYTES
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.xlsx import workbook_bytes
from tests.given import bank
from tests.given.offices import OPENING

DAY = date(2023, 11, 20)
GOOD = AnswerLine(
    row=2,
    sheet="112-S01-0001",
    position=1,
    case_number="S01-112-000001",
    payee="",
    ubn="04595252",
    bank="0040037",
    account="3123458812",
    amount=Ntd(1_500_000),
    event=LineEvent.PAY,
    code="",
    day=DAY,
)
BACK = replace(GOOD, row=3, position=2, event=LineEvent.RETURN, code="22")
HEADER = tuple(column.value for column in AnswerColumn)
_F = Fault


def refusal_of(content: bytes) -> Refused:
    with pytest.raises(Refused) as refusal:
        read_answer(Upload("回覆", content), DAY)
    return refusal.value


def test_a_file_is_told_by_its_content_and_says_the_same_in_every_form() -> None:
    columns = [Column(column.value) for column in AnswerColumn]
    rows = [bank.cells(line) for line in (GOOD, BACK)]
    books = [
        write([SheetLayout("回覆", columns, rows)], made_at=OPENING)
        for write in (workbook_bytes, ods_bytes)
    ]

    read = [
        read_answer(Upload("x", content), DAY)
        for content in (*books, bank.as_csv(GOOD, BACK), bank.as_achr01(GOOD, BACK))
    ]

    assert [each.form for each in read] == [
        AnswerForm.WORKBOOK,
        AnswerForm.WORKBOOK,
        AnswerForm.CSV,
        AnswerForm.ACHR01,
    ]
    assert {each.lines for each in read} == {(GOOD, BACK)}
    assert len({each.content_sha256 for each in read}) == 1


@pytest.mark.parametrize("content", [b"", b" \r\n", ",".join(HEADER).encode()])
def test_a_file_that_says_nothing_is_refused(content: bytes) -> None:
    assert refusal_of(content).code == "bank.file_empty"


def test_missing_columns_are_named() -> None:
    refusal = refusal_of("金額\n5".encode())

    assert (refusal.code, refusal.facts) == (
        "bank.columns_missing",
        {"columns": ["結果", "入帳日或退匯日"]},
    )


@pytest.mark.parametrize(
    ("column", "text", "fault"),
    [
        (AnswerColumn.POSITION, "0", _F.POSITION),
        (AnswerColumn.POSITION, "一", _F.POSITION),
        (AnswerColumn.UBN, "1234567", _F.UBN),
        (AnswerColumn.BANK, "004", _F.BANK),
        (AnswerColumn.ACCOUNT, "12345678901234567", _F.ACCOUNT),
        (AnswerColumn.AMOUNT, "0", _F.AMOUNT),
        (AnswerColumn.AMOUNT, "-5", _F.AMOUNT),
        (AnswerColumn.AMOUNT, "1.5", _F.AMOUNT),
        (AnswerColumn.RESULT, "成功", _F.RESULT),
        (AnswerColumn.CODE, "4", _F.CODE),
        (AnswerColumn.CODE, "22", _F.CODE),
        (AnswerColumn.DAY, "昨天", _F.DAY),
        (AnswerColumn.DAY, "112/11/21", _F.DAY_TO_COME),
        (AnswerColumn.PAYEE, "長" * 201, _F.TEXT),
    ],
)
def test_a_cell_that_cannot_be_right_is_named(
    column: AnswerColumn, text: str, fault: Fault
) -> None:
    cells = dict(zip(AnswerColumn, bank.cells(GOOD), strict=True)) | {column: text}

    with pytest.raises(Refused) as refusal:
        read_table(HEADER, [(7, list(cells.values()))], DAY)

    assert (refusal.value.code, refusal.value.facts) == (
        "bank.cell_wrong",
        {"row": 7, "column": column.value, "fault": fault},
    )


def test_a_return_says_why_and_a_payment_says_whose_it_is() -> None:
    for line, fault in (
        (replace(BACK, code=""), _F.CODE_MISSING),
        (replace(GOOD, case_number="", position=None, account=""), _F.NOBODY),
    ):
        refusal = refusal_of(bank.as_csv(line))
        assert (refusal.code, refusal.facts["fault"]) == ("bank.cell_wrong", fault)


def test_more_lines_than_an_answer_may_have_are_refused() -> None:
    rows = [(n, bank.cells(GOOD)) for n in range(ANSWER_LINES_MAX + 1)]

    with pytest.raises(Refused) as refusal:
        read_table(HEADER, rows, DAY)

    assert (refusal.value.code, refusal.value.facts) == (
        "bank.too_many",
        {"count": ANSWER_LINES_MAX + 1, "limit": ANSWER_LINES_MAX},
    )


def put(content: bytes, line: int, first: int, text: bytes) -> bytes:
    """The file with these bytes at a place, both counted from 1."""
    at = (line - 1) * (RECORD_BYTES + len(LINE_END)) + first - 1
    return content[:at] + text + content[at + len(text) :]


@pytest.mark.parametrize(
    ("line", "first", "text", "place", "fault"),
    [
        (1, 10, b"0112AB20", (10, 17), _F.DAY),
        (1, 10, b"01130101", (10, 17), _F.DAY_TO_COME),
        (2, 1, b"X", (1, 1), _F.RECORD),
        (2, 2, b"SD", (2, 3), _F.RECORD),
        (2, 38, b"ABCDEFG", (38, 44), _F.BANK),
        (2, 61, b"0000000000", (61, 70), _F.AMOUNT),
        (3, 71, b"X2", (71, 72), _F.CODE),
        (2, 84, b"1234567X", (84, 93), _F.UBN),
        (2, 177, b"\xff\xff", (177, 186), _F.ENCODING),
        (4, 1, b"XXX", (1, 9), _F.TRAILER),
        (4, 32, b"00000003", (32, 39), _F.COUNT),
        (4, 40, b"0000000000000001", (40, 55), _F.SUM),
    ],
)
def test_a_record_that_cannot_be_right_is_named_by_line_and_bytes(
    line: int, first: int, text: bytes, place: tuple[int, int], fault: Fault
) -> None:
    refusal = refusal_of(put(bank.as_achr01(GOOD, BACK), line, first, text))

    assert (refusal.code, refusal.facts) == (
        "bank.record_wrong",
        {"line": line, "first": place[0], "last": place[1], "fault": fault},
    )


@pytest.mark.parametrize("kept", [8, 300, 400, 756])
def test_a_file_that_was_cut_off_is_refused(kept: int) -> None:
    content = bank.as_achr01(GOOD, BACK)[:kept]

    if kept < len("BOFACHR01"):
        assert refusal_of(content).code == "bank.columns_missing"
        return
    refusal = refusal_of(content)
    assert refusal.code == "bank.record_wrong"
    assert refusal.facts["fault"] in (_F.LENGTH, _F.TRAILER)


lines = st.builds(
    replace,
    st.just(GOOD),
    position=st.integers(1, 500),
    amount=st.integers(1, 9_999_999_999).map(Ntd),
    account=st.from_regex(r"[1-9][0-9]{3,13}", fullmatch=True),
    event=st.just(LineEvent.PAY),
)


@settings(deadline=None)
@over(st.lists(lines, min_size=1, max_size=8), st.integers(0, 7))
def test_what_the_clearing_house_writes_is_what_is_read(drawn: list[AnswerLine], back: int) -> None:
    file = [
        replace(
            line,
            row=number + 2,
            event=LineEvent.RETURN if number == back else LineEvent.PAY,
            code="04" if number == back else "",
        )
        for number, line in enumerate(drawn)
    ]

    assert read_achr01(bank.as_achr01(*file), DAY) == tuple(file)


def test_the_digest_is_of_what_is_said_and_not_of_where_it_stands() -> None:
    assert digest([GOOD]) == digest([replace(GOOD, row=9)])
    assert digest([GOOD]) != digest([replace(GOOD, day=DAY - timedelta(days=1))])
