"""A receipt that was entered wrongly is taken out again, by another person and on the record."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import given as over
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice.disbursement.models import Recovery, RepaymentReversal
from backoffice.disbursement.operations.recoveries import reverse_repayment, write_off_recovery
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.recoveries import RecoveryState, Share, Split, split
from backoffice.disbursement.rules.reversals import Booked, left_of
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import recoveries as debts
from tests.given.web import page, signed_in, submit, words_of

PAID_BACK_ON = date(2024, 5, 20)


def a_recovered_demand(office: Office, on: date = PAID_BACK_ON) -> int:
    """A case that gave all of its 100,000 back; its number."""
    case_id = debts.a_clawback(office)
    world.at(office, debts.DEMANDED_ON)
    debts.demand(office, case_id)
    world.at(office, on)
    debts.receive(office, case_id, 100_000, on)
    return case_id


def reverse(office: Office, case_id: int, reason: str = "金額誤植") -> None:
    recovery = debts.the_recovery(office, case_id)
    last = debts.repayments(office, case_id)[-1]
    office.perform(reverse_repayment, given.ACCOUNTING, last.id, recovery.version, reason)


def test_a_correction_makes_the_money_owed_again_and_undoes_its_books(office: Office) -> None:
    case_id = debts.a_clawback(office)
    before = debts.money(office)
    world.at(office, debts.DEMANDED_ON)
    debts.demand(office, case_id)
    world.at(office, PAID_BACK_ON)
    debts.receive(office, case_id, 100_000, PAID_BACK_ON)
    assert debts.money(office) != before

    reverse(office, case_id)

    recovery = debts.the_recovery(office, case_id)
    assert (recovery.state, recovery.repaid, recovery.ended_at) == (
        RecoveryState.DEMANDED,
        ZERO,
        None,
    )
    assert debts.money(office) == before
    assert world.tranches(office, case_id)[0].state is TrancheState.RECOVERY
    assert len(debts.repayments(office, case_id)) == 1


def test_the_right_amount_is_entered_under_the_same_number(office: Office) -> None:
    case_id = a_recovered_demand(office)
    reverse(office, case_id)

    debts.receive(office, case_id, 60_000, PAID_BACK_ON)

    assert [each.receipt_number for each in debts.repayments(office, case_id)] == [
        "收-001",
        "收-001#2",
    ]
    with world.refused("recovery.receipt_taken"):
        debts.receive(office, case_id, 1, PAID_BACK_ON)
    assert debts.the_recovery(office, case_id).repaid == Ntd(60_000)


def test_an_enforced_demand_is_enforced_again(office: Office) -> None:
    case_id = debts.a_clawback(office)
    world.at(office, debts.DEMANDED_ON)
    debts.demand(office, case_id)
    later = date(2024, 6, 10)
    world.at(office, later)
    debts.enforce(office, case_id, later)
    debts.receive(office, case_id, 100_000, later)

    reverse(office, case_id)

    assert debts.the_recovery(office, case_id).state is RecoveryState.ENFORCEMENT
    assert world.tranches(office, case_id)[0].state is TrancheState.ENFORCEMENT


def test_only_another_person_corrects_and_only_once_and_with_a_reason(office: Office) -> None:
    case_id = a_recovered_demand(office)
    recovery = debts.the_recovery(office, case_id)
    receipt = debts.repayments(office, case_id)[-1]

    with world.refused("recovery.same_person"):
        office.perform(reverse_repayment, given.CASHIER, receipt.id, recovery.version, "誤植")
    with world.refused("note.missing"):
        reverse(office, case_id, "  ")
    reverse(office, case_id)
    with world.refused("recovery.reversed"):
        reverse(office, case_id)


def a_written_off_demand(office: Office) -> int:
    """40,000 came back, the rest was written off; the case."""
    case_id = debts.a_clawback(office)
    world.at(office, debts.DEMANDED_ON)
    debts.demand(office, case_id)
    later = date(2024, 6, 10)
    world.at(office, later)
    debts.receive(office, case_id, 40_000, later)
    debts.enforce(office, case_id, later)
    found = debts.the_recovery(office, case_id)
    office.perform(
        write_off_recovery,
        given.ACCOUNTING_2,
        found.id,
        found.version,
        Letter("院授主債字第1號", later),
        "無財產可供執行",
    )
    return case_id


def test_what_was_written_off_is_not_reopened_by_a_correction(app: Flask, office: Office) -> None:
    case_id = a_written_off_demand(office)

    with world.refused("recovery.written_off"):
        reverse(office, case_id)

    answer = sent_from_another_page(app, office, case_id)
    assert answer.status_code == 422
    assert "餘額已核准註銷" in words_of(answer)


def test_a_receipt_corrected_meanwhile_is_told(app: Flask, office: Office) -> None:
    case_id = a_recovered_demand(office)
    reverse(office, case_id)

    answer = sent_from_another_page(app, office, case_id)

    assert answer.status_code == 422
    assert "這筆收回登錄已更正過" in words_of(answer)


def sent_from_another_page(app: Flask, office: Office, case_id: int) -> TestResponse:
    """The form of the correction, as a page that is older would send it."""
    recovery = debts.the_recovery(office, case_id)
    receipt = debts.repayments(office, case_id)[-1]
    client = signed_in(app, given.ACCOUNTING)
    token = page(client, "/settings").select_one("input[name=csrf_token]")
    assert token is not None
    return client.post(
        f"/disbursement/recoveries/{recovery.id}/repayments/{receipt.id}/reversal",
        data={"csrf_token": token["value"], "version": recovery.version, "reason": "金額誤植"},
    )


def test_a_demand_never_grows_less_without_a_correction(office: Office) -> None:
    case_id = a_recovered_demand(office)

    with pytest.raises(DBAPIError, match="refuses less"), office.engine.begin() as connection:
        connection.execute(
            update(Recovery).where(Recovery.case_id == case_id).values(repaid=Ntd(1))
        )


def test_a_correction_never_changes(office: Office) -> None:
    case_id = a_recovered_demand(office)
    reverse(office, case_id)

    with pytest.raises(DBAPIError, match="refuses UPDATE"), office.engine.begin() as connection:
        connection.execute(update(RepaymentReversal).values(reason="別的"))


YEARS = (2022, 2023, 2024)
shares_of_all = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from(YEARS)), min_size=1, max_size=4
).map(
    lambda drawn: [
        Share(number, Ntd(amount), date(year, 6, 1))
        for number, (amount, year) in enumerate(sorted(drawn, key=lambda each: each[1]))
    ]
)


@over(shares_of_all, st.lists(st.tuples(st.integers(1, 300), st.sampled_from(YEARS)), max_size=6))
def test_without_a_correction_receipts_go_where_they_always_went(
    shares: list[Share], receipts: list[tuple[int, int]]
) -> None:
    owed, repaid = total(share.amount for share in shares), ZERO
    booked: list[Booked] = []
    for amount, year in receipts:
        on = date(year, 9, 1)
        part = min(Ntd(amount), owed - repaid)
        if not part:
            break
        expected = split(shares, repaid, part, on)
        found = split(left_of(shares, booked), ZERO, part, on)
        assert found == expected
        booked.append(Booked(on, found))
        repaid = repaid + part


def test_a_correction_leaves_its_place_to_the_next_receipt() -> None:
    shares = [
        Share(1, Ntd(100), date(2023, 6, 1)),
        Share(2, Ntd(100), date(2024, 6, 1)),
    ]
    second = Booked(date(2024, 9, 2), Split(Ntd(100), ZERO))  # the first one was taken out

    left = left_of(shares, [second])

    assert split(left, ZERO, Ntd(100), date(2024, 9, 3)) == Split(ZERO, Ntd(100))


def test_a_receipt_is_corrected_on_its_page(app: Flask, office: Office) -> None:
    case_id = a_recovered_demand(office)
    recovery = debts.the_recovery(office, case_id)
    receipt = debts.repayments(office, case_id)[-1]
    url = f"/disbursement/recoveries/{recovery.id}/repayments/{receipt.id}/reversal"
    own = signed_in(app, given.CASHIER)
    assert "此筆由您登錄" in page(own, url).get_text(" ")
    other = signed_in(app, given.ACCOUNTING)

    answer = submit(other, url, reason="金額誤植")

    assert answer.status_code == 303
    words = page(other, answer.location).get_text(" ")
    assert "已更正" in words
    assert "金額誤植" in words
    assert "這筆收回登錄已更正過" in page(other, url).get_text(" ")
    with Session(office.engine) as session:
        assert session.get_one(Recovery, recovery.id).repaid == ZERO


def test_a_correction_that_cannot_be_is_said_with_what_was_typed(
    app: Flask, office: Office
) -> None:
    case_id = a_recovered_demand(office)
    recovery = debts.the_recovery(office, case_id)
    receipt = debts.repayments(office, case_id)[-1]
    url = f"/disbursement/recoveries/{recovery.id}/repayments/{receipt.id}/reversal"
    client = signed_in(app, given.CASHIER)
    token = page(client, "/settings").select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": token["value"], "version": recovery.version, "reason": "金額誤植"}

    answer = client.post(url, data=data)

    assert answer.status_code == 422
    assert "請由其他主計或出納人員辦理" in words_of(answer)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_demands_and_receipts_are_taken_as_files(app: Flask, office: Office, kind: str) -> None:
    case_id = a_recovered_demand(office)
    recovery = debts.the_recovery(office, case_id)
    client = signed_in(app, given.ACCOUNTING)

    for url in (
        f"/disbursement/recoveries/list.{kind}?show=recovered",
        f"/disbursement/recoveries/{recovery.id}/receipts.{kind}",
    ):
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.data
