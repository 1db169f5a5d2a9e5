"""Places and services at a browser: what each page says, and what each form does or refuses."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.cases.operations import keep_seats
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState, ConflictState, SeatState
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.given import cases, disbursement
from tests.given import seats as world
from tests.given.web import counted_queries, filled_in, page, signed_in, submit, words_of

S09, S10 = world.PAYMENT, world.ACCEPTANCE
TOTAL = 3
TODAY = "112/04/18"
QUERIES_MAX = 8


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of three places; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(TOTAL):
        yield


def a_pdf() -> tuple[BytesIO, str]:
    upload = disbursement.a_pdf()
    return BytesIO(upload.content), upload.name


@pytest.mark.parametrize(
    "person",
    [
        given.OFFICER,
        given.MANAGER,
        given.AUDITOR,
        given.ACCOUNTING,
        given.CASHIER,
        given.CONVENOR,
    ],
    ids=lambda person: person.role.value,
)
def test_the_places_are_drawn_as_cells_with_their_keys(
    app: Flask, office: Office, person: Actor
) -> None:
    world.a_full_round(office, TOTAL, waiting=1)

    document = page(signed_in(app, person), f"/cases/seats?scheme={S09}")

    cells = document.select("ol.quota li")
    assert [cell.get_text(" ", strip=True) for cell in cells] == [
        f"{place} 已確認 {world.number_of(place)}" for place in range(1, TOTAL + 1)
    ]
    assert ["R000002" in row.get_text() for row in document.select("#place-2")] == [True]
    waiting = document.select("#line tbody tr")
    assert [world.number_of(4) in row.get_text() for row in waiting] == [True]
    assert "名額已額滿" in document.get_text()


def test_a_round_that_nobody_asked_for_is_all_free(app: Flask) -> None:
    document = page(signed_in(app, given.AUDITOR), f"/cases/seats?scheme={S10}")

    assert len(document.select("ol.quota li.free")) == TOTAL


def test_a_scheme_without_places_is_not_found(app: Flask) -> None:
    assert signed_in(app, given.OFFICER).get("/cases/seats?scheme=S01").status_code == 404


def test_the_pages_take_few_queries_however_many_places(app: Flask, office: Office) -> None:
    *_, waiting = world.a_full_round(office, TOTAL, waiting=1)
    client = signed_in(app, given.OFFICER)

    for url in (f"/cases/seats?scheme={S09}", f"/cases/{waiting}/place"):
        with counted_queries(app) as statements:
            page(client, url)
        assert len([each for each in statements if each.startswith("SELECT")]) <= QUERIES_MAX + 1


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_the_places_can_be_taken_home(app: Flask, office: Office, kind: str) -> None:
    world.a_full_round(office, TOTAL, waiting=1)

    answer = signed_in(app, given.AUDITOR).get(f"/cases/seats/{S09}/list.{kind}")

    assert answer.status_code == 200
    if kind == "csv":
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == 1 + TOTAL + 1
        assert world.number_of(4) in lines[-1]


def test_whoever_waits_reads_everybody_ahead_with_their_keys(app: Flask, office: Office) -> None:
    *_, waiting = world.a_full_round(office, TOTAL, waiting=2)

    document = page(signed_in(app, given.AUDITOR), f"/cases/{waiting}/place")

    ahead = [row.get_text(" ", strip=True) for row in document.select("#ahead tbody tr")]
    assert len(ahead) == TOTAL + 1
    assert all(f"R{place:06}" in row for place, row in enumerate(ahead, 1))
    assert "候補第 2 順位" in document.get_text()


def test_whoever_has_not_paid_reads_what_is_missing(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    case_id = world.a_firm(office, 1, paid_at=clock.now(), amount=285_714)
    world.accept(office, case_id)

    words = words_of(signed_in(app, given.OFFICER).get(f"/cases/{case_id}/place"))

    assert "尚差 14,286 元" in words
    assert "285,714" in words


def test_a_grant_case_has_no_place_and_says_so(app: Flask, office: Office) -> None:
    case_id = cases.an_imported_case(office)

    words = words_of(signed_in(app, given.OFFICER).get(f"/cases/{case_id}/place"))

    assert "本方案沒有名額" in words


def test_a_service_goes_its_way_by_its_forms(app: Flask, office: Office) -> None:
    case_id = world.an_accepted_firm(office, 1, scheme=S10, paid_at=office.clock.now())
    client = signed_in(app, given.OFFICER)

    assert "開始輔導" in words_of(client.get(f"/cases/{case_id}"))
    submit(client, f"/cases/{case_id}/service/start", started_on=TODAY)
    assert "登錄輔導完成" in words_of(client.get(f"/cases/{case_id}"))
    submit(
        client,
        f"/cases/{case_id}/service/deliver",
        delivered_on=TODAY,
        evidence=a_pdf(),
        note="",
    )
    submit(client, f"/cases/{case_id}/service/close", note="")

    assert world.state_of(office, case_id) is CaseState.CLOSED
    assert world.places(office, S10)[0].state is SeatState.DONE
    words = words_of(client.get(f"/cases/{case_id}/place"))
    assert "輔導完成" in words


def test_a_cancelled_firm_leaves_its_place(app: Flask, office: Office) -> None:
    first, *_ = world.a_full_round(office, TOTAL, waiting=1)
    client = signed_in(app, given.OFFICER)

    submit(
        client,
        f"/cases/{first}/service/cancel",
        letter_on=TODAY,
        letter_number="函1",
        reason="停辦",
    )

    assert world.seated(office)[0] == world.number_of(4)
    assert "曾取得的名額" in words_of(client.get(f"/cases/{first}/place"))


def test_a_choice_is_entered(app: Flask, office: Office) -> None:
    *_, waiting = world.a_full_round(office, TOTAL, waiting=1)
    client = signed_in(app, given.OFFICER)

    submit(
        client,
        f"/cases/{waiting}/place/choice",
        choice="REFUND",
        letter_on=TODAY,
        letter_number="函1",
    )

    claim = world.claim(office, waiting)
    assert claim is not None
    assert claim.state is ClaimState.REFUND


@pytest.mark.parametrize("verdict", ["KEEP", "REPLACE"])
def test_a_conflict_is_decided_with_a_reason(
    app: Flask, office: Office, clock: FixedClock, verdict: str
) -> None:
    late = world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)
    client = signed_in(app, given.MANAGER)
    assert "查看並決定" in words_of(client.get(f"/cases/seats?scheme={S09}"))

    submit(client, f"/cases/seats/conflicts/{conflict.id}", verdict=verdict, reason="依公告")

    wanted = ConflictState.KEPT if verdict == "KEEP" else ConflictState.REPLACED
    assert [each.state for each in world.conflicts(office)] == [wanted]
    has_it = world.seated(office)[-1] == world.number_of(9)
    assert has_it is (verdict == "REPLACE")
    assert late > 0
    words = words_of(client.get(f"/cases/seats/conflicts/{conflict.id}"))
    assert "依公告" in words


def test_who_may_only_read_a_conflict_cannot_decide_it(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)

    document = page(signed_in(app, given.OFFICER), f"/cases/seats/conflicts/{conflict.id}")

    assert document.select("main form[method=post]") == []


def test_a_decided_conflict_is_not_decided_again(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)
    client = signed_in(app, given.CONVENOR)

    url = f"/cases/seats/conflicts/{conflict.id}"
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    sent = filled_in(form) | {"verdict": "KEEP", "reason": "再決定"}
    office.perform(keep_seats, given.MANAGER, conflict.id, conflict.version, "先決定")

    answer = client.post(url, data=sent)

    assert "不必再決定" in words_of(answer)


def test_only_the_head_of_the_line_takes_a_place(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    world.a_late_firm(office, TOTAL, clock)
    second = world.an_accepted_firm_received(office, 10)
    world.pay(office, second, world.at("04-11 10:00"), 300_000)
    conflict = next(each for each in world.conflicts(office) if each.case_id == second)

    answer = submit(
        signed_in(app, given.CONVENOR),
        f"/cases/seats/conflicts/{conflict.id}",
        verdict="REPLACE",
        reason="x",
    )

    assert world.number_of(9) in words_of(answer)
