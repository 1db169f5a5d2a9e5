"""Marks: read exactly, kept in tenths, and a blank one is missing and never zero."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backoffice.kernel.refusal import Refused
from backoffice.review.rules.marks import (
    Entry,
    entry_of,
    is_complete,
    missing,
    parse_mark,
    written_mark,
)
from tests.review.policies import KEYS, POLICY

REASONABLE, FEASIBLE, EFFECTIVE = KEYS


@pytest.mark.parametrize(
    ("text", "tenths"),
    [
        ("0", 0),
        ("82", 820),
        ("82.5", 825),
        ("82.50", 825),
        ("100", 1000),
        ("１００．０", 1000),
        (" 7 ", 70),
    ],
)
def test_a_mark_is_read_as_tenths_of_a_point(text: str, tenths: int) -> None:
    assert parse_mark(text, POLICY) == tenths


@pytest.mark.parametrize("text", ["", "八十", "8o", "82,5", "1e2", "82.", ".5", "+5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_mark(text, POLICY)

    assert refusal.value == Refused("mark.unreadable", text=text)


@pytest.mark.parametrize("text", ["-1", "−0.1", "100.1", "101", "999999"])
def test_a_mark_beyond_the_scale_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_mark(text, POLICY)

    assert refusal.value == Refused("mark.out_of_range", text=text, low=0, high=100)


def test_a_second_decimal_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        parse_mark("82.55", POLICY)

    assert refusal.value == Refused("mark.too_fine", text="82.55", places=1)


def test_a_decimal_is_refused_where_the_edition_wants_whole_points() -> None:
    with pytest.raises(Refused) as refusal:
        parse_mark("82.5", replace(POLICY, score_decimals=0))

    assert refusal.value.code == "mark.too_fine"


@pytest.mark.parametrize("text", ["0", "59.9", "60", "82.5", "100"])
def test_a_mark_is_written_as_it_was_typed(text: str) -> None:
    assert written_mark(parse_mark(text, POLICY)) == text


def test_a_blank_criterion_is_missing_and_not_zero() -> None:
    entry = Entry(((REASONABLE, 800), (EFFECTIVE, 0)), ((EFFECTIVE, "無從查證"),), "")

    found = list(missing(entry, POLICY))

    feasible = POLICY.criteria[1]
    assert found == [(feasible, Refused("score_sheet.mark_missing", criterion=feasible.name))]


@pytest.mark.parametrize(
    ("tenths", "reason", "complete"),
    [(599, "", False), (599, "  ", False), (599, "期程過短", True), (600, "", True)],
)
def test_a_low_mark_needs_its_reason(tenths: int, reason: str, complete: bool) -> None:
    entry = Entry(
        ((REASONABLE, 800), (FEASIBLE, tenths), (EFFECTIVE, 800)), ((FEASIBLE, reason),), ""
    )

    assert is_complete(entry, POLICY) is complete


def test_an_entry_knows_only_the_criteria_of_its_edition() -> None:
    entry = entry_of(
        {FEASIBLE: 700, "novelty": 900}, {FEASIBLE: "可行", REASONABLE: ""}, "佳", POLICY
    )

    assert entry == Entry(((FEASIBLE, 700),), ((FEASIBLE, "可行"),), "佳")
