"""Claims: the receipt, the account, and what is verified before money moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backoffice.disbursement.rules.claims import (
    BankAccount,
    ClaimFacts,
    check_account,
    check_package,
    checks,
    filing_refusal,
    holding_refusal,
    is_flagged,
    needs_passbook,
    releasing_refusal,
    verifying_refusal,
)
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.kernel.money import Ntd
from tests.given.disbursement import ACCOUNT, package, refused

TODAY = date(2023, 11, 10)
T = TrancheState


@pytest.mark.scenario("A58")
@pytest.mark.parametrize("typed", [1_500_000, 1_499_998])
def test_a_receipt_of_another_amount_is_refused(typed: int) -> None:
    with refused("claim.amount_differs", value=Ntd(typed), limit=Ntd(1_499_999), number=1):
        check_package(package(Ntd(typed)), tranche_amount=Ntd(1_499_999), number=1, today=TODAY)


def test_a_receipt_of_exactly_the_tranche_is_taken() -> None:
    check_package(package(Ntd(1_499_999)), tranche_amount=Ntd(1_499_999), number=1, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"receipt_number": " "}, "claim.receipt_missing"),
        ({"receipt_on": date(2023, 11, 11)}, "claim.receipt_in_future"),
    ],
)
def test_a_receipt_that_cannot_be_one_is_refused(changes: dict[str, Any], code: str) -> None:
    claim = replace(package(Ntd(1)), **changes)

    with refused(code):
        check_package(claim, tranche_amount=Ntd(1), number=1, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bank_code": "04"}, "claim.bank_code"),
        ({"bank_code": "0044"}, "claim.bank_code"),
        ({"bank_code": "台銀"}, "claim.bank_code"),
        ({"branch_code": "037"}, "claim.branch_code"),
        ({"number": ""}, "claim.account_number"),
        ({"number": "123456789012345"}, "claim.account_number"),
        ({"number": "12345678X"}, "claim.account_number"),
        ({"holder": ""}, "claim.holder_missing"),
    ],
)
def test_an_account_that_no_payment_file_could_hold_is_refused(
    changes: dict[str, str], code: str
) -> None:
    with refused(code):
        check_account(replace(ACCOUNT, **changes))


@pytest.mark.parametrize("number", ["1", "12345678901234"])
def test_an_account_has_one_to_fourteen_digits(number: str) -> None:
    check_account(replace(ACCOUNT, number=number))


def test_an_account_is_kept_in_plain_digits() -> None:
    typed = BankAccount(" ００４ ", "0037", "００３-1234 58812", " 宏聯 ", "臺銀")

    assert typed.cleaned() == BankAccount("004", "0037", "003123458812", "宏聯", "臺銀")


def test_a_screen_shows_the_last_four_digits_only() -> None:
    assert ACCOUNT.masked == "004-0037 ····8812"


@pytest.mark.parametrize(
    ("account", "needed"),
    [
        (ACCOUNT, False),
        (replace(ACCOUNT, bank_name="臺銀"), False),
        (replace(ACCOUNT, number="1"), True),
        (replace(ACCOUNT, holder="別人"), True),
        (replace(ACCOUNT, branch_code="0038"), True),
    ],
)
def test_the_passbook_page_is_asked_for_when_money_would_go_elsewhere(
    account: BankAccount, needed: bool
) -> None:
    assert needs_passbook(account, ACCOUNT) is needed


def test_the_first_account_needs_its_passbook_page() -> None:
    assert needs_passbook(ACCOUNT, None)


@pytest.mark.parametrize(
    ("replaces", "today", "flagged"),
    [
        (True, date(2023, 12, 1), True),
        (True, date(2023, 12, 2), False),
        (False, date(2023, 11, 1), False),
    ],
)
def test_a_changed_account_is_flagged_for_thirty_days(
    replaces: bool, today: date, flagged: bool
) -> None:
    entered_at = datetime(2023, 11, 1, 2, 0, tzinfo=UTC)

    assert is_flagged(replaces=replaces, entered_at=entered_at, today=today) is flagged


CLAIM = ClaimFacts(
    amount=Ntd(1_500_000),
    tranche_amount=Ntd(1_500_000),
    number=1,
    account=ACCOUNT,
    account_flagged=False,
    firm_name="宏聯精密工業股份有限公司",
    ubn="04595252",
    blocked_until=None,
    entered_by=2,
)


def failed(claim: ClaimFacts, verifier_id: int = 2) -> list[str]:
    return [each.refusal.code for each in checks(claim, verifier_id) if each.refusal]


def test_a_whole_claim_passes_every_check() -> None:
    assert failed(CLAIM) == []


@pytest.mark.scenario("A88")
def test_a_holder_without_the_words_of_the_registered_name_is_blocked() -> None:
    claim = replace(CLAIM, account=replace(ACCOUNT, holder="宏聯精密工業有限公司"))

    assert failed(claim) == ["claim.holder_differs"]


@pytest.mark.scenario("A88")
def test_the_block_ends_when_the_registered_name_changes() -> None:
    claim = replace(
        CLAIM,
        account=replace(ACCOUNT, holder="宏聯精密工業有限公司"),
        firm_name="宏聯精密工業有限公司",
    )

    assert failed(claim) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Ntd(1_499_999)}, "claim.amount_differs"),
        ({"ubn": "88117126"}, "ubn.invalid"),
        ({"account": replace(ACCOUNT, number="X")}, "claim.account_number"),
        ({"blocked_until": date(2024, 1, 1)}, "claim.firm_blocked"),
        ({"account_flagged": True}, "claim.same_person"),
    ],
)
def test_each_fault_blocks_the_claim_by_its_own_name(changes: dict[str, Any], code: str) -> None:
    assert failed(replace(CLAIM, **changes)) == [code]


def test_another_person_may_verify_a_changed_account() -> None:
    assert failed(replace(CLAIM, account_flagged=True), verifier_id=3) == []


@pytest.mark.parametrize("state", [state for state in T if state is not T.CLAIMABLE])
def test_only_a_claimable_tranche_is_claimed(state: TrancheState) -> None:
    refusal = filing_refusal(state, "")

    assert refusal is not None
    assert refusal.code == "lifecycle.not_allowed"


def test_a_tranche_that_is_held_is_neither_claimed_nor_verified() -> None:
    for refusal in (filing_refusal(T.CLAIMABLE, "查核中"), verifying_refusal(T.CLAIMED, "查核中")):
        assert refusal is not None
        assert (refusal.code, refusal.facts) == ("tranche.held", {"reason": "查核中"})


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (T.PLANNED, None),
        (T.VERIFIED, None),
        (T.SHEETED, "tranche.not_holdable"),
        (T.PAID, "tranche.not_holdable"),
    ],
)
def test_a_tranche_is_held_back_until_it_is_on_a_sheet(
    state: TrancheState, code: str | None
) -> None:
    refusal = holding_refusal(state, "")

    assert (refusal.code if refusal else None) == code


def test_a_tranche_is_held_once_and_let_go_once() -> None:
    held = holding_refusal(T.PLANNED, "查核中")
    assert held is not None
    assert held.code == "tranche.held"
    free = releasing_refusal("")
    assert free is not None
    assert free.code == "tranche.not_held"
    assert releasing_refusal("查核中") is None
