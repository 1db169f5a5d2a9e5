"""Signing a contract: the award becomes a budget, checkpoints and tranches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import ApprovedLine, Contract
from backoffice.disbursement.operations.contract import (
    extend_signing,
    let_lapse,
    sign_contract,
)
from backoffice.disbursement.queries.cases import money_of_case, planned_of
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.contract import Terms
from backoffice.disbursement.rules.lifecycles import CheckpointState, TrancheState
from backoffice.documents import Document, Upload
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Stale
from backoffice.ledger.queries import balance
from backoffice.scheme.registry import edition_named
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import review
from tests.given.disbursement import Awarded, refused


def sign(office: Office, case_id: int, plan: Awarded | None = None, **changes: Any) -> int:
    terms = replace((plan or Awarded()).terms(), **changes)
    version = world.version_of(office, Case, case_id)
    return office.perform(sign_contract, given.OFFICER, case_id, version, terms)


def balances(office: Office, scheme: str = "S01") -> dict[str, int]:
    with Session(office.engine) as session:
        return {
            stage: balance(session, f"{scheme}/{stage}")
            for stage in ("available", "committed", "contracted")
        }


def test_a_contract_turns_what_was_committed_into_an_obligation(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    sign(office, case_id)

    assert balances(office) == {
        "available": 97_000_000,
        "committed": 0,
        "contracted": 3_000_000,
    }


def test_a_contract_starts_the_case_with_the_period_of_its_edition(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    contract_id = sign(office, case_id)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.ACTIVE, WaitingFor.APPLICANT)
    assert case.due_on == date(2023, 8, 31)
    with Session(office.engine) as session:
        contract = session.get_one(Contract, contract_id)
        assert (contract.period_start, contract.period_end, contract.midterm_on) == (
            date(2023, 5, 8),
            date(2024, 5, 7),
            date(2023, 11, 7),
        )
        assert (contract.subsidy, contract.total_budget) == (Ntd(3_000_000), Ntd(6_000_000))
        assert contract.signed_by == given.OFFICER.id


@pytest.mark.scenario("A57")
def test_an_odd_award_is_split_with_the_odd_dollar_last(office: Office) -> None:
    plan = replace(Awarded(), lines=(world.category("C1", 2_999_999, 3_000_001),))
    case_id = world.an_awarded_case(office, plan)

    sign(office, case_id, plan)

    assert [(each.number, each.amount, each.state) for each in world.tranches(office, case_id)] == [
        (1, Ntd(1_499_999), TrancheState.PLANNED),
        (2, Ntd(1_500_000), TrancheState.PLANNED),
    ]


def test_a_contract_lays_down_its_lines_and_checkpoints(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    sign(office, case_id)

    with Session(office.engine) as session:
        lines = session.execute(
            select(ApprovedLine.category, ApprovedLine.subsidy, ApprovedLine.self_fund)
            .where(ApprovedLine.case_id == case_id)
            .order_by(ApprovedLine.category)
        ).all()
    assert [tuple(line) for line in lines] == [
        ("C1", Ntd(1_200_000), Ntd(800_000)),
        ("C2", Ntd(900_000), Ntd(900_000)),
        ("C3", Ntd(900_000), Ntd(1_300_000)),
    ]
    points = world.points(office, case_id)
    assert [(each.position, each.due_on, each.weight_bp) for each in points] == [
        (1, date(2023, 8, 31), 3_000),
        (2, date(2023, 10, 31), 2_500),
        (3, date(2024, 3, 31), 4_500),
    ]
    assert {each.state for each in points} == {CheckpointState.PLANNED}


@pytest.mark.scenario("A37")
def test_a_smaller_award_is_signed_on_a_revised_budget(office: Office) -> None:
    cut = (
        world.category("C1", 900_000, 1_100_000),
        world.category("C2", 800_000, 820_000),
        world.category("C3", 700_000, 1_080_000),
    )
    plan = Awarded(lines=cut, capital=3_000_000, requested=3_000_000)
    case_id = world.an_awarded_case(office, plan)

    sign(office, case_id, plan)

    with Session(office.engine) as session:
        money = money_of_case(session, case_id)
    assert (money.award, money.award_total) == (Ntd(2_400_000), Ntd(5_400_000))


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ((3333, 3333, 3333), "checkpoint.sum_short"),
        ((5000, 5001), "checkpoint.sum_over"),
    ],
)
@pytest.mark.scenario("A52")
def test_weights_are_tested_again_at_the_contract(
    office: Office, points: tuple[int, ...], code: str
) -> None:
    case_id = world.an_awarded_case(office)
    weighted = tuple(
        PlannedPoint(f"查核項目{each}", date(2023, 10, 1), weight)
        for each, weight in enumerate(points, start=1)
    )

    with refused(code):
        sign(office, case_id, points=weighted)


@pytest.mark.scenario("A54")
def test_half_of_the_weight_by_the_mid_term_is_tested_with_the_contract_s_own_mid_term(
    office: Office,
) -> None:
    case_id = world.an_awarded_case(office)

    with refused("checkpoint.by_midterm", value="30", midterm_on=date(2023, 9, 30)):
        sign(office, case_id, midterm_on=date(2023, 9, 30))


def test_a_refused_contract_moves_no_money(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    with refused("contract.end_too_late"):
        sign(office, case_id, period_end=date(2024, 5, 8))

    assert balances(office)["committed"] == 3_000_000
    assert world.case_row(office, case_id).state is CaseState.AWARDED


def test_an_award_that_lapsed_is_not_signed(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 17))

    with refused("contract.sign_by_passed", sign_by=date(2023, 7, 15)):
        sign(office, case_id, signed_on=date(2023, 7, 16))


def test_a_contract_signed_in_time_may_be_entered_later(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 20))

    sign(office, case_id, signed_on=date(2023, 7, 15))

    assert world.case_row(office, case_id).state is CaseState.ACTIVE


def test_a_contract_is_signed_once(office: Office) -> None:
    case_id = world.a_contracted_case(office)

    with refused("lifecycle.not_allowed", state=CaseState.ACTIVE):
        sign(office, case_id)


def test_a_contract_number_belongs_to_one_case(office: Office) -> None:
    sign(office, world.an_awarded_case(office))
    other = world.an_awarded_case(office, Awarded(number="S01-112-000002"))

    with refused("contract.number_taken", number="112-簽-001"):
        sign(office, other)


def test_an_older_page_is_told_so(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    version = world.version_of(office, Case, case_id)

    with pytest.raises(Stale):
        office.perform(sign_contract, given.OFFICER, case_id, version - 1, Awarded().terms())


def test_the_paper_is_kept_as_evidence_of_the_case(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    version = world.version_of(office, Case, case_id)
    paper = world.a_pdf("契約書.pdf")

    contract_id = office.perform(
        sign_contract, given.OFFICER, case_id, version, Awarded().terms(), paper
    )

    with Session(office.engine) as session:
        contract = session.get_one(Contract, contract_id)
        assert contract.document_id is not None
        document = session.get_one(Document, contract.document_id)
    assert (document.name, document.kind, document.case_id) == ("契約書.pdf", "contract", case_id)


def test_a_paper_that_is_no_pdf_leaves_the_case_unsigned(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    version = world.version_of(office, Case, case_id)
    paper = Upload("契約書.pdf", b"MZ not a pdf")

    with refused("document.not_pdf"):
        office.perform(sign_contract, given.OFFICER, case_id, version, Awarded().terms(), paper)

    assert balances(office)["contracted"] == 0


@pytest.mark.parametrize("person", [given.REVIEWER, given.CONVENOR, given.ACCOUNTING])
def test_only_an_officer_signs(office: Office, person: Actor) -> None:
    case_id = world.an_awarded_case(office)

    with refused("access.denied"):
        office.perform(sign_contract, person, case_id, 1, Awarded().terms())


def test_the_system_does_not_sign(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    with refused("access.denied"):
        office.perform(sign_contract, SYSTEM, case_id, 1, Awarded().terms())


def test_a_case_awarded_by_the_committee_is_signed_on_its_own_plan(office: Office) -> None:
    world.at(office, date(2023, 6, 15))
    review.a_budget(office, 10_000_000)
    case_id = review.a_scored_case(office)
    review.award_all(office, case_id)
    world.at(office, date(2023, 7, 3))
    with Session(office.engine) as session:
        planned = planned_of(session, case_id, edition_named("S01/1"))
    terms = Terms(
        number="112-簽-417",
        signed_on=date(2023, 7, 3),
        lines=planned.lines,
        points=planned.points,
        new_equipment=planned.new_equipment,
    )
    version = world.version_of(office, Case, case_id)

    office.perform(sign_contract, given.OFFICER, case_id, version, terms)

    with Session(office.engine) as session:
        money = money_of_case(session, case_id)
    assert (money.award, money.paid, money.unpaid) == (Ntd(2_000_000), ZERO, Ntd(2_000_000))
    assert [each.amount for each in money.tranches] == [Ntd(1_000_000), Ntd(1_000_000)]


# --- too late ---------------------------------------------------------------------------------


def test_an_award_that_was_not_signed_lapses_and_its_money_is_free(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 16))
    version = world.version_of(office, Case, case_id)

    office.perform(let_lapse, given.OFFICER, case_id, version, "業者未簽約")

    assert world.case_row(office, case_id).state is CaseState.LAPSED
    assert balances(office) == {"available": 100_000_000, "committed": 0, "contracted": 0}


def test_an_award_does_not_lapse_on_its_last_day(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 15), hour=23)
    version = world.version_of(office, Case, case_id)

    with refused("contract.not_lapsed", sign_by=date(2023, 7, 15)):
        office.perform(let_lapse, given.OFFICER, case_id, version, "")


def test_a_contracted_case_does_not_lapse(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    version = world.version_of(office, Case, case_id)

    with refused("lifecycle.not_allowed", state=CaseState.ACTIVE):
        office.perform(let_lapse, given.OFFICER, case_id, version, "")


def extend(office: Office, case_id: int, until: date) -> None:
    version = world.version_of(office, Case, case_id)
    office.perform(extend_signing, given.OFFICER, case_id, version, until, world.LETTER)


def test_signing_may_be_put_off_by_a_month(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    extend(office, case_id, date(2023, 8, 15))
    world.at(office, date(2023, 8, 15))

    sign(office, case_id, signed_on=date(2023, 8, 15))

    assert world.case_row(office, case_id).state is CaseState.ACTIVE


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2023, 7, 15), "contract.extension_not_later"),
        (date(2023, 8, 16), "contract.extension_too_long"),
    ],
)
def test_signing_is_put_off_to_a_later_day_within_a_month(
    office: Office, until: date, code: str
) -> None:
    case_id = world.an_awarded_case(office)

    with refused(code):
        extend(office, case_id, until)


def test_a_second_extension_stays_within_the_same_month(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    extend(office, case_id, date(2023, 8, 1))
    extend(office, case_id, date(2023, 8, 15))

    with refused("contract.extension_too_long", limit=date(2023, 8, 15)):
        extend(office, case_id, date(2023, 8, 16))


def test_an_award_that_lapsed_is_not_put_off(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 16))

    with refused("contract.sign_by_passed"):
        extend(office, case_id, date(2023, 8, 1))
