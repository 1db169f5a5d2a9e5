"""The fee book's rules: the split of every amount, the running sum, what goes back, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.cases.rules.earning import parts_of_fee
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState
from backoffice.cases.rules.tax import TaxSplit, fee_due, is_untaxed_payment, split
from backoffice.disbursement.rules.fees.account import Paid, Standing, running, standing
from backoffice.disbursement.rules.fees.entries import (
    AdvertisingEntry,
    PaymentEntry,
    check_advertising,
    check_payment,
)
from backoffice.disbursement.rules.fees.lines import LINE, LineState
from backoffice.disbursement.rules.fees.posting import drawn
from backoffice.disbursement.rules.fees.refunds import (
    REFUND,
    Bounce,
    Claimed,
    FeeFacts,
    PlaceFacts,
    RefundGround,
    RefundOrder,
    RefundState,
    Unpaid,
    check_bounce,
    check_corrected,
    claimed,
    ended_by,
)
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.ledger.rules import FeeStage
from backoffice.scheme import registry
from backoffice.scheme.rules import Seats, TaxMode

AT = datetime(2023, 5, 12, 2, 0, tzinfo=UTC)


def seats_of(scheme: str) -> Seats:
    found = registry.edition_named(f"{scheme}/1").seats
    assert found is not None
    return found


INCLUSIVE = seats_of("S09")
UNSTATED = seats_of("S10")
EXCLUSIVE = replace(INCLUSIVE, tax=TaxMode.EXCLUSIVE)


# --- tax --------------------------------------------------------------------------------------


@pytest.mark.scenario("A81")
def test_300_000_tax_inclusive_is_285_714_and_14_286() -> None:
    assert split(Ntd(300_000), INCLUSIVE) == TaxSplit(Ntd(285_714), Ntd(14_286))


def test_where_no_source_states_the_tax_nothing_is_split() -> None:
    assert split(Ntd(60_000), UNSTATED) is None
    assert parts_of_fee(UNSTATED) == ((FeeStage.INCOME, Ntd(60_000)),)


@settings(max_examples=1_000)
@given(st.integers(1, 1_000_000), st.integers(0, 10_000))
def test_net_and_tax_are_the_whole_for_every_amount_and_rate(dollars: int, rate: int) -> None:
    found = split(Ntd(dollars), replace(INCLUSIVE, tax_bp=rate))

    assert found is not None
    assert found.net + found.tax == Ntd(dollars)
    assert found.net >= ZERO
    assert found.tax >= ZERO
    # Half-up: the net is nearest to the exact quotient, a half counts upwards.
    exact = dollars * 10_000
    whole = 10_000 + rate
    assert -whole < 2 * (exact - found.net.dollars * whole) <= whole or (
        2 * (exact - found.net.dollars * whole) == -whole
    )


def test_every_amount_to_a_million_splits_without_loss() -> None:
    for dollars in range(1, 1_000_001, 7):
        found = split(Ntd(dollars), INCLUSIVE)
        assert found is not None
        assert found.net.dollars + found.tax.dollars == dollars


@pytest.mark.parametrize(
    ("paid", "untaxed"), [(285_713, False), (285_714, True), (285_715, False), (300_000, False)]
)
def test_the_net_alone_is_taken_for_a_mistake_about_the_tax(paid: int, untaxed: bool) -> None:
    assert is_untaxed_payment(Ntd(paid), INCLUSIVE) is untaxed


def test_a_fee_quoted_without_tax_is_paid_with_it() -> None:
    assert fee_due(EXCLUSIVE) == Ntd(315_000)
    assert split(fee_due(EXCLUSIVE), EXCLUSIVE) == TaxSplit(Ntd(300_000), Ntd(15_000))


# --- the account ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (0, Standing.UNPAID),
        (1, Standing.SHORT),
        (299_999, Standing.SHORT),
        (300_000, Standing.FULL),
        (300_001, Standing.OVER),
    ],
)
def test_an_account_stands_by_what_is_held(held: int, expected: Standing) -> None:
    assert standing(Ntd(held), Ntd(300_000)) is expected


@pytest.mark.parametrize(
    ("held", "returned", "ended", "owed", "expected"),
    [
        (0, 0, True, False, Standing.NOT_DUE),
        (300_000, 0, True, True, Standing.RETURNING),
        (0, 300_000, True, False, Standing.RETURNED),
        (40_000, 260_000, True, False, Standing.RETURNED),  # 40,000 of advertising was placed
        (0, 300_000, False, False, Standing.RETURNED),  # no place was left
        (299_999, 1, False, False, Standing.SHORT),
    ],
)
def test_a_case_that_left_owes_no_fee(
    held: int, returned: int, ended: bool, owed: bool, expected: Standing
) -> None:
    found = standing(Ntd(held), Ntd(300_000), returned=Ntd(returned), ended=ended, owed=owed)

    assert found is expected


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=6), st.data())
def test_the_fee_is_reached_once_whatever_the_order_of_entry(
    amounts: list[int], draw: st.DataObject
) -> None:
    paid = [Paid(AT + timedelta(hours=hour), Ntd(each)) for hour, each in enumerate(amounts)]
    mixed = draw.draw(st.permutations(paid))

    steps = list(running(mixed, Ntd(300_000)))

    assert [step.paid.value_at for step in steps] == [each.value_at for each in paid]
    assert steps[-1].sum == total(each.amount for each in paid)
    assert sum(step.fills for step in steps) == (sum(amounts) >= 300_000)


# --- refunds ----------------------------------------------------------------------------------

PLACE = PlaceFacts(
    state=CaseState.ACCEPTED,
    has_place=True,
    service_began=False,
    places_closed=False,
    claim=ClaimState.SEATED,
)


@pytest.mark.parametrize(
    ("place", "ground"),
    [
        (PLACE, None),
        (replace(PLACE, has_place=False, claim=None), None),
        (replace(PLACE, has_place=False, claim=None, places_closed=True), RefundGround.NO_PLACE),
        (
            replace(PLACE, has_place=False, claim=ClaimState.WAITING, places_closed=True),
            None,
        ),
        (replace(PLACE, has_place=False, claim=ClaimState.REFUND), RefundGround.NO_PLACE),
        (replace(PLACE, state=CaseState.INELIGIBLE), RefundGround.NOT_ELIGIBLE),
        (replace(PLACE, state=CaseState.NOT_ACCEPTED), RefundGround.NOT_ELIGIBLE),
        (replace(PLACE, state=CaseState.WITHDRAWN), RefundGround.BEFORE_SERVICE),
        (
            replace(PLACE, state=CaseState.CANCELLED, service_began=True),
            RefundGround.AFTER_SERVICE,
        ),
        (replace(PLACE, state=CaseState.IN_SERVICE, has_place=True), None),
    ],
)
def test_why_a_whole_fee_goes_back(place: PlaceFacts, ground: RefundGround | None) -> None:
    assert ended_by(place) is ground


FACTS = FeeFacts(
    fee=Ntd(300_000),
    held=Ntd(300_000),
    running=ZERO,
    advertising=ZERO,
    ended=None,
    since=date(2023, 5, 12),
    over_since=date(2023, 5, 13),
    refund_days=30,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FACTS, None),
        (
            replace(FACTS, held=Ntd(300_001)),
            Claimed(RefundGround.EXCESS, Ntd(1), ZERO, date(2023, 6, 12)),
        ),
        (replace(FACTS, held=Ntd(300_001), running=Ntd(1)), None),
        (
            replace(FACTS, ended=RefundGround.NO_PLACE),
            Claimed(RefundGround.NO_PLACE, Ntd(300_000), ZERO, date(2023, 6, 11)),
        ),
        (
            replace(FACTS, ended=RefundGround.AFTER_SERVICE, advertising=Ntd(299_999)),
            Claimed(RefundGround.AFTER_SERVICE, Ntd(1), Ntd(299_999), date(2023, 6, 11)),
        ),
        (replace(FACTS, ended=RefundGround.AFTER_SERVICE, advertising=Ntd(300_000)), None),
        (
            replace(FACTS, ended=RefundGround.BEFORE_SERVICE, advertising=Ntd(5)),
            Claimed(RefundGround.BEFORE_SERVICE, Ntd(300_000), ZERO, date(2023, 6, 11)),
        ),
    ],
)
def test_how_much_goes_back_and_by_which_day(facts: FeeFacts, expected: Claimed | None) -> None:
    assert claimed(facts) == expected


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_a_refund_is_drawn_from_what_was_not_earned_first_and_loses_nothing(
    extra: int, back: int
) -> None:
    stages = {
        FeeStage.RECEIVED: Ntd(extra),
        FeeStage.INCOME: Ntd(285_714),
        FeeStage.TAX: Ntd(14_286),
    }

    parts = dict(drawn(stages, Ntd(back), INCLUSIVE))

    assert total(parts.values()) == Ntd(back)
    assert parts.get(FeeStage.RECEIVED, ZERO) == Ntd(min(extra, back))
    kept = Ntd(300_000 - max(0, back - extra))
    left = split(kept, INCLUSIVE)
    assert left is not None
    assert Ntd(285_714) - parts.get(FeeStage.INCOME, ZERO) == left.net
    assert Ntd(14_286) - parts.get(FeeStage.TAX, ZERO) == left.tax


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (AdvertisingEntry(date(2023, 5, 1), ZERO, "x", "x"), "fee.amount_zero"),
        (AdvertisingEntry(date(2023, 5, 3), Ntd(1), "x", "x"), "fee.placed_future"),
        (AdvertisingEntry(date(2023, 5, 1), Ntd(1), " ", "x"), "fee.medium_missing"),
        (AdvertisingEntry(date(2023, 5, 1), Ntd(1), "x" * 201, "x"), "fee.too_long"),
        (AdvertisingEntry(date(2023, 5, 1), Ntd(1), "x", " "), "fee.invoice_missing"),
    ],
)
def test_advertising_is_entered_whole(entry: AdvertisingEntry, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_advertising(entry, date(2023, 5, 2))

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (PaymentEntry(AT, ZERO, "x"), "fee.amount_zero"),
        (PaymentEntry(AT + timedelta(seconds=1), Ntd(1), "x"), "fee.value_future"),
        (PaymentEntry(AT, Ntd(1), " "), "fee.receipt_missing"),
        (PaymentEntry(AT, Ntd(1), "x" * 65), "fee.too_long"),
    ],
)
def test_a_payment_is_entered_whole(entry: PaymentEntry, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_payment(entry, AT)

    assert refusal.value.code == code


def test_every_state_of_a_refund_and_of_a_line_is_reached() -> None:
    assert REFUND.reachable() == set(RefundState)
    assert LINE.reachable() | {LineState.BOOKED} == set(LineState)


# --- 退匯 -------------------------------------------------------------------------------------

PAID_ON, TODAY = date(2023, 5, 20), date(2023, 5, 27)
BOUNCE = Bounce(TODAY, "BACK-1", ReturnReason.ACCOUNT_CLOSED)


@pytest.mark.parametrize(
    "bounce",
    [
        BOUNCE,
        replace(BOUNCE, on=PAID_ON),
        replace(BOUNCE, reason=ReturnReason.OTHER, note="x" * 200),
    ],
)
def test_a_notice_of_the_bank_that_can_be_true(bounce: Bounce) -> None:
    check_bounce(bounce, paid_on=PAID_ON, today=TODAY)


@pytest.mark.parametrize(
    ("bounce", "code"),
    [
        (replace(BOUNCE, on=PAID_ON - timedelta(days=1)), "refund.bounced_early"),
        (replace(BOUNCE, on=TODAY + timedelta(days=1)), "refund.bounced_future"),
        (replace(BOUNCE, reason=ReturnReason.OTHER, note=" "), "refund.bounce_note_missing"),
        (replace(BOUNCE, note="x" * 201), "fee.too_long"),
    ],
)
def test_a_notice_of_the_bank_that_cannot(bounce: Bounce, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_bounce(bounce, paid_on=PAID_ON, today=TODAY)

    assert refusal.value.code == code


UNPAID = Unpaid("甲公司", "004-12", ReturnReason.NAME_DIFFERS)


@pytest.mark.parametrize(
    ("payee", "account", "came_back"),
    [
        ("甲公司", "004-12", ()),
        ("甲股份有限公司", "004-12", (UNPAID,)),
        ("甲公司", "004-13", (UNPAID,)),
        ("甲公司", "004-12", (replace(UNPAID, reason=ReturnReason.OTHER),)),
        ("甲公司", "004-12", (replace(UNPAID, reason=ReturnReason.UBN_DIFFERS),)),
    ],
)
def test_a_corrected_order_is_taken(
    payee: str, account: str, came_back: tuple[Unpaid, ...]
) -> None:
    check_corrected(RefundOrder(payee, account, "x"), came_back)


@pytest.mark.parametrize(
    "reason",
    [ReturnReason.ACCOUNT_WRONG, ReturnReason.ACCOUNT_CLOSED, ReturnReason.NAME_DIFFERS],
)
def test_an_order_that_corrects_nothing_is_refused(reason: ReturnReason) -> None:
    other = replace(UNPAID, account="009-1")

    with pytest.raises(Refused) as refusal:
        check_corrected(
            RefundOrder(" 甲 公司", "００４-12", "x"), (other, replace(UNPAID, reason=reason))
        )

    assert refusal.value.code == "refund.not_corrected"


def test_only_what_was_paid_comes_back() -> None:
    refund = [(before, after) for before, event, after in REFUND.moves if event == "BOUNCE"]
    line = [(before, after) for before, event, after in LINE.moves if event == "BOUNCE"]

    assert refund == [(RefundState.PAID, RefundState.BOUNCED)]
    assert line == [(LineState.REFUNDED, LineState.OPEN)]
