"""How a cell of the intake workbook is read, in every way it may be written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from backoffice.cases.rules import cells
from backoffice.kernel.refusal import Refused


@pytest.mark.parametrize(
    "text",
    ["1200000", "1,200,000", " 1200000 ", "１２００，０００".replace("，", ""), "1200000.0",
     "１，２００，０００", "1200000.00", "\u20031200000", "1200000\u200b"],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(text: str) -> None:
    assert cells.amount(text) == 1_200_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "amount.negative"), ("－１", "amount.negative"), ("−1", "amount.negative"),
        ("-0.5", "amount.negative"),
        ("1.5", "amount.fraction"), ("1000000.01", "amount.fraction"),
        *((text, "amount.unreadable") for text in (
            "三百萬", "1,00", "12,0000", "1_000", "0x10", "1e6", "1E+15", "+5", "NaN", "∞", "1 000",
            "１０²", "②", "٣٤", "½", "NT$1", "1元", "1000000000000", "10%", "是", "1.2.3", "-",
        )),
    ],
)  # fmt: skip
def test_what_is_no_amount_never_becomes_one(text: str, code: str) -> None:
    assert _refusal(cells.amount, text) == code


@pytest.mark.parametrize(
    ("text", "kilograms"), [("500", 500), ("499.9", 499), ("6,000", 6_000), ("0", 0)]
)
def test_carbon_is_rounded_down_to_the_kilogram(text: str, kilograms: int) -> None:
    assert cells.kilograms(text) == kilograms


@pytest.mark.parametrize(
    ("text", "basis_points"),
    [("30.5", 3_050), ("30.50", 3_050), ("30.50%", 3_050), ("３３．３３", 3_333), ("100", 10_000),
     ("33.330", 3_333), ("0", 0)],
)  # fmt: skip
def test_a_weight_has_two_decimals_at_most(text: str, basis_points: int) -> None:
    assert cells.weight_bp(text) == basis_points


@pytest.mark.parametrize("text", ["33.333", "0.305", "一半", "%", "1001", "50%%"])
def test_what_is_no_weight_is_refused(text: str) -> None:
    assert _refusal(cells.weight_bp, text) in {"cell.unreadable", "amount.unreadable"}


@pytest.mark.parametrize(
    ("text", "count"), [("8.5", "8.5"), ("９", "9"), ("9.0", "9.0"), ("9.41666666666667", None)]
)
def test_a_head_count_is_kept_exactly(text: str, count: str | None) -> None:
    assert cells.headcount(text) == Decimal(count or text)


@pytest.mark.parametrize("text", ["十", "8,5", "1000000", "8.5人"])
def test_what_is_no_head_count_is_refused(text: str) -> None:
    assert _refusal(cells.headcount, text) in {"cell.unreadable", "amount.unreadable"}


def test_a_count_is_whole_and_not_negative() -> None:
    assert cells.count("５００") == 500
    assert _refusal(cells.count, "1.5") == "cell.unreadable"
    assert _refusal(cells.count, "-1") == "amount.negative"


@pytest.mark.parametrize(
    "text",
    ["2023-05-08", "2023/5/8", "112/05/08", "112年5月8日", "１１２年５月８日", "1120508",
     "2023-05-08 00:00:00", "2023-05-08T00:00:00+08:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert cells.day(text) == date(2023, 5, 8)


@pytest.mark.parametrize(
    "text",
    ["2023-05-08 10:20:30", "2023-05-08T10:20:30", "112/05/08 10:20:30", "112年5月8日 10:20:30",
     "2023-05-08T02:20:30Z", "２０２３-０５-０８ １０:２０:３０"],
)  # fmt: skip
def test_an_instant_is_taipei_s_unless_it_says_otherwise(text: str) -> None:
    assert cells.instant(text) == datetime(2023, 5, 8, 2, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2023-02-30 10:00", "45054", "明天", "2023-13-01", "10:20"])
def test_a_day_the_calendar_does_not_have_is_refused(text: str) -> None:
    assert _refusal(cells.instant, text) == "date.unreadable"


@pytest.mark.parametrize(("text", "answer"), [("是", True), (" 否　", False), ("是\u200b", True)])
def test_yes_and_no_are_read_around_blanks(text: str, answer: bool) -> None:
    assert cells.yes_no(text) is answer


@pytest.mark.parametrize("text", ["Y", "TRUE", "1", "有", "是的", "不是"])
def test_what_is_neither_yes_nor_no_is_refused(text: str) -> None:
    assert _refusal(cells.yes_no, text) == "cell.unreadable"


@pytest.mark.parametrize("text", ["04595257", "０４５９５２５７", " 04595257 "])
def test_a_business_number_is_read_however_it_is_written(text: str) -> None:
    assert cells.ubn(text) == "04595257"


@pytest.mark.parametrize("text", ["4595257", "0459-5257", "88117126", "00000000", "0459525七"])
def test_what_is_no_business_number_is_refused(text: str) -> None:
    assert _refusal(cells.ubn, text) == "ubn.invalid"


@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(\"x\")", "+886", "-甲", "@SUM(1+1)", "<script>alert(1)</script>", "Ａ＆Ｂ精密",
     "𠮷野家", "第一行\n第二行", "👩‍🏭"],
)  # fmt: skip
def test_a_text_is_kept_as_written(text: str) -> None:
    assert cells.words(f" {text}\u3000") == text


@pytest.mark.parametrize("text", ["\x00", "\x07", "\x9f", "\u202e", "\ud800", "\ufffe"])
def test_a_text_with_a_character_that_is_none_is_refused(text: str) -> None:
    assert _refusal(cells.words, f"甲{text}乙") == "cell.unreadable"


def test_a_text_that_could_not_be_decoded_is_refused() -> None:
    assert _refusal(cells.words, "甲\N{REPLACEMENT CHARACTER}乙") == "cell.unreadable"


def _refusal(read: Callable[[str], object], text: str) -> str:
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value.code
