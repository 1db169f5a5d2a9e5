"""Claims: filed from the receipt, verified or sent back; the firm's account; tranches held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.audit import AuditEntry
from backoffice.cases.models import WaitingFor
from backoffice.disbursement.models import Claim, FirmAccount, Tranche
from backoffice.disbursement.operations.claims import (
    block_firm,
    file_claim,
    hold_tranche,
    let_go_on,
    reject_claim,
    verify_claim,
)
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given.disbursement import ACCOUNT, MIDTERM_ON, Awarded, package, refused

OTHER_ACCOUNT = replace(ACCOUNT, number="700021345")


def first_tranche(office: Office, case_id: int) -> Tranche:
    return world.tranches(office, case_id)[0]


def claim_row(office: Office, claim_id: int) -> Claim:
    with Session(office.engine) as session:
        return session.get_one(Claim, claim_id)


def accounts(office: Office) -> list[FirmAccount]:
    with Session(office.engine) as session:
        return list(session.scalars(select(FirmAccount).order_by(FirmAccount.id)))


def verify(office: Office, claim_id: int, person: Actor, *, checked: bool = True) -> None:
    version = world.version_of(office, Claim, claim_id)
    office.perform(verify_claim, person, claim_id, version, clearance_checked=checked)


def reject(office: Office, claim_id: int, reason: str) -> None:
    version = world.version_of(office, Claim, claim_id)
    office.perform(reject_claim, given.OFFICER, claim_id, version, reason)


def test_a_claim_waits_for_its_verification(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)

    claim = claim_row(office, world.file(office, first))

    assert (claim.amount, claim.live, claim.entered_by) == (first.amount, True, given.OFFICER.id)
    assert first_tranche(office, case_id).state is TrancheState.CLAIMED
    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER


@pytest.mark.scenario("A58")
def test_a_receipt_of_one_dollar_more_is_refused(office: Office) -> None:
    plan = Awarded(lines=(world.category("C1", 2_999_999, 3_000_001),))
    case_id = world.a_case_past_midterm(office, plan)
    first = first_tranche(office, case_id)
    assert first.amount == Ntd(1_499_999)

    with refused("claim.amount_differs", value=Ntd(1_500_000), limit=Ntd(1_499_999)):
        world.file(office, first, package(Ntd(1_500_000)))

    assert first_tranche(office, case_id).state is TrancheState.CLAIMABLE
    assert accounts(office) == []


def test_the_account_is_kept_for_the_firm(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)

    world.file(office, first_tranche(office, case_id))

    (kept,) = accounts(office)
    assert (kept.ubn, kept.number, kept.replaces_id) == ("04595252", "003123458812", None)


def test_the_same_account_is_not_entered_twice(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    reject(office, world.file(office, first_tranche(office, case_id)), "領據未蓋章")
    first = first_tranche(office, case_id)

    office.perform(
        file_claim,
        given.OFFICER,
        first.id,
        first.version,
        package(first.amount, replace(ACCOUNT, number="0031-2345-8812")),
        world.a_pdf("領據.pdf"),
    )

    assert len(accounts(office)) == 1


def test_another_account_is_a_new_row_that_names_the_one_before(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    reject(office, world.file(office, first_tranche(office, case_id)), "帳戶已結清")
    first = first_tranche(office, case_id)

    world.file(office, first, package(first.amount, OTHER_ACCOUNT))

    before, after = accounts(office)
    assert (after.number, after.replaces_id) == ("700021345", before.id)


@pytest.mark.parametrize("account", [ACCOUNT, OTHER_ACCOUNT])
def test_a_new_or_another_account_needs_its_passbook_page(
    office: Office, account: BankAccount
) -> None:
    case_id = world.a_case_past_midterm(office)
    if account is OTHER_ACCOUNT:
        reject(office, world.file(office, first_tranche(office, case_id)), "帳戶已結清")
    first = first_tranche(office, case_id)

    with refused("claim.passbook_missing"):
        office.perform(
            file_claim,
            given.OFFICER,
            first.id,
            first.version,
            package(first.amount, account),
            world.a_pdf("領據.pdf"),
        )


def test_a_claim_needs_its_receipt(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)

    with refused("document.missing"):
        office.perform(
            file_claim, given.OFFICER, first.id, first.version, package(first.amount), None
        )


def test_a_verified_claim_waits_to_be_put_on_a_sheet(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    claim_id = world.file(office, first_tranche(office, case_id))

    verify(office, claim_id, given.OFFICER)

    assert first_tranche(office, case_id).state is TrancheState.VERIFIED
    claim = claim_row(office, claim_id)
    assert (claim.verified_by, claim.verified_at) == (given.OFFICER.id, office.clock.now())


@pytest.mark.scenario("A88")
def test_a_holder_without_the_full_name_blocks_the_claim_until_it_is_corrected(
    office: Office,
) -> None:
    case_id = world.a_case_past_midterm(office)
    short = replace(ACCOUNT, holder="宏聯精密工業有限公司")
    claim_id = world.file(office, first_tranche(office, case_id), package(Ntd(1_500_000), short))

    with refused("claim.holder_differs", holder="宏聯精密工業有限公司"):
        verify(office, claim_id, given.OFFICER_2)

    reject(office, claim_id, "戶名與登記名稱不符")
    corrected = world.file(office, first_tranche(office, case_id), package(Ntd(1_500_000)))
    verify(office, corrected, given.OFFICER_2)
    assert first_tranche(office, case_id).state is TrancheState.VERIFIED


def test_a_changed_account_is_verified_by_somebody_else(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    reject(office, world.file(office, first_tranche(office, case_id)), "帳戶已結清")
    claim_id = world.file(
        office, first_tranche(office, case_id), package(Ntd(1_500_000), OTHER_ACCOUNT)
    )

    with refused("claim.same_person"):
        verify(office, claim_id, given.OFFICER)

    verify(office, claim_id, given.OFFICER_2)
    assert first_tranche(office, case_id).state is TrancheState.VERIFIED


def test_after_thirty_days_a_changed_account_is_like_any_other(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    reject(office, world.file(office, first_tranche(office, case_id)), "帳戶已結清")
    claim_id = world.file(
        office, first_tranche(office, case_id), package(Ntd(1_500_000), OTHER_ACCOUNT)
    )
    world.at(office, MIDTERM_ON + timedelta(days=31))

    verify(office, claim_id, given.OFFICER)

    assert first_tranche(office, case_id).state is TrancheState.VERIFIED


def test_a_firm_that_is_barred_is_not_paid(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    claim_id = world.file(office, first_tranche(office, case_id))
    letter = Letter("經企字第1120999號", MIDTERM_ON)
    office.perform(
        block_firm,
        given.CONVENOR,
        "04595252",
        MIDTERM_ON,
        date(2024, 11, 5),
        letter,
        "虛報採購",
    )

    with refused("claim.firm_blocked", until=date(2024, 11, 5)):
        verify(office, claim_id, given.OFFICER_2)

    world.at(office, date(2024, 11, 6))
    verify(office, claim_id, given.OFFICER_2)


@pytest.mark.parametrize(
    ("until", "letter", "reason", "code"),
    [
        (date(2023, 11, 5), world.LETTER, "虛報", "firm.block_reversed"),
        (date(2024, 11, 5), replace(world.LETTER, number=""), "虛報", "letter.missing"),
        (date(2024, 11, 5), world.LETTER, " ", "note.missing"),
    ],
)
def test_a_bar_needs_its_disposition(
    office: Office, until: date, letter: Letter, reason: str, code: str
) -> None:
    world.at(office, MIDTERM_ON)

    with refused(code):
        office.perform(block_firm, given.CONVENOR, "04595252", MIDTERM_ON, until, letter, reason)


def test_taxes_and_capital_are_looked_at_again(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    claim_id = world.file(office, first_tranche(office, case_id))

    with refused("claim.clearance_unchecked"):
        verify(office, claim_id, given.OFFICER, checked=False)


def test_a_rejected_claim_can_be_filed_again_and_stays_on_record(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    claim_id = world.file(office, first_tranche(office, case_id))

    reject(office, claim_id, "領據未蓋章")

    claim = claim_row(office, claim_id)
    assert (claim.live, claim.rejected_reason) == (False, "領據未蓋章")
    assert first_tranche(office, case_id).state is TrancheState.CLAIMABLE
    assert world.case_row(office, case_id).waiting_for is WaitingFor.APPLICANT
    world.file(office, first_tranche(office, case_id))
    with Session(office.engine) as session:
        assert session.execute(select(func.count()).select_from(Claim)).scalar_one() == 2


def test_a_rejection_needs_its_reason_and_happens_once(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    claim_id = world.file(office, first_tranche(office, case_id))

    with refused("note.missing"):
        reject(office, claim_id, " ")
    reject(office, claim_id, "領據未蓋章")
    with refused("claim.not_live"):
        reject(office, claim_id, "領據未蓋章")


def test_a_verified_claim_is_not_rejected_any_more(office: Office) -> None:
    case_id = world.a_verified_claim(office)
    with Session(office.engine) as session:
        claim_id = session.scalars(select(Claim.id).where(Claim.case_id == case_id)).one()

    with refused("lifecycle.not_allowed", state=TrancheState.VERIFIED):
        reject(office, claim_id, "領據未蓋章")


def test_a_tranche_is_claimed_once(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)
    world.file(office, first)

    with refused("lifecycle.not_allowed", state=TrancheState.CLAIMED):
        world.file(office, first)


def test_a_held_tranche_stands_still_until_it_is_let_go(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)
    office.perform(hold_tranche, given.OFFICER, first.id, first.version, "檢舉查核中")

    with refused("tranche.held", reason="檢舉查核中"):
        world.file(office, first)

    version = world.version_of(office, Tranche, first.id)
    office.perform(let_go_on, given.OFFICER, first.id, version, "查無不法")
    world.file(office, first)
    assert first_tranche(office, case_id).state is TrancheState.CLAIMED


def test_why_a_tranche_was_held_and_let_go_stands_in_the_audit(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)
    office.perform(hold_tranche, given.OFFICER, first.id, first.version, "檢舉查核中")
    version = world.version_of(office, Tranche, first.id)
    office.perform(let_go_on, given.OFFICER, first.id, version, "查無不法")

    with Session(office.engine) as session:
        notes = session.scalars(
            select(AuditEntry.note)
            .where(AuditEntry.case_id == case_id, AuditEntry.act.startswith("tranche."))
            .order_by(AuditEntry.seq)
        ).all()
    assert notes == ["檢舉查核中", "查無不法"]


def test_an_older_page_claims_verifies_and_holds_nothing(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)
    claim_id = world.file(office, first)

    with pytest.raises(Stale):
        office.perform(hold_tranche, given.OFFICER, first.id, first.version, "查核")
    with pytest.raises(Stale):
        office.perform(reject_claim, given.OFFICER, claim_id, 0, "退件")


@pytest.mark.parametrize("person", [given.ACCOUNTING, given.CASHIER, given.CONVENOR])
def test_only_officers_work_on_claims(office: Office, person: Actor) -> None:
    case_id = world.a_case_past_midterm(office)
    first = first_tranche(office, case_id)

    with refused("access.denied"):
        office.perform(hold_tranche, person, first.id, first.version, "查核")
