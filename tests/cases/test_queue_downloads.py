"""The queue as a file: all of what the page shows, nothing else, and on record."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.audit import AuditEntry, head
from backoffice.cases.views import downloads
from backoffice.db import sessions
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given.lists import KINDS, rows_of, taken, told_of
from tests.given.web import counted_queries, page, signed_in

LIST = "/cases/list"
NUMBERS = [f"S01-112-{number:06}" for number in range(1, 6)]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def import_all(office: Office, *more: str) -> None:
    made = [
        cases.a_submitted_case(office.clock.now(), number=number) for number in (*NUMBERS, *more)
    ]
    cases.import_cases(office, made)


def test_the_file_has_the_cases_that_the_page_shows_in_its_order(
    client: FlaskClient, office: Office
) -> None:
    import_all(office)
    shown = page(client, "/cases/?pile=unassigned")

    header, *rows = rows_of(taken(client, f"{LIST}.xlsx", pile="unassigned"))

    assert header[0] == "案件編號"
    assert [row[0] for row in rows] == [
        link.text for link in shown.select("#queue tbody tr td:first-child a")
    ]
    assert {row[0] for row in rows} == set(NUMBERS)


def test_the_three_kinds_say_the_same(client: FlaskClient, office: Office) -> None:
    import_all(office)

    excel, opened, text = (
        rows_of(taken(client, f"{LIST}.{kind}", pile="all"), kind) for kind in KINDS
    )

    assert excel == opened
    assert [row[:6] for row in text] == [row[:6] for row in excel]
    assert [int(row[10]) for row in text[1:]] == [row[10] for row in excel[1:]]
    assert isinstance(excel[1][6], datetime)
    assert text[1][6] == excel[1][6].isoformat(" ", "seconds")


def test_the_filter_of_the_page_is_the_filter_of_the_file(
    client: FlaskClient, office: Office
) -> None:
    import_all(office)
    other = cases.an_imported_case(office, number="S03-112-000001", scheme="S03")
    assert other

    content = taken(client, f"{LIST}.xlsx", pile="all", scheme="S03", state="QUALIFYING")

    assert [row[0] for row in rows_of(content)[1:]] == ["S03-112-000001"]
    told = told_of(content)
    assert (told["分堆"], told["方案"], told["狀態"]) == ("全部", "S03", "資格審查中")


def test_a_search_is_downloaded_as_it_was_found(client: FlaskClient, office: Office) -> None:
    import_all(office)

    content = taken(client, f"{LIST}.ods", q=NUMBERS[2])

    assert [row[0] for row in rows_of(content)[1:]] == [NUMBERS[2]]
    assert told_of(content)["搜尋"] == NUMBERS[2]


def test_the_file_is_read_in_pieces_and_loses_no_row_between_them(
    client: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_all(office)
    monkeypatch.setattr(downloads, "CHUNK", 2)

    rows = rows_of(taken(client, f"{LIST}.csv", pile="all"), "csv")[1:]

    assert sorted(row[0] for row in rows) == NUMBERS


def test_a_piece_takes_one_statement(
    app: Flask, client: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_all(office)
    counts = []
    for chunk in (5, 2):
        monkeypatch.setattr(downloads, "CHUNK", chunk)
        with counted_queries(app) as statements:
            taken(client, f"{LIST}.csv", pile="all")
        counts.append(len([each for each in statements if each.startswith("SELECT")]))

    assert counts[1] - counts[0] == 2  # three pieces instead of one


def test_the_second_sheet_says_when_by_whom_how_many_and_how_much(
    client: FlaskClient, office: Office
) -> None:
    import_all(office)

    content = taken(client, f"{LIST}.xlsx", pile="all")

    told = told_of(content)
    asked = sum(row[10] for row in rows_of(content)[1:])
    with Session(office.engine) as session:
        end = head(session)
    assert told["清單"] == "案件"
    assert told["製表人"] == given.OFFICER.name
    assert told["製表時間"] == "112/04/17 09:00"
    assert told["筆數"] == "5"
    assert told["申請補助款合計"] == f"{asked:,.0f}"
    number = int(told["稽核鏈末端"].split()[0].removeprefix("#"))
    assert end.seq - 1 <= number <= end.seq


def test_that_a_list_was_taken_stands_in_the_audit_before_it_leaves(
    client: FlaskClient, office: Office
) -> None:
    taken(client, f"{LIST}.ods", pile="overdue")

    with Session(office.engine) as session:
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.act == "list.download")
        ).scalar_one()
    assert entry.actor_id == given.OFFICER.id
    for said in ('"案件"', '"ods"', "分堆 逾期"):
        assert said in entry.changes


@pytest.mark.parametrize("name", ["=1+1有限公司", "@SUM(1)有限公司", "+甲－乙<b>有限公司"])
def test_a_hostile_name_of_a_firm_stays_the_name(
    client: FlaskClient, office: Office, name: str
) -> None:
    cases.an_imported_case(office, 企業名稱=name)

    for kind in ("xlsx", "ods"):
        assert rows_of(taken(client, f"{LIST}.{kind}", pile="all"))[1][1] == name
    assert rows_of(taken(client, f"{LIST}.csv", pile="all"), "csv")[1][1] == f"'{name}"


def test_the_page_offers_the_file_with_its_own_filter_and_without_its_place(
    client: FlaskClient, office: Office
) -> None:
    import_all(office)

    document = page(client, "/cases/?pile=all&scheme=S01&after=x~1")

    links = [str(link["href"]) for link in document.select(".downloads a")]
    assert links == [f"{LIST}.{kind}?pile=all&scheme=S01" for kind in KINDS]


def test_the_name_of_the_file_says_what_and_of_which_day(client: FlaskClient) -> None:
    answer = client.get(f"{LIST}.xlsx")

    disposition = answer.headers["Content-Disposition"]
    assert quote("案件-1120417.xlsx") in disposition
    assert disposition.isascii()


@pytest.mark.parametrize("kind", ["pdf", "xls", "xlsx2"])
def test_another_kind_of_file_is_not_found(client: FlaskClient, kind: str) -> None:
    assert client.get(f"{LIST}.{kind}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [(given.MANAGER, 200), (given.REVIEWER, 403), (given.CASHIER, 403)],
)
def test_who_may_not_see_the_queue_may_not_take_it(app: Flask, who: Actor, status: int) -> None:
    client = signed_in(app, who)

    assert client.get("/cases/").status_code == status
    assert client.get(f"{LIST}.xlsx").status_code == status


def test_a_list_that_was_sent_leaves_no_connection_behind(
    app: Flask, client: FlaskClient, office: Office
) -> None:
    import_all(office)
    with app.app_context():
        engine = sessions.engine
    out: list[str] = []
    event.listen(engine, "checkout", lambda *_: out.append("out"))
    event.listen(engine, "checkin", lambda *_: out.remove("out"))

    for kind in KINDS:
        taken(client, f"{LIST}.{kind}", pile="all")

    assert out == []
