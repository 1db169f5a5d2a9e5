"""What the pages of places and services refuse, in words, with everything typed still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement
from tests.given import seats as world
from tests.given.web import signed_in, submit, words_of

S09, S10 = world.PAYMENT, world.ACCEPTANCE
TODAY, TOMORROW, BEFORE = "112/04/18", "112/04/19", "112/04/17"
LETTER = {"letter_number": "函1", "letter_on": TODAY}


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of two places; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(2):
        yield


def a_held_firm(office: Office) -> int:
    return world.an_accepted_firm(office, 1, scheme=S10)


def a_paid_firm(office: Office) -> int:
    return world.an_accepted_firm(office, 1, scheme=S10, paid_at=office.clock.now())


def a_started_firm(office: Office) -> int:
    case_id = a_paid_firm(office)
    world.start(office, case_id)
    return case_id


def an_advertising_firm(office: Office) -> int:
    case_id = world.an_accepted_firm(office, 1, paid_at=office.clock.now())
    world.start(office, case_id)
    return case_id


def a_waiting_firm(office: Office) -> int:
    return world.a_full_round(office, 2, waiting=1)[-1]


def a_late_service(office: Office) -> int:
    case_id = a_started_firm(office)
    assert isinstance(office.clock, FixedClock)
    office.clock.set(world.at("07-18 09:00"))
    return case_id


def delivered(on: str = TODAY, **fields: Any) -> dict[str, Any]:
    upload = disbursement.a_pdf()
    return {"delivered_on": on, "evidence": upload, "note": ""} | fields


@pytest.mark.parametrize(
    ("made", "where", "fields", "told"),
    [
        (a_paid_firm, "place/lapse", {"reason": "逾期"}, "沒有待繳費的保留名額"),
        (a_held_firm, "place/lapse", {"reason": "逾期"}, "尚未過，名額仍予保留"),
        (a_held_firm, "service/start", {"started_on": TODAY}, "名額尚未確認"),
        (a_paid_firm, "place/choice", {"choice": "WAIT", **LETTER}, "不必登錄業者的選擇"),
        (
            a_waiting_firm,
            "place/choice",
            {"choice": "WAIT", "letter_number": "函1", "letter_on": TOMORROW},
            "晚於今天",
        ),
        (a_paid_firm, "service/start", {"started_on": TOMORROW}, "請填寫實際日期"),
        (a_started_firm, "service/deliver", delivered(BEFORE), "不得早於開始輔導日"),
        (a_late_service, "service/deliver", delivered("112/07/18"), "請說明逾期原因"),
        (
            an_advertising_firm,
            "service/deliver",
            delivered(advertising=""),
            "尚未填寫廣告支出金額",
        ),
        (
            an_advertising_firm,
            "service/deliver",
            delivered(advertising="299,999"),
            "未達企業分攤款",
        ),
    ],
    ids=[
        "seat.not_held",
        "seat.not_due",
        "seat.not_confirmed",
        "seat.no_choice",
        "seat.letter_in_future",
        "service.in_future",
        "service.before_start",
        "service.late_unexplained",
        "service.advertising_missing",
        "service.advertising_short",
    ],
)
def test_what_cannot_be_is_refused_in_words(
    app: Flask,
    office: Office,
    made: Callable[[Office], int],
    where: str,
    fields: dict[str, Any],
    told: str,
) -> None:
    case_id = made(office)

    sent = dict(fields)
    if "evidence" in sent:  # a stream is read once, and every engine sends its own
        sent["evidence"] = (BytesIO(sent["evidence"].content), sent["evidence"].name)
    answer = submit(signed_in(app, given.OFFICER), f"/cases/{case_id}/{where}", **sent)

    assert answer.status_code in (409, 422)
    assert told in words_of(answer)
