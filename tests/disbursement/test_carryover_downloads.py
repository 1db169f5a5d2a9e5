"""The list of carry-overs as a file: all that the page shows, as it was filtered, on record."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.audit import AuditEntry
from backoffice.disbursement.views import carryover
from backoffice.people.rules import ENGLISH
from backoffice.use_case import Office
from tests import given
from tests.disbursement.test_loan_carryover import LAST_DAY, MOST, carry
from tests.given import disbursement as grants
from tests.given import loans as world
from tests.given.disbursement import at, case_row
from tests.given.lists import KINDS, rows_of, taken, told_of
from tests.given.refusals import speaking
from tests.given.web import page, signed_in

PAGE = "/disbursement/carry-overs"
FILE = f"{PAGE}/list"
HEADER = [
    "案件編號",
    "企業",
    "計畫或補貼結束日",
    "距特別預算屆滿日數",
    "契約數",
    "已撥付",
    "應付數",
    "未撥餘額",
    "保留核准文號",
]


def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


def a_grant_and_a_loan(office: Office) -> tuple[int, int]:
    """A grant of which half is paid, and a loan, on the special budget's last day."""
    case_id = grants.a_case_with_first_tranche_paid(office)
    loan_id = world.a_loan_past_the_budget(office)
    at(office, LAST_DAY)
    return case_id, loan_id


def test_the_file_has_each_case_with_its_sums(app: Flask, office: Office) -> None:
    case_id, loan_id = a_grant_and_a_loan(office)
    grant, loan = case_row(office, case_id), world.case_row(office, loan_id)

    content = taken(accounting(app), f"{FILE}.xlsx", show="all")

    assert rows_of(content) == [
        HEADER,
        [
            grant.number,
            grant.firm_name,
            date(2024, 5, 7),
            "",
            3_000_000,
            1_500_000,
            0,
            1_500_000,
            "",
        ],
        [loan.number, loan.firm_name, date(2026, 5, 31), "", MOST, 0, 0, MOST, ""],
    ]
    told = told_of(content)
    assert (told["清單"], told["年度"], told["分類"]) == ("年度保留", "114", "全部未撥")
    assert (told["方案"], told["筆數"]) == ("全部", "2")
    assert told["未撥餘額合計"] == f"{1_500_000 + MOST:,}"


def test_the_three_kinds_say_the_same(app: Flask, office: Office) -> None:
    a_grant_and_a_loan(office)
    client = accounting(app)

    excel, opened, text = (
        rows_of(taken(client, f"{FILE}.{kind}", show="all"), kind) for kind in KINDS
    )

    assert excel == opened
    assert [row[:2] for row in text] == [row[:2] for row in excel]
    assert [int(row[7]) for row in text[1:]] == [row[7] for row in excel[1:]]


def test_each_part_and_scheme_is_taken_as_it_is_shown(app: Flask, office: Office) -> None:
    case_id, loan_id = a_grant_and_a_loan(office)
    grant, loan = case_row(office, case_id).number, world.case_row(office, loan_id).number
    carry(office, loan_id)
    client = accounting(app)

    for asked, expected in (
        ({"show": "all"}, [grant]),
        ({"show": "all", "scheme": "S07"}, []),
        ({"show": "carried"}, [loan]),
        ({"show": "carried", "scheme": "S01"}, []),
        ({}, []),
    ):
        shown = page(client, f"{PAGE}?{urlencode(asked)}").select("#carry-overs tbody th")
        rows = rows_of(taken(client, f"{FILE}.xlsx", **asked))[1:]
        assert [row[0] for row in rows] == [cell.get_text() for cell in shown] == expected
    told = told_of(taken(client, f"{FILE}.ods", show="carried", scheme="S07"))
    assert (told["分類"], told["方案"]) == ("本年度已保留", "S07")
    (row,) = rows_of(taken(client, f"{FILE}.xlsx", show="carried"))[1:]
    assert row[-1] == "保-1"


def test_no_row_is_lost_between_two_pieces(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.a_loan_past_the_budget(office)
    others = [world.an_accepted_case(office, f"S07-112-00000{place}") for place in (2, 3, 4)]
    loans = [first] + [
        world.register(office, each, world.terms(drawn_on=world.LAST_SUMMER)) for each in others
    ]
    at(office, LAST_DAY)
    monkeypatch.setattr(carryover, "CHUNK", 2)

    rows = rows_of(taken(accounting(app), f"{FILE}.csv"), "csv")[1:]

    assert [row[0] for row in rows] == [world.case_row(office, each).number for each in loans]


def test_the_page_offers_the_file_with_its_filter_and_without_its_place(
    app: Flask, office: Office
) -> None:
    a_grant_and_a_loan(office)

    document = page(accounting(app), f"{PAGE}?show=all&scheme=S07&after=2020-01-01~1")

    links = [str(link["href"]) for link in document.select(".downloads a")]
    assert links == [f"{FILE}.{kind}?show=all&scheme=S07" for kind in KINDS]


def test_that_the_list_was_taken_is_on_record(app: Flask, office: Office) -> None:
    taken(accounting(app), f"{FILE}.csv", show="carried")

    with Session(office.engine) as session:
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.act == "list.download")
        ).scalar_one()
    assert entry.actor_id == given.ACCOUNTING.id
    for said in ('"年度保留"', '"csv"', "分類 本年度已保留"):
        assert said in entry.changes


def test_the_file_speaks_english(app: Flask, office: Office) -> None:
    a_grant_and_a_loan(office)
    client = accounting(app)

    with speaking(app, ENGLISH):
        header, *rows = rows_of(taken(client, f"{FILE}.csv", show="all"), "csv")

    assert header[3] == "Days to the special budget's end"
    assert header[8] == "Number of the carry-over approval"
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("who", "status"),
    [(given.MANAGER, 200), (given.AUDITOR, 200), (given.OFFICER, 403), (given.CASHIER, 403)],
)
def test_who_may_not_see_the_list_may_not_take_it(app: Flask, who: Actor, status: int) -> None:
    assert signed_in(app, who).get(f"{FILE}.xlsx").status_code == status
