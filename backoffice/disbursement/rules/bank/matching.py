"""Every line of the bank's answer against the sheets: which payment it means, and its class. Pure.

The classes are those of a reconciliation by hand: what is clear is settled, what is not waits for a
person. Source: features N10; domain §3.6 退匯, §4.2.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.taiwan import nfkc


class BankClass(StrEnum):
    """What a line of the answer is to the sheet; MISSING is a line of the sheet without answer."""

    PAID = "PAID"
    RETURNED = "RETURNED"
    PART = "PART"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    SPLIT = "SPLIT"
    DOUBLE = "DOUBLE"
    MISSING = "MISSING"
    UNKNOWN = "UNKNOWN"
    LATE = "LATE"
    RENAMED = "RENAMED"


# Nothing about these is in doubt: they are settled by the confirmation itself.
CLEAR = frozenset({BankClass.PAID, BankClass.RETURNED})


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line of the bank's answer as it was read; what the bank did not say is "" or None.

    `row` is its line in the file; `bank` three digits of the bank and four of the branch; `amount`
    is more than nothing; `event` is PAY or RETURN, `code` the reason of a return; `day` 入帳日 or
    退匯日.
    """

    row: int
    sheet: str
    position: int | None
    case_number: str
    payee: str
    ubn: str
    bank: str
    account: str
    amount: Ntd
    event: LineEvent
    code: str
    day: date


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A payment that was sent, and how far it is settled.

    `answered`: the bank's answer to it, or a person's word in its place, is on record already.
    `sent_on` is the day of sending; nothing can have been paid before. `expected_by` is the value
    date that the banks' calendar gives for it; what is dated later is late.
    """

    id: int
    sheet_id: int
    sheet: str
    position: int
    case_number: str
    payee: str
    ubn: str
    bank: str
    account: str
    amount: Ntd
    state: LineState
    sent_on: date
    expected_by: date
    answered: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was settled yet."""
        return self.state is LineState.SENT


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer, or one line of a sheet without answer, with its class."""

    kind: BankClass
    answer: AnswerLine | None
    line: ExpectedLine | None

    @property
    def amount(self) -> Ntd:
        """What the bank says; of a missing line what should have been paid."""
        if self.answer is not None:
            return self.answer.amount
        assert self.line is not None, "a finding is about something"
        return self.line.amount


def plain_account(number: str) -> str:
    """An account's number without the zeros that a file puts before it."""
    return number.strip().lstrip("0")


def same_name(one: str, other: str) -> bool:
    """Whether two spellings of a name are the same but for widths and spaces."""
    return _spelled(one) == _spelled(other)


def _spelled(name: str) -> str:
    return "".join(nfkc(name).split())


def classed(
    answers: Sequence[AnswerLine],
    expected: Sequence[ExpectedLine],
    closed_days: Collection[date] = (),
) -> tuple[Finding, ...]:
    """Each line of the answer with its class, in order; then the lines that it says nothing about.

    Missing are the waiting lines of every sheet that the answer speaks of. `closed_days` take no
    more settlements: what is dated in one is late.
    """
    matched = _Matches(expected).of(answers)
    groups: dict[int, list[AnswerLine]] = defaultdict(list)
    lines: dict[int, ExpectedLine] = {}
    for answer in answers:
        line = matched[answer.row]
        if line is not None:
            groups[line.id].append(answer)
            lines[line.id] = line
    kinds = {
        row: kind
        for line_id, group in groups.items()
        for row, kind in _of_line(lines[line_id], group, closed_days)
    }
    found = [
        Finding(kinds.get(answer.row, BankClass.UNKNOWN), answer, matched[answer.row])
        for answer in answers
    ]
    spoken_of = {line.sheet for line in lines.values()} | {answer.sheet for answer in answers}
    silent = (
        line
        for line in expected
        if line.is_waiting and line.sheet in spoken_of and line.id not in lines
    )
    return (*found, *(Finding(BankClass.MISSING, None, line) for line in silent))


def _of_line(
    line: ExpectedLine, group: Sequence[AnswerLine], closed_days: Collection[date]
) -> Iterable[tuple[int, BankClass]]:
    """The classes of all that the answer says about one payment."""
    if line.answered:
        return [(answer.row, BankClass.DOUBLE) for answer in group]
    if len(group) == 1:
        return [(group[0].row, _alone(line, group[0], closed_days))]
    if len({answer.event for answer in group}) > 1:
        return [(answer.row, BankClass.DOUBLE) for answer in group]  # paid, and returned as well
    whole = [answer for answer in group if answer.amount == line.amount]
    if whole:
        first = whole[0]
        return [
            (
                answer.row,
                _alone(line, first, closed_days) if answer is first else BankClass.DOUBLE,
            )
            for answer in group
        ]
    summed = total(answer.amount for answer in group)
    kind = _by_amount(summed, line.amount) or BankClass.SPLIT
    return [(answer.row, kind) for answer in group]


def _alone(line: ExpectedLine, answer: AnswerLine, closed_days: Collection[date]) -> BankClass:
    """The class of the only answer to a payment; what is late or of another name is so first."""
    if not line.is_waiting or answer.day in closed_days or answer.day > line.expected_by:
        return BankClass.LATE
    if answer.event is LineEvent.PAY and _is_renamed(line, answer):
        return BankClass.RENAMED
    if (kind := _by_amount(answer.amount, line.amount)) is not None:
        return kind
    return BankClass.PAID if answer.event is LineEvent.PAY else BankClass.RETURNED


def _by_amount(said: Ntd, due: Ntd) -> BankClass | None:
    if said == due:
        return None
    return BankClass.PART if said < due else BankClass.WRONG_AMOUNT


def _is_renamed(line: ExpectedLine, answer: AnswerLine) -> bool:
    """Whether the bank credited another name, another business number or another account."""
    if answer.payee and not same_name(answer.payee, line.payee):
        return True
    if answer.ubn and answer.ubn != line.ubn:
        return True
    if answer.bank and answer.bank != line.bank:
        return True
    return bool(answer.account) and plain_account(answer.account) != plain_account(line.account)


class _Matches:
    """Which payment each line means: by its place on a sheet, its case, then payee and account."""

    def __init__(self, expected: Iterable[ExpectedLine]) -> None:
        self._places: dict[tuple[str, int], ExpectedLine] = {}
        self._cases: dict[str, list[ExpectedLine]] = defaultdict(list)
        self._accounts: dict[tuple[str, str], list[ExpectedLine]] = defaultdict(list)
        self._sheets: set[str] = set()
        self._taken: Counter[int] = Counter()
        for line in expected:
            self._places[line.sheet, line.position] = line
            self._cases[line.case_number].append(line)
            self._accounts[line.ubn, plain_account(line.account)].append(line)
            self._sheets.add(line.sheet)

    def of(self, answers: Sequence[AnswerLine]) -> dict[int, ExpectedLine | None]:
        """The payment of each line by its row; None where there is none."""
        found = {answer.row: self._one(answer) for answer in answers}
        assert len(found) == len(answers), "a row stands once in a file"
        return found

    def _one(self, answer: AnswerLine) -> ExpectedLine | None:
        line = self._at_place(answer) or self._best(answer)
        if line is not None:
            self._taken[line.id] += 1
        return line

    def _at_place(self, answer: AnswerLine) -> ExpectedLine | None:
        line = self._places.get((answer.sheet, answer.position or 0))
        if line is None or answer.day < line.sent_on:
            return None
        agrees = (
            answer.case_number == line.case_number,
            answer.ubn == line.ubn,
            bool(answer.account) and plain_account(answer.account) == plain_account(line.account),
        )
        return line if any(agrees) else None

    def _best(self, answer: AnswerLine) -> ExpectedLine | None:
        """The likeliest of the payments that it can mean: waiting, of this amount, not yet met."""
        candidates = self._cases.get(answer.case_number, []) if answer.case_number else []
        if not candidates and answer.ubn and answer.account:
            candidates = self._accounts.get((answer.ubn, plain_account(answer.account)), [])
        known = answer.sheet in self._sheets
        possible = [
            line
            for line in candidates
            if answer.day >= line.sent_on and (line.sheet == answer.sheet or not known)
        ]
        return min(possible, key=lambda line: self._rank(answer, line), default=None)

    def _rank(self, answer: AnswerLine, line: ExpectedLine) -> tuple[bool, bool, int, int]:
        exact = answer.amount == line.amount
        return not line.is_waiting, not exact, self._taken[line.id] if exact else 0, line.id


def difference(findings: Iterable[Finding]) -> Ntd:
    """What the bank says it paid out, less what clear lines pay: nothing when all is clear.

    Returned lines and lines without answer count for nothing; the result may be less than nothing.
    """
    said = paid = ZERO
    for finding in findings:
        if finding.answer is not None and finding.answer.event is LineEvent.PAY:
            said = said + finding.answer.amount
        if finding.kind is BankClass.PAID:
            paid = paid + finding.amount
    return said - paid
