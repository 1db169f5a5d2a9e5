"""Closing: invoices, the settlement in the books, and the end of the case."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Settlement, SpendingLine
from backoffice.disbursement.operations.closing import (
    close_case,
    conclude_closing,
    report_closing,
    show_condition,
)
from backoffice.disbursement.operations.spending import enter_spending, withdraw_spending
from backoffice.disbursement.queries.cases import money_of_case
from backoffice.disbursement.queries.closing import categories_spent, spending_of
from backoffice.disbursement.rules.lifecycles import StageResult, TrancheState
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Stale
from backoffice.ledger.queries import balance
from backoffice.scheme.rules import ClosingCondition
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given.disbursement import CLOSED, CLOSING_ON, Awarded, category, invoice, refused


def conclude(
    office: Office, case_id: int, conclusion: Conclusion = CLOSED, shown: Ntd | None = None
) -> None:
    version = world.version_of(office, Case, case_id)
    office.perform(conclude_closing, given.OFFICER, case_id, version, conclusion, shown)


def enter(office: Office, case_id: int, line: Invoice) -> str:
    return office.perform(enter_spending, given.OFFICER, case_id, line)


def settlement(office: Office, case_id: int) -> Settlement:
    with Session(office.engine) as session:
        query = select(Settlement).where(Settlement.case_id == case_id)
        return session.scalars(query).one()


def stages(office: Office, scheme: str = "S01") -> tuple[int, int, int]:
    """Available, contracted, disbursed."""
    with Session(office.engine) as session:
        return (
            balance(session, f"{scheme}/available"),
            balance(session, f"{scheme}/contracted"),
            balance(session, f"{scheme}/disbursed"),
        )


# --- report -----------------------------------------------------------------------------------


def test_the_closing_report_calls_for_opinions_and_waits_for_them(office: Office) -> None:
    case_id = world.a_closing_case(office, opinion=False)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.CLOSING, WaitingFor.REVIEWERS)


def test_a_case_is_not_closed_before_its_mid_term(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    version = world.version_of(office, Case, case_id)

    with refused("lifecycle.not_allowed", state=CaseState.ACTIVE):
        office.perform(report_closing, given.OFFICER, case_id, version, world.LETTER, world.a_pdf())


def test_a_correction_at_closing_is_reviewed_anew(office: Office) -> None:
    case_id = world.a_closing_case(office)
    to_correct = Conclusion(StageResult.CORRECT, reason="補效益佐證", correct_by=date(2024, 6, 6))

    conclude(office, case_id, to_correct)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for, case.due_on) == (
        CaseState.CLOSING,
        WaitingFor.APPLICANT,
        date(2024, 6, 6),
    )
    office.perform(
        report_closing,
        given.OFFICER,
        case_id,
        case.version,
        Letter("宏聯字第113060號", CLOSING_ON),
        world.a_pdf(),
    )
    world.give_an_opinion(office, case_id)
    world.spend(office, case_id, C1=2_000_000)
    conclude(office, case_id)
    assert world.case_row(office, case_id).state is CaseState.SETTLED


def test_a_failure_at_closing_leads_to_termination(office: Office) -> None:
    case_id = world.a_closing_case(office)

    conclude(office, case_id, Conclusion(StageResult.FAIL, reason="效益未達成"))

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.TERMINATING, WaitingFor.OFFICER)


# --- spending ---------------------------------------------------------------------------------


def test_an_invoice_is_recognised_when_nothing_stands_against_it(office: Office) -> None:
    case_id = world.a_closing_case(office)

    assert enter(office, case_id, invoice("C1", 105_000, "ab-12345678")) == ""

    (line,) = world.spending(office, case_id)
    assert (line.invoice_number, line.accepted, line.refusal) == ("AB12345678", True, "")


@pytest.mark.scenario("A70")
def test_an_invoice_one_day_late_is_kept_but_not_recognised(office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.at(office, date(2024, 5, 10))
    late = invoice(
        "C1", 100_000, "AB12345678", invoice_on=date(2024, 5, 8), paid_on=date(2024, 5, 8)
    )

    assert enter(office, case_id, late) == "spending.outside_period"

    (line,) = world.spending(office, case_id)
    assert (line.accepted, line.refusal) == (False, "spending.outside_period")
    with Session(office.engine) as session:
        assert {each.accepted for each in categories_spent(session, case_id)} == {ZERO}


@pytest.mark.scenario("A71")
def test_an_invoice_of_another_case_is_not_recognised_and_the_case_is_named(
    office: Office,
) -> None:
    first = world.a_closing_case(office, Awarded(number="S01-112-000001"))
    second = world.a_closing_case(office, Awarded(number="S01-112-000002"))
    enter(office, first, invoice("C1", 100_000, "AB12345678"))

    code = enter(office, second, invoice("C2", 90_000, "AB-1234-5678"))

    assert code == "spending.claimed_elsewhere"
    with Session(office.engine) as session:
        (row,) = spending_of(session, second)
    assert (row.accepted, row.elsewhere, row.elsewhere_id) == (False, "S01-112-000001", first)


def test_an_invoice_counts_once_in_its_own_case(office: Office) -> None:
    case_id = world.a_closing_case(office)
    enter(office, case_id, invoice("C1", 100_000, "AB12345678"))

    assert enter(office, case_id, invoice("C1", 100_000, "AB12345678")) == "spending.duplicate"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (invoice("C4", 100, "AB12345678"), "spending.category_not_approved"),
        (invoice("C1", 100, "AB12345678", is_complete=False), "spending.incomplete"),
    ],
)
def test_an_invoice_is_kept_with_the_reason_why_it_is_not_recognised(
    office: Office, line: Invoice, code: str
) -> None:
    case_id = world.a_closing_case(office)

    assert enter(office, case_id, line) == code


def test_a_withdrawn_invoice_no_longer_counts_and_may_be_entered_elsewhere(
    office: Office,
) -> None:
    first = world.a_closing_case(office, Awarded(number="S01-112-000001"))
    second = world.a_closing_case(office, Awarded(number="S01-112-000002"))
    enter(office, first, invoice("C1", 100_000, "AB12345678"))
    (line,) = world.spending(office, first)

    office.perform(withdraw_spending, given.OFFICER, line.id, line.version, "屬另案")

    assert enter(office, second, invoice("C1", 100_000, "AB12345678")) == ""
    with refused("spending.withdrawn"):
        office.perform(withdraw_spending, given.OFFICER, line.id, line.version + 1, "屬另案")


def test_a_withdrawal_needs_its_reason(office: Office) -> None:
    case_id = world.a_closing_case(office)
    enter(office, case_id, invoice("C1", 100_000, "AB12345678"))
    (line,) = world.spending(office, case_id)

    with refused("note.missing"):
        office.perform(withdraw_spending, given.OFFICER, line.id, line.version, "")
    with pytest.raises(Stale):
        office.perform(withdraw_spending, given.OFFICER, line.id, line.version - 1, "屬另案")


def test_invoices_are_entered_in_the_closing_review_only(office: Office) -> None:
    case_id = world.a_settled_case(office)

    with refused("spending.not_closing", state=CaseState.SETTLED):
        enter(office, case_id, invoice("C1", 100, "AB12345678"))


# --- settlement -------------------------------------------------------------------------------


@pytest.mark.scenario("A63")
def test_a_settlement_opens_the_second_tranche_and_returns_the_rest(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_800_000, C3=1_200_000)

    first, second = world.tranches(office, case_id)
    assert (first.state, first.amount) == (TrancheState.PAID, Ntd(1_500_000))
    assert (second.state, second.amount) == (TrancheState.CLAIMABLE, Ntd(1_000_000))
    assert stages(office) == (97_500_000, 1_000_000, 1_500_000)
    made = settlement(office, case_id)
    assert (made.recognised, made.final, made.lapsed, made.clawback) == (
        Ntd(5_000_000),
        Ntd(2_500_000),
        Ntd(500_000),
        ZERO,
    )
    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.SETTLED, WaitingFor.APPLICANT)


@pytest.mark.scenario("A64")
def test_a_settlement_below_what_was_paid_voids_the_second_tranche(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=1_200_000, C2=800_000, C3=800_000)

    assert [each.state for each in world.tranches(office, case_id)] == [
        TrancheState.PAID,
        TrancheState.VOID,
    ]
    made = settlement(office, case_id)
    assert (made.final, made.tranche2, made.clawback) == (Ntd(1_400_000), ZERO, Ntd(100_000))
    assert stages(office) == (98_500_000, 0, 1_500_000)
    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.SETTLED, WaitingFor.OFFICER)


@pytest.mark.scenario("A65")
def test_overspending_is_settled_at_the_award(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=3_000_000, C2=1_800_000, C3=2_200_000)

    made = settlement(office, case_id)
    assert (made.final, made.tranche2, made.lapsed) == (Ntd(3_000_000), Ntd(1_500_000), ZERO)
    assert stages(office) == (97_000_000, 1_500_000, 1_500_000)


@pytest.mark.scenario("A66")
def test_an_award_of_forty_percent_settles_at_forty_percent(office: Office) -> None:
    plan = Awarded(lines=(category("C1", 3_000_000, 4_500_000),))

    case_id = world.a_settled_case(office, plan, C1=7_000_000)

    assert settlement(office, case_id).final == Ntd(2_800_000)


@pytest.mark.scenario("A67")
def test_a_broken_dollar_is_cut_off(office: Office) -> None:
    plan = Awarded(lines=(category("C1", 3_000_000, 4_000_000),))

    case_id = world.a_settled_case(office, plan, C1=6_543_210)

    made = settlement(office, case_id)
    assert (made.final, made.tranche2) == (Ntd(2_804_232), Ntd(1_304_232))


@pytest.mark.scenario("A68")
def test_a_category_counts_up_to_its_approval(office: Office) -> None:
    plan = Awarded(lines=(category("C2", 750_000, 750_000), category("C1", 1_750_000, 1_750_000)))

    case_id = world.a_settled_case(office, plan, C2=1_800_000, C1=3_000_000)

    made = settlement(office, case_id)
    assert (made.recognised, made.final) == (Ntd(4_500_000), Ntd(2_250_000))
    assert made.steps["categories"] == [
        {
            "category": "C1",
            "approved": 3_500_000,
            "accepted": 3_000_000,
            "recognised": 3_000_000,
            "grant": True,
        },
        {
            "category": "C2",
            "approved": 1_500_000,
            "accepted": 1_800_000,
            "recognised": 1_500_000,
            "grant": True,
        },
    ]


@pytest.mark.scenario("A69")
def test_the_firm_s_own_spending_does_not_raise_the_subsidy(office: Office) -> None:
    plan = Awarded(lines=(category("C5", 0, 3_000_000), category("C1", 3_000_000, 0)))

    case_id = world.a_settled_case(office, plan, C5=3_000_000, C1=2_000_000)

    made = settlement(office, case_id)
    assert (made.recognised, made.recognised_grant, made.final) == (
        Ntd(5_000_000),
        Ntd(2_000_000),
        Ntd(2_000_000),
    )
    assert [step["limit"] for step in made.steps["limits"] if step["binds"]] == ["SUBSIDISABLE"]


def test_what_was_paid_and_what_is_due_make_the_settled_subsidy(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_800_000, C3=1_200_000)

    with Session(office.engine) as session:
        money = money_of_case(session, case_id)

    assert (money.final, money.payable, money.paid, money.unpaid) == (
        Ntd(2_500_000),
        Ntd(2_500_000),
        Ntd(1_500_000),
        Ntd(1_000_000),
    )


def test_a_settlement_that_changed_since_it_was_shown_is_not_made(office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=2_000_000)

    with pytest.raises(Stale):
        conclude(office, case_id, shown=Ntd(999_999))

    assert world.case_row(office, case_id).state is CaseState.CLOSING
    conclude(office, case_id, shown=Ntd(1_000_000))


def test_nothing_is_settled_without_an_opinion(office: Office) -> None:
    case_id = world.a_closing_case(office, opinion=False)

    with refused("stage.no_opinion"):
        conclude(office, case_id)


def test_nothing_is_settled_while_the_first_tranche_is_unpaid(office: Office) -> None:
    case_id = world.a_verified_claim(office)
    world.at(office, CLOSING_ON)
    office.perform(
        report_closing,
        given.OFFICER,
        case_id,
        world.version_of(office, Case, case_id),
        world.LETTER,
        world.a_pdf(),
    )
    world.give_an_opinion(office, case_id)

    with refused("closing.tranche_unpaid", number=1, state=TrancheState.VERIFIED):
        conclude(office, case_id)


@pytest.mark.scenario("A59")
def test_a_registering_factory_settles_once_its_registration_is_shown(office: Office) -> None:
    plan = Awarded(
        number="S05-112-000001",
        scheme="S05",
        lines=(category("C1", 1_000_000, 1_000_000),),
        plan_start=date(2023, 5, 8),
    )
    case_id = world.a_closing_case(office, plan)
    world.spend(office, case_id, C1=2_000_000)
    condition = ClosingCondition.SPECIAL_FACTORY_REGISTRATION

    with refused("closing.condition_open", conditions=(condition,)):
        conclude(office, case_id)
    assert [each.state for each in world.tranches(office, case_id)] == [
        TrancheState.PAID,
        TrancheState.PLANNED,
    ]

    version = world.version_of(office, Case, case_id)
    office.perform(show_condition, given.OFFICER, case_id, version, condition.value, world.a_pdf())
    conclude(office, case_id)
    assert world.case_row(office, case_id).state is CaseState.SETTLED


def test_a_condition_is_shown_for_a_scheme_that_has_it_and_in_time(office: Office) -> None:
    case_id = world.a_closing_case(office)
    version = world.version_of(office, Case, case_id)

    with refused("closing.not_a_condition"):
        office.perform(
            show_condition, given.OFFICER, case_id, version, "targets_met", world.a_pdf()
        )


def test_a_condition_is_shown_before_the_case_is_settled(office: Office) -> None:
    plan = Awarded(
        scheme="S05",
        lines=(category("C1", 1_000_000, 1_000_000),),
        plan_start=date(2023, 5, 8),
    )
    case_id = world.a_contracted_case(office, plan)
    version = world.version_of(office, Case, case_id)
    name = ClosingCondition.SPECIAL_FACTORY_REGISTRATION.value

    with refused("closing.not_closing", state=CaseState.ACTIVE):
        office.perform(show_condition, given.OFFICER, case_id, version, name, world.a_pdf())


# --- the end ----------------------------------------------------------------------------------


def test_a_case_settled_at_exactly_what_was_paid_is_closed_at_once(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_000_000)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.CLOSED, WaitingFor.NOBODY)
    assert stages(office) == (98_500_000, 0, 1_500_000)


def test_the_last_payment_closes_the_case(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_800_000, C3=1_200_000)
    second = world.tranches(office, case_id)[1]
    world.verify(office, world.file(office, second, world.package(second.amount, number="領-002")))

    world.pay(office, world.tranches(office, case_id)[1])

    case = world.case_row(office, case_id)
    assert (case.state, case.closed_at) == (CaseState.CLOSED, office.clock.now())
    assert stages(office) == (97_500_000, 0, 2_500_000)


def test_a_case_is_not_closed_by_hand_while_money_is_still_to_move(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_800_000, C3=1_200_000)
    version = world.version_of(office, Case, case_id)

    with refused("closing.tranche_open", number=2, state=TrancheState.CLAIMABLE):
        office.perform(close_case, given.OFFICER, case_id, version)


def test_a_case_is_not_closed_while_money_is_to_come_back(office: Office) -> None:
    case_id = world.a_settled_case(office, C1=1_200_000, C2=800_000, C3=800_000)
    version = world.version_of(office, Case, case_id)

    with refused("closing.clawback_open", amount=Ntd(100_000)):
        office.perform(close_case, given.OFFICER, case_id, version)


def test_a_case_is_closed_after_its_settlement_only(office: Office) -> None:
    case_id = world.a_closing_case(office)
    version = world.version_of(office, Case, case_id)

    with refused("lifecycle.not_allowed", state=CaseState.CLOSING):
        office.perform(close_case, given.OFFICER, case_id, version)


def test_an_older_page_settles_nothing(office: Office) -> None:
    case_id = world.a_closing_case(office)

    with pytest.raises(Stale):
        office.perform(conclude_closing, given.OFFICER, case_id, 1, CLOSED)


@pytest.mark.parametrize("person", [given.REVIEWER, given.ACCOUNTING, given.MANAGER])
def test_only_officers_close(office: Office, person: Actor) -> None:
    case_id = world.a_closing_case(office)

    with refused("access.denied"):
        office.perform(conclude_closing, person, case_id, 1, CLOSED)


def test_a_recognised_invoice_is_unique_in_the_database_itself(office: Office) -> None:
    case_id = world.a_closing_case(office)
    enter(office, case_id, invoice("C1", 100_000, "AB12345678"))
    (line,) = world.spending(office, case_id)
    twin = {
        column.name: getattr(line, column.name)
        for column in SpendingLine.__table__.columns
        if column.name != "id"
    }

    with Session(office.engine) as session:
        session.add(SpendingLine(**twin))
        with pytest.raises(IntegrityError):
            session.flush()
