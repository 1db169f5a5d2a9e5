"""The auditor's pages: found, read, taken out and verified."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from backoffice.audit import AuditEntry, head
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.given import budget, cases
from tests.given.web import counted_queries, page, signed_in, submit, words_of

AUDIT = "/reports/audit"


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    return signed_in(app, given.AUDITOR)


def deeds(document: BeautifulSoup) -> list[str]:
    """What was done, newest first."""
    return [deed.text for deed in document.select("main .timeline > li > p > strong")]


def found(client: FlaskClient, **wanted: str) -> BeautifulSoup:
    response = client.get(AUDIT, query_string=wanted)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def test_a_deed_says_who_when_and_what_before_and_after(
    auditor: FlaskClient, office: Office
) -> None:
    case_id = cases.a_case_in_review(office)

    document = found(auditor, case=cases.NUMBER)

    first = document.select(".timeline > li")[0]
    words = " ".join(first.text.split())
    assert "112/04/17 09:00 承辦 林怡君（承辦人）" in words
    assert "資格審查" in words
    assert "狀態 資格審查中 → 書面審查中" in words
    assert first.select(f'a[href="/cases/{case_id}"]')


def test_a_person_in_a_change_is_named(auditor: FlaskClient, office: Office) -> None:
    cases.a_case_in_review(office)

    document = found(auditor, act="case.take")

    assert f"承辦人 – → {given.OFFICER.name}" in " ".join(document.text.split())


def test_a_new_row_lists_what_it_was_made_with(auditor: FlaskClient, office: Office) -> None:
    budget.an_appropriation(office, 1_000_000)

    document = found(auditor, act="budget.enter_appropriation")

    words = " ".join(document.get_text(" ").split())
    assert deeds(document) == ["登錄法定預算"]
    assert "由 S01 法定預算； 至 S01 可用餘額" in words
    assert "數量 1,000,000" in words


def test_deeds_are_found_by_person_deed_case_and_day(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    clock.advance(days=2)
    cases.a_case_in_review(office)
    auditor = signed_in(app, given.AUDITOR)

    assert deeds(found(auditor, person=str(given.ACCOUNTING.id))) == ["登錄法定預算"]
    assert deeds(found(auditor, person=str(given.OFFICER.id), act="case.take")) == ["取件"]
    assert "取件" in deeds(found(auditor, case=cases.NUMBER))
    assert deeds(found(auditor, since="112/04/19", person=str(given.ACCOUNTING.id))) == []
    assert "登錄法定預算" in deeds(found(auditor, until="112/04/17"))
    assert "取件" not in deeds(found(auditor, until="112/04/18"))
    assert "取件" in deeds(found(auditor, since="112/04/19", until="112/04/19"))


def test_the_systems_own_deeds_are_found(auditor: FlaskClient) -> None:
    document = found(auditor, person="0")

    assert set(deeds(document)) == {"新增帳號"}
    assert "系統" in document.select(".timeline .q")[0].text


def test_an_unknown_case_number_is_said_and_kept(auditor: FlaskClient) -> None:
    document = found(auditor, case="S01-999")

    assert "找不到案號「S01-999」" in document.text
    assert document.select('input[name=case][value="S01-999"]')


def test_a_day_that_cannot_be_read_is_said_and_kept(auditor: FlaskClient) -> None:
    document = found(auditor, since="上週")

    assert document.select('input[name=since][value="上週"][aria-invalid=true]')
    assert document.select(".error")


@pytest.mark.parametrize("person", ["x", "9" * 30, "-1", "99"])
def test_a_garbled_person_does_no_harm(auditor: FlaskClient, person: str) -> None:
    assert auditor.get(AUDIT, query_string={"person": person}).status_code == 200


def test_pages_go_on_from_the_key_and_keep_what_was_asked(
    auditor: FlaskClient, office: Office
) -> None:
    for place in range(51):
        budget.an_appropriation(office, 1, number=f"第{place}號")

    first = found(auditor, act="budget.enter_appropriation", person=str(given.ACCOUNTING.id))
    following = first.select_one("a[rel=next]")
    assert following is not None
    second = page(auditor, str(following["href"]))

    # The first entry of all also opened the eleven accounts.
    assert (len(deeds(first)), len(deeds(second))) == (50, 1)
    assert second.select('option[value="budget.enter_appropriation"][selected]')
    assert second.select("a[rel=prev]")


@pytest.mark.parametrize("wanted", [{}, {"case": cases.NUMBER}])
def test_few_entries_or_many_take_the_same_number_of_statements(
    app: Flask, office: Office, wanted: dict[str, str]
) -> None:
    client = signed_in(app, given.AUDITOR)
    counts = []
    for number in (cases.NUMBER, "S01-112-000002"):
        cases.a_case_in_review(office, number=number)
        with counted_queries(app) as statements:
            found(client, **wanted)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8


def test_the_export_is_offered_for_the_case_that_was_found(
    auditor: FlaskClient, office: Office
) -> None:
    case_id = cases.an_imported_case(office)

    assert found(auditor, case=cases.NUMBER).select(f'a[href="/reports/audit/cases/{case_id}"]')
    assert not found(auditor).select('main a[href^="/reports/audit/cases"]')


def rows_of(text_of_file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of_file.removeprefix("\ufeff"))))


def test_a_history_goes_out_whole_with_its_hashes_and_the_chains_end(
    auditor: FlaskClient, office: Office
) -> None:
    case_id = cases.a_case_in_review(office)

    answer = submit(auditor, f"/reports/audit/cases/{case_id}", reason="監察院調閱")

    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert f"timeline-{cases.NUMBER}.csv" in answer.headers["Content-Disposition"]
    *entries, last = rows_of(answer.text)
    with Session(office.engine) as session:
        kept = session.query(AuditEntry).filter_by(case_id=case_id).order_by(AuditEntry.seq).all()
        end = head(session)
    assert [row["SHA-256"] for row in entries] == [entry.hash for entry in kept]
    assert (last["序號"], last["行為"], last["SHA-256"]) == (str(end.seq), "稽核鏈末端", end.hash)


def test_each_line_of_the_file_proves_its_own_hash(auditor: FlaskClient, office: Office) -> None:
    case_id = cases.a_case_in_review(office)

    *entries, _last = rows_of(
        submit(auditor, f"/reports/audit/cases/{case_id}", reason="調閱").text
    )

    for row in entries:
        assert hashlib.sha256(row["雜湊內容"].encode()).hexdigest() == row["SHA-256"]
        assert json.loads(row["雜湊內容"])["seq"] == int(row["序號"])


def test_that_it_went_out_stands_in_the_file_and_in_the_history(
    auditor: FlaskClient, office: Office
) -> None:
    case_id = cases.a_case_in_review(office)

    *_entries, taken, _last = rows_of(
        submit(auditor, f"/reports/audit/cases/{case_id}", reason="監察院調閱").text
    )

    assert (taken["行為"], taken["人員"], taken["理由"]) == (
        "匯出案件歷程",
        given.AUDITOR.name,
        "監察院調閱",
    )
    assert "匯出案件歷程" in deeds(found(auditor, case=cases.NUMBER))


def test_an_export_without_a_reason_is_refused_and_nothing_goes_out(
    auditor: FlaskClient, office: Office
) -> None:
    case_id = cases.a_case_in_review(office)

    answer = submit(auditor, f"/reports/audit/cases/{case_id}", reason="  ")

    assert answer.status_code == 422
    assert "尚未填寫匯出事由" in words_of(answer)
    assert "匯出案件歷程" not in deeds(found(auditor, case=cases.NUMBER))


def test_a_case_that_does_not_exist_cannot_be_taken_out(auditor: FlaskClient) -> None:
    assert auditor.get("/reports/audit/cases/4711").status_code == 404


def test_the_chain_is_verified_from_its_first_entry_to_its_last(
    auditor: FlaskClient, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    clock.advance(minutes=5)
    with Session(office.engine) as session:
        end = head(session)

    answer = submit(auditor, "/reports/verify")
    document = page(auditor, "/reports/verify")

    assert (answer.status_code, answer.location) == (303, "/reports/verify")
    assert f"第 1 筆至第 {end.seq} 筆全部相符" in document.text
    assert "112/04/17 09:05" in document.text
    assert given.AUDITOR.name in document.text
    assert end.hash in document.text


def test_before_the_first_verification_only_the_button_stands_there(auditor: FlaskClient) -> None:
    document = page(auditor, "/reports/verify")

    assert "上次驗算" not in document.text
    assert len(document.select("main button[type=submit]")) == 1


def tamper(office: Office, statement: str) -> None:
    """Change the table behind the programme's back, its triggers taken off."""
    with office.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_entry_refuses_update"))
            connection.execute(text("DROP TRIGGER audit_entry_refuses_delete"))
        connection.execute(text(statement))
        connection.commit()


@pytest.mark.broken
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entry SET note = 'x' WHERE seq = 5", "第 5 筆：內容與雜湊不符"),
        ("UPDATE audit_entry SET actor_id = 3 WHERE seq = 1", "第 1 筆：內容與雜湊不符"),
        ("DELETE FROM audit_entry WHERE seq = 5", "第 5 筆：缺少這一筆"),
        ("UPDATE audit_head SET seq = seq + 1", "與鏈末的序號或雜湊不符"),
    ],
)
def test_an_entry_that_somebody_changed_is_named(
    app: Flask, office: Office, statement: str, words: str
) -> None:
    auditor = signed_in(app, given.AUDITOR)
    tamper(office, statement)

    submit(auditor, "/reports/verify")
    document = page(auditor, "/reports/verify")

    assert words in document.text
    assert "全部相符" not in document.text
    assert "稽核紀錄有不符之處" in document.text


def test_a_later_verification_takes_the_place_of_an_earlier(
    auditor: FlaskClient, office: Office, clock: FixedClock
) -> None:
    submit(auditor, "/reports/verify")
    clock.advance(minutes=5)
    submit(auditor, "/reports/verify")

    document = page(auditor, "/reports/verify")

    assert "112/04/17 09:05" in document.text
