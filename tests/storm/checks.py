"""Whether what the clients saw can have happened, and is what the books say. Pure.

Each check is a function of the history and the books; each fault is a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.storm.books import Books, Line
from tests.storm.history import Event, Idiom, Subject

History = Sequence[Event]
Fees = Mapping[int, Sequence[str]]
"""The receipts that make up the whole fee of each case."""

SHORT_OF_MONEY = "budget.exhausted"
# The refusals that a page would show to whoever comes second.
ALLOWED: Mapping[Idiom, frozenset[str]] = {
    Idiom.PAYMENT: frozenset({"fee.receipt_taken", "fee.paid_already"}),
    Idiom.ARRIVAL: frozenset({"stale"}),
    Idiom.BUDGET: frozenset({"stale", "decision.not_scored", SHORT_OF_MONEY}),
    Idiom.APPROVE: frozenset({"stale"}),
    Idiom.BATCH: frozenset({"sheet.tranche_taken"}),
    Idiom.TAKE: frozenset({"stale", "case.taken"}),
    Idiom.SCORE: frozenset({"score_sheet.handed_in"}),
    Idiom.REPEAT: frozenset({"act.key_misused", "budget.document_entered"}),
}


@dataclass(frozen=True, slots=True)
class Span:
    """When something took effect: after `started`, and before `ended` if that is known."""

    started: int
    ended: int | None


def faults(history: History, books: Books, fees: Fees) -> Iterator[str]:
    """Everything that is wrong; nothing when the history can be explained."""
    for check in CHECKS:
        yield from check(history, books)
    for idiom, line in books.lines.items():
        yield from places(idiom, line, books.conflicts)
        yield from in_order(idiom, line, entitled(history, idiom, fees))


def done_once(history: History, books: Books) -> Iterator[str]:
    """Each unit was had at most once, by one act, and everybody who was told so was right."""
    told: dict[tuple[Idiom, Subject], set[str]] = defaultdict(set)
    for event in history:
        for subject in event.subjects if event.is_done else ():
            told[event.idiom, subject].add(event.act)
    for (idiom, subject), acts in told.items():
        if len(acts) > 1:
            yield f"{idiom}: {subject} was had by {len(acts)} acts: {', '.join(sorted(acts))}"
        if not books.done[idiom][subject]:
            yield f"{idiom}: {subject} was told done and is not in the books"


def explained(history: History, books: Books) -> Iterator[str]:
    """Whatever stands in the books stands there once, and somebody did it or may have done it."""
    tried = {
        (event.idiom, subject)
        for event in history
        if event.is_done or event.is_unknown
        for subject in event.subjects
    }
    for idiom, counted in books.done.items():
        for subject, count in counted.items():
            if count > 1:
                yield f"{idiom}: {subject} stands in the books {count} times"
            if (idiom, subject) not in tried:
                yield f"{idiom}: {subject} is in the books and nobody did it"


def conserved(history: History, books: Books) -> Iterator[str]:
    """What the answers say was moved is what the ledger holds, to the dollar."""
    for idiom, held in books.money.items():
        moved: dict[Subject, int] = {}
        perhaps: dict[Subject, set[int]] = defaultdict(set)
        for event in (each for each in history if each.idiom is idiom):
            for subject, amount in zip(event.subjects, event.amounts, strict=True):
                if event.is_done:
                    moved[subject] = amount
                elif event.is_unknown and books.done[idiom][subject]:
                    perhaps[subject].add(amount)
        unsaid = [amounts for subject, amounts in perhaps.items() if subject not in moved]
        least = sum(moved.values()) + sum(min(amounts) for amounts in unsaid)
        most = sum(moved.values()) + sum(max(amounts) for amounts in unsaid)
        if not least <= held <= most:
            yield f"{idiom}: the answers say {least}, the ledger holds {held}"


def one_answer(history: History, books: Books) -> Iterator[str]:
    """A key has one answer, for one request, and it is the one that was kept with the effect."""
    answers: dict[str, set[tuple[object, tuple[int, ...]]]] = defaultdict(set)
    for event in history:
        if event.key and event.is_done:
            answers[event.key].add((event.answer, event.amounts))
    for key, given in answers.items():
        if len(given) > 1:
            yield f"the key {key} has {len(given)} answers: {sorted(map(str, given))}"
        if key not in books.answers:
            yield f"the key {key} was answered and is not kept"
        elif any(answer != books.answers[key] for answer, _ in given):
            yield f"the key {key} was answered with another thing than {books.answers[key]}"


def refused_rightly(history: History, books: Books) -> Iterator[str]:
    """Whoever was refused came second: somebody else had it, or was at it, before the answer."""
    first: dict[tuple[Idiom, Subject], int] = {}
    for event in history:
        if event.is_done or event.is_unknown:
            for subject in event.subjects:
                unit = event.idiom, subject
                first[unit] = min(event.started, first.get(unit, event.started))
    for event in history:
        if event.is_done or event.is_unknown:
            continue
        named = f"{event.idiom}: {event.act} was refused {event.subjects} with {event.code}"
        if event.code not in ALLOWED[event.idiom]:
            yield named
        elif event.code == SHORT_OF_MONEY:
            if books.available >= min(event.amounts):
                yield f"{named}, and {books.available} is left"
        elif not any(
            first.get((event.idiom, subject), event.ended) < event.ended
            for subject in event.subjects
        ):
            yield f"{named}, and nobody had it before"


def equal_books(_: History, books: Books) -> Iterator[str]:
    """The balances are the sums of their entries, and nothing stands twice."""
    yield from books.unequal


CHECKS: tuple[Callable[[History, Books], Iterator[str]], ...] = (
    done_once,
    explained,
    conserved,
    one_answer,
    refused_rightly,
    equal_books,
)


def places(idiom: Idiom, line: Line, conflicts: frozenset[int]) -> Iterator[str]:
    """As many as there are, numbered without a gap, each once; nobody is passed over silently."""
    numbers = [number for number, _ in line.places]
    seated = [case for _, case in line.places]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield f"{idiom}: the places have the numbers {sorted(numbers)}"
    if len(set(seated)) != len(seated):
        yield f"{idiom}: a case has two places"
    due = min(line.total, len(line.keys))
    if len(set(seated)) != due:
        yield f"{idiom}: {len(set(seated))} of {line.total} places were given, {due} are due"
    last = max((line.keys[case] for case in seated if case in line.keys), default=None)
    for case in sorted(line.waiting - conflicts):
        if idiom is Idiom.PAYMENT and last is not None and line.keys[case] < last:
            yield f"{idiom}: {case} waits, comes before somebody with a place, and nobody decides"


def in_order(idiom: Idiom, line: Line, spans: Mapping[int, Span]) -> Iterator[str]:
    """Whoever had everything before another began has the smaller number, and a place at all."""
    numbers = {case: number for number, case in line.places}
    last = len(line.places) + 1
    for case, span in spans.items():
        for other, later in spans.items():
            if span.ended is None or span.ended >= later.started:
                continue
            if numbers.get(case, last) > numbers.get(other, last):
                yield (
                    f"{idiom}: {case} was done before {other} began, and has place "
                    f"{numbers.get(case)} after {numbers.get(other)}"
                )


def entitled(history: History, idiom: Idiom, fees: Fees) -> dict[int, Span]:
    """When a place came to be due to each case: with its acceptance, or its whole fee."""
    units = {event_span[0]: event_span[1] for event_span in _spans(history, idiom)}
    if idiom is not Idiom.PAYMENT:
        return {case: span for case, span in units.items() if isinstance(case, int)}
    return {
        case: _together([units[receipt] for receipt in receipts])
        for case, receipts in fees.items()
        if all(receipt in units for receipt in receipts)
    }


def _together(spans: Sequence[Span]) -> Span:
    ends = [span.ended for span in spans if span.ended is not None]
    whole = len(ends) == len(spans)
    return Span(max(span.started for span in spans), max(ends) if whole else None)


def _spans(history: History, idiom: Idiom) -> Iterator[tuple[Subject, Span]]:
    """From the first who may have done it to the first who was told; an act may be told often."""
    started: dict[Subject, int] = {}
    ended: dict[Subject, int] = {}
    for event in history:
        if event.idiom is not idiom or not (event.is_done or event.is_unknown):
            continue
        for subject in event.subjects:
            started[subject] = min(event.started, started.get(subject, event.started))
            if event.is_done:
                ended[subject] = min(event.ended, ended.get(subject, event.ended))
    for subject, since in started.items():
        yield subject, Span(since, ended.get(subject))
