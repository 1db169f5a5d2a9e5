"""A firm's second case in one round: it comes to no second place, and stops nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backoffice.access import SYSTEM
from backoffice.cases.operations import choose, give_out_everywhere
from backoffice.cases.operations.imports import accept_eligible
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import Choice, ClaimState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given import seats as world
from tests.given.seats import number_of
from tests.given.web import signed_in, submit, words_of

S09, S10 = world.PAYMENT, world.ACCEPTANCE
TOTAL = 3


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of three places; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(TOTAL):
        yield


def two_cases(office: Office, scheme: str = S10, *, paid: bool = False) -> tuple[int, int]:
    paid_at = office.clock.now() if paid else None
    return world.two_cases_of_one_firm(office, 1, 2, scheme=scheme, paid_at=paid_at)


def two_unknown_to_each_other(office: Office) -> tuple[int, int]:
    """Two paid cases of one firm, as two imports that knew nothing of each other leave them."""
    paid = office.clock.now()
    first = world.a_firm(office, 1, paid_at=paid)
    second = world.a_firm(office, 2, paid_at=paid)
    with office.engine.begin() as connection:
        connection.execute(
            text('UPDATE "case" SET ubn = :ubn WHERE id = :second'),
            {"ubn": cases.ubn_of(number_of(1)), "second": second},
        )
    return first, second


def second_refused(office: Office, case_id: int) -> None:
    """The officer is told which case of the firm comes before, and nothing changes."""
    with pytest.raises(Refused) as refused:
        world.overrule(office, case_id)

    expected = Refused("seat.second_case", number=number_of(2, S10), other=number_of(1, S10))
    assert refused.value == expected
    assert world.claim(office, case_id) is None
    assert world.state_of(office, case_id) is CaseState.QUALIFYING


def test_a_second_case_is_not_accepted_while_the_first_has_a_place(office: Office) -> None:
    first, second = two_cases(office)
    assert world.findings(office, second) == []
    world.overrule(office, first)

    second_refused(office, second)

    assert world.seated(office, S10) == [number_of(1, S10)]


def test_nor_while_the_first_waits_for_one(office: Office) -> None:
    for place in range(TOTAL):
        world.an_accepted_firm(office, place + 3, scheme=S10)
    first, second = two_cases(office)
    world.overrule(office, first)
    assert world.in_line(office, S10) == [number_of(1, S10)]

    second_refused(office, second)


def test_nor_while_the_first_may_still_pay_for_what_it_lost(
    office: Office, clock: FixedClock
) -> None:
    first, second = two_cases(office)
    world.overrule(office, first)
    world.lapse(office, clock, first)

    second_refused(office, second)


def test_it_is_accepted_once_the_first_is_withdrawn(office: Office) -> None:
    first, second = two_cases(office)
    world.overrule(office, first)
    world.withdraw(office, first)

    world.overrule(office, second)

    assert world.seated(office, S10) == [number_of(2, S10)]


def test_it_is_accepted_once_the_firm_chose_its_money_back(
    office: Office, clock: FixedClock
) -> None:
    first, second = two_cases(office)
    world.overrule(office, first)
    world.lapse(office, clock, first)
    version, today = cases.version_of(office, first), local_date(clock.now())
    office.perform(choose, given.OFFICER, first, version, Choice.REFUND, today, "函1")

    world.overrule(office, second)

    assert world.seated(office, S10) == [number_of(2, S10)]


def test_of_cases_accepted_one_by_one_the_second_is_left_to_its_officer(office: Office) -> None:
    first, second = two_cases(office)
    world.overrule(office, first)

    office.perform(accept_eligible, SYSTEM, second)

    assert world.state_of(office, second) is CaseState.QUALIFYING


def test_of_cases_accepted_together_it_stops_no_other(office: Office) -> None:
    first, second = two_cases(office, S09, paid=True)
    world.overrule(office, first)
    another = world.a_firm(office, 3, paid_at=office.clock.now())

    world.accept_all(office, second, another)

    assert world.seated(office) == [number_of(1), number_of(3)]
    assert world.state_of(office, second) is CaseState.QUALIFYING


def test_two_of_one_firm_accepted_together_have_one_place(office: Office) -> None:
    first, second = two_unknown_to_each_other(office)

    world.accept_all(office, first, second)

    assert world.seated(office) == [number_of(1)]
    assert world.state_of(office, second) is CaseState.QUALIFYING


def test_and_each_other_firm_accepted_with_them_has_one(office: Office) -> None:
    first, second = two_unknown_to_each_other(office)
    another = world.a_firm(office, 3, paid_at=office.clock.now())

    world.accept_all(office, first, second, another)

    assert world.seated(office) == [number_of(1), number_of(3)]
    assert world.state_of(office, second) is CaseState.QUALIFYING


def test_what_a_second_case_pays_is_booked_and_gives_no_place(office: Office) -> None:
    first, second = two_cases(office, S09)
    world.overrule(office, first)
    world.overrule(office, second)
    world.pay(office, first, office.clock.now(), world.FEE[S09])

    world.pay(office, second, office.clock.now(), world.FEE[S09], "B000002")

    assert world.claim(office, second) is None
    assert world.seated(office) == [number_of(1)]
    assert office.perform(give_out_everywhere, SYSTEM) is None


def test_a_paid_second_case_comes_to_its_place_when_the_first_has_left(office: Office) -> None:
    first, second = two_cases(office, S09)
    world.overrule(office, first)
    world.overrule(office, second)
    for case_id, receipt in ((first, "B000001"), (second, "B000002")):
        world.pay(office, case_id, office.clock.now(), world.FEE[S09], receipt)
    world.withdraw(office, first)

    office.perform(give_out_everywhere, SYSTEM)

    assert world.seated(office) == [number_of(2)]
    claim = world.claim(office, second)
    assert claim is not None
    assert claim.state is ClaimState.SEATED


def test_another_round_is_another_matter(office: Office) -> None:
    first, _ = two_cases(office, S10)
    other = world.a_row(1, scheme=S09, received_at=office.clock.now(), paid_at=office.clock.now())
    other["案件"][0]["統一編號"] = cases.ubn_of(number_of(1, S10))
    cases.import_cases(office, [other])
    world.overrule(office, first)

    world.accept(office, cases.case_id_of(office, number_of(1, S09)))

    assert world.seated(office, S09) == [number_of(1, S09)]
    assert world.seated(office, S10) == [number_of(1, S10)]


def test_the_database_refuses_what_the_door_would_let_in(office: Office) -> None:
    for place in (1, 2):
        world.an_accepted_firm(office, place, scheme=S10)

    with pytest.raises(IntegrityError), office.engine.begin() as connection:
        connection.execute(text("UPDATE seat_claim SET ubn = '04595257'"))


def test_the_officer_is_told_which_case_and_what_to_do(app: Flask, office: Office) -> None:
    first, second = two_cases(office)
    world.overrule(office, first)

    answer = submit(signed_in(app, given.OFFICER), f"/cases/{second}/eligibility", note="資料齊全")

    assert answer.status_code == 422
    words = words_of(answer)
    assert f"已以案件 {number_of(1, S10)} 取得或等候名額" in words
    assert "先登錄另一案撤案" in words
    assert "資料齊全" in answer.get_data(as_text=True)


def test_the_page_of_its_place_says_why_there_is_none(app: Flask, office: Office) -> None:
    first, second = two_cases(office, S09)
    world.overrule(office, first)
    world.overrule(office, second)
    for case_id, receipt in ((first, "B000001"), (second, "B000002")):
        world.pay(office, case_id, office.clock.now(), world.FEE[S09], receipt)

    words = words_of(signed_in(app, given.OFFICER).get(f"/cases/{second}/place"))

    assert f"已以案件 {number_of(1)} 取得或等候名額" in words
