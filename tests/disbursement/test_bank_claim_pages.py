"""The pages of banks' claims: entered by file or by hand, worked off line by line over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backoffice.disbursement.rules.loans import COLUMNS, BankLineState
from backoffice.disbursement.rules.stages import Letter
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells
from tests.given import loans as world
from tests.given import sheets
from tests.given.disbursement import at
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import page, signed_in, submit, words_of

BASE = "/disbursement/bank-claims"
ROW = f"{world.NUMBER},112/06/01,112/06/30,35000000,1.595,{world.JUNE}"


def a_world(office: Office) -> int:
    """A registered loan, on the day of the bank's letter."""
    loan_id = world.a_registered_loan(office)
    at(office, world.LETTER.on)
    return loan_id


def officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def another(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER_2)


def fields(**changes: Any) -> dict[str, Any]:
    """A bank's claim for June as it is typed."""
    return {
        "holder": world.BANK.holder,
        "ubn": world.BANK_UBN,
        "letter_number": world.LETTER.number,
        "letter_on": "112/08/05",
        "bank_code": "004",
        "branch_code": "0037",
        "account_number": "037001234567",
        "passbook": pdf("帳戶.pdf"),
        "paper": pdf("請款函.pdf"),
        "pasted": ROW,
        **changes,
    }


def workbook(*rows: tuple[str, ...]) -> tuple[BytesIO, str]:
    """The lines as an .xlsx."""
    layout = SheetLayout("請款", [Column(name) for name in COLUMNS], rows)
    return BytesIO(workbook_bytes([layout], made_at=datetime(2023, 8, 5, tzinfo=UTC))), "請款.xlsx"


def test_a_claim_is_pasted_checked_and_accepted_by_another_officer(
    app: Flask, office: Office
) -> None:
    a_world(office)

    response = submit(officer(app), f"{BASE}/new", **fields())

    assert response.status_code == 303
    url = response.headers["Location"]
    assert "由另一位承辦人受理" in words_of(officer(app).get(url))
    assert submit(another(app), url).status_code == 303
    told = words_of(another(app).get(url))
    assert "已受理" in told
    assert "45,884" in told


def test_a_claim_comes_as_a_workbook_or_as_text(app: Flask, office: Office) -> None:
    a_world(office)
    client = officer(app)
    book = workbook(tuple(ROW.split(",")))
    text = BytesIO(f"{','.join(COLUMNS)}\n{ROW.replace('06/', '07/')}".encode()), "請款.csv"

    first = submit(client, f"{BASE}/new", **fields(pasted="", table=book))
    second = submit(
        client, f"{BASE}/new", **fields(pasted="", table=text, letter_number="銀營字第2號")
    )

    assert (first.status_code, second.status_code) == (303, 303)
    assert "2" in words_of(client.get(f"{BASE}?show=all"))


def test_what_cannot_be_entered_says_why(app: Flask, office: Office) -> None:
    a_world(office)
    client = officer(app)
    rows = [f"{world.NUMBER},112/06/01,112/06/01,1,1,1"] * 501

    for code, changes in (
        ("bank_claim.empty", {"pasted": ""}),
        ("bank_claim.both", {"table": workbook(tuple(ROW.split(",")))}),
        ("bank_claim.too_long", {"pasted": "\n".join(rows)}),
        ("bank_claim.columns_missing", {"pasted": "", "table": (BytesIO(b"a,b\n1,2"), "x.csv")}),
        ("claim.passbook_missing", {"passbook": None}),
        ("ubn.invalid", {"ubn": "12345678"}),
    ):
        refused(client, f"{BASE}/new", code, "letter_number", fields(**changes))


def test_every_wrong_row_is_named(app: Flask, office: Office) -> None:
    a_world(office)
    client, number = officer(app), world.NUMBER

    for code, row in (
        ("bank_claim.row_cell", f"{number},112/06/01,112/06/31,1,1,1"),
        ("bank_claim.row_blank", f"{number},112/06/01,112/06/30,1,1,"),
        ("bank_claim.row_unknown", "S07-112-000009,112/06/01,112/06/30,1,1,1"),
        ("bank_claim.row_reversed", f"{number},112/06/30,112/06/29,1,1,1"),
        ("bank_claim.row_future", f"{number},112/06/01,112/12/31,1,1,1"),
        ("bank_claim.row_zero", f"{number},112/06/01,112/06/30,1,1,0"),
        ("bank_claim.row_twice", f"{ROW}\n{ROW}"),
    ):
        response = refused(
            client, f"{BASE}/new", "bank_claim.row", "letter_number", fields(pasted=row)
        )
        assert tells(response, "bank_claim.rows")
        assert tells(response, code)
    other = fields(bank_code="012")
    response = refused(client, f"{BASE}/new", "bank_claim.row", "letter_number", other)
    assert tells(response, "bank_claim.row_other_bank")


def test_a_letter_that_was_entered_is_refused(app: Flask, office: Office) -> None:
    a_world(office)
    client = officer(app)
    assert submit(client, f"{BASE}/new", **fields()).status_code == 303

    refused(client, f"{BASE}/new", "bank_claim.letter_taken", "letter_number", fields())


# --- a line -----------------------------------------------------------------------------------


def line_url(office: Office, claim_id: int, place: int = 0) -> str:
    return f"{BASE}/lines/{world.lines(office, claim_id)[place].id}"


def test_a_line_that_differs_shows_its_computation_and_pays_the_lower(
    app: Flask, office: Office
) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office, world.line(world.JUNE + 7))
    client, url = another(app), line_url(office, claim_id)

    told = words_of(client.get(url))
    assert "45,883.5616" in told
    assert "7 元" in told
    refused(
        client, url, "bank_line.reason_missing", "shown", {"decision": "ACCEPT", "shown": "45884"}
    )
    response = submit(client, url, decision="ACCEPT", reason="依試算受理")

    assert response.status_code == 303
    row = world.lines(office, claim_id)[0]
    assert (row.state, row.paid.dollars if row.paid else 0) == (BankLineState.ACCEPTED, world.JUNE)


def test_a_line_is_returned_with_a_reason(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office, world.line(1))
    client, url = another(app), line_url(office, claim_id)

    assert submit(client, url, decision="RETURN").status_code == 422
    assert submit(client, url, decision="RETURN", reason="金額不符").status_code == 303

    assert "金額不符" in words_of(client.get(url))


def test_an_acceptance_is_taken_back_on_the_same_page(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    client, url = another(app), line_url(office, claim_id)

    assert submit(client, url, reason="銀行更正").status_code == 303

    assert world.lines(office, claim_id)[0].state is BankLineState.RETURNED


def test_what_stands_on_a_sheet_is_not_taken_back(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    sheets.make(office, world.tranche_ids(office, claim_id))

    refused(
        another(app),
        line_url(office, claim_id),
        "bank_line.on_its_way",
        "reason",
        {"reason": "銀行更正"},
    )


def test_what_cannot_be_accepted_says_why(app: Flask, office: Office) -> None:
    loan_id = a_world(office)
    first = world.a_bank_claim(office)
    second = world.a_bank_claim(office, letter=Letter("銀營字第2號", world.LETTER.on))
    paid = {"decision": "ACCEPT", "reason": "x"}

    refused(officer(app), line_url(office, first), "bank_line.same_person", "reason", paid)
    world.accept(office, first)
    refused(another(app), line_url(office, second), "bank_line.overlaps", "reason", paid)
    july = world.line(1_529, date(2023, 7, 1), date(2023, 7, 1))
    third = world.a_bank_claim(office, july, letter=Letter("銀營字第3號", world.LETTER.on))
    world.a_rate(office, date(2023, 9, 1), 17_200)
    refused(another(app), line_url(office, third), "bank_line.recommit_first", "reason", paid)
    assert loan_id


def test_days_without_interest_are_not_accepted(app: Flask, office: Office) -> None:
    loan_id = a_world(office)
    world.move(office, loan_id, 35_000_000, date(2023, 7, 1))
    july = world.line(1_529, date(2023, 7, 1), date(2023, 7, 1))
    claim_id = world.a_bank_claim(office, july)
    paid = {"decision": "ACCEPT", "reason": "x"}

    refused(another(app), line_url(office, claim_id), "bank_line.nothing_due", "reason", paid)


def test_what_was_decided_elsewhere_is_told_to_an_older_page(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office)
    client = another(app)
    form = page(client, f"{BASE}/{claim_id}")
    token = form.select_one("form[method=post] input[name=csrf_token]")
    assert token is not None
    world.accept(office, claim_id)

    sent = {"csrf_token": str(token["value"]), "count": "1"}
    response = client.post(f"{BASE}/{claim_id}", data=sent)

    assert response.status_code == 422
    assert tells(response, "bank_line.none_ready")


def test_the_worklist_and_the_lines_are_taken_as_files(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office)
    client = officer(app)

    for kind in KINDS:
        assert len(rows_of(taken(client, f"{BASE}/list.{kind}"), kind)) >= 2
        rows = rows_of(taken(client, f"{BASE}/{claim_id}/lines.{kind}"), kind)
        assert rows[1][1] == world.NUMBER
    assert world.LETTER.number in words_of(client.get(BASE))
    assert "目前沒有" in words_of(client.get(f"{BASE}?before=1"))


def test_an_older_page_is_told_that_its_line_was_decided(app: Flask, office: Office) -> None:
    a_world(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    version = str(world.lines(office, claim_id)[0].version)
    fields = {"decision": "ACCEPT", "reason": "x", "version": version, "shown": "45884"}

    response = sent(another(app), line_url(office, claim_id), **fields)

    assert tells(response, "bank_line.decided")
