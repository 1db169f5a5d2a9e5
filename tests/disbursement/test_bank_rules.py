"""The classes of an answer's lines: a table of every kind, and properties over drawn answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from backoffice.disbursement.rules.bank import (
    CLEAR,
    RETURN_CODES,
    AnswerLine,
    BankClass,
    ExpectedLine,
    ItemFacts,
    ItemState,
    Resolution,
    classed,
    difference,
    resolutions,
    return_code,
)
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.money import ZERO, Ntd, total

_C = BankClass
SENT_ON = date(2023, 11, 20)
DAY = date(2023, 11, 21)


def due(position: int, amount: int = 1_000, **changed: Any) -> ExpectedLine:
    """A payment that was sent."""
    plain = ExpectedLine(
        id=position,
        sheet_id=1,
        sheet="112-S01-0001",
        position=position,
        case_number=f"S01-112-{position:06d}",
        payee=f"第{position}股份有限公司",
        ubn=f"{position:08d}",
        bank="0040037",
        account=f"1234{position:03d}",
        amount=Ntd(amount),
        state=LineState.SENT,
        sent_on=SENT_ON,
        expected_by=DAY,
    )
    return replace(plain, **changed)


def said(line: ExpectedLine, row: int = 0, **changed: Any) -> AnswerLine:
    """The bank's answer to it."""
    plain = AnswerLine(
        row=row or line.position,
        sheet=line.sheet,
        position=line.position,
        case_number=line.case_number,
        payee=line.payee,
        ubn=line.ubn,
        bank=line.bank,
        account=line.account,
        amount=line.amount,
        event=LineEvent.PAY,
        code="",
        day=DAY,
    )
    return replace(plain, **changed)


ONE = due(1)
BACK: dict[str, Any] = {"event": LineEvent.RETURN, "code": "22"}


@pytest.mark.parametrize(
    ("line", "answers", "expected"),
    [
        (ONE, [said(ONE)], [_C.PAID]),
        (ONE, [said(ONE, **BACK)], [_C.RETURNED]),
        (ONE, [said(ONE, amount=Ntd(999))], [_C.PART]),
        (ONE, [said(ONE, amount=Ntd(1_001))], [_C.WRONG_AMOUNT]),
        (ONE, [said(ONE, 1, amount=Ntd(400)), said(ONE, 2, amount=Ntd(600))], [_C.SPLIT] * 2),
        (ONE, [said(ONE, 1, amount=Ntd(400)), said(ONE, 2, amount=Ntd(599))], [_C.PART] * 2),
        (
            ONE,
            [said(ONE, 1, amount=Ntd(400)), said(ONE, 2, amount=Ntd(601))],
            [_C.WRONG_AMOUNT] * 2,
        ),
        (ONE, [said(ONE, 1), said(ONE, 2)], [_C.PAID, _C.DOUBLE]),
        (ONE, [said(ONE, 1), said(ONE, 2, amount=Ntd(5))], [_C.PAID, _C.DOUBLE]),
        (ONE, [said(ONE, 1), said(ONE, 2, **BACK)], [_C.DOUBLE] * 2),
        (ONE, [said(ONE, 1, **BACK), said(ONE, 2, **BACK)], [_C.RETURNED, _C.DOUBLE]),
        (ONE, [said(ONE, day=DAY + timedelta(days=1))], [_C.LATE]),
        (ONE, [said(ONE, day=SENT_ON)], [_C.PAID]),
        (replace(ONE, state=LineState.PAID), [said(ONE)], [_C.LATE]),
        (replace(ONE, state=LineState.RETURNED), [said(ONE)], [_C.LATE]),
        (replace(ONE, state=LineState.PAID, answered=True), [said(ONE)], [_C.DOUBLE]),
        (ONE, [said(ONE, payee="第2股份有限公司")], [_C.RENAMED]),
        (ONE, [said(ONE, payee="第１股份 有限公司")], [_C.PAID]),
        (ONE, [said(ONE, ubn="00000009")], [_C.RENAMED]),
        (ONE, [said(ONE, account="999")], [_C.RENAMED]),
        (ONE, [said(ONE, account="0001234001")], [_C.PAID]),
        (ONE, [said(ONE, payee="第2股份有限公司", **BACK)], [_C.RETURNED]),
        (ONE, [said(ONE, payee="", ubn="", bank="", account="")], [_C.PAID]),
        (ONE, [said(ONE, sheet="", position=None)], [_C.PAID]),
        (ONE, [said(ONE, sheet="", position=None, case_number="")], [_C.PAID]),
        (ONE, [said(ONE, day=SENT_ON - timedelta(days=1))], [_C.UNKNOWN, _C.MISSING]),
    ],
)
def test_each_kind_of_answer_has_its_class(
    line: ExpectedLine, answers: list[AnswerLine], expected: list[BankClass]
) -> None:
    assert [finding.kind for finding in classed(answers, [line])] == expected


def test_a_stranger_is_unknown_and_what_is_not_named_is_missing() -> None:
    one, two = due(1), due(2)
    stranger = said(due(7), sheet="", position=None)

    found = classed([said(one), stranger], [one, two])

    assert [(each.kind, each.line and each.line.id) for each in found] == [
        (_C.PAID, 1),
        (_C.UNKNOWN, None),
        (_C.MISSING, 2),
    ]


def test_what_is_dated_in_a_closed_day_is_late() -> None:
    (found,) = classed([said(ONE)], [ONE], closed_days={DAY})

    assert found.kind is _C.LATE


def test_a_sheet_that_the_answer_does_not_speak_of_is_not_missing() -> None:
    other = due(2, sheet="112-S01-0002", sheet_id=2)

    assert [each.kind for each in classed([said(ONE)], [ONE, other])] == [_C.PAID]


def test_a_case_on_two_sheets_is_told_apart_by_amount_and_by_what_is_taken() -> None:
    first = due(1, 500)
    second = due(1, 500, id=9, sheet="112-S01-0002", sheet_id=2)
    unplaced = [said(first, row, sheet="", position=None) for row in (1, 2)]

    found = classed(unplaced, [first, second])

    assert [(each.kind, each.line and each.line.id) for each in found] == [
        (_C.PAID, 1),
        (_C.PAID, 9),
    ]


amounts = st.lists(st.integers(1, 5_000), min_size=1, max_size=12)
KINDS = ("paid", "returned", "part", "more", "split", "double", "missing", "late", "renamed")


def drawn(kind: str, line: ExpectedLine, row: int) -> tuple[list[AnswerLine], list[BankClass]]:
    """Answers of one kind to a payment of at least two dollars, and their classes."""
    half = Ntd(line.amount.dollars // 2)
    match kind:
        case "returned":
            return [said(line, row, **BACK)], [_C.RETURNED]
        case "part":
            return [said(line, row, amount=half)], [_C.PART]
        case "more":
            return [said(line, row, amount=line.amount + Ntd(1))], [_C.WRONG_AMOUNT]
        case "split":
            rest = line.amount - half
            return [said(line, row, amount=half), said(line, row + 1, amount=rest)], [_C.SPLIT] * 2
        case "double":
            return [said(line, row), said(line, row + 1)], [_C.PAID, _C.DOUBLE]
        case "missing":
            return [], []
        case "late":
            return [said(line, row, day=DAY + timedelta(days=3))], [_C.LATE]
        case "renamed":
            return [said(line, row, payee="別家行號")], [_C.RENAMED]
        case _:
            return [said(line, row)], [_C.PAID]


@over(st.lists(st.tuples(st.integers(2, 5_000), st.sampled_from(KINDS)), min_size=1, max_size=20))
def test_seeded_defects_are_each_classed_as_what_they_are(drawing: list[tuple[int, str]]) -> None:
    lines = [due(position, amount) for position, (amount, _kind) in enumerate(drawing, 1)]
    lines.append(due(99))
    answers, expected = [said(lines[-1], 999)], [_C.PAID]
    for line, (_amount, kind) in zip(lines, drawing, strict=False):
        some, classes = drawn(kind, line, line.position * 10)
        answers += some
        expected += classes

    found = classed(answers, lines)

    silent = [
        line.id for line, (_a, kind) in zip(lines, drawing, strict=False) if kind == "missing"
    ]
    assert [each.kind for each in found[: len(answers)]] == expected
    assert [each.line and each.line.id for each in found[len(answers) :]] == silent


@over(amounts, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_no_class(found: list[int], chance: Random) -> None:
    lines = [due(position, amount) for position, amount in enumerate(found, 1)]
    answers = [said(line) for line in lines]
    mixed = list(answers)
    chance.shuffle(mixed)

    one = {each.answer and each.answer.row: each.kind for each in classed(answers, lines)}
    other = {each.answer and each.answer.row: each.kind for each in classed(mixed, lines)}

    assert one == other == dict.fromkeys((line.position for line in lines), _C.PAID)


anything = st.builds(
    lambda row, place, amount, back, day: (row, place, amount, back, day),
    st.integers(0, 10_000),
    st.integers(1, 8),
    st.integers(1, 40),
    st.booleans(),
    st.integers(-2, 3),
)


@over(st.lists(anything, max_size=15, unique_by=lambda each: each[0]), amounts)
def test_every_line_is_classed_once_and_no_payment_is_settled_twice(
    answers: list[tuple[int, int, int, bool, int]], sums: list[int]
) -> None:
    lines = [due(position, amount) for position, amount in enumerate(sums, 1)]
    file = [
        said(
            due(place, amount),
            row + 1,
            day=SENT_ON + timedelta(days=day),
            **(BACK if back else {}),
        )
        for row, place, amount, back, day in answers
    ]

    found = classed(file, lines)

    assert [each.answer for each in found if each.answer is not None] == file
    settled = [each.line.id for each in found if each.kind in CLEAR and each.line is not None]
    assert len(settled) == len(set(settled))
    silent = {each.line.id for each in found if each.kind is _C.MISSING and each.line}
    named = {each.line.id for each in found if each.answer is not None and each.line}
    assert not silent & named
    for each in found:
        if each.kind in CLEAR:
            assert each.line is not None
            assert each.amount == each.line.amount


@over(amounts)
def test_a_perfect_answer_leaves_no_difference(sums: list[int]) -> None:
    lines = [due(position, amount) for position, amount in enumerate(sums, 1)]

    found = classed([said(line) for line in lines], lines)

    assert difference(found) == ZERO
    assert total(each.amount for each in found) == Ntd(sum(sums))


def test_the_difference_is_what_the_bank_paid_beside_what_is_clear() -> None:
    two = due(2)

    found = classed([said(ONE), said(two, 2, amount=Ntd(1_300))], [ONE, two])

    assert difference(found) == Ntd(1_300)


@pytest.mark.parametrize(
    ("kind", "state", "answered", "expected"),
    [
        (_C.PART, LineState.SENT, False, {"PAID", "RETURNED"}),
        (_C.UNKNOWN, None, False, {"PAID", "RETURNED", "GIVEN_BACK"}),
        (_C.DOUBLE, LineState.PAID, True, {"GIVEN_BACK"}),
        (_C.LATE, LineState.PAID, False, {"AGREED", "GIVEN_BACK"}),
        (_C.MISSING, LineState.SENT, False, {"PAID", "RETURNED"}),
    ],
)
def test_what_may_be_said_follows_from_where_the_payment_stands(
    kind: BankClass, state: LineState | None, answered: bool, expected: set[str]
) -> None:
    facts = ItemFacts(kind, ItemState.OPEN, Ntd(5), state, answered)

    assert {each.value for each in resolutions(facts)} == expected
    assert resolutions(replace(facts, state=ItemState.RESOLVED)) == ()
    assert Resolution.APPLIED not in resolutions(facts)


@pytest.mark.parametrize("code", [*RETURN_CODES, "77"])
def test_every_code_has_words_and_a_reason_of_ours(code: str) -> None:
    found = return_code(code)

    assert found.words
    assert isinstance(found.reason, ReturnReason)


def test_a_code_that_nobody_listed_is_told_by_itself() -> None:
    assert return_code("77").words == "代碼 77"
