"""ACHP01: 250 bytes a record, the same bytes every time, and read back it is the sheet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.disbursement.rules.bank_files import (
    DETAIL,
    HEADER,
    RECORD_BYTES,
    TRAILER,
    Credit,
    Dates,
    Field,
    Pad,
    Payer,
    payment_file,
    read,
    written,
)
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from tests.given.paydesk import Paid, read_back

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "achp01.dat"
MADE_AT = datetime(2023, 11, 17, 1, 14, 5, tzinfo=UTC)  # 09:14:05 in Taipei, a Friday
DATES = Dates(MADE_AT, before=date(2023, 11, 16), value_on=date(2023, 11, 20))
PAYER = Payer("經濟部", "0040037", "123456789012", "12345675", "901", "經部補助款", True)
ONE = Ntd(1)
CREDITS = (
    Credit(
        1,
        "宏聯精密工業股份有限公司",
        "04595252",
        "0040037",
        "00123456789012",
        Ntd(1_500_000),
        "S01-112-000001",
    ),
    Credit(2, "永昌塑膠企業社", "10458574", "7000021", "345", Ntd(1_499_999), "S01-112-000002"),
)

payments = st.lists(
    st.builds(
        lambda ubn, bank, account, amount, case: (ubn, bank, account, Ntd(amount), case),
        st.text("0123456789", min_size=8, max_size=8),
        st.text("0123456789", min_size=7, max_size=7),
        st.text("0123456789", min_size=1, max_size=14),
        st.integers(1, 9_999_999_999),
        st.from_regex(r"S[01][0-9]-11[2-4]-[0-9]{6}", fullmatch=True),
    ),
    min_size=1,
    max_size=100,
)


def placed(rows: list[tuple[str, str, str, Ntd, str]]) -> list[Credit]:
    return [
        Credit(place, "甲", ubn, bank, account, amount, case)
        for place, (ubn, bank, account, amount, case) in enumerate(rows, 1)
    ]


@pytest.mark.scenario("A93")
def test_a_file_of_two_rows_is_the_golden_one() -> None:
    content = payment_file("112-S01-0001", CREDITS, PAYER, DATES)

    assert content == GOLDEN.read_bytes()
    assert content == payment_file("112-S01-0001", CREDITS, PAYER, DATES)


@pytest.mark.scenario("A93")
def test_lines_are_250_bytes_with_both_ends_and_the_trailer_counts_and_adds_up() -> None:
    *lines, end = payment_file("112-S01-0001", CREDITS, PAYER, DATES).split(b"\r\n")

    assert end == b""
    assert [len(line) for line in lines] == [250, 250, 250, 250]
    assert lines[-1][31:39] == b"00000002"
    assert int(lines[-1][39:55]) == 2_999_999


def test_days_are_of_the_record_in_eight_roc_digits() -> None:
    header, *_, trailer, _ = payment_file("112-S01-0001", CREDITS, PAYER, DATES).split(b"\r\n")

    assert (header[9:17], header[17:23]) == (b"01121117", b"091405")
    assert (trailer[9:17], trailer[55:63]) == (b"01121117", b"01121116")


@given(payments)
def test_a_file_read_back_pays_what_the_sheet_pays(
    rows: list[tuple[str, str, str, Ntd, str]],
) -> None:
    sheet = placed(rows)

    paid, count, summed = read_back(payment_file("112-S01-0001", sheet, PAYER, DATES))

    assert paid == tuple(
        Paid(
            each.position,
            each.bank + each.account.rjust(16, "0"),
            each.amount.dollars,
            each.ubn,
            each.case_number,
        )
        for each in sheet
    )
    assert (count, summed) == (len(sheet), sum(each.amount.dollars for each in sheet))


@given(payments)
def test_a_record_read_by_the_table_gives_back_what_was_written(
    rows: list[tuple[str, str, str, Ntd, str]],
) -> None:
    sheet = placed(rows)
    _, *lines, _, _ = payment_file("112-S01-0001", sheet, PAYER, DATES).split(b"\r\n")

    for line, each in zip(lines, sheet, strict=True):
        values = read(DETAIL, line)
        assert values["NOTE"] == f"112-S01-0001/{each.position:03d}"
        assert (int(values["AMT"]), values["PID"]) == (each.amount.dollars, each.ubn)
        assert values["MEMO"] == "經部補助款"


@pytest.mark.parametrize("record", [HEADER, DETAIL, TRAILER])
def test_every_record_of_the_table_is_250_bytes(record: tuple[Field, ...]) -> None:
    assert sum(field.length for field in record) == RECORD_BYTES
    assert len(written(record, {})) == RECORD_BYTES


def unfit(amount: Ntd = ONE, case_number: str = "S01-112-000001") -> Refused:
    credit = Credit(7, "甲", "04595252", "0040037", "1", amount, case_number)
    with pytest.raises(Refused) as told:
        payment_file("112-S01-0001", [credit], PAYER, DATES)
    assert (told.value.code, told.value.facts["position"]) == ("bank.line_unfit", 7)
    why = told.value.facts["why"]
    assert isinstance(why, Refused)
    return why


def test_what_is_too_long_by_a_byte_is_refused_with_its_row_and_never_cut() -> None:
    assert unfit(case_number="S" * 21) == Refused(
        "bank.too_long", field="CNO", text="S" * 21, length=21, limit=20
    )
    assert unfit(amount=Ntd(10_000_000_000)).facts["field"] == "AMT"
    written(DETAIL, {"CNO": "S" * 20, "AMT": "9999999999"})


def test_what_big5_does_not_have_is_refused_by_its_name() -> None:
    assert unfit(case_number="S01-𠮷") == Refused("bank.not_big5", field="CNO", text="S01-𠮷")


def test_a_character_counts_as_its_two_bytes() -> None:
    text = (Field("MEMO", 4, Pad.BLANKS),)

    with pytest.raises(Refused) as told:
        written_short(text, "補助款")

    assert told.value.facts["length"] == 6


def written_short(record: tuple[Field, ...], text: str) -> bytes:
    rest = Field("FILLER", RECORD_BYTES - record[0].length)
    return written((*record, rest), {record[0].name: text})


def test_half_a_character_cannot_be_read() -> None:
    line = bytearray(written(DETAIL, {"MEMO": "經部補助款"}))
    line[177] = 0xFF

    with pytest.raises(Refused) as told:
        read(DETAIL, bytes(line))

    assert told.value == Refused("bank.unreadable", field="MEMO")
