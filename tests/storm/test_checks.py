"""The checks bite: each wrong story that is planted is told, and the right one is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.storm import checks
from tests.storm.books import Books, Line
from tests.storm.history import OK, UNKNOWN, Event, Idiom

SUBSIDY, FEE, GIVEN, LEFT = 2_000_000, 300_000, 5_000, 1_000_000
FEES = {1: ("R1-0", "R1-1"), 2: ("R2",), 3: ("R3",)}
ARRIVED = (11, 12, 13)
PLACES, KEPT = ((1, 11), (2, 12)), {11: (1, 1, "a"), 12: (2, 2, "b"), 13: (3, 3, "c")}


def event(idiom: Idiom, subject: int | str, at: int, code: str = OK, **facts: Any) -> Event:
    """What one client saw from `at` to five later."""
    amounts = facts.pop("amounts", ())
    made = Event(at % 64, at, at + 5, idiom, (subject,), amounts, "", code)
    return replace(made, **facts)


def paid(receipt: str, at: int, amount: int, answer: int) -> Event:
    """A payment that was booked under its key."""
    key = f"slip:{receipt}"
    return event(Idiom.PAYMENT, receipt, at, key=key, amounts=(amount,), answer=answer)


def entered(at: int, **facts: Any) -> Event:
    """An appropriation by the form's key."""
    given = {"key": "form:D", "amounts": (GIVEN,), "answer": 9, **facts}
    return event(Idiom.REPEAT, "D", at, **given)


# Two firms come to their places one after the other; the third pays last, and waits.
PAYMENTS = (
    paid("R1-0", 0, 100_000, 1),
    paid("R1-1", 20, 200_000, 2),
    paid("R1-1", 22, 200_000, 2),  # the same form again
    paid("R2", 40, FEE, 3),
    paid("R3", 60, FEE, 4),
)
ARRIVALS = tuple(
    event(Idiom.ARRIVAL, case, at) for case, at in zip(ARRIVED, (0, 20, 40), strict=True)
)
RIGHT = (
    *PAYMENTS,
    *ARRIVALS,
    event(Idiom.ARRIVAL, 11, 3, "stale"),
    event(Idiom.BUDGET, 21, 0, amounts=(SUBSIDY,)),
    event(Idiom.BUDGET, 21, 3, "decision.not_scored", amounts=(SUBSIDY,)),
    event(Idiom.BUDGET, 22, 10, "budget.exhausted", amounts=(SUBSIDY,)),
    event(Idiom.BATCH, 31, 0, subjects=(31, 32), amounts=(5, 7)),
    event(Idiom.BATCH, 32, 2, "sheet.tranche_taken", amounts=(7,)),
    event(Idiom.SCORE, 41, 0),
    event(Idiom.TAKE, 51, 0, UNKNOWN),  # done, as the books say
    event(Idiom.TAKE, 52, 0, UNKNOWN),  # and not done
    entered(0),
    entered(2),
    entered(3, key="form:D:new page", code="budget.document_entered", answer=None),
    entered(4, code="act.key_misused", amounts=(GIVEN + 1,), answer=None),
)
BOOKS = Books(
    done={
        Idiom.PAYMENT: Counter({"R1-0": 1, "R1-1": 1, "R2": 1, "R3": 1}),
        Idiom.ARRIVAL: Counter({11: 1, 12: 1, 13: 1}),
        Idiom.BUDGET: Counter({21: 1}),
        Idiom.APPROVE: Counter(),
        Idiom.BATCH: Counter({31: 1, 32: 1}),
        Idiom.TAKE: Counter({51: 1}),
        Idiom.SCORE: Counter({41: 1}),
        Idiom.REPEAT: Counter({"D": 1}),
    },
    money={
        Idiom.PAYMENT: 3 * FEE,
        Idiom.BUDGET: SUBSIDY,
        Idiom.BATCH: 12,
        Idiom.REPEAT: GIVEN,
    },
    lines={
        Idiom.PAYMENT: Line(
            2, ((1, 1), (2, 2)), frozenset({3}), {1: (1, "a"), 2: (3, "b"), 3: (2, "c")}
        ),
        Idiom.ARRIVAL: Line(2, PLACES, frozenset({13}), KEPT),
    },
    conflicts=frozenset({3}),  # its payment came before that of the second
    available=LEFT,
    answers={"slip:R1-0": 1, "slip:R1-1": 2, "slip:R2": 3, "slip:R3": 4, "form:D": 9},
)


def told(history: Sequence[Event] = RIGHT, books: Books = BOOKS) -> list[str]:
    """What the checks say of this story."""
    return list(checks.faults(history, books, FEES))


def arrivals(**facts: Any) -> Books:
    """The books with another line of those who came in order."""
    line = replace(BOOKS.lines[Idiom.ARRIVAL], **facts)
    return replace(BOOKS, lines={**BOOKS.lines, Idiom.ARRIVAL: line})


def counted(idiom: Idiom, **counts: int) -> Books:
    """The books with other counts of what was done."""
    done: Counter[int | str] = Counter(
        {int(name.removeprefix("n")): count for name, count in counts.items()}
    )
    return replace(BOOKS, done={**BOOKS.done, idiom: done})


def holding(idiom: Idiom, dollars: int) -> Books:
    """The books with another sum."""
    return replace(BOOKS, money={**BOOKS.money, idiom: dollars})


def without(*gone: Event) -> tuple[Event, ...]:
    """The right story, but for what nobody saw."""
    return tuple(each for each in RIGHT if each not in gone)


def test_the_right_story_is_believed() -> None:
    assert told() == []


def test_every_refusal_and_every_unknown_of_it_can_be_left_out_but_not_what_was_done() -> None:
    for each in RIGHT:
        same = [other for other in RIGHT if other.key == each.key and other.is_done]
        is_repeated = bool(each.key) and len(same) > 1
        is_explained = each.is_unknown and not BOOKS.done[each.idiom][each.subjects[0]]
        needed = (each.is_done and not is_repeated) or (each.is_unknown and not is_explained)
        assert bool(told(without(each))) == needed, each


@pytest.mark.parametrize(
    ("books", "fault"),
    [
        (arrivals(places=((1, 11), (1, 12))), "have the numbers [1, 1]"),
        (arrivals(places=((1, 11), (3, 12))), "have the numbers [1, 3]"),
        (arrivals(places=((2, 11), (3, 12))), "have the numbers [2, 3]"),
        (arrivals(places=((1, 11), (2, 11))), "has two places"),
        (arrivals(places=(*PLACES, (3, 13))), "3 of 2 places were given"),
        (arrivals(places=PLACES[:1]), "1 of 2 places were given, 2 are due"),
    ],
)
def test_a_place_given_twice_left_out_or_beyond_the_last_is_told(books: Books, fault: str) -> None:
    assert any(fault in each for each in told(books=books))


def test_a_place_given_against_the_order_in_time_is_told() -> None:
    swapped = told(books=arrivals(places=((2, 11), (1, 12))))
    passed_over = told(books=arrivals(places=((1, 12), (2, 13))))

    assert any("11 was done before 12 began" in each for each in swapped)
    assert any("11 was done before 12 began, and has place None" in each for each in passed_over)


def test_two_at_one_time_may_come_in_either_order() -> None:
    together = tuple(
        replace(each, started=0, ended=50) if each in ARRIVALS else each for each in RIGHT
    )

    assert told(together, arrivals(places=((1, 12), (2, 11)))) == []


def test_a_whole_fee_counts_from_its_last_part() -> None:
    line = replace(BOOKS.lines[Idiom.PAYMENT], places=((1, 2), (2, 1)))
    swapped = replace(BOOKS, lines={**BOOKS.lines, Idiom.PAYMENT: line})
    late = tuple(
        replace(each, started=42, ended=80) if "R1-1" in each.subjects else each for each in RIGHT
    )

    assert any("1 was done before 2 began" in each for each in told(books=swapped))
    assert not any("1 was done before 2 began" in each for each in told(late, swapped))


def test_a_firm_that_paid_before_another_and_waits_without_a_conflict_is_told() -> None:
    silent = replace(BOOKS, conflicts=frozenset())

    assert any("3 waits" in each for each in told(books=silent))


@pytest.mark.parametrize("idiom", [Idiom.PAYMENT, Idiom.BUDGET, Idiom.BATCH, Idiom.REPEAT])
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_dollar_too_few_or_too_many_is_told(idiom: Idiom, difference: int) -> None:
    books = holding(idiom, BOOKS.money[idiom] + difference)

    assert any("the ledger holds" in each for each in told(books=books))


@pytest.mark.parametrize(
    ("books", "fault"),
    [
        (counted(Idiom.SCORE), "41 was told done and is not in the books"),
        (counted(Idiom.SCORE, n41=2), "41 stands in the books 2 times"),
        (counted(Idiom.SCORE, n41=1, n42=1), "42 is in the books and nobody did it"),
        (counted(Idiom.BATCH, n31=1), "32 was told done and is not in the books"),
    ],
)
def test_what_was_lost_doubled_or_done_by_nobody_is_told(books: Books, fault: str) -> None:
    assert any(fault in each for each in told(books=books))


def test_one_unit_that_two_were_told_to_have_is_told() -> None:
    twice = (*RIGHT, event(Idiom.SCORE, 41, 9))

    assert any("41 was had by 2 acts" in each for each in told(twice))


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (entered(9, answer=10), "the key form:D has 2 answers"),
        (entered(9, amounts=(GIVEN + 1,)), "the key form:D has 2 answers"),
        (entered(9, key="form:D:new page"), "D was had by 2 acts"),
        (entered(9, key="form:E"), "the key form:E was answered and is not kept"),
    ],
)
def test_a_key_with_two_answers_or_none_kept_is_told(second: Event, fault: str) -> None:
    assert any(fault in each for each in told((*RIGHT, second)))


def test_an_answer_that_is_not_the_one_kept_is_told() -> None:
    other = replace(BOOKS, answers={**BOOKS.answers, "form:D": 8})

    assert any("answered with another thing than 8" in each for each in told(books=other))


@pytest.mark.parametrize(
    ("refused", "fault"),
    [
        (event(Idiom.SCORE, 42, 9, "score_sheet.handed_in"), "nobody had it before"),
        (event(Idiom.SCORE, 41, 9, "panel.closed"), "panel.closed"),
        (event(Idiom.BUDGET, 22, 9, "budget.exhausted", amounts=(LEFT,)), "is left"),
        (event(Idiom.PAYMENT, "R2", 90, "stale", key="slip:R2", amounts=(FEE,)), "stale"),
    ],
)
def test_somebody_turned_away_without_a_reason_is_told(refused: Event, fault: str) -> None:
    assert any(fault in each for each in told((*RIGHT, refused)))


def test_somebody_turned_away_before_the_first_began_is_told() -> None:
    early = replace(event(Idiom.SCORE, 41, 0, "score_sheet.handed_in"), started=-9, ended=-1)

    assert any("nobody had it before" in each for each in told((early, *RIGHT)))


def test_what_the_reader_finds_wrong_in_the_end_is_told() -> None:
    books = replace(BOOKS, unequal=("S01/available: balance 1, entries 2, floor 0",))

    assert told(books=books) == ["S01/available: balance 1, entries 2, floor 0"]
