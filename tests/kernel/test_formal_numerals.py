"""大寫金額: domain Appendix B."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import in_words, parse_words

VECTORS = [
    (0, "新臺幣零元整"),
    (1, "新臺幣壹元整"),
    (10, "新臺幣壹拾元整"),
    (101, "新臺幣壹佰零壹元整"),
    (1_001, "新臺幣壹仟零壹元整"),
    (1_010, "新臺幣壹仟零壹拾元整"),
    (10_001, "新臺幣壹萬零壹元整"),
    (11_000, "新臺幣壹萬壹仟元整"),  # a lower group of exactly 1000
    (100_000, "新臺幣壹拾萬元整"),
    (105_000, "新臺幣壹拾萬伍仟元整"),
    (714_286, "新臺幣柒拾壹萬肆仟貳佰捌拾陸元整"),
    (1_000_500, "新臺幣壹佰萬零伍佰元整"),
    (1_050_000, "新臺幣壹佰零伍萬元整"),
    (1_499_999, "新臺幣壹佰肆拾玖萬玖仟玖佰玖拾玖元整"),
    (1_500_000, "新臺幣壹佰伍拾萬元整"),
    (2_804_232, "新臺幣貳佰捌拾萬肆仟貳佰參拾貳元整"),
    (3_714_285, "新臺幣參佰柒拾壹萬肆仟貳佰捌拾伍元整"),
    (10_000_010, "新臺幣壹仟萬零壹拾元整"),
    (20_030_004, "新臺幣貳仟零參萬零肆元整"),
    (30_000_000, "新臺幣參仟萬元整"),
    (100_000_001, "新臺幣壹億零壹元整"),
    (100_050_000, "新臺幣壹億零伍萬元整"),
    (100_005_000, "新臺幣壹億零伍仟元整"),  # a whole group skipped
    (1_000_001_000, "新臺幣壹拾億零壹仟元整"),  # and the group above is a round one
    (1_000_000_000_000, "新臺幣壹兆元整"),
    (1_000_000_001_000, "新臺幣壹兆零壹仟元整"),
    (9_999_000_000_000_000, "新臺幣玖仟玖佰玖拾玖兆元整"),
]


@pytest.mark.parametrize(("dollars", "words"), VECTORS)
def test_an_amount_is_written_group_by_group(dollars: int, words: str) -> None:
    assert in_words(Ntd(dollars)) == words


@pytest.mark.parametrize(("dollars", "words"), VECTORS)
def test_an_amount_in_words_is_read(dollars: int, words: str) -> None:
    assert parse_words(words) == Ntd(dollars)


@given(st.integers(0, 10**12).map(Ntd) | st.integers(0, 10**16 - 1).map(Ntd))
def test_what_is_written_is_read_back(amount: Ntd) -> None:
    assert parse_words(in_words(amount)) == amount


@given(st.lists(st.sampled_from([0, 0, 1, 9]), min_size=13, max_size=13))
def test_amounts_full_of_zeros_are_read_back(digits: list[int]) -> None:
    amount = Ntd(int("".join(map(str, digits))))

    assert parse_words(in_words(amount)) == amount


@given(st.integers(0, 10**12).map(Ntd))
def test_no_two_zeros_stand_together_and_none_stands_at_the_end(amount: Ntd) -> None:
    words = in_words(amount)

    assert "零零" not in words
    assert not amount or "零元" not in words


@pytest.mark.parametrize("dollars", [-1, 10**16])
def test_an_amount_beyond_the_numerals_is_a_bug(dollars: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        in_words(Ntd(dollars))


@pytest.mark.parametrize(
    ("words", "dollars"),
    [
        ("新臺幣壹拾萬零伍仟元整", 105_000),
        ("新臺幣壹仟萬零伍仟元整", 10_005_000),
        ("新臺幣壹拾億零伍仟萬元整", 1_050_000_000),
        ("新臺幣叁佰元整", 300),
        ("新台幣參佰元正", 300),
        (" 新臺幣參佰元整\n", 300),
    ],
)
def test_spellings_met_in_practice_are_read_too(words: str, dollars: int) -> None:
    assert parse_words(words) == Ntd(dollars)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "元整",
        "新臺幣元整",
        "壹佰元整",
        "新臺幣壹佰",
        "新臺幣壹佰壹元整",  # 110 to some, 101 to others
        "新臺幣拾元整",
        "新臺幣一百元整",
        "新臺幣壹拾億壹仟元整",
        "新臺幣壹萬零伍仟元整",
        "新臺幣壹佰零零壹元整",
        "新臺幣壹拾佰元整",
        "新臺幣零壹元整",
        "新臺幣壹萬壹億元整",
        "新臺幣壹貳元整",
        "新臺幣100元整",
        "新臺幣壹伍萬零伍仟元整",
        "新臺幣" + "玖仟兆" * 50 + "元整",
        "新臺幣壹元整新臺幣壹元整",
    ],
)
def test_numerals_that_nobody_writes_so_are_refused(words: str) -> None:
    with pytest.raises(Refused) as no:
        parse_words(words)

    assert no.value == Refused("words.unreadable", text=words)
