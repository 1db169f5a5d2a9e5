"""The reports' lists as files: entries, movements, the audit, and a case's whole history."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor
from backoffice.kernel.clock import FixedClock
from backoffice.reports.views import downloads
from backoffice.use_case import Office
from tests import given
from tests.given import budget, cases
from tests.given.lists import KINDS, rows_of, taken, told_of
from tests.given.web import page, signed_in, submit

ENTRIES = "/reports/entries/S01/available/list"
AUDIT = "/reports/audit/list"


@pytest.fixture
def accountant(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    return signed_in(app, given.AUDITOR)


def three_appropriations(office: Office) -> None:
    for place, amount in enumerate((1_000_000, 200_000, 30_000)):
        budget.an_appropriation(office, amount, number=f"{budget.NUMBER}{place}")


def test_every_entry_of_a_figure_goes_out_with_its_running_sum(
    accountant: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_appropriations(office)
    monkeypatch.setattr(downloads, "CHUNK", 2)

    content = taken(accountant, f"{ENTRIES}.xlsx")

    header, *rows = rows_of(content)
    assert [row[header.index("增減")] for row in rows] == [30_000, 200_000, 1_000_000]
    assert [row[header.index("餘額")] for row in rows] == [1_230_000, 1_200_000, 1_000_000]
    assert told_of(content)["增減合計"] == "1,230,000"


def test_a_past_day_goes_out_as_it_was(app: Flask, office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office, 1_000_000)
    clock.advance(days=2)
    budget.an_appropriation(office, 5, number="府字第2號")

    content = taken(signed_in(app, given.ACCOUNTING), f"{ENTRIES}.ods", as_of="112/04/18")

    assert [row[7] for row in rows_of(content)[1:]] == [1_000_000]
    assert told_of(content)["截至"] == "112年4月18日"


@pytest.mark.parametrize("path", ["S99/available", "S01/savings"])
def test_no_such_figure_has_no_file(accountant: FlaskClient, path: str) -> None:
    assert accountant.get(f"/reports/entries/{path}/list.xlsx").status_code == 404


def test_a_scheme_without_money_has_a_list_without_rows(accountant: FlaskClient) -> None:
    assert len(rows_of(taken(accountant, f"{ENTRIES}.csv"), "csv")) == 1


def test_movements_of_a_day_go_out(app: Flask) -> None:
    client = signed_in(app, given.MANAGER)

    content = taken(client, "/reports/movements/awarded/list.xlsx", since="2023-04-01")

    assert len(rows_of(content)) == 1
    assert told_of(content)["自"] == "112年4月1日"


def test_the_audit_goes_out_as_it_is_filtered(
    auditor: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.a_case_in_review(office)
    monkeypatch.setattr(downloads, "CHUNK", 2)

    everything = rows_of(taken(auditor, f"{AUDIT}.xlsx"))[1:]
    content = taken(auditor, f"{AUDIT}.xlsx", act="case.take", person=str(given.OFFICER.id))

    numbers = [row[0] for row in everything]
    assert numbers == sorted(numbers, reverse=True)
    assert {row[4] for row in rows_of(content)[1:]} == {"取件"}
    told = told_of(content)
    assert (told["人員"], told["行為"]) == (given.OFFICER.name, "取件")


def test_the_audit_page_offers_its_file_to_who_may_take_it(
    auditor: FlaskClient,
) -> None:
    assert auditor.get(f"{AUDIT}.csv").status_code == 200

    links = page(auditor, "/reports/audit?act=list.download").select(".downloads a")

    assert [link["href"] for link in links] == [
        f"{AUDIT}.{kind}?act=list.download" for kind in KINDS
    ]


@pytest.mark.parametrize(
    ("who", "status"), [(given.AUDITOR, 200), (given.OFFICER, 403), (given.ADMIN, 403)]
)
def test_the_audit_leaves_with_who_may_take_it(app: Flask, who: Actor, status: int) -> None:
    assert signed_in(app, who).get(f"{AUDIT}.csv").status_code == status


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_history_goes_out_as_a_workbook_too(
    auditor: FlaskClient, office: Office, kind: str
) -> None:
    case_id = cases.a_case_in_review(office)
    url = f"/reports/audit/cases/{case_id}"

    as_text = submit(auditor, url, reason="調閱").data
    content = submit(auditor, url, reason="調閱", kind=kind).data

    texts = [row[9] for row in rows_of(as_text, "csv")]
    hashes = [row[9] for row in rows_of(content)]
    assert hashes[: len(texts) - 1] == texts[:-1]  # the first export stands in the second
    assert told_of(content)["案件"] == cases.NUMBER
