"""Amounts as people and spreadsheets write them: trust IN-02."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.money import parse_amount
from backoffice.kernel.refusal import Refused


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("1500000", 1_500_000),
        ("1,500,000", 1_500_000),
        ("999999999999", 999_999_999_999),
        ("999,999,999,999", 999_999_999_999),
        ("１５００", 1_500),
        ("１，５００", 1_500),
        (" 1500\t", 1_500),
        ("\u30001500\n", 1_500),
        ("12.0", 12),
        ("12.000", 12),
        ("１２．０", 12),
        ("1,234.00", 1_234),
        ("-0", 0),
        ("-0.0", 0),
    ],
)
def test_a_well_written_amount_is_read(text: str, dollars: int) -> None:
    assert parse_amount(text) == dollars


@pytest.mark.parametrize(
    "text", ["-1", "－1", "−1", "-1,500", "-0.5", "-12.5", "-12.0", "-999999999999"]
)
def test_an_amount_below_zero_is_refused_as_such(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_amount(text)

    assert no.value == Refused("amount.negative", text=text)


@pytest.mark.parametrize("text", ["12.5", "0.1", "1,234.50", "１２．５", "0.0000000000001"])
def test_a_part_of_a_dollar_is_refused_as_such(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_amount(text)

    assert no.value == Refused("amount.fraction", text=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1_000",
        "+5",
        "++5",
        "--5",
        "- 5",
        "5-",
        "(500)",
        "1e3",
        "1E3",
        "0x10",
        "1 000",
        "1,00",
        "1,0000",
        "10,00,000",
        ",100",
        "100,",
        "1,,000",
        "1234,567",
        "1.000.000",
        "1,234,5",
        "12.",
        ".5",
        "1.2.3",
        "1000000000000",
        "1,000,000,000,000",
        "٣٤",
        "१२",
        "一千",
        "壹仟",
        "NT$5",
        "5元",
        "5%",
        "1/2",
        "½",
        "NaN",
        "inf",
        "-",
        "None",
        "True",
        "=1+1",
        "1\n2",
        "1\x00",
        "\ud800",
        "1" * 32_767,
    ],
)
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_amount(text)

    assert no.value == Refused("amount.unreadable", text=text)


@given(st.integers(0, 10**12 - 1))
def test_every_amount_is_read_back_with_and_without_commas(dollars: int) -> None:
    assert parse_amount(str(dollars)) == dollars
    assert parse_amount(f"{dollars:,}") == dollars


@given(st.text())
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    with suppress(Refused):
        assert 0 <= parse_amount(text) < 10**12
