"""First pages: what waits on whom, counted truly, and nothing of what somebody may not do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission, Role
from backoffice.cases.models import Case, WaitingFor
from backoffice.disbursement.models import SheetLine
from backoffice.disbursement.queries.carryover import obliged
from backoffice.disbursement.rules.carryover import candidates_after
from backoffice.kernel.clock import FixedClock
from backoffice.reports.queries.duties import NOTICE_DAYS, duties, kinds_of
from backoffice.reports.queries.sources import OF_CASES, SOURCES
from backoffice.reports.rules import Duty, DutyKind, ranked
from backoffice.reports.views.duties import DEEDS, counted
from backoffice.reports.views.words import STEPS, WAITS, WHY
from backoffice.review.operations import recuse
from backoffice.review.rules.conflicts import Ground
from backoffice.use_case import Act, Office, use_case
from backoffice.web.navigation import HOMES
from tests import given
from tests.given import (
    bank,
    budget,
    execution,
    loans,
    people,
    recoveries,
    review,
    seats,
    sheets,
    waiting,
)
from tests.given import disbursement as world
from tests.given.web import counted_queries, page, signed_in, words_of

TO_DO = "/reports/to-do"
TODAY = date(2024, 1, 15)
World = Callable[[Office], object]


@use_case("test.officers_turn", requires=Permission.SYSTEM)
def put_officers_turn(act: Act) -> None:
    """All that was waited for is in, and late."""
    found = select(Case).where(Case.waiting_for == WaitingFor.APPLICANT).order_by(Case.id)
    for case in act.session.scalars(found.limit(2_000)):
        case.wait(WaitingFor.OFFICER, at=act.now, due_on=date(2024, 5, 1))


def told(office: Office, person: Actor) -> dict[DutyKind, int]:
    """How much of each kind waits on a person now."""
    with Session(office.engine) as session:
        return {duty.kind: duty.count for duty in duties(session, person, review.today(office))}


def home(app: Flask, person: Actor) -> BeautifulSoup:
    client = signed_in(app, person)
    return page(client, client.get("/").location)


def scored_by(office: Office, sheet_id: int, person: Actor) -> None:
    with Session(office.engine) as session:
        case_id = session.query(SheetLine).filter_by(sheet_id=sheet_id).one().case_id
    office.perform(sheets.put_score, SYSTEM, case_id, person)


def a_reported_point(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.report_point(office, point.id, point.due_on)


def the_others_opinions(office: Office, case_id: int) -> None:
    for person in (given.REVIEWER_2, given.REVIEWER_3):
        world.give_an_opinion(office, case_id, person)


def a_filed_claim(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    world.file(office, world.tranches(office, case_id)[0])


def a_midterm_report(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.a_midterm_report(office, case_id)
    assert DutyKind.MIDTERMS not in told(office, given.OFFICER)
    the_others_opinions(office, case_id)


def a_closing_report(office: Office) -> None:
    the_others_opinions(office, world.a_closing_case(office))


def a_case_to_close(office: Office) -> None:
    review.confirm(office, review.a_case_with_sheets(office))


def a_firm_that_gave_up(office: Office) -> None:
    recoveries.the_firm_gives_up(office, world.a_contracted_case(office), date(2023, 7, 3))


def a_line_with_money(office: Office) -> None:
    waiting.a_line(office, 1)
    review.a_budget(office, 5_000_000)


def a_hold_about_to_lapse(office: Office) -> None:
    seats.an_accepted_firm(office, 1, scheme=seats.ACCEPTANCE)
    assert DutyKind.SEAT_HOLDS not in told(office, given.OFFICER)
    assert isinstance(office.clock, FixedClock)
    office.clock.advance(days=12)


def a_service_begun(office: Office) -> None:
    paid_at = office.clock.now()
    seats.start(office, seats.an_accepted_firm(office, 1, scheme=seats.ACCEPTANCE, paid_at=paid_at))


def a_late_payment(office: Office) -> None:
    assert isinstance(office.clock, FixedClock)
    office.clock.advance(days=1)
    with seats.a_round_of(2):
        seats.a_late_firm(office, 2, office.clock)


def a_claim_of_a_bank(office: Office) -> None:
    loans.a_registered_loan(office)
    loans.a_bank_claim(office)


def a_loan_that_is_over(office: Office) -> None:
    loans.a_registered_loan(office)
    world.at(office, date(2024, 6, 1))


def a_loaded_answer(office: Office) -> None:
    sheet_id = sheets.a_sent_sheet(office)
    bank.load(office, *bank.all_paid(office, sheet_id))


def an_unknown_payment(office: Office) -> None:
    sheet_id = sheets.a_sent_sheet(office)
    bank.answer(office, *bank.all_paid(office, sheet_id), bank.stranger())


def a_day_to_close(office: Office) -> None:
    sheets.a_settled_sheet(office)
    world.at(office, sheets.MADE_ON + timedelta(days=1))


@pytest.mark.parametrize(
    ("person", "kind", "made"),
    [
        (given.OFFICER, DutyKind.MINE, review.a_case_in_review),
        (given.OFFICER, DutyKind.POINTS, a_reported_point),
        (given.OFFICER, DutyKind.CLAIMS, a_filed_claim),
        (given.OFFICER, DutyKind.MIDTERMS, a_midterm_report),
        (given.OFFICER, DutyKind.CLOSINGS, a_closing_report),
        (given.OFFICER, DutyKind.OFFERS, waiting.an_offered_case),
        (given.OFFICER, DutyKind.SEAT_HOLDS, a_hold_about_to_lapse),
        (given.OFFICER, DutyKind.SERVICES, a_service_begun),
        (given.CONVENOR, DutyKind.SEAT_CONFLICTS, a_late_payment),
        (given.MANAGER, DutyKind.SEAT_CONFLICTS, a_late_payment),
        (given.OFFICER, DutyKind.ENDINGS_TO_PREPARE, a_firm_that_gave_up),
        (given.OFFICER, DutyKind.DEMANDS, recoveries.a_clawback),
        (given.OFFICER, DutyKind.BANK_LINES, a_claim_of_a_bank),
        (given.OFFICER, DutyKind.LOANS_TO_REGISTER, loans.an_accepted_case),
        (given.OFFICER, DutyKind.LOANS_OVER, a_loan_that_is_over),
        (given.REVIEWER, DutyKind.DECLARE, review.a_case_with_panel),
        (given.REVIEWER, DutyKind.SCORE, review.a_case_being_scored),
        (given.CONVENOR, DutyKind.CLOSE, a_case_to_close),
        (given.CONVENOR, DutyKind.DECIDE, review.a_scored_case),
        (given.CONVENOR, DutyKind.IN_LINE, a_line_with_money),
        (given.ACCOUNTING, DutyKind.READY, world.a_verified_claim),
        (given.ACCOUNTING_2, DutyKind.CHECK, sheets.a_made_sheet),
        (given.MANAGER, DutyKind.APPROVE, sheets.a_checked_sheet),
        (given.CASHIER, DutyKind.SEND, sheets.an_approved_sheet),
        (given.CASHIER, DutyKind.SETTLE, sheets.a_sent_sheet),
        (given.CASHIER, DutyKind.BANK_ANSWERS, a_loaded_answer),
        (given.CASHIER, DutyKind.BANK_ITEMS, an_unknown_payment),
        (given.CASHIER, DutyKind.DAYS, a_day_to_close),
        (given.AUDITOR, DutyKind.VERIFY, review.a_case_in_review),
        (given.ADMIN, DutyKind.BACKUP, review.a_case_in_review),
        (given.ADMIN, DutyKind.INVITED, people.a_link),
    ],
)
def test_what_waits_on_a_person_is_told_on_their_first_page_with_its_link(
    app: Flask, office: Office, person: Actor, kind: DutyKind, made: World
) -> None:
    made(office, *([3_000_000] if made.__module__ == sheets.__name__ else []))

    document = home(app, person)

    assert told(office, person)[kind] == 1
    with app.test_request_context():
        words = str(WAITS[kind]) % {"count": "1"}
    assert words in " ".join(document.get_text(" ").split())
    if kind in OF_CASES:
        listed = page(signed_in(app, person), f"{TO_DO}?kind={kind.value}")
        (link,) = listed.select("main tbody th a")
        assert signed_in(app, person).get(str(link["href"])).status_code == 200


def test_a_reviewer_who_stepped_back_is_told_nothing_of_the_case(
    app: Flask, office: Office
) -> None:
    case_id = review.a_case_being_scored(office)
    assert told(office, given.REVIEWER) == {DutyKind.SCORE: 1}
    seat = review.seat_row(office, case_id, given.REVIEWER)

    office.perform(recuse, given.REVIEWER, seat.id, seat.version, Ground.R7, "")

    assert told(office, given.REVIEWER) == {}
    assert told(office, given.REVIEWER_2) == {DutyKind.SCORE: 1}
    answer = signed_in(app, given.REVIEWER).get(f"{TO_DO}?kind=score")
    assert "S01-112-" not in words_of(answer)


def test_a_sheet_waits_on_nobody_who_made_it_or_scored_its_case(office: Office) -> None:
    sheet_id = sheets.a_made_sheet(office, 3_000_000)
    assert DutyKind.CHECK not in told(office, given.ACCOUNTING)
    assert told(office, given.ACCOUNTING_2)[DutyKind.CHECK] == 1

    scored_by(office, sheet_id, given.ACCOUNTING_2)

    assert DutyKind.CHECK not in told(office, given.ACCOUNTING_2)
    assert told(office, given.OFFICER_2)[DutyKind.CHECK] == 1


def test_another_officers_cases_wait_on_nobody_else(office: Office) -> None:
    review.a_case_in_review(office)

    assert told(office, given.OFFICER) == {DutyKind.MINE: 1}
    assert told(office, given.OFFICER_2) == {}


def test_what_is_late_comes_first_and_says_since_when(app: Flask, office: Office) -> None:
    review.a_case_with_panel(office)
    due = review.today(office) + review.DUE
    world.at(office, due + timedelta(days=1))

    document = home(app, given.REVIEWER)

    (first,) = document.select("#to-do ~ .duty")
    assert first.select_one(".needs") is not None
    assert "，已逾期" in first.text


def test_the_kind_of_somebody_else_lists_nothing(app: Flask, office: Office) -> None:
    waiting.an_offered_case(office)

    answer = signed_in(app, given.OFFICER_2).get(f"{TO_DO}?kind=offers")
    stranger = signed_in(app, given.REVIEWER).get(f"{TO_DO}?kind=decide")

    assert "沒有等您辦理的案件" in words_of(answer)
    assert "沒有等您辦理的案件" in words_of(stranger)
    assert signed_in(app, given.OFFICER).get(f"{TO_DO}?kind=nothing").status_code == 200


def test_carrying_over_is_told_from_sixty_days_before_the_year_ends(office: Office) -> None:
    world.a_contracted_case(office)
    world.at(office, date(2023, 10, 31))
    assert DutyKind.CARRY_OVER not in told(office, given.ACCOUNTING)

    world.at(office, date(2023, 11, 1))

    with Session(office.engine) as session:
        ends_after = candidates_after(date(2023, 11, 1), NOTICE_DAYS)
        listed = obliged(session, year=2023, ends_after=ends_after, carried=False)
    assert told(office, given.ACCOUNTING)[DutyKind.CARRY_OVER] == len(listed) == 1


def test_a_scheme_with_a_tenth_left_is_told_to_the_manager(office: Office) -> None:
    budget.an_appropriation(office, 30_000_000, scheme="S03")
    assert told(office, given.MANAGER) == {}

    waiting.an_offered_case(office)  # takes all that is left of its scheme

    assert told(office, given.MANAGER) == {DutyKind.NEARLY_USED_UP: 1}


@pytest.mark.broken  # the cases have no instalments
def test_one_three_or_a_thousand_cases_take_the_same_few_statements(
    app: Flask, office: Office
) -> None:
    world.at(office, date(2024, 6, 1))
    client = signed_in(app, given.OFFICER)
    made, asked, words = 0, [], ""
    for more in (1, 2, 1_000):
        office.perform(execution.put_running, SYSTEM, made + 1, [execution.Running()] * more)
        office.perform(put_officers_turn, SYSTEM)
        made += more
        client.get(TO_DO)
        with counted_queries(app) as statements:
            words = " ".join(page(client, TO_DO).get_text(" ").split())
        asked.append(len(statements))

    assert asked[0] == asked[1] == asked[2] <= 4
    assert "1,000+ 案已逾期限 最早期限 113年5月1日，已逾期" in words
    assert "1,000+ 案等您辦理" in words


def test_more_than_a_thousand_is_said_to_be_more(app: Flask, office: Office) -> None:
    assert [counted(999), counted(1_000), counted(1_001)] == ["999", "1,000", "1,000+"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_first_page_asks_one_query_for_what_waits(app: Flask, role: Role) -> None:
    person = next(each for each in given.ROSTER if each.role is role)
    client = signed_in(app, person)
    client.get(client.get("/").location)

    with counted_queries(app) as statements:
        page(client, client.get("/").location)

    assert sum(".due_on) as min_" in each.lower() for each in statements) == 1
    assert HOMES[role] != "people.home"


def test_who_has_nothing_to_do_is_told_so(app: Flask) -> None:
    document = home(app, given.OFFICER)

    assert document.h1 is not None
    assert document.h1.text == "待辦"
    assert "目前沒有等您辦理的事項。" in document.get_text()
    assert home(app, given.CASHIER).select_one("#to-do") is None


def test_a_list_with_a_filter_is_no_first_page(app: Flask, office: Office) -> None:
    sheets.a_sent_sheet(office, 3_000_000)
    client = signed_in(app, given.CASHIER)

    assert page(client, "/disbursement/sheets").select_one("#to-do") is not None
    assert page(client, "/disbursement/sheets?step=SETTLE").select_one("#to-do") is None


def test_every_kind_of_work_has_its_words_and_somebody_who_does_it() -> None:
    assert set(SOURCES) == set(DutyKind) == set(WAITS) == set(WHY) == set(STEPS)
    assert {kind for role in Role for kind in kinds_of(role)} == set(DutyKind)
    assert set(DEEDS) <= OF_CASES
    assert Permission.PEOPLE_MANAGE in {each.requires for each in SOURCES.values()}


def test_the_order_is_late_then_soon_then_by_kind_and_piles_last() -> None:
    soon, late = TODAY + timedelta(days=3), TODAY - timedelta(days=1)
    found = [
        Duty(DutyKind.MINE, 9, late, None),
        Duty(DutyKind.CHECK, 1, None, None),
        Duty(DutyKind.OFFERS, 1, soon, None),
        Duty(DutyKind.OVERDUE, 2, late, None),
        Duty(DutyKind.CLAIMS, 0, None, None),
    ]

    kinds = [duty.kind for duty in ranked(found, TODAY)]

    assert kinds == [DutyKind.OVERDUE, DutyKind.OFFERS, DutyKind.CHECK, DutyKind.MINE]


@pytest.mark.parametrize(("days", "is_due"), [(29, False), (30, True), (31, True)])
def test_the_chain_is_verified_again_after_thirty_days(days: int, is_due: bool) -> None:
    last = datetime(2024, 1, 15, 4, tzinfo=UTC) - timedelta(days=days)

    found = ranked([Duty(DutyKind.VERIFY, 1, None, last)], TODAY)

    assert bool(found) is is_due


def test_the_accounts_are_looked_through_every_quarter() -> None:
    signed = datetime(2023, 10, 15, 4, tzinfo=UTC)
    duty = Duty(DutyKind.REVIEW_ACCOUNTS, 1, None, signed)

    assert ranked([duty], date(2024, 1, 14)) == ()
    assert ranked([duty], date(2024, 1, 15))[0].due_on == date(2024, 1, 15)
