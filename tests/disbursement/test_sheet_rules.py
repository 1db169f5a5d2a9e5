"""The sheet's own law: its columns, its total, its numbers, who may sign, what a bank may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from backoffice.disbursement.rules.claims import BankAccount, ClaimFacts
from backoffice.disbursement.rules.lifecycles import LineEvent, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import (
    FORM,
    Candidate,
    FrozenLine,
    LineOutcome,
    ReturnReason,
    Rung,
    SheetFacts,
    check_batch,
    check_outcome,
    control_hash,
    correcting_refusal,
    line_checks,
    line_refusal,
    may_approve,
    may_check,
    may_make,
    may_send,
    may_settle,
    may_void,
    read_reason,
    roc_year,
    sheet_number,
)
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import in_words

MAKER, CHECKER, APPROVER, SENDER = 1, 2, 3, 4
NAME = "宏聯精密工業股份有限公司"
ACCOUNT = BankAccount("004", "0037", "003123458812", NAME, "臺灣銀行營業部")
CLAIM = ClaimFacts(
    amount=Ntd(1_500_000),
    tranche_amount=Ntd(1_500_000),
    number=1,
    account=ACCOUNT,
    account_flagged=False,
    firm_name=NAME,
    ubn="04595252",
    blocked_until=None,
    entered_by=MAKER,
)
LINE = FrozenLine(
    position=1,
    case_number="S01-112-000001",
    payee=NAME,
    ubn="04595252",
    project="智慧製造升級轉型計畫",
    tranche=1,
    award=Ntd(3_000_000),
    final=None,
    paid_before=ZERO,
    amount=Ntd(1_500_000),
    bank_code="004",
    branch_code="0037",
    bank_name="臺灣銀行營業部",
    account="003123458812",
    receipt_number="領-001",
    receipt_on=date(2023, 11, 6),
    approved_on=date(2023, 11, 6),
    approval_letter="經企字第1121106號",
    funding_source="特別預算",
    email="firm@example.com",
)


def facts(
    state: SheetState = SheetState.MADE,
    *,
    checked_by: int | None = None,
    approved_by: int | None = None,
    scorers: Mapping[int, tuple[str, ...]] | None = None,
) -> SheetFacts:
    return SheetFacts(state, MAKER, checked_by, approved_by, scorers or {})


def candidate(place: int = 1, edition: str = "S01/1") -> Candidate:
    return Candidate(place, f"S01-112-{place:06d}", edition, TrancheState.VERIFIED, "", CLAIM)


# --- columns ----------------------------------------------------------------------------------


@pytest.mark.scenario("A86")
def test_the_total_is_printed_in_formal_numerals_and_no_tax_is_withheld() -> None:
    amounts = (Ntd(1_500_000), Ntd(1_499_999), Ntd(714_286))
    lines = [replace(LINE, position=n, amount=amount) for n, amount in enumerate(amounts, 1)]

    whole = total(line.paid for line in lines)

    assert whole == Ntd(3_714_285)
    assert in_words(whole) == "新臺幣參佰柒拾壹萬肆仟貳佰捌拾伍元整"
    assert [line.withheld for line in lines] == [ZERO, ZERO, ZERO]


def test_the_form_has_nineteen_columns_in_the_order_of_the_page() -> None:
    assert len(FORM) == len(LINE.cells()) == 19
    assert [each.label for each in FORM][:3] == ["序號", "案件編號", "受款人名稱（戶名全銜）"]
    assert LINE.cells()[6:12] == (
        Ntd(3_000_000),
        ZERO,
        Ntd(1_500_000),
        ZERO,
        Ntd(1_500_000),
        Ntd(1_500_000),
    )
    assert LINE.cells()[12:16] == (
        "0040037 臺灣銀行營業部",
        "003123458812",
        "領-001／112年11月6日",
        "112年11月6日 經企字第1121106號",
    )


def test_the_settled_amount_stands_beside_the_award_and_leaves_nothing_unpaid() -> None:
    last = replace(
        LINE, tranche=2, final=Ntd(2_250_000), paid_before=Ntd(1_500_000), amount=Ntd(750_000)
    )

    assert last.unpaid == ZERO
    assert last.remark == "結算核定數 2,250,000 元"


def test_a_line_that_pays_again_names_the_returned_one() -> None:
    assert replace(LINE, pays_again="112-S01-0001 第 2 列").remark == (
        "重匯：原 112-S01-0001 第 2 列"
    )


def test_what_was_frozen_thaws_to_the_same_line() -> None:
    kept = replace(LINE, final=Ntd(2_250_000))

    assert FrozenLine.thawed(kept.frozen()) == kept


def test_an_account_is_shown_by_its_last_four_digits_only() -> None:
    assert LINE.masked_account == "004-0037 ····8812"


@pytest.mark.parametrize(
    "other",
    [
        replace(LINE, amount=Ntd(1_500_001)),
        replace(LINE, account="003123458813"),
        replace(LINE, payee="宏聯精密工業有限公司"),
    ],
)
def test_the_control_hash_changes_with_any_value_of_a_line(other: FrozenLine) -> None:
    sealed = control_hash("112-S01-0001", [LINE.frozen()])

    assert control_hash("112-S01-0001", [LINE.frozen()]) == sealed
    assert control_hash("112-S01-0001", [other.frozen()]) != sealed
    assert control_hash("112-S01-0002", [LINE.frozen()]) != sealed


def test_a_number_is_year_scheme_and_four_digits() -> None:
    assert sheet_number(roc_year(date(2023, 11, 20)), "S01", 7) == "112-S01-0007"


# --- making -----------------------------------------------------------------------------------


@pytest.mark.scenario("A87")
@pytest.mark.parametrize(
    ("ubn", "accepted"), [("04595252", True), ("10458574", True), ("88117126", False)]
)
def test_the_column_of_the_ubn_is_checked_by_the_rule_of_2023(ubn: str, accepted: bool) -> None:
    refusal = line_refusal("", replace(CLAIM, ubn=ubn))

    assert (refusal is None) is accepted
    assert accepted or (refusal is not None and refusal.code == "ubn.invalid")


@pytest.mark.scenario("A88")
def test_a_holder_without_two_characters_of_the_name_blocks_the_row() -> None:
    account = replace(ACCOUNT, holder="宏聯精密工業有限公司")

    refusal = line_refusal("", replace(CLAIM, account=account))

    assert refusal is not None
    assert refusal.code == "claim.holder_differs"
    assert refusal.facts == {"holder": "宏聯精密工業有限公司", "firm": NAME}


def test_five_things_are_checked_about_every_line() -> None:
    assert [each.key for each in line_checks(CLAIM)] == [
        "amount",
        "holder",
        "ubn",
        "account",
        "blocked",
    ]
    assert all(each.refusal is None for each in line_checks(CLAIM))


def test_a_tranche_that_is_held_back_blocks_the_row() -> None:
    refusal = line_refusal("查核中", CLAIM)

    assert refusal is not None
    assert refusal.code == "tranche.held"


def test_one_edition_makes_one_sheet_and_two_do_not() -> None:
    check_batch([candidate(1), candidate(2)])

    with pytest.raises(Refused) as refusal:
        check_batch([candidate(1), candidate(2, "S03/1")])

    assert refusal.value == Refused("sheet.mixed", editions=["S01/1", "S03/1"])


def test_a_blocked_row_names_its_case_and_why() -> None:
    held = replace(candidate(1), hold_reason="查核中")

    with pytest.raises(Refused) as refusal:
        check_batch([candidate(2), held])

    assert refusal.value.code == "sheet.line_blocked"
    assert refusal.value.facts["case"] == "S01-112-000001"
    assert refusal.value.facts["why"] == Refused("tranche.held", reason="查核中")


@pytest.mark.scenario("A89")
def test_what_is_no_longer_free_is_named() -> None:
    taken = replace(candidate(2), state=TrancheState.SHEETED)

    with pytest.raises(Refused) as refusal:
        check_batch([candidate(1), taken])

    assert refusal.value == Refused("sheet.tranche_taken", tranches=["S01-112-000002 第 1 期"])


@pytest.mark.parametrize("state", list(TrancheState))
def test_an_account_is_corrected_while_the_tranche_waits_for_a_sheet_only(
    state: TrancheState,
) -> None:
    refusal = correcting_refusal(state)

    assert (refusal is None) is (state is TrancheState.VERIFIED)


# --- signing ----------------------------------------------------------------------------------


def test_each_step_is_taken_by_another_person() -> None:
    assert may_check(facts(), CHECKER) is None
    checked = facts(SheetState.CHECKED, checked_by=CHECKER)
    assert may_approve(checked, APPROVER) is None
    approved = facts(SheetState.APPROVED, checked_by=CHECKER, approved_by=APPROVER)
    assert may_send(approved, SENDER) is None


def test_the_maker_does_not_check() -> None:
    assert may_check(facts(), MAKER) == Refused("sheet.same_person")


@pytest.mark.parametrize(("person", "done"), [(MAKER, Rung.MAKE), (CHECKER, Rung.CHECK)])
def test_maker_and_checker_do_not_approve(person: int, done: Rung) -> None:
    checked = facts(SheetState.CHECKED, checked_by=CHECKER)

    assert may_approve(checked, person) == Refused(
        "sheet.signed_before", done=done, step=Rung.APPROVE
    )


@pytest.mark.parametrize(
    ("person", "done"),
    [(MAKER, Rung.MAKE), (CHECKER, Rung.CHECK), (APPROVER, Rung.APPROVE)],
)
def test_who_signed_before_does_not_send(person: int, done: Rung) -> None:
    approved = facts(SheetState.APPROVED, checked_by=CHECKER, approved_by=APPROVER)

    assert may_send(approved, person) == Refused("sheet.signed_before", done=done, step=Rung.SEND)


@pytest.mark.scenario("A91")
def test_a_scorer_of_one_case_signs_no_step_of_its_sheet() -> None:
    scorers = {CHECKER: ("S01-112-000002",)}

    refusals = [
        may_make(scorers, CHECKER),
        may_check(facts(scorers=scorers), CHECKER),
        may_approve(facts(SheetState.CHECKED, checked_by=9, scorers=scorers), CHECKER),
        may_send(facts(SheetState.APPROVED, checked_by=9, approved_by=8, scorers=scorers), CHECKER),
    ]

    assert refusals == [
        Refused("sheet.scored", cases=("S01-112-000002",), step=rung)
        for rung in (Rung.MAKE, Rung.CHECK, Rung.APPROVE, Rung.SEND)
    ]
    assert may_check(facts(scorers=scorers), APPROVER) is None


@pytest.mark.parametrize("state", list(SheetState))
def test_every_step_has_its_one_state(state: SheetState) -> None:
    sheet = facts(state, checked_by=CHECKER, approved_by=APPROVER)

    assert (may_check(sheet, 9) is None) is (state is SheetState.MADE)
    assert (may_approve(sheet, 9) is None) is (state is SheetState.CHECKED)
    assert (may_send(sheet, 9) is None) is (state is SheetState.APPROVED)
    assert (may_settle(sheet) is None) is (state is SheetState.SENT)
    before_sending = state in (SheetState.MADE, SheetState.CHECKED, SheetState.APPROVED)
    assert (may_void(sheet) is None) is before_sending


# --- settling ---------------------------------------------------------------------------------

SENT_ON, TODAY = date(2023, 11, 20), date(2023, 11, 22)


@pytest.mark.parametrize("day", [SENT_ON, TODAY])
def test_the_bank_answers_between_the_sending_and_today(day: date) -> None:
    check_outcome(LineOutcome(1, LineEvent.PAY, day), position=1, sent_on=SENT_ON, today=TODAY)


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2023, 11, 19), "sheet.value_early"), (date(2023, 11, 23), "sheet.value_future")],
)
def test_a_day_before_the_sending_or_after_today_is_a_mistake(day: date, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_outcome(LineOutcome(1, LineEvent.PAY, day), position=3, sent_on=SENT_ON, today=TODAY)

    assert (refusal.value.code, refusal.value.facts["position"]) == (code, 3)


def test_a_return_needs_its_reason() -> None:
    outcome = LineOutcome(1, LineEvent.RETURN, TODAY)

    with pytest.raises(Refused) as refusal:
        check_outcome(outcome, position=1, sent_on=SENT_ON, today=TODAY)

    assert refusal.value.code == "sheet.reason_missing"


def test_another_reason_needs_words() -> None:
    outcome = LineOutcome(1, LineEvent.RETURN, TODAY, ReturnReason.OTHER, "  ")

    with pytest.raises(Refused) as refusal:
        check_outcome(outcome, position=1, sent_on=SENT_ON, today=TODAY)

    assert refusal.value.code == "sheet.note_missing"


def test_the_recorded_reason_reads_back() -> None:
    outcome = LineOutcome(1, LineEvent.RETURN, TODAY, ReturnReason.NAME_DIFFERS, "少「股份」")

    assert read_reason(outcome.recorded) == (ReturnReason.NAME_DIFFERS, "少「股份」")
    assert LineOutcome(1, LineEvent.PAY, TODAY).recorded == ""
    assert read_reason("") == (None, "")
