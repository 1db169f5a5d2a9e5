"""統一編號: domain Appendix A, trust IN-06."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_ubn


@pytest.mark.parametrize(
    "text",
    [
        "04595257",
        "04595252",
        "53212539",
        "10458575",
        "10458574",
        "12345675",
        "12345670",
        "88117125",
    ],
)
def test_a_number_whose_check_digit_holds_is_accepted(text: str) -> None:
    assert parse_ubn(text) == text


@pytest.mark.parametrize("text", ["10458576", "88117126"])
def test_a_number_whose_check_digit_fails_is_refused(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_ubn(text)

    assert no.value == Refused("ubn.invalid", text=text, reason="checksum")


@pytest.mark.scenario("A87")
def test_the_rule_of_2023_accepts_new_numbers_and_a_seven_in_the_seventh_place() -> None:
    assert parse_ubn("04595252") == "04595252"
    assert parse_ubn("10458574") == "10458574"
    with pytest.raises(Refused, match=r"ubn\.invalid"):
        parse_ubn("88117126")


def test_eight_zeros_are_refused_by_rule() -> None:
    with pytest.raises(Refused) as no:
        parse_ubn("00000000")

    assert no.value == Refused("ubn.invalid", text="00000000", reason="zeros")


@pytest.mark.parametrize(
    "text", ["", " ", "4595257", "1234567", "045952570", "０４５９５２５", "1" * 99]
)
def test_a_number_of_another_length_is_never_padded(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_ubn(text)

    assert no.value == Refused("ubn.invalid", text=text, reason="length")


@pytest.mark.parametrize(
    "text", ["0459525A", "0459 5257", "0459-5257", "+4595257", "04595257.0", "٠٤٥٩٥٢٥٧", "\ud800"]
)
def test_what_is_not_all_digits_is_refused(text: str) -> None:
    with pytest.raises(Refused) as no:
        parse_ubn(text)

    assert no.value == Refused("ubn.invalid", text=text, reason="digits")


@pytest.mark.parametrize("text", ["０４５９５２５７", " 04595257 ", "04595257\n", "\u300004595257"])
def test_full_width_and_surrounding_blanks_become_one_canonical_form(text: str) -> None:
    assert parse_ubn(text) == "04595257"


def second_opinion(digits: str) -> bool:
    """The same law told differently: each doubled or quadrupled digit's cross sum from a table."""
    doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    quadrupled = [0, 4, 8, 3, 7, 2, 6, 10, 5, 9]
    d = [int(digit) for digit in digits]
    rest = d[0] + doubled[d[1]] + d[2] + doubled[d[3]] + d[4] + doubled[d[5]] + d[7]
    choices = {0, 1} if d[6] == 7 else {quadrupled[d[6]]}
    return digits != "00000000" and any((rest + choice) % 5 == 0 for choice in choices)


def is_accepted(digits: str) -> bool:
    try:
        parse_ubn(digits)
    except Refused:
        return False
    return True


def test_a_second_implementation_agrees_on_many_numbers() -> None:
    chance = random.Random(112_04_01)
    numbers = [f"{chance.randrange(10**8):08d}" for _ in range(200_000)]

    assert [n for n in numbers if is_accepted(n) != second_opinion(n)] == []


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(1, 9))
def test_a_changed_last_digit_is_caught_unless_it_moves_by_the_modulus(
    digits: str, change: int
) -> None:
    changed = digits[:7] + str((int(digits[7]) + change) % 10)

    if is_accepted(digits) and is_accepted(changed) and digits[6] != "7":
        assert change == 5
