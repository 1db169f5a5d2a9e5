"""The pages of what may happen to a sheet before it is sent, and the papers of the desk."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import paydesk
from tests.given import sheets as desk
from tests.given.letters import text_of
from tests.given.web import counted_queries, page, signed_in, submit, words_of

DESK = "/disbursement/sheets"
TWO = (3_000_000, 2_999_999)
STATEMENTS_MAX = 8
SCRIPT_BYTES_MAX = 4_096


def url(sheet_id: int, *rest: object) -> str:
    return "/".join([DESK, str(sheet_id), *(str(part) for part in rest)])


def line_url(office: Office, sheet_id: int, deed: str, place: int = 0) -> str:
    return url(sheet_id, "lines", desk.line_rows(office, sheet_id)[place].id, deed)


def pdf_text(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    with pikepdf.open(BytesIO(response.data)) as pdf:
        assert "/StructTreeRoot" in pdf.Root
    return text_of(response.data)


def test_the_exclude_page_says_whose_signatures_become_void_and_the_sheet_who_it_was(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    client = signed_in(app, given.ACCOUNTING)
    address = line_url(office, sheet_id, "exclude")

    before = words_of(client.get(address))
    assert f"{given.ACCOUNTING_2.name} 112/11/20 10:00 的覆核失效" in before
    assert f"{given.MANAGER.name} 112/11/20 10:00 的核准失效" in before
    assert "已動支的分配數 2,999,999 元回復" in before
    done = submit(client, address, reason=paydesk.REASON)

    assert done.status_code == 303
    after = words_of(client.get(url(sheet_id)))
    assert f"失效 {given.ACCOUNTING_2.name}" in after
    assert paydesk.REASON in after
    assert desk.sheet_row(office, sheet_id).state is SheetState.MADE


def test_an_officer_corrects_the_account_of_a_line(app: Flask, office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office, *TWO)
    client = signed_in(app, given.OFFICER)

    done = submit(
        client,
        line_url(office, sheet_id, "account"),
        bank_code="004",
        branch_code="0037",
        account_number="998877",
        passbook=(desk.pdf_stream(), "存摺.pdf"),
        reason=paydesk.REASON,
    )

    assert done.status_code == 303
    told = words_of(signed_in(app, given.ACCOUNTING).get(url(sheet_id)))
    assert "更正帳戶" in told
    assert "····8877" in told


def test_a_question_is_asked_and_answered_over_pages(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    checker, maker = signed_in(app, given.ACCOUNTING_2), signed_in(app, given.ACCOUNTING)

    asked = submit(checker, line_url(office, sheet_id, "query"), note="領據日期早於契約日")
    assert asked.status_code == 303
    assert "1 筆疑義待編製人員回覆" in words_of(checker.get(url(sheet_id, "check")))
    assert "領據日期早於契約日" in words_of(maker.get(url(sheet_id)))
    answered = submit(maker, line_url(office, sheet_id, "answer"), note="已附更正函")

    assert answered.status_code == 303
    assert "已附更正函" in words_of(checker.get(url(sheet_id, "check")))
    assert submit(checker, url(sheet_id, "check")).status_code == 303


@pytest.mark.parametrize("deed", ["exclude", "account", "query", "answer"])
def test_a_line_of_another_sheet_is_not_found(app: Flask, office: Office, deed: str) -> None:
    first, second = (desk.make(office, [each]) for each in desk.verified_tranches(office, *TWO))
    who = given.OFFICER if deed == "account" else given.ACCOUNTING

    line = desk.line_rows(office, second)[0].id

    assert signed_in(app, who).get(url(first, "lines", line, deed)).status_code == 404


@pytest.mark.parametrize(
    ("deed", "who"),
    [("exclude", given.ACCOUNTING), ("account", given.OFFICER), ("query", given.ACCOUNTING_2)],
)
def test_a_page_about_one_line_asks_no_more_for_many(
    app: Flask, office: Office, deed: str, who: Actor
) -> None:
    one, *three = desk.verified_tranches(office, *[3_000_000] * 4)
    counts = []
    for sheet_id in (desk.make(office, [one]), desk.make(office, three)):
        client = signed_in(app, who)
        address = line_url(office, sheet_id, deed)
        client.get(address)
        with counted_queries(app) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= STATEMENTS_MAX


def test_an_approved_and_changed_sheet_is_shown_with_few_statements(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO, 1_428_572)
    paydesk.exclude(office, sheet_id)
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)
    client = signed_in(app, given.CASHIER)
    client.get(url(sheet_id))

    with counted_queries(app) as statements:
        client.get(url(sheet_id))

    assert len(statements) <= STATEMENTS_MAX


def test_the_cashier_downloads_the_bank_file_with_its_hash_and_sum_beside_it(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    client = signed_in(app, given.CASHIER)

    told = words_of(client.get(url(sheet_id)))
    found = paydesk.record(office, sheet_id).bank
    assert found is not None
    assert found.sha256 in told
    assert "銀行媒體檔 2 筆 2,999,999 元，入帳日 112年11月21日" in told
    assert "付款帳戶尚未設定" in told
    got = client.get(url(sheet_id, "bank-file"))

    assert got.data == paydesk.bank_file(office, sheet_id)
    assert "ACHP01_112-S01-0001.txt" in got.headers["Content-Disposition"]


def test_the_bank_file_is_for_accounting_and_cashier_and_of_an_approval_only(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)

    for who in (given.MANAGER, given.OFFICER, given.AUDITOR):
        assert signed_in(app, who).get(url(sheet_id, "bank-file")).status_code == 403
    paydesk.exclude(office, sheet_id)
    assert signed_in(app, given.CASHIER).get(url(sheet_id, "bank-file")).status_code == 404


def test_a_file_of_an_earlier_day_is_told_before_it_is_sent(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    world.at(office, desk.MADE_ON.replace(day=22))

    told = words_of(signed_in(app, given.CASHIER).get(url(sheet_id)))

    assert "銀行媒體檔產製於 112年11月20日，檔頭日期已過" in told


def test_the_sheet_as_pdf_has_the_chain_of_signatures_and_masked_accounts(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)

    said = pdf_text(signed_in(app, given.AUDITOR), url(sheet_id, "sheet.pdf"))

    assert "新臺幣貳佰玖拾玖萬玖仟玖佰玖拾玖元整" in said
    assert f"覆核：{given.ACCOUNTING_2.name}112年11月20日10:00".replace(" ", "") in said
    assert world.ACCOUNT.number not in said
    assert desk.FIRMS[0][0] in said


def test_a_notice_is_printed_for_what_has_been_paid_and_nothing_else(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, second = desk.line_rows(office, sheet_id)
    desk.settle(office, sheet_id, desk.paid(first), desk.returned(second))
    client = signed_in(app, given.CASHIER)

    said = pdf_text(client, url(sheet_id, "lines", first.id, "notice.pdf"))

    assert f"{desk.FIRMS[0][0]}台鑒" in said
    assert "新臺幣1,500,000元" in said
    assert world.ACCOUNT.number not in said
    assert client.get(url(sheet_id, "lines", second.id, "notice.pdf")).status_code == 404
    assert client.get(url(sheet_id, "lines", 9_999, "notice.pdf")).status_code == 404


def test_a_receipt_form_names_what_the_firm_signs_for(app: Flask, office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    client = signed_in(app, given.OFFICER)

    said = pdf_text(client, f"/disbursement/tranches/{tranche_id}/receipt-form.pdf")

    assert "第1期補助款新臺幣壹佰伍拾萬元整" in said
    assert desk.FIRMS[0][0] in said
    assert client.get("/disbursement/tranches/9999/receipt-form.pdf").status_code == 404
    claim = words_of(client.get(f"/disbursement/tranches/{tranche_id}/claim"))
    assert "列印領據" in claim


def test_the_desk_names_who_can_do_what_this_person_may_not(app: Flask, office: Office) -> None:
    desk.a_made_sheet(office, *TWO)

    told = words_of(signed_in(app, given.ACCOUNTING).get(f"{DESK}?step=CHECK"))

    assert "您已編製此清冊。可覆核者：" in told
    assert given.ACCOUNTING_2.name in told


def test_the_rows_ready_for_a_sheet_show_their_checks_and_a_changed_account(
    app: Flask, office: Office
) -> None:
    desk.a_changed_account(office)

    found = page(signed_in(app, given.ACCOUNTING), f"{DESK}?step=MAKE")

    row = found.select_one("tr[data-line]")
    assert row is not None
    assert row.has_attr("data-failed")
    assert "✓ 5/5" in row.get_text()
    assert "帳戶 30 日內變更" in row.get_text()


def test_the_desk_s_own_script_stays_small_and_is_loaded_on_its_pages_alone(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_made_sheet(office)
    client = signed_in(app, given.ACCOUNTING)

    assert len(client.get("/static/desk.js").data) <= SCRIPT_BYTES_MAX
    assert "desk.js" in client.get(f"{DESK}?step=MAKE").text
    assert "desk.js" not in client.get(url(sheet_id)).text


def test_who_changed_a_sheet_is_not_told_that_its_check_waits_for_them(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    client = signed_in(app, given.ACCOUNTING_2)
    assert "1 份清冊待覆核" in words_of(client.get(f"{DESK}?step=CHECK"))

    paydesk.exclude(office, sheet_id, who=given.ACCOUNTING_2)

    assert "1 份清冊待覆核" not in words_of(client.get(f"{DESK}?step=CHECK"))
