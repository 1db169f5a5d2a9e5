"""The lines of a bank's claim: read, compared with ours, accepted, and called back."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.disbursement.rules.loans import (
    COLUMNS,
    BankLineState,
    Calling,
    ClaimedLine,
    Lent,
    LineFacts,
    Movement,
    MovementKind,
    PaidPeriod,
    Period,
    Rate,
    accepting_refusal,
    called_back,
    check_accepting,
    check_calling,
    ending_refusal,
    payable,
    read_rows,
    state_of,
    subsidy_terms,
)
from backoffice.disbursement.rules.recoveries import Ground
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from tests.given.disbursement import refused

JUNE = Period(date(2024, 6, 1), date(2024, 6, 30))
STARTS_ON = date(2024, 3, 1)
TERMS = subsidy_terms(registry.edition_named("S07/1"), "A1", STARTS_ON)
LENT = Lent(
    TERMS,
    (Movement(STARTS_ON, MovementKind.DRAW, Ntd(36_500_000)),),
    (Rate(date(2023, 4, 14), 15_950),),
)


def facts(
    state: BankLineState = BankLineState.READY,
    *,
    claimed: int = 100,
    computed: int = 100,
    left: int = 1_000,
) -> LineFacts:
    """A line for June that the person of number 1 entered."""
    return LineFacts(state, JUNE, Ntd(claimed), Ntd(computed), Ntd(left), entered_by=1)


def test_a_line_that_agrees_is_ready() -> None:
    assert state_of(Ntd(100), Ntd(100)) is BankLineState.READY
    assert state_of(Ntd(101), Ntd(100)) is BankLineState.DIFFERS
    assert state_of(Ntd(99), Ntd(100)) is BankLineState.DIFFERS
    assert state_of(Ntd(0), Ntd(0)) is BankLineState.DIFFERS


@pytest.mark.parametrize(
    ("claimed", "computed", "left", "paid"),
    [(100, 100, 100, 100), (101, 100, 500, 100), (99, 100, 500, 99), (100, 100, 7, 7)],
)
def test_the_lowest_is_paid(claimed: int, computed: int, left: int, paid: int) -> None:
    assert payable(Ntd(claimed), Ntd(computed), Ntd(left)) == Ntd(paid)


def test_a_line_is_accepted_by_another_person() -> None:
    assert accepting_refusal(facts(), (), running=True, person=2) is None

    refusal = accepting_refusal(facts(), (), running=True, person=1)

    assert refusal is not None
    assert refusal.code == "bank_line.same_person"


@pytest.mark.parametrize(
    ("line", "accepted", "running", "code"),
    [
        (facts(BankLineState.RETURNED), (), True, "bank_line.decided"),
        (facts(BankLineState.ACCEPTED), (), True, "bank_line.decided"),
        (facts(), (), False, "bank_line.loan_over"),
        (facts(), (Period(date(2024, 6, 30), date(2024, 7, 1)),), True, "bank_line.overlaps"),
        (facts(), (Period(date(2024, 5, 1), date(2024, 6, 1)),), True, "bank_line.overlaps"),
        (facts(computed=0), (), True, "bank_line.nothing_due"),
        (facts(left=0), (), True, "bank_line.nothing_left"),
    ],
)
def test_a_line_that_cannot_be_accepted_says_why(
    line: LineFacts, accepted: tuple[Period, ...], running: bool, code: str
) -> None:
    refusal = accepting_refusal(line, accepted, running=running, person=2)

    assert refusal is not None
    assert refusal.code == code


def test_periods_that_only_touch_do_not_overlap() -> None:
    beside = (
        Period(date(2024, 5, 1), date(2024, 5, 31)),
        Period(date(2024, 7, 1), date(2024, 7, 31)),
    )

    assert accepting_refusal(facts(), beside, running=True, person=2) is None


@pytest.mark.parametrize("line", [facts(claimed=101), facts(claimed=99), facts(left=7)])
def test_anything_but_agreement_is_accepted_with_a_reason(line: LineFacts) -> None:
    check_accepting(line, "依試算")

    with refused("bank_line.reason_missing"):
        check_accepting(line, " ")


def test_agreement_needs_no_reason() -> None:
    check_accepting(facts(), "")


# --- read -------------------------------------------------------------------------------------

GOOD = ("S07-112-000001", "113/06/01", "2024-06-30", "35,000,000", "1.595%", "45884")


def test_a_row_is_read_in_any_order_of_its_columns() -> None:
    header = (*reversed(COLUMNS), "備註")
    rows = [(2, (*reversed(GOOD), "x")), (3, (None,) * 7)]

    found = read_rows(header, rows)

    assert found == (
        ClaimedLine("S07-112-000001", *vars_of(JUNE), Ntd(35_000_000), 15_950, Ntd(45_884), row=2),
    )


def vars_of(period: Period) -> tuple[date, date]:
    return period.from_on, period.through_on


def test_a_missing_column_is_named() -> None:
    with refused("bank_claim.columns_missing", columns=["迄日", "請領利息"]):
        read_rows(("案件編號", "起日", "本金餘額", "年息"), [])


@pytest.mark.parametrize(
    ("place", "text", "code"),
    [
        (0, "", "bank_claim.row_blank"),
        (1, "31/31/31", "bank_claim.row_cell"),
        (3, "-1", "bank_claim.row_cell"),
        (4, "高", "bank_claim.row_cell"),
        (5, "45.5", "bank_claim.row_cell"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_its_row(place: int, text: str, code: str) -> None:
    cells = [*GOOD]
    cells[place] = text

    with pytest.raises(Refused) as caught:
        read_rows(COLUMNS, [(2, GOOD), (7, cells)])

    assert caught.value.code == "bank_claim.rows"
    rows = caught.value.facts["rows"]
    assert isinstance(rows, list)
    (row,) = rows
    assert (row.code, row.facts["row"], row.facts["why"].code) == ("bank_claim.row", 7, code)


# --- called back, ended -----------------------------------------------------------------------


def test_the_interest_since_the_breach_is_called_back() -> None:
    # 35,000,000 × 1.595 % ÷ 365 = 1,529.452… a day
    whole = LENT.due(date(2024, 6, 1), date(2024, 6, 30))
    paid = [
        PaidPeriod(Period(date(2024, 5, 1), date(2024, 5, 31)), Ntd(47_413)),
        PaidPeriod(JUNE, whole),
        PaidPeriod(Period(date(2024, 7, 1), date(2024, 7, 31)), Ntd(47_413)),
    ]

    back = called_back(LENT, paid, date(2024, 6, 16))

    assert whole == Ntd(45_884)
    assert back == Ntd(45_884 - 22_942 + 47_413)


def test_a_period_paid_below_ours_gives_back_no_more_than_was_paid() -> None:
    assert called_back(LENT, [PaidPeriod(JUNE, Ntd(10))], date(2024, 6, 30)) == Ntd(0)


@pytest.mark.parametrize(
    ("calling", "code"),
    [
        (Calling(date(2024, 6, 1), Ground.DOUBLE_SUBSIDY, "x"), "loan.call_ground"),
        (Calling(date(2024, 2, 29), Ground.DISSOLVED, "x"), "loan.call_early"),
        (Calling(date(2024, 6, 3), Ground.DISSOLVED, "x"), "loan.call_future"),
    ],
)
def test_a_breach_that_cannot_be_is_refused(calling: Calling, code: str) -> None:
    with refused(code):
        check_calling(calling, TERMS, date(2024, 6, 2))


def test_a_breach_on_the_first_day_is_entered() -> None:
    check_calling(Calling(STARTS_ON, Ground.DISSOLVED, "x"), TERMS, STARTS_ON)


@pytest.mark.parametrize(
    ("balance", "open_lines", "under_way", "owed", "today", "code"),
    [
        (1, 0, 0, 0, date(2025, 2, 28), "loan.not_over"),
        (0, 1, 0, 0, date(2024, 6, 1), "loan.lines_open"),
        (1, 0, 1, 0, date(2025, 3, 1), "loan.payments_under_way"),
        (1, 0, 0, 1, date(2025, 3, 1), "closing.clawback_open"),
    ],
)
def test_a_subsidy_under_way_is_not_ended(
    balance: int, open_lines: int, under_way: int, owed: int, today: date, code: str
) -> None:
    refusal = ending_refusal(
        LENT,
        balance=Ntd(balance),
        open_lines=open_lines,
        under_way=under_way,
        owed=Ntd(owed),
        today=today,
    )

    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize(("balance", "today"), [(1, date(2025, 3, 1)), (0, date(2024, 6, 1))])
def test_a_subsidy_ends_with_its_time_or_with_the_loan(balance: int, today: date) -> None:
    refusal = ending_refusal(
        LENT, balance=Ntd(balance), open_lines=0, under_way=0, owed=Ntd(0), today=today
    )

    assert refusal is None
