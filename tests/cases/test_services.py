"""The service: begun with a confirmed place, delivered with evidence, closed or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from backoffice.cases.operations import (
    Delivery,
    cancel_service,
    close_service,
    deliver_service,
    start_service,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import SeatState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given import seats as world
from tests.given.disbursement import a_pdf

S09, S10 = world.PAYMENT, world.ACCEPTANCE
STARTED = date(2023, 4, 18)


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of two places; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(2):
        yield


def start(office: Office, case_id: int, on: date = STARTED) -> None:
    version = cases.version_of(office, case_id)
    office.perform(start_service, given.OFFICER, case_id, version, on)


def deliver(
    office: Office, case_id: int, on: date, *, advertising: Ntd | None = None, note: str = ""
) -> None:
    version = cases.version_of(office, case_id)
    delivery = Delivery(on, a_pdf(), advertising, note)
    office.perform(deliver_service, given.OFFICER, case_id, version, delivery)


def close(office: Office, case_id: int) -> None:
    version = cases.version_of(office, case_id)
    office.perform(close_service, given.OFFICER, case_id, version, "")


def cancel(office: Office, case_id: int, *, number: str = "函1", reason: str = "停辦") -> None:
    version = cases.version_of(office, case_id)
    office.perform(cancel_service, given.OFFICER, case_id, version, STARTED, number, reason)


def a_started_firm(office: Office, scheme: str = S10) -> int:
    case_id = world.an_accepted_firm(office, 1, scheme=scheme, paid_at=office.clock.now())
    start(office, case_id)
    return case_id


def test_a_design_is_delivered_within_its_months_and_closed(
    office: Office, clock: FixedClock
) -> None:
    case_id = a_started_firm(office)
    clock.set(world.at("07-17 09:00"))

    deliver(office, case_id, date(2023, 7, 17))
    close(office, case_id)

    assert world.places(office, S10) == [world.Place(1, SeatState.DONE, world.number_of(1, S10))]
    assert world.state_of(office, case_id) is CaseState.CLOSED


def test_a_late_delivery_says_why(office: Office, clock: FixedClock) -> None:
    case_id = a_started_firm(office)
    clock.set(world.at("07-18 09:00"))

    with pytest.raises(Refused) as refused:
        deliver(office, case_id, date(2023, 7, 18))
    deliver(office, case_id, date(2023, 7, 18), note="打樣廠延誤")

    assert (refused.value.code, refused.value.facts) == (
        "service.late_unexplained",
        {"due_on": date(2023, 7, 17)},
    )


def test_advertising_is_accounted_for_to_the_whole_fee(office: Office) -> None:
    case_id = a_started_firm(office, S09)

    def refusal(advertising: Ntd | None) -> str:
        with pytest.raises(Refused) as refused:
            deliver(office, case_id, STARTED, advertising=advertising)
        return refused.value.code

    assert refusal(None) == "service.advertising_missing"
    assert refusal(Ntd(299_999)) == "service.advertising_short"
    deliver(office, case_id, STARTED, advertising=Ntd(300_000))
    assert world.places(office, S09)[0].state is SeatState.DONE


def test_a_service_without_places_needs_none(office: Office) -> None:
    case_id = cases.a_case_in_review(office, number="S04-112-000001", scheme="S04")

    start(office, case_id)
    deliver(office, case_id, STARTED)
    close(office, case_id)

    assert world.state_of(office, case_id) is CaseState.CLOSED


def test_a_service_begins_only_with_a_confirmed_place(office: Office) -> None:
    held = world.an_accepted_firm(office, 1, scheme=S10)
    unpaid = world.an_accepted_firm(office, 2, scheme=S09)

    for case_id in (held, unpaid):
        with pytest.raises(Refused) as refused:
            start(office, case_id)
        assert refused.value.code == "seat.not_confirmed"


def test_days_of_a_service_are_days_that_have_been(office: Office) -> None:
    case_id = world.an_accepted_firm(office, 1, scheme=S10, paid_at=office.clock.now())

    with pytest.raises(Refused) as future:
        start(office, case_id, date(2023, 4, 19))
    start(office, case_id)
    with pytest.raises(Refused) as before:
        deliver(office, case_id, date(2023, 4, 17))
    with pytest.raises(Refused) as undelivered:
        close(office, case_id)

    assert future.value.code == "service.in_future"
    assert before.value.code == "service.before_start"
    assert undelivered.value.code == "lifecycle.not_allowed"


def test_leaving_before_the_service_frees_the_place_for_the_next(office: Office) -> None:
    first, _, _ = world.a_full_round(office, 2, waiting=1)

    cancel(office, first)

    assert world.seated(office) == [world.number_of(3), world.number_of(2)]
    assert world.state_of(office, first) is CaseState.CANCELLED


def test_leaving_after_the_service_began_uses_the_place_up(office: Office) -> None:
    first, _, _ = world.a_full_round(office, 2, waiting=1)
    start(office, first)

    with pytest.raises(Refused) as blank:
        cancel(office, first, reason=" ")
    with pytest.raises(Refused) as letterless:
        cancel(office, first, number=" ")
    cancel(office, first)

    assert (blank.value.code, letterless.value.code) == ("note.missing", "case.letter_missing")
    assert world.places(office)[0] == world.Place(1, SeatState.CONSUMED, world.number_of(1))
    assert world.in_line(office) == [world.number_of(3)]
