"""The checker asks about a line; nobody checks the sheet over an open question."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from backoffice.disbursement.operations.sheets import answer_query, check_sheet, query_line
from backoffice.disbursement.queries.sheets import QueryRow, history_of
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.given import paydesk
from tests.given import sheets as desk
from tests.given.disbursement import refused

TWO = (3_000_000, 2_999_999)


def asked(office: Office, sheet_id: int, place: int = 0) -> tuple[QueryRow, ...]:
    line = desk.line_rows(office, sheet_id)[place]
    with Session(office.engine) as session:
        return history_of(session, sheet_id).queries.get(line.id, ())


def test_an_open_question_stops_the_check_and_names_its_line(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    paydesk.ask(office, sheet_id, 1)

    with refused("sheet.line_queried", positions=["2"]):
        desk.check(office, sheet_id)


def test_an_answered_question_lets_the_check_go_on_and_stays(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    paydesk.ask(office, sheet_id)
    paydesk.answer(office, sheet_id)

    desk.check(office, sheet_id)

    (query,) = asked(office, sheet_id)
    assert (query.asked_by_name, query.answered_by_name) == (
        given.ACCOUNTING_2.name,
        given.ACCOUNTING.name,
    )
    assert not query.is_open
    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_a_question_goes_with_the_line_that_is_taken_out(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    paydesk.ask(office, sheet_id)
    paydesk.exclude(office, sheet_id)

    desk.check(office, sheet_id)

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_a_second_question_waits_for_the_answer_to_the_first(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    paydesk.ask(office, sheet_id)

    with refused("sheet.queried_already", position=1):
        paydesk.ask(office, sheet_id)

    paydesk.answer(office, sheet_id)
    paydesk.ask(office, sheet_id)
    assert len(asked(office, sheet_id)) == 2


def test_the_maker_does_not_ask_and_the_asker_does_not_answer(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)

    with refused("sheet.same_person"):
        paydesk.ask(office, sheet_id, who=given.ACCOUNTING)
    paydesk.ask(office, sheet_id)
    with refused("sheet.own_query"):
        paydesk.answer(office, sheet_id, who=given.ACCOUNTING_2)


def test_there_is_no_answer_without_a_question(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)

    with refused("sheet.no_query"):
        paydesk.answer(office, sheet_id)


def test_a_checked_sheet_is_asked_nothing_more(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office, *TWO)

    with refused("sheet.not_being_checked", state=SheetState.CHECKED):
        paydesk.ask(office, sheet_id)


def test_other_roles_neither_ask_nor_answer(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)

    with refused("access.denied"):
        paydesk.ask(office, sheet_id, who=given.CASHIER)
    paydesk.ask(office, sheet_id)
    with refused("access.denied"):
        paydesk.answer(office, sheet_id, who=given.OFFICER)


def test_empty_words_are_neither_question_nor_answer(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    line = desk.line_rows(office, sheet_id)[0]

    with refused("note.missing"):
        office.perform(query_line, given.ACCOUNTING_2, sheet_id, 1, line.id, " ")
    paydesk.ask(office, sheet_id)
    with refused("note.missing"):
        version = paydesk.version_of(office, sheet_id)
        office.perform(answer_query, given.ACCOUNTING, sheet_id, version, line.id, " ")


def test_a_page_from_before_the_question_cannot_check(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    before = paydesk.version_of(office, sheet_id)
    paydesk.ask(office, sheet_id)
    paydesk.answer(office, sheet_id)

    with pytest.raises(Stale):
        office.perform(check_sheet, given.OFFICER_2, sheet_id, before, ())
