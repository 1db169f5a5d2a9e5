"""Entering budgets once and within bounds; the marks that the audit's reader leaves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.audit import AuditEntry, head, timeline
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.reports.operations import (
    enter_allotment,
    enter_appropriation,
    export_case_history,
    keep_verification,
)
from backoffice.reports.queries.audit import last_verification
from backoffice.use_case import Office
from tests import given
from tests.given import budget
from tests.given import disbursement as world

TODAY = date(2023, 4, 17)
Entering = Callable[..., None]


@pytest.fixture(params=[enter_appropriation, enter_allotment], ids=["appropriation", "allotment"])
def entering(request: pytest.FixtureRequest) -> Any:
    """Either deed: both keep the same rules of a document."""
    return request.param


def enter(
    office: Office,
    case: Any,
    *,
    scheme: str = "S01",
    amount: int = 1_000_000,
    number: str = budget.NUMBER,
    on: date = TODAY,
    note: str = "",
    actor: Actor = given.ACCOUNTING,
) -> None:
    office.perform(case, actor, scheme, Ntd(amount), number, on, note)


def refused(office: Office, case: Any, **document: Any) -> Refused:
    before = budget.amounts(office)
    with pytest.raises(Refused) as refusal:
        enter(office, case, **document)
    assert budget.amounts(office) == before
    return refusal.value


def test_an_appropriation_makes_money_available(office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)

    assert budget.amounts(office) == {"appropriation": 1_000_000, "available": 1_000_000}


def test_a_second_document_adds_to_the_first(office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)
    budget.an_appropriation(office, 500_000, number="院授主預經字第1120100002號")

    assert budget.amounts(office)["available"] == 1_500_000


def test_an_allotment_may_be_spent_up_to_the_last_dollar_of_the_appropriation(
    office: Office,
) -> None:
    budget.an_appropriation(office, 1_000_000)

    budget.an_allotment(office, 1_000_000)

    assert budget.amounts(office) == {
        "appropriation": 1_000_000,
        "available": 1_000_000,
        "allotment": 1_000_000,
        "allotted": 1_000_000,
    }


def test_allotments_that_exceed_the_appropriation_together_are_refused(office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)
    budget.an_allotment(office, 600_000)

    refusal = refused(office, enter_allotment, amount=400_001, number="第二次分配")

    assert refusal.code == "budget.allotment_over"
    assert refusal.facts == {
        "allotted": Ntd(1_000_001),
        "appropriation": Ntd(1_000_000),
        "excess": Ntd(1),
    }


def test_nothing_can_be_allotted_before_anything_was_appropriated(office: Office) -> None:
    refusal = refused(office, enter_allotment, amount=1)

    assert refusal.code == "budget.allotment_over"
    assert budget.amounts(office) == {}


def test_a_document_is_entered_once(office: Office, entering: Any, clock: FixedClock) -> None:
    budget.an_appropriation(office, 9_000_000, number="第一號")
    enter(office, entering, amount=1_000_000)
    clock.advance(days=1)

    refusal = refused(office, entering, amount=2_000_000, number=f" {budget.NUMBER} ")

    assert refusal.code == "budget.document_entered"
    assert refusal.facts["amount"] == Ntd(1_000_000)
    assert refusal.facts["document"] == budget.NUMBER
    assert refusal.facts["at"] == clock.now() - timedelta(days=1)


def test_the_same_amount_under_the_same_number_is_refused_too(office: Office) -> None:
    budget.an_appropriation(office)

    assert (
        refused(office, enter_appropriation, amount=100_000_000).code == "budget.document_entered"
    )


def test_one_document_gives_to_several_schemes(office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)
    budget.an_appropriation(office, 2_000_000, scheme="S03")

    assert budget.amounts(office, "S03")["available"] == 2_000_000


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"scheme": "S99"}, "scheme.unknown"),
        ({"amount": 0}, "budget.amount_not_positive"),
        ({"amount": -1}, "budget.amount_not_positive"),
        ({"number": "  "}, "budget.document_missing"),
        ({"on": TODAY + timedelta(days=1)}, "budget.document_in_future"),
        ({"number": "字" * 65}, "budget.text_too_long"),
        ({"note": "記" * 101}, "budget.text_too_long"),
        ({"actor": given.MANAGER}, "access.denied"),
        ({"actor": given.AUDITOR}, "access.denied"),
        ({"actor": given.OFFICER}, "access.denied"),
    ],
)
def test_what_cannot_be_entered_is_refused(
    office: Office, entering: Any, document: dict[str, Any], code: str
) -> None:
    budget.an_appropriation(office, 9_000_000, number="第一號")

    assert refused(office, entering, **document).code == code


def test_the_entry_says_which_document_and_why(office: Office) -> None:
    budget.an_appropriation(office, note="第二預備金")

    with Session(office.engine) as session:
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.subject == "ledger_transfer")
        ).scalar_one()
    assert (entry.act, entry.actor_name, entry.note) == (
        "budget.enter_appropriation",
        given.ACCOUNTING.name,
        "第二預備金",
    )
    assert f"{budget.NUMBER} (112年4月17日) 第二預備金" in entry.changes


def test_of_allotments_at_once_no_more_than_the_appropriation_is_taken(office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)
    budget.an_allotment(office, 1, number="開帳")

    def attempt(place: int) -> None:
        with suppress(Refused):
            budget.an_allotment(office, 300_000, number=f"分配第{place}號")

    with ThreadPoolExecutor(6) as people:
        list(people.map(attempt, range(6)))

    assert budget.amounts(office)["allotment"] == 900_001


def test_of_two_who_enter_one_document_at_once_one_does(office: Office) -> None:
    budget.an_appropriation(office, 5, number="開帳")

    def attempt(person: Actor) -> str:
        try:
            enter(office, enter_appropriation, amount=1_000_000, actor=person)
        except Refused as refusal:
            return refusal.code
        return "entered"

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(attempt, (given.ACCOUNTING, given.ACCOUNTING_2)))

    assert sorted(answers) == ["budget.document_entered", "entered"]
    assert budget.amounts(office)["appropriation"] == 1_000_005


def test_taking_a_history_out_of_the_house_stands_in_the_history(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    with Session(office.engine) as session:
        before = timeline(session, case_id=case_id)

    office.perform(export_case_history, given.AUDITOR, case_id, " 監察院調閱 ")

    with Session(office.engine) as session:
        after = timeline(session, case_id=case_id)
    assert len(after) == len(before) + 1
    assert (after[-1].act, after[-1].actor_name, after[-1].note) == (
        "audit.export",
        given.AUDITOR.name,
        "監察院調閱",
    )
    assert after[-1].changes["entry_count"] == [None, len(before)]


def test_an_export_without_a_reason_is_refused(office: Office) -> None:
    case_id = world.an_awarded_case(office)

    with pytest.raises(Refused) as refusal:
        office.perform(export_case_history, given.AUDITOR, case_id, " ")

    assert refusal.value.code == "audit.reason_missing"


@pytest.mark.parametrize("person", [given.OFFICER, given.MANAGER, given.ADMIN])
def test_only_the_auditor_exports(office: Office, person: Actor) -> None:
    case_id = world.an_awarded_case(office)

    with pytest.raises(Refused) as refusal:
        office.perform(export_case_history, person, case_id, "查閱")

    assert refusal.value.code == "access.denied"


def test_a_verification_is_kept_with_the_first_twenty_breaks(office: Office) -> None:
    broken = tuple((number, "altered") for number in range(1, 26))

    office.perform(keep_verification, given.AUDITOR, 40, "f" * 64, broken)

    with Session(office.engine) as session:
        kept = last_verification(session)
    assert kept is not None
    assert (kept.entry_count, kept.head_hash, kept.broken) == (40, "f" * 64, broken[:20])
    assert (kept.actor_name, kept.at) == (given.AUDITOR.name, office.clock.now())


def test_the_last_verification_is_the_newest(office: Office) -> None:
    with Session(office.engine) as session:
        none_yet = last_verification(session)
        end = head(session)

    for count in (1, end.seq):
        office.perform(keep_verification, given.AUDITOR, count, end.hash, ())

    with Session(office.engine) as session:
        kept = last_verification(session)
    assert none_yet is None
    assert kept is not None
    assert (kept.entry_count, kept.broken) == (end.seq, ())


def test_only_the_audits_reader_verifies(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(keep_verification, given.MANAGER, 1, "f" * 64, ())

    assert refusal.value.code == "access.denied"
    with pytest.raises(Refused):
        office.perform(keep_verification, SYSTEM, 1, "f" * 64, ())
