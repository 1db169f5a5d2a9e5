"""The entries behind a figure: signed, running, by page, and as at a past day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.rules import Stage
from backoffice.reports.queries.budget import Ledger, ledger, moved, movements
from backoffice.reports.rules import Movement
from backoffice.use_case import Office
from tests import given
from tests.given import budget, review, sheets
from tests.given.web import counted_queries, page, signed_in

AVAILABLE = (Stage.AVAILABLE,)


def entries_of(
    office: Office,
    *stages: Stage,
    as_of: date | None = None,
    before: int | None = None,
) -> Ledger:
    with Session(office.engine) as session:
        found = ledger(session, "S01", stages, as_of=as_of, before=before)
    assert found is not None
    return found


def documents(office: Office, clock: FixedClock, *amounts: int) -> None:
    """One appropriation a day."""
    for place, amount in enumerate(amounts, 1):
        budget.an_appropriation(office, amount, number=f"第{place}號")
        clock.advance(days=1)


def cells(document: BeautifulSoup, label: str) -> list[str]:
    return [cell.text for cell in document.select(f'main tbody td[data-label="{label}"]')]


def test_entries_stand_newest_first_with_the_balance_they_led_to(
    office: Office, clock: FixedClock
) -> None:
    documents(office, clock, 100, 20, 3)

    found = entries_of(office, *AVAILABLE)

    assert [(entry.signed, entry.running) for entry in found.entries] == [
        (Ntd(3), Ntd(123)),
        (Ntd(20), Ntd(120)),
        (Ntd(100), Ntd(100)),
    ]
    assert (found.count, found.total, found.kept, found.holds) == (3, Ntd(123), Ntd(123), True)


def test_what_was_given_by_a_source_is_positive(office: Office, clock: FixedClock) -> None:
    documents(office, clock, 100, 20)

    found = entries_of(office, Stage.APPROPRIATION)

    assert [entry.running for entry in found.entries] == [Ntd(120), Ntd(100)]
    assert found.holds


def test_money_that_leaves_is_negative_and_names_its_case(office: Office) -> None:
    budget.an_appropriation(office, 10_000_000)
    case_id = review.a_scored_case(office)
    review.award_all(office, case_id)

    entry = entries_of(office, *AVAILABLE).entries[0]

    assert (entry.signed, entry.running) == (Ntd(-2_000_000), Ntd(8_000_000))
    assert (entry.case_id, entry.case_number) == (case_id, review.Applied().number)
    assert (entry.account, entry.actor_name, entry.act) == (
        "S01/committed",
        given.CONVENOR.name,
        "review.decide_award",
    )


def test_the_outstanding_leaves_out_what_moves_inside_it(office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000)

    found = entries_of(office, Stage.COMMITTED, Stage.CONTRACTED, Stage.IN_TRANSIT)

    assert [entry.signed for entry in found.entries] == [Ntd(-1_500_000), Ntd(3_000_000)]
    assert (found.total, found.holds) == (Ntd(1_500_000), True)


@pytest.mark.parametrize("before", [1, 2, 3])
def test_a_past_day_shows_the_balance_of_that_day(
    office: Office, clock: FixedClock, before: int
) -> None:
    opening = date(2023, 4, 17)
    documents(office, clock, 100, 20, 3)

    found = entries_of(office, *AVAILABLE, as_of=opening + timedelta(days=before - 1))

    assert found.total == Ntd(sum((100, 20, 3)[:before]))
    assert (found.count, found.kept, found.holds) == (before, None, True)


def test_pages_go_on_from_the_key_and_the_balance_goes_on_with_them(
    office: Office, clock: FixedClock
) -> None:
    for place in range(51):
        budget.an_appropriation(office, place + 1, number=f"第{place}號")

    first = entries_of(office, *AVAILABLE)
    second = entries_of(office, *AVAILABLE, before=first.next_before)

    assert (len(first.entries), len(second.entries), second.next_before) == (50, 1, None)
    assert first.entries[-1].running - first.entries[-1].signed == second.entries[0].running
    assert (second.entries[0].running, second.total) == (Ntd(1), first.total)


def test_exactly_one_page_has_no_next(office: Office) -> None:
    for place in range(50):
        budget.an_appropriation(office, 1, number=f"第{place}號")

    assert entries_of(office, *AVAILABLE).next_before is None


def test_a_scheme_without_accounts_has_no_entries(office: Office) -> None:
    with Session(office.engine) as session:
        assert ledger(session, "S01", AVAILABLE) is None


def test_the_page_says_how_many_entries_make_the_balance(app: Flask, office: Office) -> None:
    budget.an_appropriation(office, 10_000_000, note="第一期")
    case_id = review.a_scored_case(office)
    review.award_all(office, case_id)

    document = page(signed_in(app, given.ACCOUNTING), "/reports/entries/S01/available")

    assert "共 2 筆分錄，合計 8,000,000 元，等於帳上餘額" in document.text
    assert cells(document, "增減") == ["−2,000,000", "10,000,000"]
    assert cells(document, "行為") == ["核定補助", "登錄法定預算"]
    assert cells(document, "對方科目") == ["S01 核定未簽約", "S01 法定預算"]
    assert "第一期" in cells(document, "摘要")[1]
    assert document.select(f'main a[href="/cases/{case_id}"]')


def test_the_page_of_a_past_day_keeps_the_day_as_typed(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    documents(office, clock, 100, 20)

    document = page(signed_in(app, given.MANAGER), "/reports/entries/S01/available?as_of=112/04/17")

    assert "當日為止共 1 筆分錄，合計 100 元" in document.text
    assert "截至 112年4月17日" in document.text
    assert document.select('input[name=as_of][value="112/04/17"]')


def test_a_day_that_cannot_be_read_is_said_and_kept(app: Flask, office: Office) -> None:
    budget.an_appropriation(office, 100)

    document = page(signed_in(app, given.MANAGER), "/reports/entries/S01/available?as_of=昨天")

    assert document.select('input[name=as_of][value="昨天"][aria-invalid=true]')
    assert document.select(".error")
    assert "現在" in document.text


def test_the_next_page_keeps_the_day(app: Flask, office: Office, clock: FixedClock) -> None:
    for place in range(51):
        budget.an_appropriation(office, 1, number=f"第{place}號")
    client = signed_in(app, given.MANAGER)

    first = page(client, "/reports/entries/S01/available?as_of=112/04/17")
    following = first.select_one("a[rel=next]")
    assert following is not None
    second = page(client, str(following["href"]))

    assert cells(second, "餘額") == ["1"]
    assert second.select('input[name=as_of][value="112/04/17"]')
    assert second.select("a[rel=prev]")


@pytest.mark.parametrize(
    "url",
    ["/reports/entries/S99/available", "/reports/entries/S01/savings", "/reports/movements/x"],
)
def test_no_such_figure_is_not_found(app: Flask, url: str) -> None:
    assert signed_in(app, given.AUDITOR).get(url).status_code == 404


def test_a_scheme_without_money_says_so(app: Flask) -> None:
    document = page(signed_in(app, given.AUDITOR), "/reports/entries/S06/available")

    assert "尚未登錄法定預算" in document.text


@pytest.mark.parametrize("key", ["x", "-1", "0", str(1 << 70), ""])
def test_a_garbled_key_begins_at_the_beginning(app: Flask, office: Office, key: str) -> None:
    budget.an_appropriation(office, 100)

    document = page(signed_in(app, given.AUDITOR), f"/reports/entries/S01/available?before={key}")

    assert cells(document, "餘額") == ["100"]


def test_what_was_awarded_and_paid_is_counted_from_its_day_on(
    office: Office, clock: FixedClock
) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    start = clock.now() - timedelta(hours=clock.now().astimezone().hour + 24)

    with Session(office.engine) as session:
        recent = moved(session, since=start)
        ever = moved(session, since=clock.now() - timedelta(days=3_650))
        later = moved(session, since=clock.now() + timedelta(seconds=1))
        rows = movements(session, Movement.PAID, since=start)

    assert (recent[Movement.PAID].count, recent[Movement.PAID].total) == (2, Ntd(2_000_000))
    assert recent[Movement.AWARDED].count == 0
    assert (ever[Movement.AWARDED].count, ever[Movement.AWARDED].total) == (2, Ntd(4_000_000))
    assert {found.count for found in later.values()} == {0}
    assert sum(row.amount.dollars for row in rows) == 2_000_000


def test_the_page_of_movements_lists_what_makes_its_sum(app: Flask, office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    client = signed_in(app, given.CONVENOR)

    document = page(client, "/reports/movements/paid?since=2023-04-17")

    assert "2 筆，合計 2,000,000 元" in document.text
    assert sorted(cells(document, "金額")) == ["1,500,000", "500,000"]
    assert len(document.select('main tbody a[href^="/cases/"]')) == 2


@pytest.mark.parametrize("since", ["", "yesterday", "2023-13-01"])
def test_movements_of_a_day_that_cannot_be_read_are_those_of_today(
    app: Flask, office: Office, since: str
) -> None:
    document = page(signed_in(app, given.MANAGER), f"/reports/movements/awarded?since={since}")

    assert "112年4月17日 起核定" in document.text
    assert "這段期間沒有核定" in document.text


@pytest.mark.parametrize("url", ["/reports/entries/S01/available", "/reports/movements/awarded"])
def test_one_row_or_many_take_the_same_number_of_statements(
    app: Flask, office: Office, url: str
) -> None:
    client = signed_in(app, given.MANAGER)
    counts = []
    for place in range(2):
        for number in range(1 + 2 * place):
            budget.an_appropriation(office, 3_000_000, number=f"第{place}-{number}號")
            applied = review.Applied(
                number=f"S01-112-{place}{number:03d}",
                equipment=review.IMPORTED_ONLY,
            )
            review.award_all(office, review.a_scored_case(office, applied=applied))
        with counted_queries(app) as statements:
            page(client, url)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8
